//! Reads what a client sends.

use serde_json::Value;
use spillway_protocol as protocol;
use spillway_protocol::chat::FromClient;

use super::names::{self, Refusal};
use super::room::Act;

/// What a text message of a client comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Incoming {
    /// Something to do in the room.
    Act {
        /// The client's name for it.
        id: String,
        /// Its text, if it has one, is not empty and not too long.
        act: Act,
    },
    /// Somebody is writing.
    Typing,
    /// Old messages are asked for.
    History {
        /// The first that is not wanted.
        before: Option<u64>,
        /// How many at most.
        limit: usize,
    },
    /// A type this server does not know: of a newer client, and no mistake.
    Unknown,
    /// To be answered with an `error`.
    Refused {
        code: &'static str,
        message: String,
        /// When it could be read.
        id: Option<String>,
    },
}

pub(super) fn read(text: &str) -> Incoming {
    let (id, act) = match serde_json::from_str(text) {
        Ok(FromClient::Say { id, text }) => (id, Act::Say { text }),
        Ok(FromClient::Edit { id, seq, text }) => (id, Act::Edit { seq, text }),
        Ok(FromClient::Delete { id, seq }) => (id, Act::Delete { seq }),
        Ok(FromClient::Pin { id, seq, on }) => (id, Act::Pin { seq, on }),
        Ok(FromClient::Mute { id, name, on }) => (id, Act::Mute { name, on }),
        Ok(FromClient::Remove { id, name }) => (id, Act::Remove { name }),
        Ok(FromClient::Typing) => return Incoming::Typing,
        Ok(FromClient::History { before, limit }) => return history(before, limit),
        Err(error) => return not_known(text, &error),
    };
    match check(&id, &act) {
        Ok(()) => Incoming::Act { id, act },
        Err((code, message)) => Incoming::Refused {
            code,
            message,
            id: names::message_id(&id).is_ok().then_some(id),
        },
    }
}

fn check(id: &str, act: &Act) -> Result<(), Refusal> {
    names::message_id(id)?;
    let (Act::Say { text } | Act::Edit { text, .. }) = act else {
        return Ok(());
    };
    let max = protocol::MAX_CHAT_TEXT_BYTES;
    if text.len() > max {
        let message = format!("the text has {} bytes; {max} are allowed", text.len());
        return Err(("too_long", message));
    }
    if text.is_empty() {
        return Err(("empty", "the text is empty".to_owned()));
    }
    Ok(())
}

fn history(before: Option<u64>, limit: u64) -> Incoming {
    if limit == 0 {
        return Incoming::Refused {
            code: "malformed",
            message: format!("`limit` is 1 to {}", protocol::MAX_CHAT_PAGE),
            id: None,
        };
    }
    let limit = limit.min(protocol::MAX_CHAT_PAGE);
    Incoming::History {
        before,
        limit: usize::try_from(limit).unwrap_or(usize::MAX),
    }
}

fn not_known(text: &str, error: &serde_json::Error) -> Incoming {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let form = match value["type"].as_str() {
        None => FORMS[0].1,
        Some(kind) => match FORMS.iter().find(|(known, _)| *known == kind) {
            Some((_, form)) => form,
            None => return Incoming::Unknown,
        },
    };
    let message = format!("expected {form}: {error}");
    let id = value["id"]
        .as_str()
        .filter(|id| names::message_id(id).is_ok())
        .map(str::to_owned);
    Incoming::Refused {
        code: "malformed",
        message,
        id,
    }
}

/// The types that are known, and how they look.
const FORMS: [(&str, &str); 7] = [
    ("say", r#"{"type":"say","id":ID,"text":TEXT}"#),
    ("edit", r#"{"type":"edit","id":ID,"seq":SEQ,"text":TEXT}"#),
    ("delete", r#"{"type":"delete","id":ID,"seq":SEQ}"#),
    (
        "history",
        r#"{"type":"history","before":SEQ,"limit":NUMBER}"#,
    ),
    ("pin", r#"{"type":"pin","id":ID,"seq":SEQ,"on":BOOLEAN}"#),
    (
        "mute",
        r#"{"type":"mute","id":ID,"name":NAME,"on":BOOLEAN}"#,
    ),
    ("remove", r#"{"type":"remove","id":ID,"name":NAME}"#),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, expected: &str, expected_id: Option<&str>) {
        match read(text) {
            Incoming::Refused { code, id, .. } => {
                assert_eq!((code, id.as_deref()), (expected, expected_id));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_say_is_read() {
        let expected = Incoming::Act {
            id: "1".into(),
            act: Act::Say {
                text: "hello".into(),
            },
        };
        assert_eq!(
            read(r#"{"type":"say","id":"1","text":"hello","more":1}"#),
            expected
        );
    }

    #[test]
    fn no_more_than_a_page_of_history_is_read_at_once() {
        let asked =
            |before: &str, limit| read(&format!(r#"{{"type":"history"{before},"limit":{limit}}}"#));
        let history = |before, limit| Incoming::History { before, limit };
        assert_eq!(asked(r#","before":7"#, 5), history(Some(7), 5));
        assert_eq!(asked("", u64::MAX), history(None, 100));
        refused(r#"{"type":"history","limit":0}"#, "malformed", None);
    }

    #[test]
    fn unknown_types_are_ignored() {
        assert_eq!(read(r#"{"type":"wave"}"#), Incoming::Unknown);
    }

    #[test]
    fn what_is_wrong_is_named() {
        refused("{", "malformed", None);
        refused("[1]", "malformed", None);
        refused(r#"{"id":"7"}"#, "malformed", Some("7"));
        refused(r#"{"type":"say","id":"7"}"#, "malformed", Some("7"));
        refused(r#"{"type":"say","id":7,"text":"x"}"#, "malformed", None);
        refused(r#"{"type":"say","id":"","text":"x"}"#, "bad_id", None);
        refused(r#"{"type":"say","id":"7","text":""}"#, "empty", Some("7"));
        refused(
            r#"{"type":"edit","id":"7","seq":1,"text":""}"#,
            "empty",
            Some("7"),
        );
        refused(
            r#"{"type":"edit","id":"7","text":"x"}"#,
            "malformed",
            Some("7"),
        );
        refused(
            r#"{"type":"delete","id":"7","seq":-1}"#,
            "malformed",
            Some("7"),
        );
        refused(
            r#"{"type":"mute","id":"7","on":true}"#,
            "malformed",
            Some("7"),
        );
    }

    #[test]
    fn sixteen_kibibytes_of_text_are_allowed() {
        let say = |count| {
            let say = FromClient::Say {
                id: "7".into(),
                text: "\n".repeat(count),
            };
            serde_json::to_string(&say).unwrap()
        };
        assert!(matches!(read(&say(16 * 1024)), Incoming::Act { .. }));
        refused(&say(16 * 1024 + 1), "too_long", Some("7"));
    }
}
