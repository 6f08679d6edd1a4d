//! A frame bit by bit, before it is sent.

use spillway_websocket::FrameDraft;

use crate::html::escape;
use crate::model::wire::tint;
use crate::words::number::exact;
use crate::words::wire::{hex, slug};

/// Bytes of a payload that are shown.
const SHOWN: usize = 32;

/// A frame bit by bit, before it is sent.
#[must_use]
pub fn bits(frame: &FrameDraft) -> String {
    let header = frame.header();
    let raw = frame.encode();
    let mut rows = String::new();
    for field in header.fields() {
        let width = field.bits.len();
        let digits: String = if width < 16 {
            field.bits.clone().map(|bit| digit(&raw, bit)).collect()
        } else {
            pairs(raw.get(field.byte_range()).unwrap_or_default())
        };
        rows.push_str(
            &[
                "<tr data-testid=\"bit-field-",
                &slug(&field.name),
                "\"><th scope=\"row\">",
                &escape(&field.name),
                "</th><td><code class=\"digits\" data-tint=\"",
                tint(&field),
                "\">",
                &digits,
                "</code></td><td><b>",
                &escape(&field.value),
                "</b> <span class=\"muted\">",
                &escape(&field.meaning),
                "</span></td></tr>",
            ]
            .concat(),
        );
    }
    let payload = raw.get(header.header_len()..).unwrap_or_default();
    if !payload.is_empty() {
        let more = if payload.len() > SHOWN { " …" } else { "" };
        let masked = if frame.key.is_some() {
            "as it crosses, masked"
        } else {
            "as it crosses, not masked"
        };
        rows.push_str(
            &[
                "<tr><th scope=\"row\">Payload</th><td colspan=\"2\"><code class=\"digits\" data-tint=\"d\">", &pairs(&payload[..payload.len().min(SHOWN)]), more,
                "</code> <span class=\"muted\">", &exact(payload.len() as u64), " bytes, ", masked, "</span></td></tr>",
            ]
            .concat(),
        );
    }
    [
        "<table class=\"bit-table\"><caption>What will cross: ",
        &exact(raw.len() as u64),
        " bytes</caption><tbody>",
        &rows,
        "</tbody></table>",
    ]
    .concat()
}

fn digit(raw: &[u8], bit: usize) -> char {
    let byte = raw.get(bit / 8).copied().unwrap_or_default();
    if byte >> (7 - bit % 8) & 1 == 1 {
        '1'
    } else {
        '0'
    }
}

fn pairs(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| hex(&[*byte])).collect();
    pairs.join(" ")
}
