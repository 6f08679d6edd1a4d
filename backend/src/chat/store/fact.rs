//! What can happen in a room that is kept.

use std::fmt::Write;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use spillway_protocol::chat::{FromServer, Said};

/// Stands for a token: whoever reads the file, or this program's memory, cannot be its owner.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::chat) struct Key(Arc<str>);

/// Something that somebody did, as it is appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::chat) struct Fact {
    /// Whose doing it is.
    pub(in crate::chat) key: Key,
    /// Their name for it: with the key, it names this fact in its room.
    pub(in crate::chat) id: String,
    /// What they were called.
    pub(in crate::chat) from: String,
    /// What they did.
    pub(in crate::chat) what: What,
    /// Milliseconds since 1970, by a clock that may jump: the order is that of `seq`.
    pub(in crate::chat) at: u64,
}

/// What somebody did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::chat) enum What {
    /// Said something. A text that is empty was deleted.
    Said { text: String },
}

/// A fact with its place in the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::chat) struct Entry {
    /// Rises by one in a room, from 1.
    pub(in crate::chat) seq: u64,
    /// Of what was appended, whatever became of it since: see [`Fact::digest`].
    pub(in crate::chat) digest: i64,
    /// What happened.
    pub(in crate::chat) fact: Fact,
}

impl Key {
    /// Of this token.
    pub(in crate::chat) fn of(token: &str) -> Self {
        let hash = Sha256::digest(token.as_bytes());
        let mut key = String::with_capacity(32);
        for byte in &hash[..16] {
            // Writing to a String does not fail.
            let _ = write!(key, "{byte:02x}");
        }
        Self(key.into())
    }

    /// As it is kept.
    pub(in crate::chat) fn as_str(&self) -> &str {
        &self.0
    }

    /// As it was kept.
    pub(super) fn kept(key: &str) -> Self {
        Self(key.into())
    }
}

impl Fact {
    /// Tells what was done from something else that comes with the same id.
    pub(in crate::chat) fn digest(&self) -> i64 {
        let mut hash = Sha256::new();
        match &self.what {
            What::Said { text } => {
                hash.update(b"said ");
                hash.update(text);
            }
        }
        let hash = hash.finalize();
        let mut first = [0; 8];
        first.copy_from_slice(&hash[..8]);
        i64::from_le_bytes(first)
    }

    /// Its text; empty when it has none.
    pub(super) fn text(&self) -> &str {
        match &self.what {
            What::Said { text } => text,
        }
    }
}

impl From<Entry> for FromServer {
    fn from(entry: Entry) -> Self {
        let Entry { seq, fact, .. } = entry;
        let Fact {
            id, from, at, what, ..
        } = fact;
        match what {
            What::Said { text } => Self::Said(Said {
                seq,
                id,
                from,
                text,
                at,
            }),
        }
    }
}
