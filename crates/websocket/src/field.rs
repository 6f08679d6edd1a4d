//! What the bits panel shows: one named run of bits.

use std::fmt::Write;
use std::ops::Range;

/// One named run of bits of an item, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The RFC's own name, or a header's name as it was sent.
    pub name: String,
    /// Where it is, in bits from the start of the item's `raw`. Bit 0 is the highest bit of the first byte, as
    /// in the RFC's drawings. The fields of an item follow each other without gap or overlap.
    pub bits: Range<usize>,
    /// The value as it is best read: a digit, a number, hex, or text.
    pub value: String,
    /// What the value means, in plain words.
    pub meaning: String,
    /// Where the RFC speaks of it, as in "RFC 6455 §5.2".
    pub section: &'static str,
}

impl Field {
    /// A field over whole bytes.
    pub(crate) fn bytes(
        name: &str,
        bytes: Range<usize>,
        value: String,
        meaning: impl Into<String>,
        section: &'static str,
    ) -> Self {
        Self {
            name: name.to_owned(),
            bits: bytes.start * 8..bytes.end * 8,
            value,
            meaning: meaning.into(),
            section,
        }
    }

    /// The bytes this field touches, first to last, within the item's `raw`.
    #[must_use]
    pub const fn byte_range(&self) -> Range<usize> {
        self.bits.start / 8..self.bits.end.div_ceil(8)
    }
}

/// All bytes as hex pairs without a gap.
pub(crate) fn hex_all(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Bytes as hex pairs, at most `PREVIEW` of them.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (at, byte) in bytes.iter().take(PREVIEW).enumerate() {
        let gap = if at == 0 { "" } else { " " };
        // Writing into a String cannot fail.
        let _ = write!(text, "{gap}{byte:02x}");
    }
    if bytes.len() > PREVIEW {
        text.push_str(" …");
    }
    text
}

/// Bytes as text, at most `PREVIEW` of them; what is not UTF-8 becomes U+FFFD.
pub(crate) fn preview(bytes: &[u8]) -> String {
    let mut end = bytes.len().min(PREVIEW);
    // A preview must not make a broken character out of a whole one.
    while end < bytes.len() && end > PREVIEW - 4 && bytes[end] & 0xC0 == 0x80 {
        end -= 1;
    }
    let mut text = String::from_utf8_lossy(&bytes[..end]).into_owned();
    if end < bytes.len() {
        text.push('…');
    }
    text
}

/// Bytes of a payload that a field's value shows: enough to recognise it; the hex view has the rest.
const PREVIEW: usize = 64;
