//! What a dissector gives out.

use super::{Inflated, MessagePart};
use crate::frame::{ClosePayload, Fault, FrameHeader, Opcode};
use crate::handshake::{HeadFault, RequestHead, ResponseHead};

/// One whole thing that crossed: a head, a frame, or what could not be made out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// When its first byte came.
    pub at_us: u64,
    /// When its last byte came.
    pub until_us: u64,
    /// Stream offset of its first byte.
    pub offset: u64,
    /// Its bytes as they crossed; of a truncated frame only those that are stored.
    pub raw: Vec<u8>,
    /// What it is.
    pub kind: ItemKind,
}

/// What an item is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemKind {
    /// The client's half of the handshake.
    Request(RequestHead),
    /// The server's half of the handshake.
    Response(ResponseHead),
    /// A frame, lawful or not.
    Frame(Frame),
    /// Bytes that could not be made out; nothing after them can be, and the dissector stops.
    Damaged(Damage),
}

/// A frame with its payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Its first 2 to 14 bytes; the true length of the payload is here.
    pub header: FrameHeader,
    /// The payload, unmasked, as far as it is stored.
    pub payload: Vec<u8>,
    /// Whether less of the payload is stored than there was.
    pub truncated: bool,
    /// Every rule it breaks, and where. Offsets count from the frame's first byte.
    pub faults: Vec<Fault>,
    /// The message it is a part of; none for control frames and for a continuation of nothing.
    pub part: Option<MessagePart>,
    /// What its payload inflates to, when its message is compressed and that was agreed on.
    pub inflated: Option<Inflated>,
}

impl Frame {
    /// What a close frame says; `None` for other frames.
    #[must_use]
    pub fn close(&self) -> Option<ClosePayload> {
        (self.header.opcode == Opcode::Close).then(|| ClosePayload::parse(&self.payload).0)
    }
}

/// Why bytes could not be made out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Damage {
    /// The head is not one, is too long, or never ended.
    Head(HeadFault),
    /// The header breaks a rule so that the end of the frame cannot be told.
    Header {
        /// The header.
        header: FrameHeader,
        /// Every rule it breaks, and where.
        faults: Vec<Fault>,
    },
    /// The stream ended inside a frame.
    FrameCut {
        /// The header, if at least that came.
        header: Option<FrameHeader>,
        /// Bytes of the payload that are missing; 0 when the header itself is not whole.
        missing: u64,
        /// Every rule that what came of it breaks, and where.
        faults: Vec<Fault>,
    },
}

impl Damage {
    /// The byte that shows it, counted from the start of the item; `raw_len` is the length of the item's `raw`.
    #[must_use]
    pub fn at(&self, raw_len: usize) -> u64 {
        match self {
            Self::Head(fault) => fault.at as u64,
            Self::Header { faults, .. } => faults.last().map_or(0, |fault| fault.offset),
            Self::FrameCut { .. } => raw_len as u64,
        }
    }

    /// What is wrong, with the values.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Head(fault) => fault.error.to_string(),
            Self::Header { faults, .. } => {
                let words: Vec<String> = faults
                    .iter()
                    .map(|fault| fault.violation.to_string())
                    .collect();
                words.join("; ")
            }
            Self::FrameCut { header: None, .. } => {
                "the stream ended inside a frame's header".to_owned()
            }
            Self::FrameCut { missing, .. } => {
                format!("the stream ended inside a frame whose payload lacks {missing} bytes")
            }
        }
    }

    /// Where the rule stands.
    #[must_use]
    pub fn section(&self) -> &'static str {
        match self {
            Self::Head(fault) => fault.error.section(),
            Self::Header { faults, .. } => faults
                .last()
                .map_or("RFC 6455 §5.2", |fault| fault.violation.section()),
            Self::FrameCut { .. } => "RFC 6455 §7.1.7",
        }
    }
}
