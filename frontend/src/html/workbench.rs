//! The workbench as HTML text: the presets, the list of steps, the form of one, its bits, and what came of it.
//!
//! Test ids: `preset-{name}`, `rule`, `step-{n}` (from 1; with `data-broken`), `step-{act}-{n}`, `handshake-step`,
//! `form`, `field-{name}`, `bits`, `bit-field-{name}`, `verdict` (with `data-asked`: `met`, `missed` or `unknown`).

use spillway_websocket::{FrameDraft, PRESETS, WireStep};

use super::escape;
use crate::model::wire::tint;
use crate::model::workbench::{Act, Bench, Broken, Form, PAYLOADS, foresee_handshake};
use crate::words::number::exact;
use crate::words::wire::{hex, rfc_address, slug};
use crate::words::workbench::Verdict;

/// All presets, by the rule that they are about.
#[must_use]
pub fn preset_list(chosen: Option<&str>) -> String {
    let mut html = String::new();
    for (group, presets) in PRESETS {
        html.push_str(&["<h3>", &escape(group), "</h3><ul>"].concat());
        for preset in *presets {
            let current = if chosen == Some(preset.name) {
                " aria-current=\"true\""
            } else {
                ""
            };
            html.push_str(
                &[
                    "<li><button data-preset=\"",
                    preset.name,
                    "\" data-testid=\"preset-",
                    preset.name,
                    "\"",
                    current,
                    ">",
                    &escape(preset.title),
                    "<small>",
                    &escape(preset.section),
                    "</small></button></li>",
                ]
                .concat(),
            );
        }
        html.push_str("</ul>");
    }
    html
}

/// The rule that the preset on the bench is about.
#[must_use]
pub fn rule(bench: &Bench) -> String {
    let Some(preset) = bench.preset else {
        return "<h1>A scenario of your own</h1><p>No rule says what the server must answer to all of it: send it and see.</p>".to_owned();
    };
    [
        "<h1>",
        &escape(preset.title),
        "</h1><p>The rule: ",
        &escape(preset.rule),
        ". ",
        &section(preset.section),
        "</p><p class=\"muted\">What it asks for: ",
        &escape(&preset.expected.words()),
        ".</p>",
    ]
    .concat()
}

/// The steps of a scenario, with the rules that they break.
#[must_use]
pub fn steps(bench: &Bench, broken: &[Option<Broken>]) -> String {
    let handshake = bench.scenario.handshake.to_string();
    let problem = foresee_handshake(&bench.scenario.handshake);
    let shown = if handshake.is_empty() {
        "a lawful request, and the server's answer"
    } else {
        &handshake
    };
    let mut html = [
        "<li class=\"step first\" data-testid=\"handshake-step\"><span class=\"at\">⇄</span><span class=\"line\"><b>handshake</b> ",
        &escape(shown), &breaks(problem.as_deref(), None), "</span></li>",
    ]
    .concat();
    for (at, step) in bench.scenario.steps.iter().enumerate() {
        let number = (at + 1).to_string();
        let place = at.to_string();
        let current = if bench.selected == Some(at) {
            " aria-current=\"true\""
        } else {
            ""
        };
        let found = broken.get(at).and_then(Option::as_ref);
        let is_broken = if found.is_some() { "true" } else { "false" };
        html.push_str(
            &[
                "<li class=\"step\"",
                current,
                " data-testid=\"step-",
                &number,
                "\" data-broken=\"",
                is_broken,
                "\"><span class=\"at\">",
                &number,
                "</span><button class=\"line\" data-act=\"select\" data-at=\"",
                &place,
                "\" data-testid=\"step-select-",
                &number,
                "\"><code>",
                &escape(&shortened(&step.to_string())),
                "</code>",
                &weight(step),
                &breaks(
                    found.map(|it| it.words.as_str()),
                    found.map(|it| it.section),
                ),
                "</button><span class=\"acts\">",
                &acts(&number, &place),
                "</span></li>",
            ]
            .concat(),
        );
    }
    html
}

fn acts(number: &str, place: &str) -> String {
    let of = |(act, sign, says): (Act, &str, &str)| {
        let name = act.name();
        [
            "<button data-act=\"",
            name,
            "\" data-at=\"",
            place,
            "\" data-testid=\"step-",
            name,
            "-",
            number,
            "\" title=\"",
            says,
            "\" aria-label=\"",
            says,
            " step ",
            number,
            "\">",
            sign,
            "</button>",
        ]
        .concat()
    };
    [
        (Act::Up, "↑", "Move up"),
        (Act::Down, "↓", "Move down"),
        (Act::Copy, "❐", "Copy"),
        (Act::Remove, "✕", "Remove"),
    ]
    .map(of)
    .concat()
}

fn weight(step: &WireStep) -> String {
    match step {
        WireStep::Frame(_) | WireStep::Bytes(_) => {
            ["<small>", &exact(step.len() as u64), " bytes</small>"].concat()
        }
        WireStep::Wait { .. } | WireStep::Cut => String::new(),
    }
}

fn breaks(words: Option<&str>, section: Option<&str>) -> String {
    let Some(words) = words else {
        return String::new();
    };
    let place = section.map_or_else(String::new, |section| [" · ", section].concat());
    [
        "<em class=\"breaks\">✗ ",
        &escape(words),
        &escape(&place),
        "</em>",
    ]
    .concat()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(90) {
        Some((end, _)) => [&text[..end], " …"].concat(),
        None => text.to_owned(),
    }
}

/// The form of the step that is edited.
#[must_use]
pub fn form(form: &Form) -> String {
    let area = |label: &str, rows: &str| {
        [
            "<label class=\"wide\">",
            label,
            "<textarea name=\"content\" rows=\"",
            rows,
            "\" spellcheck=\"false\" data-testid=\"field-content\">",
            // The parser takes the first line end of a textarea away.
            "\n",
            &escape(&form.content),
            "</textarea></label>",
        ]
        .concat()
    };
    match form.what {
        "bytes" => area("Bytes in hex, no frame around them", "3"),
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
        _ => frame_form(form, &area("Payload", "2")),
    }
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

fn check(name: &str, set: bool) -> String {
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

fn input(name: &str, label: &str, value: &str, mode: &str) -> String {
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

/// What came of a scenario.
#[must_use]
pub fn verdict(verdict: &Verdict) -> String {
    let (state, asked) = match &verdict.asked {
        Some((true, _)) => (
            "met",
            "<p class=\"asked\">✓ As the rule asks.</p>".to_owned(),
        ),
        Some((false, asked)) => (
            "missed",
            [
                "<p class=\"asked\">✗ The rule asks for something else: ",
                &escape(asked),
                ".</p>",
            ]
            .concat(),
        ),
        None => ("unknown", String::new()),
    };
    let why = verdict
        .why
        .as_deref()
        .map_or_else(String::new, |why| [": ", &escape(why)].concat());
    let section = verdict
        .section
        .as_deref()
        .map_or_else(String::new, |place| [", ", &section(place)].concat());
    [
        "<div class=\"verdict\" data-testid=\"verdict\" data-asked=\"",
        state,
        "\"><p><b>",
        &escape(&verdict.did),
        "</b>",
        &why,
        &section,
        ".</p>",
        &asked,
        "<p class=\"muted\">",
        &escape(&verdict.end),
        "</p></div>",
    ]
    .concat()
}

fn section(section: &str) -> String {
    match rfc_address(section) {
        Some(address) => [
            "<a href=\"",
            &address,
            "\" target=\"_blank\" rel=\"noopener\">",
            &escape(section),
            "</a>",
        ]
        .concat(),
        None => escape(section),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::workbench::{foresee, form_of};

    #[test]
    fn every_preset_can_be_chosen() {
        let list = preset_list(Some("unmasked"));
        for preset in PRESETS.iter().flat_map(|(_, presets)| presets.iter()) {
            assert!(list.contains(&["data-preset=\"", preset.name, "\""].concat()));
        }
        assert_eq!(list.matches("aria-current").count(), 1);
    }

    #[test]
    fn nothing_that_was_typed_becomes_markup() {
        let text = "handshake with \"X\" \"<b>\"\ntext \"<script>&\\\"\"\nbytes 00";
        let bench = Bench::of(text.parse().unwrap());
        let mut html = steps(&bench, &foresee(&bench.scenario));
        for step in &bench.scenario.steps {
            html.push_str(&form(&form_of(step)));
            if let WireStep::Frame(frame) = step {
                html.push_str(&bits(frame));
            }
        }
        html.push_str(&verdict(&Verdict {
            did: "<i>".to_owned(),
            why: Some("<i>".to_owned()),
            section: Some("<i>".to_owned()),
            asked: Some((false, "<i>".to_owned())),
            end: "<i>".to_owned(),
        }));
        for bad in ["<script", "<b>\"", "<i>", "value=\"<"] {
            assert!(!html.contains(bad), "{bad}");
        }
    }

    #[test]
    fn the_bits_of_a_frame_are_those_that_will_cross() {
        let bench = Bench::of("text rsv2 unmasked \"Hi\"".parse().unwrap());
        let Some(WireStep::Frame(frame)) = bench.step() else {
            panic!("no frame");
        };
        let html = bits(frame);
        assert!(
            html.contains("4 bytes") && html.contains(">48 69"),
            "{html}"
        );
        assert!(html.contains("bit-field-rsv2"), "{html}");
        let list = steps(&bench, &foresee(&bench.scenario));
        assert!(list.contains("data-broken=\"true\""));
    }
}
