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
    /// Put another text in the place of one's own.
    Edited { of: u64, text: String },
    /// Took back what one said; its text goes, and that of its edits.
    Deleted { of: u64 },
    /// Shows a message to all who come, or no longer.
    Pinned { of: u64, on: bool },
    /// Took somebody's voice, or gave it back.
    Muted { name: String, whom: Key, on: bool },
    /// Made somebody go.
    Removed { name: String, whom: Key },
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
        let (of, on) = match &self.what {
            What::Edited { of, .. } | What::Deleted { of } => (*of, true),
            What::Pinned { of, on } => (*of, *on),
            What::Muted { on, .. } => (0, *on),
            What::Said { .. } | What::Removed { .. } => (0, true),
        };
        let mut hash = Sha256::new();
        hash.update([self.what.kind(), u8::from(on)]);
        hash.update(of.to_le_bytes());
        hash.update(self.what.text());
        let mut first = [0; 8];
        first.copy_from_slice(&hash.finalize()[..8]);
        i64::from_le_bytes(first)
    }
}

impl What {
    /// Tells its kinds apart, for good: files have them.
    pub(super) const fn kind(&self) -> u8 {
        match self {
            Self::Said { .. } => 1,
            Self::Edited { .. } => 2,
            Self::Deleted { .. } => 3,
            Self::Pinned { .. } => 4,
            Self::Muted { .. } => 5,
            Self::Removed { .. } => 6,
        }
    }

    /// Its text, or the name that it is about; empty when it has none.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Said { text } | Self::Edited { text, .. } => text,
            Self::Muted { name, .. } | Self::Removed { name, .. } => name,
            Self::Deleted { .. } | Self::Pinned { .. } => "",
        }
    }

    /// Which message has another text now, and what text.
    pub(in crate::chat) fn rewords(&self) -> Option<(u64, &str)> {
        match self {
            Self::Edited { of, text } => Some((*of, text)),
            Self::Deleted { of } => Some((*of, "")),
            Self::Said { .. } | Self::Pinned { .. } | Self::Muted { .. } | Self::Removed { .. } => {
                None
            }
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
            What::Edited { of, text } => Self::Edited {
                seq,
                of,
                id,
                from,
                text,
                at,
            },
            What::Deleted { of } => Self::Deleted {
                seq,
                of,
                id,
                from,
                at,
            },
            What::Pinned { of, on } => Self::Pinned {
                seq,
                of,
                on,
                id,
                from,
                at,
            },
            What::Muted { name, on, .. } => Self::Muted {
                seq,
                name,
                on,
                id,
                from,
                at,
            },
            What::Removed { name, .. } => Self::Removed {
                seq,
                name,
                id,
                from,
                at,
            },
        }
    }
}
