//! The form in which a step, or the handshake, is edited.

use super::head;
use crate::html::escape;
use crate::model::workbench::{Form, PAYLOADS};

/// The form of what is edited.
#[must_use]
pub fn form(form: &Form) -> String {
    let content = |label: &str, rows: &str| area("content", label, &form.content, rows);
    match form.what {
        "handshake" => head::form(&form.head),
        "bytes" => content("Bytes in hex, no frame around them", "3"),
        "wait" => input(
            "content",
            "Wait, milliseconds (at most 5000)",
            &form.content,
            "numeric",
        ),
        "cut" => {
            "<p class=\"muted\">Ends the TCP connection without a word, as a cut cable does.</p>"
                .to_owned()
        }
        _ => frame_form(form, &content("Payload", "2")),
    }
}

pub(super) fn area(name: &str, label: &str, value: &str, rows: &str) -> String {
    [
        "<label class=\"wide\">",
        label,
        "<textarea name=\"",
        name,
        "\" rows=\"",
        rows,
        "\" spellcheck=\"false\" data-testid=\"field-",
        name,
        "\">",
        // The parser takes the first line end of a textarea away.
        "\n",
        &escape(value),
        "</textarea></label>",
    ]
    .concat()
}

fn frame_form(form: &Form, payload: &str) -> String {
    let opcodes: Vec<(String, String)> = (0..16)
        .map(|bits: u8| (bits.to_string(), opcode(bits)))
        .collect();
    let opcodes: Vec<(&str, &str)> = opcodes
        .iter()
        .map(|(bits, name)| (&bits[..], &name[..]))
        .collect();
    let forms = [("", "the shortest"), ("16", "16 bits"), ("64", "64 bits")];
    let bits: String = ["FIN", "RSV1", "RSV2", "RSV3"]
        .iter()
        .zip(form.bits)
        .map(|(name, set)| check(name, set))
        .collect();
    [
        "<fieldset class=\"bits-set\"><legend>First byte</legend>",
        &bits,
        &select("opcode", "Opcode", &form.opcode, &opcodes),
        "</fieldset><fieldset class=\"bits-set\"><legend>Mask and length</legend>",
        &check("MASK", form.masked),
        &input("key", "key", &form.key, "text"),
        &input("length", "length told", &form.length, "numeric"),
        &select("form", "written in", &form.form, &forms),
        "</fieldset><fieldset class=\"bits-set\"><legend>Payload</legend>",
        &select("payload", "given as", &form.payload, PAYLOADS),
        &input("code", "close code", &form.code, "numeric"),
        payload,
        "</fieldset>",
    ]
    .concat()
}

fn opcode(bits: u8) -> String {
    let digit = char::from_digit(u32::from(bits), 16)
        .unwrap_or('?')
        .to_ascii_uppercase();
    let name = spillway_websocket::Opcode::from_bits(bits).name();
    ["0x", &digit.to_string(), " ", name].concat()
}

pub(super) fn check(name: &str, set: bool) -> String {
    let checked = if set { " checked" } else { "" };
    [
        "<label class=\"check\"><input type=\"checkbox\" name=\"",
        name,
        "\" data-testid=\"field-",
        name,
        "\"",
        checked,
        ">",
        name,
        "</label>",
    ]
    .concat()
}

pub(super) fn input(name: &str, label: &str, value: &str, mode: &str) -> String {
    [
        "<label class=\"in-",
        name,
        "\">",
        label,
        "<input name=\"",
        name,
        "\" value=\"",
        &escape(value),
        "\" inputmode=\"",
        mode,
        "\" autocomplete=\"off\" spellcheck=\"false\" data-testid=\"field-",
        name,
        "\"></label>",
    ]
    .concat()
}

fn select(name: &str, label: &str, value: &str, options: &[(&str, &str)]) -> String {
    let options: String = options
        .iter()
        .map(|(option, says)| {
            let selected = if *option == value { " selected" } else { "" };
            [
                "<option value=\"",
                option,
                "\"",
                selected,
                ">",
                &escape(says),
                "</option>",
            ]
            .concat()
        })
        .collect();
    [
        "<label class=\"in-",
        name,
        "\">",
        label,
        "<select name=\"",
        name,
        "\" data-testid=\"field-",
        name,
        "\">",
        &options,
        "</select></label>",
    ]
    .concat()
}
