//! What RFC 6455 forbids in a frame, by name.

use thiserror::Error;

use super::CloseCode;
use crate::deflate::DeflateDamage;

/// A rule of RFC 6455 that a frame broke. The text of the error has the values; [`rule`](Self::rule) is the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Violation {
    /// RSV1, RSV2 or RSV3 without an extension that gives it a meaning.
    #[error("RSV{bit} is set, but no extension was agreed that uses it here")]
    ReservedBit {
        /// 1, 2 or 3.
        bit: u8,
    },
    /// An opcode without a meaning.
    #[error("opcode 0x{opcode:X} is reserved")]
    ReservedOpcode {
        /// The four bits.
        opcode: u8,
    },
    /// A control frame with more than 125 bytes.
    #[error("a control frame with a payload of {len} bytes")]
    ControlTooLong {
        /// The payload's length.
        len: u64,
    },
    /// A control frame without FIN.
    #[error("a control frame without FIN")]
    ControlFragmented,
    /// A length written longer than it needs to be.
    #[error("the length {len} is written in {bits} bits, but fits in fewer")]
    LengthNotMinimal {
        /// The payload's length.
        len: u64,
        /// How it was written: 16 or 64.
        bits: u8,
    },
    /// A 64-bit length whose highest bit is set. Where the frame ends cannot be told.
    #[error("the highest bit of the 64-bit length 0x{len:016X} is set")]
    LengthHighBit {
        /// The length as it was written.
        len: u64,
    },
    /// A client's frame without a mask.
    #[error("the client's frame is not masked")]
    ClientNotMasked,
    /// A server's frame with a mask.
    #[error("the server's frame is masked")]
    ServerMasked,
    /// A continuation when no message is open.
    #[error("a continuation, but no message has begun")]
    ContinuationWithoutStart,
    /// A text or binary frame while a message is open.
    #[error("a new message begins, but message {open} has not ended")]
    MessageNotFinished {
        /// The number of the open message.
        open: u64,
    },
    /// A data frame after this end sent its close frame.
    #[error("a data frame after the close frame")]
    DataAfterClose,
    /// A byte in a text message that UTF-8 does not allow there.
    #[error("byte 0x{byte:02X} cannot stand here in UTF-8")]
    TextNotUtf8 {
        /// The byte, unmasked.
        byte: u8,
    },
    /// A text message that ends inside a character.
    #[error("the text ends inside a character that lacks {missing} more bytes")]
    TextCutOff {
        /// How many bytes the character lacks.
        missing: u8,
    },
    /// A close payload of one byte.
    #[error("a close payload of one byte: a code needs two")]
    ClosePayloadOneByte,
    /// A close code that is for applications only.
    #[error("close code {code} is never sent")]
    CloseCodeNeverSent {
        /// 1005, 1006 or 1015.
        code: u16,
    },
    /// A close code without a meaning.
    #[error("close code {code} has no meaning that may be sent")]
    CloseCodeUnassigned {
        /// The code.
        code: u16,
    },
    /// A close reason that is not UTF-8.
    #[error("the close reason is not UTF-8")]
    CloseReasonNotUtf8,
    /// A compressed message that cannot be inflated.
    #[error("the payload is not what deflate gives: {damage}")]
    NotDeflate {
        /// What is wrong with it.
        damage: DeflateDamage,
    },
}

impl Violation {
    /// The rule that was broken, in plain words.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::ReservedBit { .. } => {
                "RSV1-3 must be 0 unless an extension was agreed that gives them a meaning"
            }
            Self::ReservedOpcode { .. } => "an opcode that is not known fails the connection",
            Self::ControlTooLong { .. } => "a control frame carries at most 125 bytes",
            Self::ControlFragmented => "a control frame must not be fragmented",
            Self::LengthNotMinimal { .. } => {
                "a length must be written in the fewest bytes that hold it"
            }
            Self::LengthHighBit { .. } => "the highest bit of a 64-bit length must be 0",
            Self::ClientNotMasked => {
                "a client must mask every frame; the server must close on one that is not"
            }
            Self::ServerMasked => {
                "a server must not mask; the client must close on a frame that is"
            }
            Self::ContinuationWithoutStart => {
                "a continuation needs a message that an earlier frame began"
            }
            Self::MessageNotFinished { .. } => {
                "fragments of one message must not be mixed with another message"
            }
            Self::DataAfterClose => "after its close frame an end sends no more data",
            Self::TextNotUtf8 { .. } | Self::TextCutOff { .. } => {
                "a text message must be valid UTF-8 as a whole"
            }
            Self::ClosePayloadOneByte => {
                "a close payload is empty, or begins with a code of two bytes"
            }
            Self::CloseCodeNeverSent { .. } => {
                "1005, 1006 and 1015 are for an application to hear, never for the wire"
            }
            Self::CloseCodeUnassigned { .. } => {
                "a close frame carries a code that is defined, or 3000-4999"
            }
            Self::CloseReasonNotUtf8 => "a close reason must be UTF-8",
            Self::NotDeflate { .. } => {
                "a message with RSV1 set is what deflate gives, as both ends agreed"
            }
        }
    }

    /// Where the rule stands.
    #[must_use]
    pub const fn section(&self) -> &'static str {
        match self {
            Self::ReservedBit { .. }
            | Self::ReservedOpcode { .. }
            | Self::LengthNotMinimal { .. }
            | Self::LengthHighBit { .. } => "RFC 6455 §5.2",
            Self::ControlTooLong { .. } | Self::ControlFragmented => "RFC 6455 §5.5",
            Self::ClientNotMasked | Self::ServerMasked => "RFC 6455 §5.1",
            Self::ContinuationWithoutStart | Self::MessageNotFinished { .. } => "RFC 6455 §5.4",
            Self::DataAfterClose | Self::ClosePayloadOneByte | Self::CloseReasonNotUtf8 => {
                "RFC 6455 §5.5.1"
            }
            Self::TextNotUtf8 { .. } | Self::TextCutOff { .. } => "RFC 6455 §8.1",
            Self::CloseCodeNeverSent { .. } => "RFC 6455 §7.4.1",
            Self::CloseCodeUnassigned { .. } => "RFC 6455 §7.4.2",
            Self::NotDeflate { damage } => damage.section(),
        }
    }

    /// The code with which the other end fails the connection.
    #[must_use]
    pub const fn answer(&self) -> CloseCode {
        match self {
            Self::TextNotUtf8 { .. }
            | Self::TextCutOff { .. }
            | Self::CloseReasonNotUtf8
            | Self::NotDeflate { .. } => CloseCode(1007),
            _ => CloseCode(1002),
        }
    }
}

/// A violation and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// The rule that was broken.
    pub violation: Violation,
    /// The byte where it shows, counted from the first byte of the frame (of the payload in
    /// [`ClosePayload::parse`](super::ClosePayload::parse)). In a truncated frame it may lie beyond what is stored.
    /// Of a compressed message it is the byte on the wire that inflates to what is wrong.
    pub offset: u64,
}
