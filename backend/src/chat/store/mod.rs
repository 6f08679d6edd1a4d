//! What is kept of the rooms: the trait, and the SQLite file behind it.
//!
//! [`Store`] promises only what a log with one subject for each room can keep as well, such as
//! NATS JetStream, so that a store for many nodes can be its second implementation: appends to one
//! room at a time, recognised when they come twice, and pages of a room by number. Nothing spans
//! two rooms.

#[cfg(test)]
mod contract;
mod fact;
#[cfg(test)]
pub(super) mod memory;
mod sqlite;

use std::fmt::Debug;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use thiserror::Error;
use tokio::sync::oneshot;

pub(super) use self::fact::{Entry, Fact, Key, What};
pub(super) use self::sqlite::SqliteStore;

/// Keeps rooms.
pub(super) trait Store: Debug + Send + Sync {
    /// Opens what is behind it, unless that is done.
    fn ready(&self) -> BoxFuture<'_, Result<(), StoreError>>;

    /// A room as it stands, with its newest entries; an empty one when it was never heard of.
    fn open<'a>(&'a self, room: &'a str) -> BoxFuture<'a, Result<Opened, StoreError>>;

    /// Appends to a room. The future waits for a place in a bounded queue, and the ticket it gives
    /// is answered when the entry is kept, or cannot be. Appends to one room are kept in the order
    /// in which their places were given, with a `seq` that rises by one. The token and the id of a
    /// fact are used once in a room: a second time nothing is appended, and the first entry is the
    /// answer.
    fn append(&self, room: Arc<str>, fact: Fact) -> BoxFuture<'_, Ticket>;

    /// Remembers whose token this is, in the same queue as the appends: what is appended later is
    /// not kept without it. Whoever is first in a room is its creator. It is lost without a word
    /// when it cannot be kept, which costs no more than a name.
    fn keep_seat(&self, room: Arc<str>, key: Key, name: String) -> BoxFuture<'_, ()>;

    /// Whether somebody with this token was in the room.
    fn knows<'a>(&'a self, room: &'a str, key: &'a Key) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Entries of a room, oldest first: at most [`MAX_PAGE`], and no more text than
    /// [`MAX_PAGE_BYTES`] unless one entry has it. Each has the text that edits and deletions have
    /// left it.
    fn page<'a>(
        &'a self,
        room: &'a str,
        page: Page,
    ) -> BoxFuture<'a, Result<Vec<Entry>, StoreError>>;
}

/// Answered when an entry is kept; no answer means that nobody knows.
pub(super) type Ticket = oneshot::Receiver<Result<Appended, StoreError>>;

/// What came of an append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Appended {
    /// It is kept.
    Now(Entry),
    /// This token used this id before, for this.
    Before(Entry),
}

/// Which entries of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    /// The newest below this `seq`.
    Before {
        /// The first that is not wanted.
        seq: u64,
        /// How many at most.
        limit: usize,
    },
    /// The oldest above this `seq`.
    After {
        /// The last that is not wanted.
        seq: u64,
        /// How many at most.
        limit: usize,
    },
}

/// A room as it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Opened {
    /// Who was first in it.
    pub(super) creator: Option<Key>,
    /// `seq` of the message that is pinned.
    pub(super) pinned: Option<u64>,
    /// Who may not speak.
    pub(super) muted: Vec<Key>,
    /// Who may not come in.
    pub(super) removed: Vec<Key>,
    /// At most [`NEWEST`], oldest first; the last one has the room's highest `seq`.
    pub(super) newest: Vec<Entry>,
}

/// Why something is not kept, or cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// The file is of something else.
    #[error("{} is no chat of Spillway; move it away, or give another folder with --data DIR", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file is of a version that this program does not know.
    #[error(
        "{} has version {found} and this program knows versions up to {known}: use a newer spillway, \
         or give another folder with --data DIR", path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// Ours.
        known: u32,
    },
    /// The file does not hold together.
    #[error(
        "{} is damaged ({reason}) and was left as it is; put a copy in its place, or move it away \
         to begin anew", path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// The file cannot be opened or made.
    #[error("cannot use {}: {reason}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What was said.
        reason: String,
    },
    /// An operation has come upon damage in a file that was whole when it was opened.
    #[error("the file is damaged: {0}")]
    Corrupt(String),
    /// An operation failed.
    #[error("{0}")]
    Failed(String),
}

/// Entries that come with a room when it is opened: as many as a room has at hand.
pub(super) const NEWEST: usize = 1000;

/// Most entries of a page.
pub(super) const MAX_PAGE: usize = 1000;

/// Text of a page, bytes: what one reader of old messages may cost the memory.
pub(super) const MAX_PAGE_BYTES: usize = 1024 * 1024;

/// Entries kept of a room. The oldest go, a thousand at a time.
pub(super) const MAX_KEPT: u64 = 10_000;
