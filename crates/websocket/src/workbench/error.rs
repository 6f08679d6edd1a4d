//! Why a text is no scenario.

use thiserror::Error;

use super::Scenario;

/// A line that is no step, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {problem}")]
pub struct ScenarioError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: ScenarioProblem,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScenarioProblem {
    /// A step that does not exist.
    #[error(
        "'{word}' is no step; there are handshake, text, binary, continuation, close, ping, pong, opcode=B, bytes, wait and cut"
    )]
    Step {
        /// The word.
        word: String,
    },
    /// A word that this step does not have.
    #[error("'{word}' has no meaning here; allowed: {allowed}")]
    Word {
        /// The word.
        word: String,
        /// What may stand there.
        allowed: &'static str,
    },
    /// Something is missing.
    #[error("after '{word}' comes {wanted}")]
    Missing {
        /// What it should follow.
        word: String,
        /// What should come.
        wanted: &'static str,
    },
    /// A quoted text without its end.
    #[error("the closing quote is missing")]
    Quote,
    /// A backslash before something that needs none.
    #[error("a backslash stands before n, r, t, \", \\ or x and two hex digits")]
    Escape,
    /// What should be bytes is not.
    #[error("'{word}' is not made of hex digits in pairs")]
    Hex {
        /// The word.
        word: String,
    },
    /// What should be a number is not, or is out of range.
    #[error("'{word}' is not {wanted}")]
    Number {
        /// The word.
        word: String,
        /// What is.
        wanted: &'static str,
    },
    /// A deflate block that is too long.
    #[error("what is deflated may have 65535 bytes")]
    DeflateTooLong,
    /// More steps than allowed.
    #[error("a scenario may have {} steps", Scenario::MAX_STEPS)]
    TooManySteps,
    /// More bytes than allowed.
    #[error(
        "a scenario may send {} bytes; a frame may say with length=N that it is longer than it is",
        Scenario::MAX_BYTES
    )]
    TooManyBytes,
    /// A handshake line behind a step.
    #[error("the handshake comes before everything else")]
    HandshakeLate,
}
