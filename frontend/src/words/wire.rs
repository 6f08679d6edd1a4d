//! What the wire view says.

use std::ops::Range;

use spillway_websocket::{Field, Inflated, ItemKind};

use super::number::{exact, seconds};
use crate::model::wire::{Entry, Row, WireLog};

/// Where a section of an RFC can be read.
#[must_use]
pub fn rfc_address(section: &str) -> Option<String> {
    let (number, part) = section.strip_prefix("RFC ")?.split_once(" §")?;
    Some(format!(
        "https://www.rfc-editor.org/rfc/rfc{number}#section-{part}"
    ))
}

/// A field's name as part of a test id: `payload-len`.
#[must_use]
pub fn slug(name: &str) -> String {
    name.to_ascii_lowercase().replace(' ', "-")
}

/// All bytes as one run of hex digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What stands above an item's bytes.
#[must_use]
pub fn caption(entry: &Entry) -> String {
    let row = Row::of(entry);
    let at = seconds(entry.item.at_us);
    let name = match &entry.item.kind {
        ItemKind::Request(_) => "upgrade request".to_owned(),
        ItemKind::Response(_) => "answer to the upgrade".to_owned(),
        ItemKind::Frame(_) => format!("{} frame", row.tag.name()),
        ItemKind::Damaged(_) => "damaged bytes".to_owned(),
    };
    let made_of = match &entry.item.kind {
        ItemKind::Frame(frame) => format!(
            " = {} header + {} payload",
            frame.header.header_len(),
            exact(frame.header.payload_len)
        ),
        ItemKind::Request(_) | ItemKind::Response(_) | ItemKind::Damaged(_) => String::new(),
    };
    let bytes = exact(row.bytes);
    let direction = row.direction_words();
    format!("{name} {direction} · {at} s · {bytes} bytes{made_of}")
}

/// What an item is called aloud.
#[must_use]
pub fn row_aloud(row: &Row) -> String {
    let direction = row.direction_words().trim_start_matches(['→', '←', ' ']);
    let name = row.tag.name();
    let bytes = row.bytes;
    let preview = &row.preview;
    format!("{name} {direction}, {bytes} bytes: {preview}")
}

/// What is missing from the list, in words.
#[must_use]
pub fn missing(log: &WireLog) -> Vec<String> {
    let mut words = Vec::new();
    if log.let_go() > 0 {
        let count = exact(log.let_go());
        words.push(format!("{count} older rows were let go to save memory"));
    }
    if log.lost() > 0 {
        let count = exact(log.lost());
        words.push(format!(
            "{count} bytes crossed faster than they could be shown and are missing here"
        ));
    }
    words
}

/// Where bits are in an item: `bit 0`, `bits 4–7`, `byte 1`, `bytes 2–5`.
#[must_use]
pub fn place(bits: &Range<usize>) -> String {
    let whole = bits.start.is_multiple_of(8) && bits.end.is_multiple_of(8);
    let (name, first, end) = if whole {
        ("byte", bits.start / 8, bits.end / 8)
    } else {
        ("bit", bits.start, bits.end)
    };
    if end <= first + 1 {
        return format!("{name} {first}");
    }
    format!("{name}s {first}–{}", end - 1)
}

/// What is pointed at, in words: the fields that it touches.
#[must_use]
pub fn pointed_words(fields: &[Field], bits: &Range<usize>) -> String {
    let touched = fields.iter().filter(|field| overlap(&field.bits, bits));
    let names: Vec<&str> = touched.clone().map(|field| field.name.as_str()).collect();
    let mut words = place(bits);
    words.push_str(": ");
    words.push_str(&names.join(", "));
    // Of one field there is room to say what it means.
    let mut touched = touched;
    if let (Some(field), None) = (touched.next(), touched.next()) {
        words.push_str(&format!(" = {}, {}", field.value, field.meaning));
    }
    words
}

/// What a payload inflates to: `5 bytes, from 7 on the wire (0.7 bytes for each)`.
#[must_use]
pub fn inflated_words(inflated: &Inflated, compressed: u64) -> String {
    let mut words = format!(
        "{} bytes on the wire inflate to {}",
        exact(compressed),
        exact(inflated.len)
    );
    let (crossed, whole) = (inflated.message_compressed, inflated.message_len);
    if let Some(tenths) = (whole * 10 + crossed / 2).checked_div(crossed) {
        words.push_str(&format!(
            ": {}.{} for each byte of the message",
            exact(tenths / 10),
            tenths % 10
        ));
    }
    if let Some(stop) = &inflated.stop {
        words.push_str("; then it stops: ");
        words.push_str(&stop.words());
    }
    words
}

/// Whether two runs of bits share one.
#[must_use]
pub const fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

/// What lights up with a byte: the first two light their bits, each other byte its field.
#[must_use]
pub fn bits_of_byte(fields: &[Field], at: usize, in_frame: bool) -> Range<usize> {
    let byte = at * 8..at * 8 + 8;
    if in_frame && at < 2 {
        return byte;
    }
    let field = fields.iter().find(|field| overlap(&field.bits, &byte));
    field.map_or(byte, |field| field.bits.clone())
}

#[cfg(test)]
mod tests {
    use spillway_websocket::{FrameHeader, Opcode};

    use super::*;

    #[test]
    fn a_section_leads_to_its_place_in_the_rfc() {
        let address = rfc_address("RFC 6455 §5.5.1").expect("an address");
        assert!(address.ends_with("/rfc6455#section-5.5.1"));
        assert_eq!(rfc_address("nowhere"), None);
    }

    #[test]
    fn a_byte_lights_its_whole_field() {
        let fields = FrameHeader::new(Opcode::Text, 5)
            .masked([1, 2, 3, 4])
            .fields();
        assert_eq!(bits_of_byte(&fields, 0, true), 0..8);
        assert_eq!(bits_of_byte(&fields, 3, true), 16..48);
        assert_eq!(bits_of_byte(&fields, 9, true), 72..80);
    }

    #[test]
    fn a_place_is_told_in_bytes_where_it_can_be() {
        assert_eq!(place(&(0..1)), "bit 0");
        assert_eq!(place(&(4..8)), "bits 4–7");
        assert_eq!(place(&(8..16)), "byte 1");
        assert_eq!(place(&(16..48)), "bytes 2–5");
        let fields = FrameHeader::new(Opcode::Text, 5)
            .masked([1, 2, 3, 4])
            .fields();
        assert!(pointed_words(&fields, &(0..1)).starts_with("bit 0: FIN = 1, "));
        let both = pointed_words(&fields, &(8..16));
        assert_eq!(both, "byte 1: MASK, Payload len");
    }

    #[test]
    fn what_inflates_is_told_with_its_ratio() {
        let inflated = Inflated {
            len: 1_000,
            message_compressed: 40,
            message_len: 1_000,
            ..Inflated::default()
        };
        let words = inflated_words(&inflated, 40);
        assert_eq!(
            words,
            format!(
                "40 bytes on the wire inflate to {}: 25.0 for each byte of the message",
                exact(1_000)
            )
        );
    }

    #[test]
    fn bytes_are_two_digits_each() {
        assert_eq!(hex(&[0x81, 0xa7, 0x03]), "81a703");
        assert_eq!(slug("Payload len"), "payload-len");
    }
}
