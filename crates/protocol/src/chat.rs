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
    /// Messages older than what is kept were asked for.
    Gap {
        /// First `seq` that is not kept any more.
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
        /// `id` of the refused `say`, when it could be read.
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
    /// The text.
    pub text: String,
    /// Milliseconds since 1970.
    pub at: u64,
}
