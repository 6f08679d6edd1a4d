//! What `/api/uploads` answers.

use serde::{Deserialize, Serialize};

/// A file that the session has sent and its runs can read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uploaded {
    /// The name by which the stage `upload` reads it.
    pub upload: String,
    /// What the page calls it.
    pub name: String,
    /// Its size.
    pub bytes: u64,
}
