//! The handshake as the fields of a form, and back, by way of its text.

use spillway_websocket::{HandshakeDraft, HeadEdit, Scenario, ScenarioError};

use super::form::quote;

/// What stands in the form of the handshake, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HeadForm {
    /// Method, path and version.
    pub first: [String; 3],
    /// For each of [`HEADERS`] whether it is sent, and its value; an empty one is the true one.
    pub headers: Vec<(bool, String)>,
    /// More headers, `Name: value` in each line.
    pub more: String,
    /// After how many bytes the request ends; empty: it is whole.
    pub cut: String,
}

/// A header that the form has a place for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderField {
    /// Its name.
    pub name: &'static str,
    /// Its value in a lawful request, or what the form proposes; empty: the sender knows it alone.
    pub value: &'static str,
    /// What the sender puts there.
    pub instead: &'static str,
    /// Whether a lawful request must have it.
    pub asked: bool,
}

/// The headers of a handshake.
pub const HEADERS: [HeaderField; 7] = [
    header("Host", "", "this server"),
    header("Upgrade", "websocket", ""),
    header("Connection", "Upgrade", ""),
    header("Sec-WebSocket-Key", "", "16 random bytes in Base64"),
    header("Sec-WebSocket-Version", "13", ""),
    offered("Sec-WebSocket-Extensions", DEFLATE),
    offered("Sec-WebSocket-Protocol", "chat"),
];

const DEFLATE: &str = "permessage-deflate; client_max_window_bits";

/// The first line of a lawful request.
const FIRST: &str = "GET /ws/echo HTTP/1.1";

const fn header(name: &'static str, value: &'static str, instead: &'static str) -> HeaderField {
    HeaderField {
        name,
        value,
        instead,
        asked: true,
    }
}

const fn offered(name: &'static str, value: &'static str) -> HeaderField {
    HeaderField {
        name,
        value,
        instead: "",
        asked: false,
    }
}

/// The form of a handshake.
#[must_use]
pub fn head_form(handshake: &HandshakeDraft) -> HeadForm {
    let proposed = |header: &HeaderField| (header.asked, header.value.to_owned());
    let mut form = HeadForm {
        first: parts(FIRST),
        headers: HEADERS.iter().map(proposed).collect(),
        more: String::new(),
        cut: handshake
            .cut
            .map_or_else(String::new, |cut| cut.to_string()),
    };
    for edit in &handshake.edits {
        match edit {
            HeadEdit::Deflate => form.set("Sec-WebSocket-Extensions", Some(DEFLATE)),
            HeadEdit::First(line) => form.first = parts(line),
            HeadEdit::With(name, value) => form.set(name, Some(value)),
            HeadEdit::Without(name) => form.set(name, None),
        }
    }
    form
}

impl HeadForm {
    fn set(&mut self, name: &str, value: Option<&str>) {
        let known = HEADERS
            .iter()
            .position(|header| header.name.eq_ignore_ascii_case(name));
        match (known.and_then(|at| self.headers.get_mut(at)), value) {
            (Some(field), Some(value)) => *field = (true, value.to_owned()),
            (Some(field), None) => field.0 = false,
            (None, Some(value)) => {
                self.more.push_str(&[name, ": ", value, "\n"].concat());
            }
            (None, None) => {}
        }
    }
}

/// The handshake that a form makes.
///
/// # Errors
/// What is wrong with it, in words.
pub fn handshake_of(form: &HeadForm) -> Result<HandshakeDraft, String> {
    let mut lines = String::new();
    let mut line = |words: &[&str]| {
        lines.push_str("handshake ");
        lines.push_str(&words.concat());
        lines.push('\n');
    };
    let first: Vec<&str> = form.first.iter().map(String::as_str).collect();
    let first = first.join(" ");
    if first != FIRST {
        line(&["first ", &quote(first.trim_end())]);
    }
    for (header, (sent, value)) in HEADERS.iter().zip(&form.headers) {
        match (*sent, header.asked) {
            (false, true) => line(&["without ", &quote(header.name)]),
            (true, false) if value == DEFLATE => line(&["deflate"]),
            (true, asked) if !asked || value != header.value => {
                line(&["with ", &quote(header.name), " ", &quote(value)]);
            }
            _ => {}
        }
    }
    for more in form.more.lines().filter(|more| !more.trim().is_empty()) {
        let Some((name, value)) = more.split_once(':') else {
            return Err(["“", more, "” is no header: write Name: value"].concat());
        };
        line(&["with ", &quote(name), " ", &quote(value.trim())]);
    }
    if !form.cut.trim().is_empty() {
        line(&["cut ", form.cut.trim()]);
    }
    let scenario: Result<Scenario, ScenarioError> = lines.parse();
    let scenario = scenario.map_err(|error| error.problem.to_string())?;
    Ok(scenario.handshake)
}

/// Method, path and version of a first line, however odd it is.
fn parts(line: &str) -> [String; 3] {
    let (method, rest) = line.split_once(' ').unwrap_or((line, ""));
    let (path, version) = rest.rsplit_once(' ').unwrap_or((rest, ""));
    [method, path, version].map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use spillway_websocket::{FORM, PRESETS};

    use super::*;

    fn encoded(handshake: &HandshakeDraft) -> String {
        let bytes = handshake.encode("server", "/ws/echo", [7; 16]);
        String::from_utf8(bytes).unwrap()
    }

    fn changed(change: impl FnOnce(&mut HeadForm)) -> Result<String, String> {
        let mut form = head_form(&HandshakeDraft::default());
        change(&mut form);
        handshake_of(&form).map(|handshake| encoded(&handshake))
    }

    #[test]
    fn every_handshake_of_every_preset_goes_through_the_form_unchanged() {
        let texts = PRESETS
            .iter()
            .flat_map(|(_, presets)| presets.iter().map(|preset| preset.text));
        let odd = "handshake first \"nonsense\"\nhandshake with \"Origin\" \"http://a:b\"";
        for text in texts.chain([FORM, odd]) {
            let scenario: Scenario = text.parse().unwrap();
            let again = handshake_of(&head_form(&scenario.handshake)).unwrap();
            assert_eq!(encoded(&again), encoded(&scenario.handshake), "{text}");
        }
        assert_eq!(
            handshake_of(&head_form(&HandshakeDraft::default())),
            Ok(HandshakeDraft::default())
        );
    }

    #[test]
    fn each_part_may_be_left_out_or_wrong() {
        let of = |change: fn(&mut HeadForm)| changed(change).unwrap();
        assert!(of(|form| form.first[0] = "POST".to_owned()).starts_with("POST /ws/echo HTTP/1.1"));
        assert!(of(|form| form.first[2] = String::new()).starts_with("GET /ws/echo\r\n"));
        for (at, header) in HEADERS.iter().enumerate() {
            let name = [header.name, ": "].concat();
            let without = changed(|form| form.headers[at].0 = false).unwrap();
            assert!(!without.contains(&name), "{without}");
            let wrong = changed(|form| form.headers[at] = (true, "\"odd\"".to_owned())).unwrap();
            assert!(wrong.contains(&[&name, "\"odd\"\r\n"].concat()), "{wrong}");
        }
        assert!(
            of(|form| form.more = "X-A: 1\n\nX-B:2".to_owned()).contains("X-A: 1\r\nX-B: 2\r\n")
        );
        assert_eq!(of(|form| form.cut = "3".to_owned()), "GET");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = changed(|form| form.cut = "half".to_owned()).unwrap_err();
        assert!(wrong.contains("a number of bytes"), "{wrong}");
        let wrong = changed(|form| form.more = "<b>".to_owned()).unwrap_err();
        assert!(wrong.contains("Name: value"), "{wrong}");
        // What is typed stays in its line.
        let typed = changed(|form| form.more = "X: \"\\n\\r\nY: b".to_owned()).unwrap();
        assert!(typed.contains("X: \"\\n\\r\r\n"), "{typed}");
    }
}
