//! Reads what a client sends.

use serde_json::Value;
use spillway_protocol as protocol;
use spillway_protocol::chat::FromClient;

use super::names;

/// What a text message of a client comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Incoming {
    /// Something to say.
    Say {
        /// The client's name for it.
        id: String,
        /// Not empty, and not too long.
        text: String,
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
    match serde_json::from_str(text) {
        Ok(FromClient::Say { id, text }) => check(id, text),
        Err(error) => not_known(text, &error),
    }
}

fn check(id: String, text: String) -> Incoming {
    let max = protocol::MAX_CHAT_TEXT_BYTES;
    if let Err((code, message)) = names::message_id(&id) {
        return Incoming::Refused {
            code,
            message,
            id: None,
        };
    }
    if text.len() > max {
        let message = format!("the text has {} bytes; {max} are allowed", text.len());
        return Incoming::Refused {
            code: "too_long",
            message,
            id: Some(id),
        };
    }
    if text.is_empty() {
        let message = "the text is empty".to_owned();
        return Incoming::Refused {
            code: "empty",
            message,
            id: Some(id),
        };
    }
    Incoming::Say { id, text }
}

fn not_known(text: &str, error: &serde_json::Error) -> Incoming {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    if value["type"].as_str().is_some_and(|kind| kind != "say") {
        return Incoming::Unknown;
    }
    let message = format!("expected {{\"type\":\"say\",\"id\":ID,\"text\":TEXT}}: {error}");
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
        let expected = Incoming::Say {
            id: "1".into(),
            text: "hello".into(),
        };
        assert_eq!(
            read(r#"{"type":"say","id":"1","text":"hello","more":1}"#),
            expected
        );
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
        assert!(matches!(read(&say(16 * 1024)), Incoming::Say { .. }));
        refused(&say(16 * 1024 + 1), "too_long", Some("7"));
    }
}
