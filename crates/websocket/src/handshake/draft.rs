//! Heads to be sent, right or wrong.

use super::AcceptKey;

/// A head that can be written: a first line and headers, in this order, whatever they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadDraft {
    /// The first line, without its line end.
    pub first: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
}

impl HeadDraft {
    /// A head of this first line alone.
    #[must_use]
    pub fn new(first: &str) -> Self {
        Self {
            first: first.to_owned(),
            headers: Vec::new(),
        }
    }

    /// A lawful request for a WebSocket (RFC 6455 §4.1). The key is 16 bytes that nobody can guess; a browser draws
    /// new ones for each connection.
    #[must_use]
    pub fn upgrade(host: &str, target: &str, key: [u8; 16]) -> Self {
        Self::new(&format!("GET {target} HTTP/1.1"))
            .with("Host", host)
            .with("Upgrade", "websocket")
            .with("Connection", "Upgrade")
            .with("Sec-WebSocket-Key", &AcceptKey::encode_key(key))
            .with("Sec-WebSocket-Version", "13")
    }

    /// The same head with one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same head without the headers of that name, whatever their case.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    /// The same head with another value for that header, in its place; at the end, if it has none.
    #[must_use]
    pub fn replacing(mut self, name: &str, value: &str) -> Self {
        let known = self
            .headers
            .iter_mut()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        match known {
            Some((_, known)) => value.clone_into(known),
            None => return self.with(name, value),
        }
        self
    }

    /// The head's bytes, with the empty line that ends it.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut text = self.first.clone();
        text.push_str("\r\n");
        for (name, value) in &self.headers {
            for part in [name, ": ", value, "\r\n"] {
                text.push_str(part);
            }
        }
        text.push_str("\r\n");
        text.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::HeadDraft;
    use crate::handshake::{RequestHead, UpgradeProblem};

    /// The bytes of "the sample nonce", as in RFC 6455 §1.3.
    const KEY: [u8; 16] = *b"the sample nonce";

    #[test]
    fn an_upgrade_is_what_the_rfc_asks_for() {
        let draft = HeadDraft::upgrade("server.example.com", "/chat", KEY);
        let head = RequestHead::parse(&draft.encode()).unwrap();
        assert_eq!(head.problems(), []);
        assert_eq!(
            head.headers.value("Sec-WebSocket-Key"),
            Some("dGhlIHNhbXBsZSBub25jZQ==")
        );
    }

    #[test]
    fn any_line_may_be_changed_or_left_out() {
        let draft = HeadDraft::upgrade("a", "/", KEY)
            .without("host")
            .replacing("sec-websocket-version", "8")
            .replacing("X-New", "1");
        let head = RequestHead::parse(&draft.encode()).unwrap();
        assert_eq!(
            head.problems(),
            [
                UpgradeProblem::NoHost,
                UpgradeProblem::OtherVersion {
                    version: "8".to_owned()
                }
            ]
        );
        assert_eq!(head.headers.value("x-new"), Some("1"));
    }
}
