//! What the bits panel says of a head: each line and what it is for.

use std::ops::Range;

use super::{Headers, RequestHead, ResponseHead};
use crate::Field;

impl RequestHead {
    /// Every line of the head as a field.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let value = format!(
            "{} {} {}",
            self.method.text, self.target.text, self.version.text
        );
        let meaning = "asks for this address, by HTTP for the last time on this connection";
        let first = Field::bytes(
            "Request line",
            self.line.clone(),
            value,
            meaning,
            "RFC 6455 §4.1",
        );
        lines(first, &self.headers, self.line.end, self.len)
    }
}

impl ResponseHead {
    /// Every line of the head as a field.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let value = format!(
            "{} {:03} {}",
            self.version.text, self.status, self.reason.text
        );
        let meaning = match self.status {
            101 => "agrees: from the empty line on, both ends speak in frames",
            _ => "does not agree: the connection stays with HTTP",
        };
        let first = Field::bytes(
            "Status line",
            self.line.clone(),
            value,
            meaning,
            "RFC 6455 §4.2.2",
        );
        lines(first, &self.headers, self.line.end, self.len)
    }
}

fn lines(first: Field, headers: &Headers, first_end: usize, len: usize) -> Vec<Field> {
    let mut fields = vec![first];
    let mut end = first_end;
    for header in &headers.0 {
        let (meaning, section) = purpose(&header.name.text);
        let line: Range<usize> = header.line.clone();
        end = line.end;
        fields.push(Field::bytes(
            &header.name.text,
            line,
            header.value.text.clone(),
            meaning,
            section,
        ));
    }
    fields.push(Field::bytes(
        "Empty line",
        end..len,
        String::new(),
        "ends the head",
        "RFC 9112 §2.1",
    ));
    fields
}

/// What a header is for, and where that stands.
fn purpose(name: &str) -> (&'static str, &'static str) {
    let known = PURPOSES
        .iter()
        .find(|(known, ..)| known.eq_ignore_ascii_case(name));
    known.map_or(
        ("not part of the WebSocket handshake", "RFC 9110 §6.3"),
        |&(_, meaning, section)| (meaning, section),
    )
}

const PURPOSES: [(&str, &str, &str); 9] = [
    ("Host", "the server that is meant", "RFC 6455 §4.1"),
    ("Upgrade", "the protocol to change to", "RFC 6455 §4.1"),
    (
        "Connection",
        "says that Upgrade is for the next machine on the way",
        "RFC 6455 §4.1",
    ),
    (
        "Origin",
        "the page that opens the connection; the server may refuse foreign ones",
        "RFC 6455 §10.2",
    ),
    (
        "Sec-WebSocket-Key",
        "16 random bytes in Base64; the answer must prove that it read them",
        "RFC 6455 §11.3.1",
    ),
    (
        "Sec-WebSocket-Extensions",
        "extensions offered by the client, or agreed to by the server",
        "RFC 6455 §11.3.2",
    ),
    (
        "Sec-WebSocket-Accept",
        "the key with the GUID, by SHA-1 and Base64",
        "RFC 6455 §11.3.3",
    ),
    (
        "Sec-WebSocket-Protocol",
        "subprotocols offered by the client, or the one the server chose",
        "RFC 6455 §11.3.4",
    ),
    (
        "Sec-WebSocket-Version",
        "the version of the protocol: 13 is RFC 6455",
        "RFC 6455 §11.3.5",
    ),
];
