//! One frame: its header, its mask, what it closes with, and what the RFC forbids.

mod close;
mod faults;
mod header;
mod mask;
mod opcode;
mod utf8;
mod violation;

pub use close::{CloseCode, ClosePayload, CloseSender};
pub use header::{FrameHeader, LengthForm};
pub use mask::apply_mask;
pub use opcode::Opcode;
pub use utf8::Utf8Check;
pub use violation::{Fault, Violation};

/// Which end of the connection sent the bytes. Only a client masks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// The end that asked for the upgrade, usually a browser.
    Client,
    /// The end that answered it.
    Server,
}

impl Endpoint {
    /// The end across from it.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}
