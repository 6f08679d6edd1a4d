//! The wire: the bytes of a connection as they cross, seen below HTTP.
//!
//! The control channel issues a one-use token; the connection that is opened with it is watched,
//! from its request line on. Watching never awaits: what the watcher has no room for ends the
//! capture and is counted.

mod connection;
mod hub;
mod kernel;
mod meter;
mod stream;
mod tap;

use bytes::Bytes;
pub use connection::Connection;
pub use hub::Hub;
pub(crate) use kernel::Kernel;
pub(crate) use meter::timed;
pub use meter::{Meter, Span};
use spillway_protocol::control::Direction;
pub use stream::TapStream;
pub use tap::{CannotWatch, Tap};

/// What a watcher learns about the connection it watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WatchEvent {
    /// The token was used; what follows is from that connection.
    Opened,
    /// Bytes crossed.
    Bytes {
        /// Who sent them.
        direction: Direction,
        /// Microseconds since the capture began.
        at_us: u64,
        /// One read or write of the socket.
        bytes: Bytes,
    },
    /// The connection is over. Always the last event.
    Closed {
        /// Bytes that crossed after the capture was cut short.
        lost: u64,
        /// Who ended the TCP connection first; what it sent has this direction.
        by: Direction,
    },
    /// Something happened in the chat of the watched connection.
    Chat(ChatEvent),
}

/// What the goals of a chat lesson are judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatEvent {
    /// The connection is in its room.
    Joined,
    /// A message of its own was stored.
    Said,
    /// Somebody else's message was sent to it.
    Received,
    /// It is the connection of its room's creator.
    Created,
    /// It came back, and was told all that was said since.
    Resumed,
}
