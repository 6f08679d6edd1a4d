//! `GET /ws/chat/{room}?name=NAME[&after=SEQ][&token=TOKEN]`: JSON text messages, one object
//! each, told apart by `type`. Both sides ignore types they do not know.

use serde::{Deserialize, Serialize};

/// A message of a chat client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromClient {
    /// Says something in the room.
    Say {
        /// Unique per token; sent twice it is one message.
        id: String,
        /// At most [`crate::MAX_CHAT_TEXT_BYTES`].
        text: String,
    },
    /// Puts another text in the place of one's own message, for some minutes after it was said.
    Edit {
        /// As that of a `say`.
        id: String,
        /// Of the message.
        seq: u64,
        /// As that of a `say`.
        text: String,
    },
    /// Takes one's own message back.
    Delete {
        /// As that of a `say`.
        id: String,
        /// Of the message.
        seq: u64,
    },
    /// Is writing. Never acknowledged, never kept.
    Typing,
    /// Asks for what was before, and is answered by [`FromServer::History`].
    History {
        /// The first `seq` that is not wanted; without it, the newest are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<u64>,
        /// Most entries wanted, from 1; no more than [`crate::MAX_CHAT_PAGE`] are given.
        limit: u64,
    },
    /// Shows a message to all who come, or no longer. For the room's creator.
    Pin {
        /// As that of a `say`.
        id: String,
        /// Of the message.
        seq: u64,
        /// Whether it is to be shown.
        on: bool,
    },
    /// Takes somebody's voice, or gives it back. For the room's creator.
    Mute {
        /// As that of a `say`.
        id: String,
        /// Of somebody who is here.
        name: String,
        /// Whether they are to be silent.
        on: bool,
    },
    /// Makes somebody go. For the room's creator.
    Remove {
        /// As that of a `say`.
        id: String,
        /// Of somebody who is here.
        name: String,
    },
}

/// A message of the server to a chat client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromServer {
    /// First message on every connection.
    Welcome {
        /// The room.
        room: String,
        /// Your name in it.
        you: String,
        /// Takes your name back after a lost connection.
        token: String,
        /// `seq` of the last message said in the room; 0 when none was.
        seq: u64,
        /// Names of those present, you included, sorted.
        members: Vec<String>,
        /// Whether you were first in the room, and may pin, mute and remove.
        #[serde(default, skip_serializing_if = "is_false")]
        creator: bool,
        /// `seq` of the message that is pinned.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pinned: Option<u64>,
    },
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
    /// Somebody said something. Your own, with your `id`, is the acknowledgement.
    Said(Said),
    /// A message has another text.
    Edited {
        /// The edit's own place in the room.
        seq: u64,
        /// `seq` of the message.
        of: u64,
        /// The sender's id for the edit.
        id: String,
        /// The sender's name.
        from: String,
        /// The text as it is now; empty when the message was deleted since.
        text: String,
        /// Milliseconds since 1970.
        at: u64,
    },
    /// A message was taken back.
    Deleted {
        /// The deletion's own place in the room.
        seq: u64,
        /// `seq` of the message.
        of: u64,
        /// The sender's id for the deletion.
        id: String,
        /// The sender's name.
        from: String,
        /// Milliseconds since 1970.
        at: u64,
    },
    /// A message was pinned, or is no longer.
    Pinned {
        /// Its own place in the room.
        seq: u64,
        /// `seq` of the message.
        of: u64,
        /// Whether it is shown.
        on: bool,
        /// The creator's id for it.
        id: String,
        /// The creator's name.
        from: String,
        /// Milliseconds since 1970.
        at: u64,
    },
    /// Somebody may not speak, or may again.
    Muted {
        /// Its own place in the room.
        seq: u64,
        /// Their name.
        name: String,
        /// Whether they are silent.
        on: bool,
        /// The creator's id for it.
        id: String,
        /// The creator's name.
        from: String,
        /// Milliseconds since 1970.
        at: u64,
    },
    /// Somebody was made to go.
    Removed {
        /// Its own place in the room.
        seq: u64,
        /// Their name.
        name: String,
        /// The creator's id for it.
        id: String,
        /// The creator's name.
        from: String,
        /// Milliseconds since 1970.
        at: u64,
    },
    /// Somebody else is writing.
    Typing {
        /// Their name.
        name: String,
    },
    /// What was before.
    History {
        /// As it was asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<u64>,
        /// What has a `seq`, oldest first.
        messages: Vec<Self>,
        /// Whether something older is kept.
        more: bool,
    },
    /// What was asked for by `after` and does not follow.
    Gap {
        /// First `seq` that does not follow.
        from: u64,
        /// Last one.
        to: u64,
    },
    /// A message was refused. The connection stays open unless a Close frame follows.
    Error {
        /// A short name of the reason, such as `name_taken` or `too_long`.
        code: String,
        /// What was wrong and what is allowed, in words.
        message: String,
        /// `id` of the refused message, when it could be read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
}

/// One message of a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Rises by one in a room, from 1.
    pub seq: u64,
    /// The sender's id for it.
    pub id: String,
    /// The sender's name.
    pub from: String,
    /// The text as it is now; empty when the message was deleted.
    pub text: String,
    /// Milliseconds since 1970.
    pub at: u64,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
const fn is_false(flag: &bool) -> bool {
    !*flag
}
