//! What crosses a watched connection, as the goals and the questions of lessons see it.

mod crossing;
mod property;
#[cfg(test)]
mod tests;
mod what;

use spillway_websocket::{Endpoint, FrameHeader};

pub use crossing::Crossing;
pub use what::wire_table;
pub(crate) use what::{Amount, What};

/// One whole thing that crossed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WireEvent {
    /// Who sent it.
    pub from: Endpoint,
    /// How many bytes of its sender crossed before it.
    pub offset: u64,
    /// Which of the things that crossed it is, from 1.
    pub seq: u64,
    /// What it is.
    pub thing: WireThing,
}

/// What crossed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WireThing {
    /// The client's half of the handshake.
    Request {
        /// Its length.
        bytes: u64,
        /// It offers permessage-deflate.
        deflate: bool,
    },
    /// The server's half of the handshake.
    Answer {
        /// Its length.
        bytes: u64,
        /// The status.
        status: u16,
        /// It agrees to permessage-deflate.
        deflate: bool,
    },
    /// A frame, lawful or not.
    Frame(WireFrame),
    /// Its sender ended the TCP connection, before the other side did.
    End,
}

/// What is judged of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WireFrame {
    /// Its header; how long the payload is, is there.
    pub header: FrameHeader,
    /// The code of a Close frame that has one.
    pub code: Option<u16>,
    /// Bytes that its payload inflates to, when it is compressed and that was agreed on.
    pub inflated: Option<u64>,
    /// It breaks no rule.
    pub lawful: bool,
}
