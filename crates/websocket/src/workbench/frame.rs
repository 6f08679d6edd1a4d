//! A frame to be sent, lawful or not.

use crate::frame::{FrameHeader, LengthForm, Opcode};

/// A frame by its fields. Every bit of it can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameDraft {
    /// Whether it is the last of its message.
    pub fin: bool,
    /// RSV1, RSV2 and RSV3.
    pub reserved: [bool; 3],
    /// What it is.
    pub opcode: Opcode,
    /// The masking key; `None`: unmasked.
    pub key: Option<[u8; 4]>,
    /// How the length is written; `None`: in the shortest form.
    pub form: Option<LengthForm>,
    /// The length that the header tells; `None`: the true one.
    pub length: Option<u64>,
    /// The payload, before the mask.
    pub payload: Payload,
}

/// A payload, written so that it can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// These bytes.
    Bytes(Vec<u8>),
    /// One byte many times.
    Fill {
        /// The byte.
        byte: u8,
        /// How often.
        count: u32,
    },
    /// A close code and a reason.
    Close {
        /// The code, lawful or not.
        code: u16,
        /// The reason, UTF-8 or not.
        reason: Vec<u8>,
    },
    /// What permessage-deflate makes of these bytes, at most 65,535, without making them smaller: a stored block.
    Deflate(Vec<u8>),
}

impl FrameDraft {
    /// The key of a frame that names no other: the one of RFC 6455's examples.
    pub const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

    /// A lawful frame of a client.
    #[must_use]
    pub const fn new(opcode: Opcode, payload: Payload) -> Self {
        Self {
            fin: true,
            reserved: [false; 3],
            opcode,
            key: Some(Self::KEY),
            form: None,
            length: None,
            payload,
        }
    }

    /// The header as it will be sent.
    #[must_use]
    pub fn header(&self) -> FrameHeader {
        let [rsv1, rsv2, rsv3] = self.reserved;
        let payload_len = self.length.unwrap_or(self.payload.len() as u64);
        FrameHeader {
            fin: self.fin,
            rsv1,
            rsv2,
            rsv3,
            opcode: self.opcode,
            mask: self.key,
            length_form: self.form.unwrap_or(LengthForm::Seven),
            payload_len,
        }
    }

    /// The frame's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.header().encode_frame(&self.payload.bytes())
    }
}

impl Payload {
    /// The payload's bytes, unmasked.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes.clone(),
            Self::Fill { byte, count } => vec![*byte; *count as usize],
            Self::Close { code, reason } => [&code.to_be_bytes()[..], reason].concat(),
            Self::Deflate(bytes) => stored(bytes),
        }
    }

    /// How many bytes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Fill { count, .. } => *count as usize,
            Self::Close { reason, .. } => 2 + reason.len(),
            Self::Deflate(bytes) => bytes.len().min(MOST_STORED) + 6,
        }
    }

    /// Whether it has no byte.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A stored block of deflate, and the beginning of the empty one that a message ends in (RFC 7692 §7.2.3.3).
fn stored(bytes: &[u8]) -> Vec<u8> {
    let bytes = &bytes[..bytes.len().min(MOST_STORED)];
    let len = bytes.len() as u16;
    let mut block = vec![0];
    block.extend_from_slice(&len.to_le_bytes());
    block.extend_from_slice(&(!len).to_le_bytes());
    block.extend_from_slice(bytes);
    block.push(0);
    block
}

/// Most bytes of a stored block.
pub(super) const MOST_STORED: usize = 0xFFFF;

#[cfg(test)]
mod tests {
    use super::{FrameDraft, Payload};
    use crate::frame::{LengthForm, Opcode};

    #[test]
    fn a_frame_is_what_its_fields_say() {
        let hello = FrameDraft::new(Opcode::Text, Payload::Bytes(b"Hello".to_vec()));
        // RFC 6455 §5.7.
        let masked = [
            0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58,
        ];
        assert_eq!(hello.encode(), masked);
        let odd = FrameDraft {
            fin: false,
            reserved: [false, true, false],
            key: None,
            form: Some(LengthForm::Sixteen),
            length: Some(9),
            ..hello
        };
        assert_eq!(odd.encode(), b"\x21\x7e\x00\x09Hello");
    }

    #[test]
    fn a_payload_knows_its_length() {
        for payload in [
            Payload::Bytes(vec![1; 3]),
            Payload::Fill { byte: 7, count: 9 },
            Payload::Close {
                code: 1005,
                reason: b"no".to_vec(),
            },
            Payload::Deflate(b"Hello".to_vec()),
        ] {
            assert_eq!(payload.bytes().len(), payload.len());
        }
    }
}
