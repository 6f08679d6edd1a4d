//! A capture as JSON, by hand: the page has no other use for a serialiser.

use std::fmt::Write as _;

use crate::Field;
use crate::dissect::{Damage, Frame, Item, ItemKind};
use crate::field::hex_all;
use crate::frame::{Endpoint, Fault};

/// What crossed, in order, as JSON: an object with `items`. Each has `from` (`client` or `server`), `at_us` and
/// `until_us`, `offset` in its stream, `kind`, `bytes` in hex, `fields` with their bits, and `faults`. A frame also
/// has `length`, `truncated`, `message` and, when it was compressed, `inflated`.
#[must_use]
pub fn capture_json<'a>(items: impl IntoIterator<Item = (Endpoint, &'a Item)>) -> String {
    let mut out = String::from("{\"items\":[");
    for (number, (from, item)) in items.into_iter().enumerate() {
        out.push_str(if number == 0 { "\n" } else { ",\n" });
        write_item(&mut out, from, item);
    }
    out.push_str("\n]}\n");
    out
}

fn write_item(out: &mut String, from: Endpoint, item: &Item) {
    out.push('{');
    let from = match from {
        Endpoint::Client => "client",
        Endpoint::Server => "server",
    };
    text(out, "from", from);
    number(out, "at_us", item.at_us);
    number(out, "until_us", item.until_us);
    number(out, "offset", item.offset);
    let (kind, faults) = match &item.kind {
        ItemKind::Request(_) => ("request", &[][..]),
        ItemKind::Response(_) => ("response", &[][..]),
        ItemKind::Frame(frame) => ("frame", &frame.faults[..]),
        ItemKind::Damaged(Damage::Header { faults, .. } | Damage::FrameCut { faults, .. }) => {
            ("damaged", &faults[..])
        }
        ItemKind::Damaged(Damage::Head(_)) => ("damaged", &[][..]),
    };
    text(out, "kind", kind);
    text(out, "bytes", &hex_all(&item.raw));
    match &item.kind {
        ItemKind::Frame(frame) => write_frame(out, frame),
        ItemKind::Damaged(damage) => {
            number(out, "damaged_at", damage.at(item.raw.len()));
            text(out, "damage", &damage.words());
            text(out, "section", damage.section());
        }
        ItemKind::Request(_) | ItemKind::Response(_) => {}
    }
    list(out, "fields", &item.fields(), write_field);
    list(out, "faults", faults, write_fault);
    close(out);
}

fn write_frame(out: &mut String, frame: &Frame) {
    text(out, "opcode", frame.header.opcode.name());
    number(out, "length", frame.header.payload_len);
    flag(out, "truncated", frame.truncated);
    if let Some(part) = &frame.part {
        open(out, "message");
        number(out, "number", part.message);
        number(out, "fragment", part.fragment);
        flag(out, "last", part.last);
        flag(out, "compressed", part.compressed);
        close(out);
        out.push(',');
    }
    if let Some(inflated) = &frame.inflated {
        open(out, "inflated");
        number(out, "length", inflated.len);
        text(out, "bytes", &hex_all(&inflated.payload));
        if let Some(stop) = &inflated.stop {
            text(out, "stopped", &stop.words());
        }
        close(out);
        out.push(',');
    }
}

fn write_field(out: &mut String, field: &Field) {
    text(out, "name", &field.name);
    number(out, "first_bit", field.bits.start as u64);
    number(out, "end_bit", field.bits.end as u64);
    text(out, "value", &field.value);
    text(out, "meaning", &field.meaning);
    text(out, "section", field.section);
}

fn write_fault(out: &mut String, fault: &Fault) {
    number(out, "byte", fault.offset);
    text(out, "says", &fault.violation.to_string());
    text(out, "rule", fault.violation.rule());
    text(out, "section", fault.violation.section());
    number(out, "answered_with", u64::from(fault.violation.answer().0));
}

/// A list of objects, the last thing of an object.
fn list<T>(out: &mut String, name: &str, items: &[T], mut write: impl FnMut(&mut String, &T)) {
    key(out, name);
    out.push('[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        out.push('{');
        write(out, item);
        close(out);
    }
    out.push_str("],");
}

fn open(out: &mut String, name: &str) {
    key(out, name);
    out.push('{');
}

/// Ends an object; what was written last into it left a comma.
fn close(out: &mut String) {
    if out.ends_with(',') {
        out.pop();
    }
    out.push('}');
}

fn number(out: &mut String, name: &str, value: u64) {
    key(out, name);
    // Writing into a String cannot fail.
    let _ = write!(out, "{value},");
}

fn flag(out: &mut String, name: &str, value: bool) {
    key(out, name);
    out.push_str(if value { "true," } else { "false," });
}

fn text(out: &mut String, name: &str, value: &str) {
    key(out, name);
    quoted(out, value);
    out.push(',');
}

fn key(out: &mut String, name: &str) {
    quoted(out, name);
    out.push(':');
}

fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                out.push('\\');
                out.push(letter);
            }
            letter if letter < ' ' => {
                // Writing into a String cannot fail.
                let _ = write!(out, "\\u{:04x}", letter as u32);
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
}
