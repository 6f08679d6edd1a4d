//! How a scenario opens its connection.

use crate::handshake::HeadDraft;

/// A handshake as a list of what is unusual about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HandshakeDraft {
    /// What is changed, in order.
    pub edits: Vec<HeadEdit>,
    /// How many bytes of the request are sent; `None`: all. After a request that is cut, nothing else is sent.
    pub cut: Option<u32>,
}

/// One change to a lawful request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeadEdit {
    /// Offers permessage-deflate.
    Deflate,
    /// Another first line.
    First(String),
    /// Another value for a header, or one more header.
    With(String, String),
    /// Leaves a header out.
    Without(String),
}

impl HandshakeDraft {
    /// The bytes to be sent.
    #[must_use]
    pub fn encode(&self, host: &str, target: &str, key: [u8; 16]) -> Vec<u8> {
        let mut head = HeadDraft::upgrade(host, target, key);
        for edit in &self.edits {
            head = match edit {
                HeadEdit::Deflate => head.with(
                    "Sec-WebSocket-Extensions",
                    "permessage-deflate; client_max_window_bits",
                ),
                HeadEdit::First(line) => HeadDraft {
                    first: line.clone(),
                    ..head
                },
                HeadEdit::With(name, value) => head.replacing(name, value),
                HeadEdit::Without(name) => head.without(name),
            };
        }
        let mut bytes = head.encode();
        bytes.truncate(self.cut.map_or(usize::MAX, |cut| cut as usize));
        bytes
    }
}
