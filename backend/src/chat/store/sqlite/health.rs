//! Whether the file was found damaged while it was open.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::chat::store::StoreError;

/// Shared by all who use the file. Once one of them has come upon damage nothing more is written:
/// what is kept in a file that does not hold together may be lost, and must not be acknowledged.
#[derive(Debug, Clone)]
pub(super) struct Health {
    path: PathBuf,
    damage: Arc<OnceLock<StoreError>>,
}

impl Health {
    /// Of a file that was whole when it was opened.
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            damage: Arc::default(),
        }
    }

    /// # Errors
    /// When damage was found.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        self.damage.get().map_or(Ok(()), |error| Err(error.clone()))
    }

    /// Remembers damage; what is to be said of the error.
    pub(super) fn notice(&self, error: StoreError) -> StoreError {
        let StoreError::Corrupt(reason) = error else {
            return error;
        };
        let path = self.path.clone();
        let damaged = || {
            tracing::error!(path = %self.path.display(), reason, "the chat's file is damaged");
            let reason = reason.clone();
            StoreError::Damaged { path, reason }
        };
        self.damage.get_or_init(damaged).clone()
    }
}
