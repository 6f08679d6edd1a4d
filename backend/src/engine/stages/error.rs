//! Why a stage cannot be made, or failed.

use thiserror::Error;

use crate::database::DatabaseError;
use crate::engine::outlets::DeliveryError;

/// Why a stage cannot be made, or failed.
#[derive(Debug, Error)]
pub(crate) enum StageError {
    /// There is no such kind.
    #[error("there is no stage kind '{name}'; the kinds are {known}{hint}")]
    UnknownKind {
        /// What was asked for.
        name: String,
        /// All kinds.
        known: String,
        /// " - did you mean …?" when one is close.
        hint: String,
    },
    /// An option is wrong.
    #[error("{0}")]
    Options(String),
    /// The operating system refused.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The data is not what the stage can work on.
    #[error("{0}")]
    Data(String),
    /// The client a stage delivers to did not come, or went.
    #[error(transparent)]
    Delivery(#[from] DeliveryError),
    /// The database cannot be used, or failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A source lost what it reads from and tries again when it is asked again: no failure yet.
    #[error(transparent)]
    Again(Again),
    /// The data is not what the stage can work on, from this byte of its input on.
    #[error("at byte {offset}: {reason}")]
    At {
        /// Bytes of the stage's input before the place, from 0.
        offset: u64,
        /// What is wrong there.
        reason: String,
    },
}

/// What a source says when it tries again.
#[derive(Debug, Error)]
#[error("{after}; try {attempt} of {of} begins at byte {from}, in {wait_ms} ms")]
pub(crate) struct Again {
    /// What it lost.
    pub(crate) after: String,
    /// Which try comes now, counted from 1 and without the first.
    pub(crate) attempt: u64,
    /// How many there are at most.
    pub(crate) of: u64,
    /// The byte of its data that it asks for first.
    pub(crate) from: u64,
    /// How long it waits before that.
    pub(crate) wait_ms: u64,
}

impl StageError {
    /// The operating system refused what was tried.
    pub(crate) fn io(what: impl Into<String>, source: std::io::Error) -> Self {
        Self::Io {
            what: what.into(),
            source,
        }
    }

    /// The data is wrong from this byte of the stage's input on.
    pub(crate) fn at(offset: u64, reason: impl Into<String>) -> Self {
        Self::At {
            offset,
            reason: reason.into(),
        }
    }
}
