//! Every bit of a frame, by name.

use super::{Damage, Frame, Item, ItemKind, TextState};
use crate::Field;
use crate::field::{hex, preview};
use crate::frame::{CloseCode, FrameHeader, LengthForm, Opcode};

impl Item {
    /// Every bit of `raw` by name: the fields follow each other without gap or overlap.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        match &self.kind {
            ItemKind::Request(head) => head.fields(),
            ItemKind::Response(head) => head.fields(),
            ItemKind::Frame(frame) => frame.fields(),
            ItemKind::Damaged(damage) => self.damaged_fields(damage),
        }
    }

    fn damaged_fields(&self, damage: &Damage) -> Vec<Field> {
        let header = match damage {
            Damage::Header { header, .. }
            | Damage::FrameCut {
                header: Some(header),
                ..
            } => Some(header),
            Damage::Head(_) | Damage::FrameCut { header: None, .. } => None,
        };
        let mut fields = header.map(FrameHeader::fields).unwrap_or_default();
        let start = header
            .map_or(0, FrameHeader::header_len)
            .min(self.raw.len());
        if start < self.raw.len() {
            let value = hex(&self.raw[start..]);
            fields.push(Field::bytes(
                "Damaged",
                start..self.raw.len(),
                value,
                damage.words(),
                damage.section(),
            ));
        }
        fields
    }
}

impl Frame {
    /// Every bit of the frame by name, as far as it is stored.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let mut fields = self.header.fields();
        let start = self.header.header_len();
        let end = start + self.payload.len();
        match (self.header.opcode, self.payload.as_slice()) {
            (_, []) => {}
            (Opcode::Close, [high, low, reason @ ..]) => {
                let code = CloseCode(u16::from_be_bytes([*high, *low]));
                let meaning = format!(
                    "{}: {}; {}",
                    code.name(),
                    code.meaning(),
                    code.sender().words()
                );
                fields.push(Field::bytes(
                    "Status code",
                    start..start + 2,
                    code.0.to_string(),
                    meaning,
                    code.section(),
                ));
                if !reason.is_empty() {
                    let meaning = "why, in words for a person who looks into it; a program must not rely on it";
                    fields.push(Field::bytes(
                        "Reason",
                        start + 2..end,
                        preview(reason),
                        meaning,
                        "RFC 6455 §7.1.6",
                    ));
                }
            }
            _ => fields.push(self.payload_field(start, end)),
        }
        fields
    }

    fn payload_field(&self, start: usize, end: usize) -> Field {
        let opcode = self.header.opcode;
        let compressed = self.header.rsv1 || self.part.is_some_and(|part| part.compressed);
        let text = !compressed && self.is_text();
        let readable = text || (opcode.is_control() && self.payload.is_ascii());
        let value = if readable {
            preview(&self.payload)
        } else {
            hex(&self.payload)
        };
        let mut meaning = match (opcode, compressed) {
            (Opcode::Ping, _) => "bytes that the pong must bring back".to_owned(),
            (Opcode::Pong, _) => "the bytes of the ping it answers".to_owned(),
            (_, true) => self.inflated_meaning(),
            _ if text => "text in UTF-8".to_owned(),
            _ => "bytes".to_owned(),
        };
        if self.header.mask.is_some() {
            meaning.push_str("; shown with the mask undone");
        }
        if self.truncated {
            meaning.push_str(&format!(
                "; only the first {} of {} bytes are kept",
                end - start,
                self.header.payload_len
            ));
        }
        Field::bytes("Payload data", start..end, value, meaning, opcode.section())
    }

    /// Whether the message is text that was checked.
    fn is_text(&self) -> bool {
        self.part
            .is_some_and(|part| !matches!(part.text, TextState::Unchecked))
    }

    fn inflated_meaning(&self) -> String {
        let compressed = "compressed data (RFC 7692)";
        let Some(inflated) = &self.inflated else {
            return compressed.to_owned();
        };
        let value = if self.is_text() {
            preview(&inflated.payload)
        } else {
            hex(&inflated.payload)
        };
        let len = inflated.len;
        let part = self
            .part
            .is_some_and(|part| !part.last || part.fragment > 1);
        let what = if part {
            "this part of it inflates"
        } else {
            "inflates"
        };
        match inflated.stop {
            None if len == 0 => format!("{compressed}, {what} to nothing"),
            None => format!("{compressed}, {what} to {len} bytes: {value}"),
            Some(stop) => format!(
                "{compressed}, {what} to {len} bytes and no further: {}",
                stop.words()
            ),
        }
    }
}

impl FrameHeader {
    /// Every bit of the header by name.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let bit = |name: &str, at: usize, set: bool, meaning: &str, section: &'static str| Field {
            name: name.to_owned(),
            bits: at..at + 1,
            value: u8::from(set).to_string(),
            meaning: meaning.to_owned(),
            section,
        };
        let rsv = |name: &str, at: usize, set: bool, meaning: &str| {
            let meaning = if set { meaning } else { "not used" };
            bit(name, at, set, meaning, "RFC 6455 §5.2")
        };
        let fin = if self.fin {
            "the last frame of its message"
        } else {
            "more frames of the message follow"
        };
        let mask = match self.mask {
            Some(_) => "the payload is masked, as a client must; the key follows",
            None => "the payload is not masked, as a server sends it",
        };
        let opcode = self.opcode;
        let mut fields = vec![
            bit("FIN", 0, self.fin, fin, "RFC 6455 §5.4"),
            rsv(
                "RSV1",
                1,
                self.rsv1,
                "set: with permessage-deflate, the message is compressed (RFC 7692)",
            ),
            rsv("RSV2", 2, self.rsv2, "set: no extension known here uses it"),
            rsv("RSV3", 3, self.rsv3, "set: no extension known here uses it"),
            Field {
                name: "Opcode".to_owned(),
                bits: 4..8,
                value: format!("0x{:X}", opcode.bits()),
                meaning: opcode.meaning().to_owned(),
                section: opcode.section(),
            },
            bit("MASK", 8, self.mask.is_some(), mask, "RFC 6455 §5.1"),
        ];
        self.length_fields(&mut fields);
        if let Some(key) = self.mask {
            let meaning = "each payload byte is XORed with one of these four, in turn";
            let end = self.header_len();
            fields.push(Field::bytes(
                "Masking-key",
                end - 4..end,
                hex(&key),
                meaning,
                "RFC 6455 §5.3",
            ));
        }
        fields
    }

    fn length_fields(&self, fields: &mut Vec<Field>) {
        let (seven, meaning) = match self.written_form() {
            LengthForm::Seven => (
                self.payload_len.to_string(),
                "the payload's length in bytes",
            ),
            LengthForm::Sixteen => ("126".to_owned(), "the length is in the next 16 bits"),
            LengthForm::SixtyFour => ("127".to_owned(), "the length is in the next 64 bits"),
        };
        fields.push(Field {
            name: "Payload len".to_owned(),
            bits: 9..16,
            value: seven,
            meaning: meaning.to_owned(),
            section: "RFC 6455 §5.2",
        });
        let extended = self.written_form().extended_len();
        if extended > 0 {
            let value = self.payload_len.to_string();
            let meaning = "the payload's length in bytes, highest byte first";
            fields.push(Field::bytes(
                "Extended payload length",
                2..2 + extended,
                value,
                meaning,
                "RFC 6455 §5.2",
            ));
        }
    }
}
