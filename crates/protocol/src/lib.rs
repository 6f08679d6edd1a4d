//! The messages between page and server, and nothing else. `docs/protocol.md` shows each with an
//! example; a test parses every one of them.

pub mod chat;
pub mod control;
pub mod course;
pub mod delivery;
pub mod stages;
pub mod transports;
pub mod upload;

/// Version of the control protocol. The page sends it in `hello`; the server refuses another one
/// and the page says "please reload".
pub const VERSION: u32 = 1;

/// Longest control message a client may send, in bytes.
pub const MAX_CONTROL_BYTES: usize = 64 * 1024;

/// Longest chat text a client may send, in bytes of UTF-8.
pub const MAX_CHAT_TEXT_BYTES: usize = 16 * 1024;

/// Most entries that one `history` of the chat is answered with.
pub const MAX_CHAT_PAGE: u64 = 100;
