//! One line of a chat.

use spillway_protocol::chat::FromClient;

/// One line of a chat, under a key of its own that it keeps when it moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Tells it from all other lines of this page.
    pub key: u64,
    /// Rises when it changes.
    pub rev: u64,
    /// What it says.
    pub kind: LineKind,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineKind {
    /// Somebody said something.
    Message(Spoken),
    /// Somebody came.
    Joined {
        /// Their name.
        name: String,
    },
    /// Somebody went.
    Left {
        /// Their name.
        name: String,
    },
    /// A message was pinned, or is no longer.
    Pinned {
        /// The creator.
        from: String,
        /// Number of the message.
        of: u64,
        /// Whether it is shown.
        on: bool,
    },
    /// Somebody may not speak, or may again.
    Muted {
        /// The creator.
        from: String,
        /// Their name.
        name: String,
        /// Whether they are silent.
        on: bool,
    },
    /// Somebody was made to go.
    Removed {
        /// The creator.
        from: String,
        /// Their name.
        name: String,
    },
    /// This page's connection is back.
    Back,
    /// The server does not know what was said before: it was started anew.
    Anew,
}

/// A message in the room, or on its way there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// The sender's id for it.
    pub id: String,
    /// The sender.
    pub from: String,
    /// The text as it is now; empty when the message was taken back.
    pub text: String,
    /// Whether it had another text before.
    pub edited: bool,
    /// Whether this page said it.
    pub own: bool,
    /// When this page heard that the room has it, by the page's own clock in ms: the room's may be
    /// another one.
    pub heard: u64,
    /// How far it is.
    pub delivery: Delivery,
}

/// How far a message is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The room has not acknowledged it.
    Sending,
    /// The room has it.
    Delivered {
        /// Its number in the room.
        seq: u64,
        /// When, in milliseconds since 1970.
        at: u64,
    },
    /// The room refused it.
    Refused {
        /// In words.
        why: String,
    },
}

/// Names a message, on the chat's side and on the wire's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRef {
    /// The sender's id for it.
    pub id: String,
    /// Its number in the room, where it is known.
    pub seq: Option<u64>,
}

impl LineKind {
    /// In one word, for tests.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Message(_) => "message",
            Self::Joined { .. } => "joined",
            Self::Left { .. } => "left",
            Self::Pinned { .. } => "pinned",
            Self::Muted { .. } => "muted",
            Self::Removed { .. } => "removed",
            Self::Back => "back",
            Self::Anew => "anew",
        }
    }
}

impl Line {
    /// Whether it is an own message that the room has not acknowledged.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        matches!(
            self.kind,
            LineKind::Message(Spoken {
                delivery: Delivery::Sending,
                ..
            })
        )
    }

    /// The message, when it is one.
    #[must_use]
    pub const fn spoken(&self) -> Option<&Spoken> {
        match &self.kind {
            LineKind::Message(spoken) => Some(spoken),
            _ => None,
        }
    }

    /// Whether it is the message of this number.
    pub(super) fn is_number(&self, seq: u64) -> bool {
        self.spoken()
            .is_some_and(|spoken| spoken.seq() == Some(seq))
    }

    /// Whether it is waiting for the acknowledgement of `id`.
    pub(super) fn waits_for(&self, id: &str) -> bool {
        matches!(&self.kind, LineKind::Message(spoken) if spoken.id == id) && self.is_waiting()
    }
}

impl Spoken {
    /// What names it.
    #[must_use]
    pub fn reference(&self) -> MessageRef {
        let seq = self.seq();
        let id = self.id.clone();
        MessageRef { id, seq }
    }

    /// Its number in the room, where it is known.
    #[must_use]
    pub const fn seq(&self) -> Option<u64> {
        match self.delivery {
            Delivery::Delivered { seq, .. } => Some(seq),
            Delivery::Sending | Delivery::Refused { .. } => None,
        }
    }

    pub(super) fn as_say(&self) -> FromClient {
        FromClient::Say {
            id: self.id.clone(),
            text: self.text.clone(),
        }
    }
}

impl MessageRef {
    /// Whether both name the same message. Ids are unique per sender and numbers per life of the
    /// server, so both must agree where both are known; a message on its way has no number yet.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        let same_number = match (self.seq, other.seq) {
            (Some(one), Some(two)) => one == two,
            _ => true,
        };
        same_number && self.id == other.id
    }
}
