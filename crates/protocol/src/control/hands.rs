//! What a learner does by hand to the buffers of a run.

use serde::{Deserialize, Serialize};

/// A chunk written by hand: `text` or `base64`, exactly one of the two, at most [`MAX_WRITE`]
/// bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Write {
    /// The run.
    pub run: String,
    /// Name of the Writable.
    pub stage: String,
    /// The chunk as text, which is written in UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Or the chunk as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
}

/// Largest chunk written by hand, bytes: in base64 it fits into a message of the channel.
pub const MAX_WRITE: usize = 32 * 1024;

/// `readable.read(n)` by hand.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Read {
    /// The run.
    pub run: String,
    /// Name of the Readable.
    pub stage: String,
    /// How many bytes, at most [`MAX_READ`]; left out, `read()`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<u64>,
}

/// Most that a `read(n)` by hand asks for, bytes: it may raise the mark, and this is the largest
/// mark of a run.
pub const MAX_READ: u64 = 16 << 20;

/// One of the buffers of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BufferPlace {
    /// The run.
    pub run: String,
    /// Name of the stage.
    pub stage: String,
    /// Which of its two.
    pub side: Side,
}

/// The read side or the write side of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The read side.
    Read,
    /// The write side.
    Write,
}

/// A chunk that waits in a buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuedChunk {
    /// Where it begins: what had entered this buffer before it, bytes. It names the chunk as long
    /// as it waits.
    pub at: u64,
    /// Its size, bytes.
    pub bytes: u64,
}
