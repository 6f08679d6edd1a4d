//! What the panel below the rows shows of one item.

use spillway_websocket::{Field, Frame, Opcode};

/// One bit of a frame's first two bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bit {
    /// Its place in the frame, from 0.
    pub at: usize,
    /// Its value.
    pub set: bool,
    /// What stands below it; empty where the bits before it say it all.
    pub label: String,
    /// The tint of its field.
    pub tint: &'static str,
}

/// One byte of a payload, before and after the mask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its place in the frame.
    pub at: usize,
    /// As it crossed.
    pub wire: u8,
    /// The byte of the key it is combined with; absent without a mask.
    pub mask: Option<u8>,
    /// As it was meant.
    pub plain: u8,
    /// As a letter, where it is one by itself.
    pub letter: Option<char>,
}

/// The sixteen bits of a frame's first two bytes, with their names.
#[must_use]
pub fn bits(raw: &[u8]) -> Vec<Bit> {
    const LABELS: [&str; 16] = [
        "FIN", "RSV1", "RSV2", "RSV3", "op", "code", "", "", "MASK", "len", "", "", "", "", "", "",
    ];
    let length = raw.get(1).map_or(0, |byte| byte & 0x7F);
    let both = raw.iter().take(2).enumerate();
    let each = both.flat_map(|(byte, value)| (0..8).map(move |bit| (byte * 8 + bit, value)));
    each.map(|(at, value)| Bit {
        at,
        set: value & (0x80 >> (at % 8)) != 0,
        label: match at {
            10 => format!("={length}"),
            _ => LABELS[at].to_owned(),
        },
        tint: match at {
            0 | 4..8 => "a",
            8..16 => "b",
            _ => "plain",
        },
    })
    .collect()
}

/// The tint of a field: neighbours differ, and the same field looks the same in every frame.
#[must_use]
pub fn tint(field: &Field) -> &'static str {
    match field.name.as_str() {
        "FIN" | "RSV1" | "RSV2" | "RSV3" | "Opcode" => "a",
        "MASK" | "Payload len" | "Extended payload length" => "b",
        "Masking-key" | "Status code" => "c",
        _ => "d",
    }
}

/// The first `most` bytes of a payload with the mask undone.
#[must_use]
pub fn unmasking(frame: &Frame, raw: &[u8], most: usize) -> Vec<Column> {
    let start = frame.header.header_len();
    // Deflated bytes and a code mean no letters, whatever they look like.
    let dumb = match (frame.part, frame.header.opcode) {
        (Some(part), _) if part.compressed || part.opcode == Opcode::Binary => usize::MAX,
        (_, Opcode::Close) => 2,
        _ => 0,
    };
    let pairs = raw.iter().skip(start).zip(&frame.payload);
    let column = |(index, (&wire, &plain)): (usize, (&u8, &u8))| Column {
        at: start + index,
        wire,
        mask: frame.header.mask.map(|key| key[index % 4]),
        plain,
        letter: (index >= dumb && (plain.is_ascii_graphic() || plain == b' '))
            .then(|| char::from(plain)),
    };
    pairs.take(most).enumerate().map(column).collect()
}
