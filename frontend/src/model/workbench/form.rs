//! A step as the fields of a form, and back. The text of the scenario is in between, so that the form allows exactly
//! what the text does, and says the same when something is wrong.

use spillway_websocket::{FrameDraft, LengthForm, Opcode, Payload, Scenario, WireStep};

use super::{Edited, HeadForm, handshake_of, head_form};

/// What stands in a form, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    /// `frame`, `bytes`, `wait`, `cut` or `handshake`.
    pub what: &'static str,
    /// The opcode's four bits.
    pub opcode: String,
    /// FIN, RSV1, RSV2, RSV3.
    pub bits: [bool; 4],
    /// Whether there is a mask.
    pub masked: bool,
    /// The masking key in hex.
    pub key: String,
    /// The length that the header tells; empty: the true one.
    pub length: String,
    /// `16` or `64`; empty: the shortest form.
    pub form: String,
    /// What the payload is given as, one of [`PAYLOADS`].
    pub payload: String,
    /// The payload, the bytes, or the milliseconds.
    pub content: String,
    /// The close code.
    pub code: String,
    /// The handshake.
    pub head: HeadForm,
}

/// What a payload is given as: its name and what it is called.
pub const PAYLOADS: &[(&str, &str)] = &[
    ("text", "text"),
    ("hex", "bytes in hex"),
    ("fill", "one byte, many times"),
    ("close", "a close code and a reason"),
    ("deflate", "text, deflated"),
];

/// The form of what is edited.
#[must_use]
pub fn form_of(edited: &Edited) -> Form {
    let step = match edited {
        Edited::Step(step) => step,
        Edited::Handshake(handshake) => {
            return Form {
                what: "handshake",
                head: head_form(handshake),
                ..Form::default()
            };
        }
    };
    match step {
        WireStep::Frame(frame) => frame_form(frame),
        WireStep::Bytes(bytes) => Form {
            what: "bytes",
            content: spaced(bytes),
            ..Form::default()
        },
        WireStep::Wait { milliseconds } => Form {
            what: "wait",
            content: milliseconds.to_string(),
            ..Form::default()
        },
        WireStep::Cut => Form {
            what: "cut",
            ..Form::default()
        },
    }
}

fn frame_form(frame: &FrameDraft) -> Form {
    let [rsv1, rsv2, rsv3] = frame.reserved;
    let (payload, content, code) = payload_form(&frame.payload);
    Form {
        what: "frame",
        opcode: frame.opcode.bits().to_string(),
        bits: [frame.fin, rsv1, rsv2, rsv3],
        masked: frame.key.is_some(),
        key: joined(&frame.key.unwrap_or(FrameDraft::KEY)),
        length: frame.length.map_or_else(String::new, |it| it.to_string()),
        form: match frame.form {
            Some(LengthForm::Sixteen) => "16",
            Some(LengthForm::SixtyFour) => "64",
            Some(LengthForm::Seven) | None => "",
        }
        .to_owned(),
        payload: payload.to_owned(),
        content,
        code,
        ..Form::default()
    }
}

fn payload_form(payload: &Payload) -> (&'static str, String, String) {
    let none = String::new;
    let text = |bytes: &[u8]| {
        let text = std::str::from_utf8(bytes).ok()?;
        (!text.contains(char::is_control)).then(|| text.to_owned())
    };
    let found = match payload {
        Payload::Bytes(bytes) => text(bytes).map(|text| ("text", text, none())),
        Payload::Fill { byte, count } => {
            let content = [&joined(&[*byte]), " ", &count.to_string()].concat();
            Some(("fill", content, none()))
        }
        Payload::Close { code, reason } => {
            text(reason).map(|reason| ("close", reason, code.to_string()))
        }
        Payload::Deflate(bytes) => text(bytes).map(|text| ("deflate", text, none())),
    };
    // What is no text is shown as the bytes that it comes to.
    found.unwrap_or_else(|| ("hex", spaced(&payload.bytes()), none()))
}

/// What a form makes.
///
/// # Errors
/// What is wrong with it, in words.
pub fn edited_of(form: &Form) -> Result<Edited, String> {
    let line = match form.what {
        "handshake" => return handshake_of(&form.head).map(Edited::Handshake),
        "bytes" => ["bytes ", &form.content].concat(),
        "wait" => ["wait ", form.content.trim()].concat(),
        "cut" => "cut".to_owned(),
        _ => frame_line(form),
    };
    let scenario: Scenario = line
        .replace('\n', " ")
        .parse()
        .map_err(|error: spillway_websocket::ScenarioError| error.problem.to_string())?;
    let nothing = || "there is nothing to be sent".to_owned();
    let step = scenario.steps.into_iter().next().ok_or_else(nothing)?;
    Ok(Edited::Step(step))
}

fn frame_line(form: &Form) -> String {
    let opcode = Opcode::from_bits(form.opcode.parse().unwrap_or(1));
    let mut line = match opcode {
        Opcode::Reserved(_) => {
            let digit = char::from_digit(u32::from(opcode.bits()), 16).unwrap_or('3');
            ["opcode=", &digit.to_string()].concat()
        }
        named => named.name().to_owned(),
    };
    let mut word = |name: &str, value: &str| {
        line.push(' ');
        line.push_str(name);
        line.push_str(value);
    };
    let [fin, rsv1, rsv2, rsv3] = form.bits;
    for (set, name) in [
        (!fin, "more"),
        (rsv1, "rsv1"),
        (rsv2, "rsv2"),
        (rsv3, "rsv3"),
    ] {
        if set {
            word(name, "");
        }
    }
    if form.masked {
        word("key=", &form.key.replace(' ', ""));
    } else {
        word("unmasked", "");
    }
    if !form.length.trim().is_empty() {
        word("length=", form.length.trim());
    }
    if !form.form.is_empty() {
        word("bits=", &form.form);
    }
    let quoted = quote(&form.content);
    match &form.payload[..] {
        "hex" => word("hex ", &form.content),
        "fill" => word("fill ", &form.content),
        "deflate" => word("deflate ", &quoted),
        // Only a close has a word for its code; any frame may carry the same bytes.
        "close" if opcode == Opcode::Close => {
            word(form.code.trim(), "");
            word(&quoted, "");
        }
        "close" => {
            let code: u16 = form.code.trim().parse().unwrap_or_default();
            let bytes = [&code.to_be_bytes()[..], form.content.as_bytes()].concat();
            word("hex ", &spaced(&bytes));
        }
        _ => word(&quoted, ""),
    }
    line
}

/// A text as a scenario writes it.
pub(super) fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(letter);
            }
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

fn joined(bytes: &[u8]) -> String {
    crate::words::wire::hex(bytes)
}

fn spaced(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| joined(&[*byte])).collect();
    pairs.join(" ")
}

#[cfg(test)]
mod tests {
    use spillway_websocket::{FORM, PRESETS};

    use super::*;

    fn step_of(form: &Form) -> Result<WireStep, String> {
        match edited_of(form)? {
            Edited::Step(step) => Ok(step),
            Edited::Handshake(_) => Err("a handshake".to_owned()),
        }
    }

    #[test]
    fn every_step_of_every_preset_goes_through_the_form_unchanged() {
        let texts = PRESETS
            .iter()
            .flat_map(|(_, presets)| presets.iter().map(|preset| preset.text));
        for text in texts.chain([FORM]) {
            let scenario: Scenario = text.parse().unwrap();
            for step in scenario.steps {
                let again = step_of(&form_of(&Edited::Step(step.clone()))).unwrap();
                assert_eq!(again.encode(), step.encode(), "{text}");
            }
        }
    }

    #[test]
    fn what_is_typed_is_never_another_step() {
        let hello = FrameDraft::new(Opcode::Text, Payload::Bytes(b"Hello".to_vec()));
        let form = form_of(&Edited::Step(WireStep::Frame(hello)));
        let typed = |content: &str| {
            let content = content.to_owned();
            step_of(&Form {
                content,
                ..form.clone()
            })
            .unwrap()
            .len()
                - 6
        };
        assert_eq!(typed("a\"\ncut\n\"\\x00"), 12);
        assert_eq!(typed("# no comment"), 12);
        let wrong = |form: Form| step_of(&form).unwrap_err();
        let key = Form {
            key: "12".to_owned(),
            ..form.clone()
        };
        assert!(wrong(key).contains("a key of eight hex digits"));
        let length = Form {
            length: "many".to_owned(),
            ..form.clone()
        };
        assert!(wrong(length).contains("a length in bytes"));
        let hex = Form {
            payload: "hex".to_owned(),
            content: "zz".to_owned(),
            ..form
        };
        assert!(wrong(hex).contains("hex digits"));
    }

    #[test]
    fn a_close_payload_may_stand_in_any_frame() {
        let close = FrameDraft::new(Opcode::Text, Payload::Bytes(Vec::new()));
        let form = Form {
            payload: "close".to_owned(),
            code: "1000".to_owned(),
            content: "bye".to_owned(),
            ..form_of(&Edited::Step(WireStep::Frame(close)))
        };
        let Ok(WireStep::Frame(frame)) = step_of(&form) else {
            panic!("no frame");
        };
        assert_eq!(frame.payload.bytes(), b"\x03\xe8bye");
    }
}
