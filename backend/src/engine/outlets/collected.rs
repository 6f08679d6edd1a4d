//! What a stage has collected in memory, up to its bound.

use std::sync::{Mutex, MutexGuard, PoisonError};

use thiserror::Error;

/// Bytes kept in the order they came.
#[derive(Debug)]
pub(crate) struct Collected {
    bound: usize,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    bytes: Vec<u8>,
    finished: bool,
}

/// A chunk that would go beyond the bound; nothing of it is kept.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("it may collect {bound} bytes, and this chunk would make it {would_be}")]
pub(crate) struct CollectedError {
    /// Bytes it may have.
    pub(crate) bound: usize,
    /// Bytes it would have had.
    pub(crate) would_be: usize,
}

impl Collected {
    pub(super) fn new(bound: usize) -> Self {
        Self {
            bound,
            inner: Mutex::default(),
        }
    }

    /// Keeps a chunk.
    pub(crate) fn push(&self, chunk: &[u8]) -> Result<(), CollectedError> {
        let mut inner = self.lock();
        let would_be = inner.bytes.len() + chunk.len();
        if would_be > self.bound {
            return Err(CollectedError {
                bound: self.bound,
                would_be,
            });
        }
        inner.bytes.extend_from_slice(chunk);
        Ok(())
    }

    /// Nothing more comes.
    pub(crate) fn finish(&self) {
        self.lock().finished = true;
    }

    /// Bytes kept so far.
    pub(crate) fn bytes(&self) -> usize {
        self.lock().bytes.len()
    }

    /// All of it, once nothing more comes.
    pub(crate) fn whole(&self) -> Option<Vec<u8>> {
        let inner = self.lock();
        inner.finished.then(|| inner.bytes.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
