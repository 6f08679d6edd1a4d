//! What the workbench says.

use spillway_protocol::control::{ScenarioEnd, ScenarioOver};
use spillway_websocket::{Preset, Reply};

use super::number::{duration, exact};

/// What came of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What the server did: `The server closed with 1002 protocol error`.
    pub did: String,
    /// Why, in the server's own words or those of the rule.
    pub why: Option<String>,
    /// Where the rule stands.
    pub section: Option<String>,
    /// Whether the RFC asks for that, where it is known what it asks for; and what it asks for.
    pub asked: Option<(bool, String)>,
    /// How the connection ended, and how much crossed.
    pub end: String,
}

/// What came of a scenario, and of which preset.
#[must_use]
pub fn verdict(over: &ScenarioOver, received: &[u8], preset: Option<&Preset>) -> Verdict {
    let reply = Reply::read(received);
    let reason = reply.close().map(|close| close.reason).unwrap_or_default();
    let clause = Reply::clause(&reason);
    let (why, section) = match (clause, preset) {
        (Some((words, section)), _) => (Some(words.to_owned()), Some(section.to_owned())),
        (None, Some(preset)) => (
            Some(preset.rule.to_owned()),
            Some(preset.section.to_owned()),
        ),
        (None, None) => ((!reason.is_empty()).then_some(reason), None),
    };
    let mut did = match over.end {
        ScenarioEnd::Cut if reply.close().is_none() => {
            "the connection was cut, and the server finds it lost: what an application knows as 1006".to_owned()
        }
        _ => reply.words(),
    };
    did[..1].make_ascii_uppercase();
    Verdict {
        did,
        why,
        section,
        asked: preset.map(|preset| (reply.is(&preset.expected), preset.expected.words())),
        end: end(over),
    }
}

fn end(over: &ScenarioOver) -> String {
    let how = match over.end {
        ScenarioEnd::Closed => "Then it ended the TCP connection",
        ScenarioEnd::Reset => "Then it reset the TCP connection",
        ScenarioEnd::Open => "The connection was still open 0.4 s later; then the sender ended it",
        ScenarioEnd::Cut => "The sender cut the TCP connection, as the scenario says",
        ScenarioEnd::Limit => {
            "A limit of the workbench was reached, and the sender ended the connection"
        }
    };
    let (sent, received, took) = (
        exact(over.sent),
        exact(over.received),
        duration(over.took_us),
    );
    let mut words = [
        how,
        ". ",
        &sent,
        " bytes were sent, ",
        &received,
        " came back, in ",
        &took,
        ".",
    ]
    .concat();
    if over.unsent > 0 {
        let unsent = exact(over.unsent);
        words.push_str(
            &[
                " ",
                &unsent,
                " more were not sent: nobody would have read them.",
            ]
            .concat(),
        );
    }
    words
}

#[cfg(test)]
mod tests {
    use spillway_websocket::PRESETS;

    use super::*;

    fn over(end: ScenarioEnd) -> ScenarioOver {
        ScenarioOver {
            capture: 1,
            sent: 1170,
            unsent: 0,
            received: 248,
            base64: String::new(),
            end,
            took_us: 4_100,
        }
    }

    fn preset(name: &str) -> Option<&'static Preset> {
        PRESETS
            .iter()
            .flat_map(|(_, all)| all.iter())
            .find(|preset| preset.name == name)
    }

    fn closed(reason: &str) -> Vec<u8> {
        let mut bytes = b"HTTP/1.1 101 Switching Protocols\r\n\r\n\x88".to_vec();
        bytes.push(reason.len() as u8 + 2);
        bytes.extend([0x03, 0xEA]);
        bytes.extend(reason.as_bytes());
        bytes
    }

    #[test]
    fn the_server_s_own_words_and_clause_come_first() {
        let bytes = closed("the client's frame is not masked (RFC 6455 §5.1)");
        let said = verdict(&over(ScenarioEnd::Closed), &bytes, preset("unmasked"));
        assert_eq!(said.did, "The server closed with 1002 protocol error");
        assert_eq!(
            said.why.as_deref(),
            Some("the client's frame is not masked")
        );
        assert_eq!(said.section.as_deref(), Some("RFC 6455 §5.1"));
        assert!(said.asked.is_some_and(|(met, _)| met));
        assert!(
            said.end.contains(" bytes were sent, 248 came back"),
            "{}",
            said.end
        );
    }

    #[test]
    fn without_them_the_rule_of_the_preset_does() {
        let said = verdict(&over(ScenarioEnd::Open), b"", preset("half-handshake"));
        assert_eq!(said.did, "The server answered nothing");
        assert_eq!(said.section.as_deref(), Some("RFC 9112 §2.1"));
        let own = verdict(&over(ScenarioEnd::Closed), &closed("bye"), None);
        assert_eq!(
            (own.why.as_deref(), own.section, own.asked),
            (Some("bye"), None, None)
        );
        let wrong = verdict(&over(ScenarioEnd::Closed), &closed(""), preset("ping"));
        assert!(
            wrong
                .asked
                .is_some_and(|(met, asked)| !met && asked.contains("pong"))
        );
    }

    #[test]
    fn a_cut_is_what_the_server_finds() {
        let said = verdict(
            &over(ScenarioEnd::Cut),
            b"HTTP/1.1 101 S\r\n\r\n\x81\x01a",
            preset("cut"),
        );
        assert!(said.did.contains("1006"), "{}", said.did);
        assert!(said.asked.is_some_and(|(met, _)| met));
    }
}
