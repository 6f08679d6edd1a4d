//! What the three servers want to hear, and how they say what was said.

use std::fmt::Write;

use anyhow::{Result, bail};

/// How a chat is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// A JSON object in each message: Spillway, and the peer on `ws`.
    Json,
    /// Socket.IO in Engine.IO's packets.
    SocketIo,
}

/// What a text message of a server is to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// The connection may be used.
    Ready,
    /// This wants to be answered with the text.
    Asks(&'static [u8]),
    /// A message with this number.
    Said(u64),
    /// Anything else.
    Other,
}

impl Dialect {
    pub(super) fn named(name: &str) -> Result<Self> {
        Ok(match name {
            "json" => Self::Json,
            "socket.io" => Self::SocketIo,
            _ => bail!("the dialects are `json` and `socket.io`"),
        })
    }

    /// Where somebody enters a room.
    pub(super) fn path(self, room: &str, name: &str) -> String {
        match self {
            Self::Json => format!("/ws/chat/{room}?name={name}"),
            Self::SocketIo => {
                format!("/socket.io/?EIO=4&transport=websocket&room={room}&name={name}")
            }
        }
    }

    /// What a text message of the server comes to. Only its beginning is read: the client must
    /// not be what is measured.
    pub(super) fn hear(self, text: &[u8]) -> Heard {
        match self {
            Self::Json => {
                if let Some(rest) = text.strip_prefix(br#"{"type":"said","seq":"#) {
                    return Heard::Said(number(rest));
                }
                if text.starts_with(br#"{"type":"welcome""#) {
                    return Heard::Ready;
                }
                Heard::Other
            }
            Self::SocketIo => {
                if let Some(rest) = text.strip_prefix(br#"42["said",{"seq":"#) {
                    return Heard::Said(number(rest));
                }
                match text {
                    [b'0', ..] => Heard::Asks(b"40"),
                    [b'2'] => Heard::Asks(b"3"),
                    [b'4', b'0', ..] => Heard::Ready,
                    _ => Heard::Other,
                }
            }
        }
    }

    /// A message to be said, as text.
    pub(super) fn say(self, id: u64, text: &str) -> String {
        let mut said = String::with_capacity(text.len() + 64);
        // Writing to a String does not fail.
        let _ = match self {
            Self::Json => write!(said, r#"{{"type":"say","id":"{id}","text":"{text}"}}"#),
            Self::SocketIo => write!(said, r#"42["say",{{"id":"{id}","text":"{text}"}}]"#),
        };
        said
    }
}

/// The number that the text begins with.
fn number(text: &[u8]) -> u64 {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_is_told_from_all_else() {
        let json = |text: &str| Dialect::Json.hear(text.as_bytes());
        let said = r#"{"type":"said","seq":42,"id":"7","from":"a","text":"x","at":1}"#;
        assert_eq!(json(said), Heard::Said(42));
        assert_eq!(json(r#"{"type":"welcome","seq":7}"#), Heard::Ready);
        assert_eq!(json(r#"{"type":"joined","name":"a"}"#), Heard::Other);
        let packet = |text: &str| Dialect::SocketIo.hear(text.as_bytes());
        assert_eq!(packet(r#"42["said",{"seq":42,"id":"7"}]"#), Heard::Said(42));
        assert_eq!(packet(r#"0{"sid":"x"}"#), Heard::Asks(b"40"));
        assert_eq!(packet(r#"40{"sid":"x"}"#), Heard::Ready);
        assert_eq!(packet("2"), Heard::Asks(b"3"));
        assert_eq!(packet(r#"44{"message":"no"}"#), Heard::Other);
    }
}
