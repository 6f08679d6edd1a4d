//! How the connection stands, in a word and a sentence.

/// How the connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// The first attempt is under way.
    Connecting,
    /// Open and greeted.
    Live,
    /// Lost; the next attempt is so many seconds away, and 0 while it is under way.
    Lost {
        /// Seconds to the next attempt.
        retry_in: u32,
    },
    /// The server speaks another version than this page.
    Outdated,
    /// The session goes on in another tab; this page comes back when it is told to.
    Elsewhere,
}

impl Link {
    /// What the header says.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Connecting => "connecting".to_owned(),
            Self::Live => "live · measured on the server".to_owned(),
            Self::Lost { retry_in: 0 } => "connection lost, trying again".to_owned(),
            Self::Lost { retry_in } => format!("connection lost, trying again in {retry_in} s"),
            Self::Elsewhere => "goes on in another tab".to_owned(),
            Self::Outdated => "please reload: the server was updated".to_owned(),
        }
    }

    /// The state as one word, for styles and tests.
    #[must_use]
    pub const fn state(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Live => "live",
            Self::Lost { .. } => "lost",
            Self::Outdated => "reload",
            Self::Elsewhere => "elsewhere",
        }
    }
}
