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
    /// The data is not what the stage can work on, from this byte of its input on.
    #[error("at byte {offset}: {reason}")]
    At {
        /// Bytes of the stage's input before the place, from 0.
        offset: u64,
        /// What is wrong there.
        reason: String,
    },
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
