//! The first 2 to 14 bytes of a frame.

use super::{Opcode, apply_mask};

/// How a frame's length is written (RFC 6455 §5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LengthForm {
    /// In the seven bits beside MASK: up to 125.
    Seven,
    /// 126 in the seven bits, then 16 more: up to 65,535.
    Sixteen,
    /// 127 in the seven bits, then 64 more.
    SixtyFour,
}

impl LengthForm {
    /// The shortest form that holds a length, the only one the RFC allows.
    #[must_use]
    pub const fn shortest(len: u64) -> Self {
        match len {
            0..=125 => Self::Seven,
            126..=0xFFFF => Self::Sixteen,
            _ => Self::SixtyFour,
        }
    }

    /// How many bytes of extended length follow the first two bytes.
    #[must_use]
    pub const fn extended_len(self) -> usize {
        match self {
            Self::Seven => 0,
            Self::Sixteen => 2,
            Self::SixtyFour => 8,
        }
    }
}

/// A frame without its payload. Every value can be written, the illegal ones too: that is what the workbench is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FrameHeader {
    /// Whether this frame is the last of its message.
    pub fin: bool,
    /// First reserved bit; permessage-deflate uses it.
    pub rsv1: bool,
    /// Second reserved bit.
    pub rsv2: bool,
    /// Third reserved bit.
    pub rsv3: bool,
    /// What the frame is.
    pub opcode: Opcode,
    /// The masking key; its presence is the MASK bit.
    pub mask: Option<[u8; 4]>,
    /// How the length is written. Where the length does not fit, the shortest form that holds it is written.
    pub length_form: LengthForm,
    /// The length of the payload that follows.
    pub payload_len: u64,
}

impl FrameHeader {
    /// The longest header: two bytes, a 64-bit length and a key.
    pub const MAX_LEN: usize = 14;

    /// A lawful header: FIN set, no reserved bit, unmasked, the length in its shortest form.
    #[must_use]
    pub const fn new(opcode: Opcode, payload_len: u64) -> Self {
        Self {
            fin: true,
            rsv1: false,
            rsv2: false,
            rsv3: false,
            opcode,
            mask: None,
            length_form: LengthForm::shortest(payload_len),
            payload_len,
        }
    }

    /// The same header with a masking key.
    #[must_use]
    pub const fn masked(self, key: [u8; 4]) -> Self {
        Self {
            mask: Some(key),
            ..self
        }
    }

    /// The same header without FIN: more frames of the message follow.
    #[must_use]
    pub const fn unfinished(self) -> Self {
        Self { fin: false, ..self }
    }

    /// How many bytes a header has that starts with `bytes`: 2 as long as fewer are known.
    #[must_use]
    pub const fn needed(bytes: &[u8]) -> usize {
        let &[_, second, ..] = bytes else {
            return 2;
        };
        let key = if second & 0x80 == 0 { 0 } else { 4 };
        2 + length_form(second).extended_len() + key
    }

    /// Reads the header at the start of `bytes`; `None` until all of it is there. Any header can be read: ask
    /// [`faults`](Self::faults) whether it is lawful.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.get(..Self::needed(bytes))?;
        let (&[first, second], rest) = bytes.split_first_chunk::<2>()?;
        let length_form = length_form(second);
        let (extended, key) = rest.split_at_checked(length_form.extended_len())?;
        let payload_len = match length_form {
            LengthForm::Seven => u64::from(second & 0x7F),
            LengthForm::Sixteen | LengthForm::SixtyFour => extended
                .iter()
                .fold(0, |len, &byte| len << 8 | u64::from(byte)),
        };
        Some(Self {
            fin: first & 0x80 != 0,
            rsv1: first & 0x40 != 0,
            rsv2: first & 0x20 != 0,
            rsv3: first & 0x10 != 0,
            opcode: Opcode::from_bits(first),
            mask: key.first_chunk::<4>().copied(),
            length_form,
            payload_len,
        })
    }

    /// The form the length is written in: the wanted one, or a longer one if it needs that.
    #[must_use]
    pub fn written_form(&self) -> LengthForm {
        self.length_form.max(LengthForm::shortest(self.payload_len))
    }

    /// How many bytes the header has.
    #[must_use]
    pub fn header_len(&self) -> usize {
        2 + self.written_form().extended_len() + if self.mask.is_some() { 4 } else { 0 }
    }

    /// The header's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let bit = |set: bool, place: u8| u8::from(set) << place;
        let first = bit(self.fin, 7)
            | bit(self.rsv1, 6)
            | bit(self.rsv2, 5)
            | bit(self.rsv3, 4)
            | self.opcode.bits();
        let form = self.written_form();
        let length = self.payload_len.to_be_bytes();
        let seven = match form {
            LengthForm::Seven => length[7],
            LengthForm::Sixteen => 126,
            LengthForm::SixtyFour => 127,
        };
        let mut bytes = Vec::with_capacity(Self::MAX_LEN);
        bytes.extend([first, bit(self.mask.is_some(), 7) | seven]);
        bytes.extend_from_slice(&length[8 - form.extended_len()..]);
        bytes.extend(self.mask.iter().flatten());
        bytes
    }

    /// Header and payload, masked if the header has a key. The length is written as the header has it, whatever
    /// the payload's own length is.
    #[must_use]
    pub fn encode_frame(&self, payload: &[u8]) -> Vec<u8> {
        let mut bytes = self.encode();
        let start = bytes.len();
        bytes.extend_from_slice(payload);
        if let Some(key) = self.mask {
            apply_mask(&mut bytes[start..], key, 0);
        }
        bytes
    }
}

/// What the seven bits say of how the length is written.
const fn length_form(second: u8) -> LengthForm {
    match second & 0x7F {
        126 => LengthForm::Sixteen,
        127 => LengthForm::SixtyFour,
        _ => LengthForm::Seven,
    }
}

#[cfg(test)]
mod tests {
    use super::{FrameHeader, LengthForm};
    use crate::frame::{Endpoint, Opcode, Violation};

    fn check(header: FrameHeader, bytes: &[u8]) {
        assert_eq!(header.encode(), bytes);
        assert_eq!(FrameHeader::parse(bytes), Some(header));
        assert_eq!(header.header_len(), bytes.len());
        for cut in 0..bytes.len() {
            assert_eq!(FrameHeader::parse(&bytes[..cut]), None, "cut at {cut}");
        }
    }

    #[test]
    fn lengths_are_written_as_the_rfc_shows() {
        check(
            FrameHeader::new(Opcode::Binary, 256),
            &[0x82, 0x7E, 0x01, 0x00],
        );
        check(
            FrameHeader::new(Opcode::Binary, 65_536),
            &[0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0],
        );
    }

    #[test]
    fn lengths_change_their_form_at_126_and_65536() {
        check(FrameHeader::new(Opcode::Binary, 125), &[0x82, 125]);
        check(FrameHeader::new(Opcode::Binary, 126), &[0x82, 126, 0, 126]);
        check(
            FrameHeader::new(Opcode::Binary, 65_535),
            &[0x82, 126, 0xFF, 0xFF],
        );
    }

    #[test]
    fn a_masked_header_carries_its_key() {
        let header = FrameHeader::new(Opcode::Text, 5).masked([0x37, 0xfa, 0x21, 0x3d]);
        check(header, &[0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d]);
        let long = FrameHeader::new(Opcode::Text, 65_536).masked([1, 2, 3, 4]);
        assert_eq!(long.header_len(), FrameHeader::MAX_LEN);
    }

    #[test]
    fn unlawful_headers_can_be_written_and_read() {
        let header = FrameHeader {
            rsv1: true,
            rsv3: true,
            length_form: LengthForm::SixtyFour,
            ..FrameHeader::new(Opcode::Reserved(0xB), 5).unfinished()
        };
        check(header, &[0x5B, 0x7F, 0, 0, 0, 0, 0, 0, 0, 5]);
    }

    #[test]
    fn a_form_too_short_for_its_length_is_lengthened() {
        let header = FrameHeader {
            length_form: LengthForm::Seven,
            ..FrameHeader::new(Opcode::Binary, 300)
        };
        assert_eq!(header.encode(), [0x82, 0x7E, 0x01, 0x2C]);
    }

    fn check_faults(header: FrameHeader, from: Endpoint, expected: &[(Violation, u64)]) {
        let faults: Vec<_> = header
            .faults(from, false)
            .iter()
            .map(|it| (it.violation, it.offset))
            .collect();
        assert_eq!(faults, expected);
    }

    #[test]
    fn a_lawful_header_has_no_fault() {
        check_faults(FrameHeader::new(Opcode::Text, 5), Endpoint::Server, &[]);
        check_faults(
            FrameHeader::new(Opcode::Ping, 125).masked([0; 4]),
            Endpoint::Client,
            &[],
        );
    }

    #[test]
    fn each_broken_rule_is_named_at_its_byte() {
        let text = FrameHeader::new(Opcode::Text, 5);
        check_faults(text, Endpoint::Client, &[(Violation::ClientNotMasked, 1)]);
        check_faults(
            text.masked([0; 4]),
            Endpoint::Server,
            &[(Violation::ServerMasked, 1)],
        );
        let server =
            |header: FrameHeader, expected: &[_]| check_faults(header, Endpoint::Server, expected);
        server(
            FrameHeader { rsv2: true, ..text },
            &[(Violation::ReservedBit { bit: 2 }, 0)],
        );
        server(
            FrameHeader::new(Opcode::Reserved(3), 0),
            &[(Violation::ReservedOpcode { opcode: 3 }, 0)],
        );
        server(
            FrameHeader::new(Opcode::Ping, 126),
            &[(Violation::ControlTooLong { len: 126 }, 1)],
        );
        server(
            FrameHeader::new(Opcode::Ping, 1).unfinished(),
            &[(Violation::ControlFragmented, 0)],
        );
        server(
            FrameHeader {
                length_form: LengthForm::Sixteen,
                ..text
            },
            &[(Violation::LengthNotMinimal { len: 5, bits: 16 }, 2)],
        );
        server(
            FrameHeader::new(Opcode::Binary, 1 << 63),
            &[(Violation::LengthHighBit { len: 1 << 63 }, 2)],
        );
    }

    #[test]
    fn rsv1_is_lawful_only_where_it_was_agreed_and_only_at_the_start_of_a_message() {
        let compressed = |opcode| FrameHeader {
            rsv1: true,
            ..FrameHeader::new(opcode, 5)
        };
        assert_eq!(
            compressed(Opcode::Text)
                .faults(Endpoint::Server, false)
                .len(),
            1
        );
        assert_eq!(compressed(Opcode::Text).faults(Endpoint::Server, true), []);
        assert_eq!(
            compressed(Opcode::Continuation)
                .faults(Endpoint::Server, true)
                .len(),
            1
        );
        assert_eq!(
            compressed(Opcode::Ping)
                .faults(Endpoint::Server, true)
                .len(),
            1
        );
    }
}
