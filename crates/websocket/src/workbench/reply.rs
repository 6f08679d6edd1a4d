//! What came back to a scenario.

use super::{Expectation, Scenario};
use crate::dissect::{Dissector, DissectorConfig, ItemKind};
use crate::frame::{CloseCode, ClosePayload, Endpoint, Opcode};

/// The bytes that a server sent over one connection, read as what they mean.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reply {
    /// The status of the answer to the handshake; `None`: there was none.
    pub status: Option<u16>,
    /// The frames, with their payloads inflated.
    pub frames: Vec<(Opcode, Vec<u8>)>,
    /// Bytes at the end were no head or frame, or no whole one.
    pub damaged: bool,
}

impl Reply {
    /// Reads everything that a server sent.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        let config = DissectorConfig {
            max_payload: Scenario::MAX_BYTES,
            ..DissectorConfig::default()
        };
        let mut dissector = Dissector::new(Endpoint::Server, config);
        dissector.handle_bytes(bytes, 0);
        dissector.handle_end();
        let mut reply = Self::default();
        while let Some(item) = dissector.poll_item() {
            match item.kind {
                ItemKind::Response(head) => reply.status = Some(head.status),
                ItemKind::Frame(frame) => {
                    let payload = match frame.inflated {
                        Some(inflated) => inflated.payload,
                        None => frame.payload,
                    };
                    reply.frames.push((frame.header.opcode, payload));
                }
                ItemKind::Request(_) | ItemKind::Damaged(_) => reply.damaged = true,
            }
        }
        reply
    }

    /// The Close frame, if that is what came last.
    #[must_use]
    pub fn close(&self) -> Option<ClosePayload> {
        let (opcode, payload) = self.frames.last()?;
        (*opcode == Opcode::Close).then(|| ClosePayload::parse(payload).0)
    }

    /// Whether it is what a server must answer.
    #[must_use]
    pub fn is(&self, expected: &Expectation) -> bool {
        let accepted = self.status == Some(101) && !self.damaged;
        match expected {
            Expectation::Status(status) => self.status == Some(*status),
            Expectation::Close(code) => {
                let close = self.close().and_then(|close| close.code);
                accepted && close == Some(CloseCode(*code))
            }
            Expectation::CloseWithoutCode => {
                accepted && self.close().is_some_and(|close| close.code.is_none())
            }
            Expectation::Messages(messages) => {
                let frames = self.frames.iter();
                accepted
                    && frames
                        .map(|(opcode, payload)| (*opcode, &payload[..]))
                        .eq(messages.iter().copied())
            }
            // Half a handshake is not answered either.
            Expectation::Nothing => {
                self.frames.is_empty() && !self.damaged && matches!(self.status, None | Some(101))
            }
            Expectation::Lost => accepted && self.close().is_none(),
        }
    }

    /// What the server did, in words: `the server closed with 1002 protocol error`.
    #[must_use]
    pub fn words(&self) -> String {
        let Some(status) = self.status else {
            return "the server answered nothing".to_owned();
        };
        if status != 101 {
            return [
                "the server refused the handshake with ",
                &status.to_string(),
            ]
            .concat();
        }
        if let Some(close) = self.close() {
            return match close.code {
                Some(code) => {
                    let number = code.0.to_string();
                    ["the server closed with ", &number, " ", code.name()].concat()
                }
                None => "the server closed without a code".to_owned(),
            };
        }
        if self.frames.is_empty() {
            return "the server accepted the handshake and sent nothing more".to_owned();
        }
        let names: Vec<&str> = self
            .frames
            .iter()
            .map(|(opcode, _)| opcode.name())
            .collect();
        ["the server answered: ", &names.join(", then ")].concat()
    }

    /// The clause of an RFC that the server named in the reason of its Close frame, and the reason without it.
    #[must_use]
    pub fn clause(reason: &str) -> Option<(&str, &str)> {
        let (words, section) = reason.strip_suffix(')')?.rsplit_once(" (")?;
        section.starts_with("RFC ").then_some((words, section))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCEPTED: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\n\r\n";

    fn after_101(frames: &[u8]) -> Reply {
        Reply::read(&[ACCEPTED, frames].concat())
    }

    #[test]
    fn an_answer_is_told_from_the_expected_one() {
        let closed = after_101(&[0x88, 2, 0x03, 0xEA]);
        assert!(closed.is(&Expectation::Close(1002)));
        assert!(!closed.is(&Expectation::Close(1007)));
        assert!(!closed.is(&Expectation::Nothing));
        assert!(!closed.is(&Expectation::Lost));
        let pong = after_101(b"\x8a\x01a");
        assert!(pong.is(&Expectation::Messages(&[(Opcode::Pong, b"a")])));
        assert!(!pong.is(&Expectation::Messages(&[(Opcode::Pong, b"b")])));
        assert!(!pong.is(&Expectation::Messages(&[])));
        assert!(after_101(&[0x88, 0]).is(&Expectation::CloseWithoutCode));
        assert!(after_101(&[]).is(&Expectation::Nothing));
        assert!(after_101(b"\x81\x01a").is(&Expectation::Lost));
        assert!(Reply::read(b"").is(&Expectation::Nothing));
        let refused = Reply::read(b"HTTP/1.1 400 Bad Request\r\n\r\nno");
        assert!(refused.is(&Expectation::Status(400)));
        assert!(!refused.is(&Expectation::Nothing));
        assert!(
            !after_101(b"\x81\x05a").is(&Expectation::Nothing),
            "half a frame"
        );
    }

    #[test]
    fn an_answer_is_said_in_words() {
        let words = |frames| after_101(frames).words();
        assert_eq!(
            words(&[0x88, 2, 0x03, 0xEA]),
            "the server closed with 1002 protocol error"
        );
        assert_eq!(words(&[0x88, 0]), "the server closed without a code");
        assert_eq!(
            words(b"\x8a\x00\x81\x01a"),
            "the server answered: pong, then text"
        );
        assert_eq!(
            words(b""),
            "the server accepted the handshake and sent nothing more"
        );
        let refused = Reply::read(b"HTTP/1.1 426 Upgrade Required\r\n\r\n");
        assert_eq!(refused.words(), "the server refused the handshake with 426");
        assert_eq!(Reply::read(b"").words(), "the server answered nothing");
    }

    #[test]
    fn the_clause_is_taken_from_the_reason() {
        assert_eq!(
            Reply::clause("not masked (RFC 6455 §5.1)"),
            Some(("not masked", "RFC 6455 §5.1"))
        );
        assert_eq!(Reply::clause("going away (for lunch)"), None);
        assert_eq!(Reply::clause("bye"), None);
    }
}
