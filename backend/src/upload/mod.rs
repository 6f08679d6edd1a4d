//! Files that a page sends for its runs to read: kept as long as its session, inside the data
//! folder and under generated names. What a page calls them is shown and never part of a path.

mod receive;
mod routes;

use std::collections::HashMap;
use std::fs::remove_file;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use thiserror::Error;

pub use self::routes::routes;
use crate::metrics::Metrics;

/// The uploads of one session, by their generated names.
#[derive(Debug, Default)]
pub(crate) struct Uploads {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    files: HashMap<String, Arc<Upload>>,
    /// Uploads that are being received.
    arriving: usize,
    /// The session is over.
    closed: bool,
}

/// A file that was sent. It is removed when nobody uses it any more.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) id: String,
    /// What the page calls it.
    pub(crate) name: String,
    /// Its size.
    pub(crate) bytes: u64,
    path: PathBuf,
    /// Bytes of all outputs and uploads of the server.
    disk: Arc<AtomicU64>,
    metrics: Arc<Metrics>,
}

/// Why an upload was not taken; nothing of it is kept.
#[derive(Debug, Error)]
pub(crate) enum UploadError {
    /// Its name cannot be shown.
    #[error(
        "an upload's name has 1 to 100 characters, and neither '/', '\\' nor control characters"
    )]
    Name,
    /// More than one upload may have.
    #[error("an upload may have {0} bytes, and this one has more")]
    TooLarge(u64),
    /// As many as a session may have.
    #[error("a session may keep {0} uploads; delete one first")]
    TooMany(usize),
    /// The server's disk quota is used up.
    #[error(
        "the outputs and uploads of all pages fill the {0} bytes the server gives them; try again later"
    )]
    Quota(u64),
    /// The sender went away.
    #[error("the upload was cut off after {0} bytes")]
    CutOff(u64),
    /// The sender is there and sends nothing.
    #[error("nothing came for {0} s; the upload was given up")]
    Stalled(u64),
    /// The session ended meanwhile.
    #[error("the session has ended")]
    SessionEnded,
    /// The disk refused.
    #[error("the upload cannot be kept: {0}")]
    Disk(#[from] io::Error),
}

impl Uploads {
    /// An upload that is complete.
    pub(crate) fn get(&self, id: &str) -> Option<Arc<Upload>> {
        self.lock().files.get(id).cloned()
    }

    /// All that are complete, by name.
    pub(crate) fn list(&self) -> Vec<Arc<Upload>> {
        let mut list: Vec<_> = self.lock().files.values().cloned().collect();
        list.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        list
    }

    /// Lets an upload go; a run that reads it reads on. Answers whether there was one.
    pub(crate) fn remove(&self, id: &str) -> bool {
        self.lock().files.remove(id).is_some()
    }

    /// The session is over: all uploads go, and none is taken any more.
    pub(crate) fn close(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        inner.files.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Upload {
    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.disk.fetch_sub(self.bytes, Relaxed);
        self.metrics.uploads.fetch_sub(1, Relaxed);
        if let Err(error) = remove_file(&self.path) {
            tracing::warn!(%error, path = %self.path.display(), "an upload stays behind");
        }
    }
}
