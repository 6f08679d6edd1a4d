//! Why a connection ends: the payload of a close frame.

use std::str::from_utf8;

use super::{Fault, Violation};

/// The number in a close frame (RFC 6455 §7.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CloseCode(pub u16);

/// Who may put a close code into a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CloseSender {
    /// Client and server.
    Either,
    /// Only a client.
    Client,
    /// Only a server.
    Server,
    /// Nobody: an application hears it from its own side when no such frame came.
    Nobody,
    /// Nobody yet: the number has no meaning.
    Unassigned,
}

impl CloseSender {
    /// Who may send it, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Either => "either end may send it",
            Self::Client => "only a client sends it",
            Self::Server => "only a server sends it",
            Self::Nobody => "nobody may send it",
            Self::Unassigned => "nobody may send it yet",
        }
    }
}

impl CloseCode {
    /// Its name in few words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self.0 {
            1000 => "normal closure",
            1001 => "going away",
            1002 => "protocol error",
            1003 => "unsupported data",
            1005 => "no status received",
            1006 => "abnormal closure",
            1007 => "invalid payload data",
            1008 => "policy violation",
            1009 => "message too big",
            1010 => "mandatory extension",
            1011 => "internal error",
            1012 => "service restart",
            1013 => "try again later",
            1014 => "bad gateway",
            1015 => "TLS handshake failed",
            3000..=3999 => "registered code",
            4000..=4999 => "private code",
            _ => "reserved code",
        }
    }

    /// What it means, in plain words.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self.0 {
            0..=999 => "no meaning: codes below 1000 are not used",
            1000 => "the purpose of the connection has been fulfilled",
            1001 => "this end is leaving: a server stops, or a page is left",
            1002 => "the other end broke the protocol",
            1003 => {
                "the other end sent a kind of data this end cannot take, as binary where only text is understood"
            }
            1005 => "never sent: what an application is told when a close frame carried no code",
            1006 => {
                "never sent: what an application is told when the connection broke without a close frame"
            }
            1007 => "a message held what its type forbids, as text that is not UTF-8",
            1008 => "a message broke a rule of this end, and no other code fits",
            1009 => "a message was larger than this end takes",
            1010 => "the client needed an extension that the server did not agree to",
            1011 => "the server met something unexpected and cannot go on",
            1012 => "the service restarts; come back after a random pause",
            1013 => "the server is overloaded; come back later",
            1014 => "a gateway got a bad answer from the server behind it",
            1015 => "never sent: what an application is told when the TLS handshake failed",
            1004 | 1016..=2999 => {
                "no meaning yet: kept for later versions and extensions of the protocol"
            }
            3000..=3999 => "a meaning registered by a library or framework",
            4000..=4999 => "whatever the two ends have agreed on",
            5000.. => "no meaning: codes end at 4999",
        }
    }

    /// Who may put it into a frame.
    #[must_use]
    pub const fn sender(self) -> CloseSender {
        match self.0 {
            1005 | 1006 | 1015 => CloseSender::Nobody,
            1010 => CloseSender::Client,
            1011..=1014 => CloseSender::Server,
            1000..=1003 | 1007..=1009 | 3000..=4999 => CloseSender::Either,
            _ => CloseSender::Unassigned,
        }
    }

    /// Whether a close frame may carry it at all.
    #[must_use]
    pub const fn may_be_sent(self) -> bool {
        !matches!(self.sender(), CloseSender::Nobody | CloseSender::Unassigned)
    }

    /// Whether a browser's `close()` takes it.
    #[must_use]
    pub const fn browser_may_send(self) -> bool {
        matches!(self.0, 1000 | 3000..=4999)
    }

    /// Where it is described.
    #[must_use]
    pub const fn section(self) -> &'static str {
        match self.0 {
            1000..=1011 | 1015 => "RFC 6455 §7.4.1",
            1012..=1014 => "RFC 6455 §11.7",
            _ => "RFC 6455 §7.4.2",
        }
    }

    /// The violation of a frame that carries it, if that is one.
    const fn violation(self) -> Option<Violation> {
        match self.sender() {
            CloseSender::Nobody => Some(Violation::CloseCodeNeverSent { code: self.0 }),
            CloseSender::Unassigned => Some(Violation::CloseCodeUnassigned { code: self.0 }),
            CloseSender::Either | CloseSender::Client | CloseSender::Server => None,
        }
    }
}

/// What a close frame says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClosePayload {
    /// The code; none when the payload has fewer than two bytes.
    pub code: Option<CloseCode>,
    /// The reason; what is not UTF-8 in it became U+FFFD.
    pub reason: String,
}

impl ClosePayload {
    /// Reads an unmasked close payload. A wrong one is read as far as it goes; each fault's offset counts from
    /// the start of the payload.
    #[must_use]
    pub fn parse(payload: &[u8]) -> (Self, Vec<Fault>) {
        let mut faults = Vec::new();
        let Some((code, reason)) = payload.split_first_chunk::<2>() else {
            if !payload.is_empty() {
                faults.push(Fault {
                    violation: Violation::ClosePayloadOneByte,
                    offset: 0,
                });
            }
            return (Self::default(), faults);
        };
        let code = CloseCode(u16::from_be_bytes(*code));
        if let Some(violation) = code.violation() {
            faults.push(Fault {
                violation,
                offset: 0,
            });
        }
        if let Err(stop) = from_utf8(reason) {
            faults.push(Fault {
                violation: Violation::CloseReasonNotUtf8,
                offset: 2 + stop.valid_up_to() as u64,
            });
        }
        (
            Self {
                code: Some(code),
                reason: String::from_utf8_lossy(reason).into_owned(),
            },
            faults,
        )
    }

    /// The payload's bytes, unmasked. A reason without a code cannot be written: it gives an empty payload.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let Some(CloseCode(code)) = self.code else {
            return Vec::new();
        };
        let mut payload = code.to_be_bytes().to_vec();
        payload.extend_from_slice(self.reason.as_bytes());
        payload
    }
}

#[cfg(test)]
mod tests {
    use super::{CloseCode, ClosePayload, CloseSender};
    use crate::frame::{Fault, Violation};

    fn check(payload: &[u8], code: Option<u16>, reason: &str, expected: &[(Violation, u64)]) {
        let (close, faults) = ClosePayload::parse(payload);
        assert_eq!(
            close,
            ClosePayload {
                code: code.map(CloseCode),
                reason: reason.to_owned()
            }
        );
        let expected: Vec<Fault> = expected
            .iter()
            .map(|&(violation, offset)| Fault { violation, offset })
            .collect();
        assert_eq!(faults, expected);
    }

    #[test]
    fn code_and_reason_are_read() {
        check(&[], None, "", &[]);
        check(&[0x03, 0xE8], Some(1000), "", &[]);
        check(b"\x03\xE9bye", Some(1001), "bye", &[]);
    }

    #[test]
    fn one_byte_is_no_code() {
        check(&[0x03], None, "", &[(Violation::ClosePayloadOneByte, 0)]);
    }

    #[test]
    fn a_wrong_code_and_a_wrong_reason_are_both_named() {
        check(
            b"\x03\xEDa\xFF",
            Some(1005),
            "a\u{FFFD}",
            &[
                (Violation::CloseCodeNeverSent { code: 1005 }, 0),
                (Violation::CloseReasonNotUtf8, 3),
            ],
        );
    }

    #[test]
    fn what_is_written_is_read_back() {
        let close = ClosePayload {
            code: Some(CloseCode(4000)),
            reason: "müde".to_owned(),
        };
        assert_eq!(ClosePayload::parse(&close.encode()), (close, Vec::new()));
    }

    #[test]
    fn only_assigned_codes_may_be_sent() {
        let allowed: Vec<u16> = (0..=u16::MAX)
            .filter(|&code| CloseCode(code).may_be_sent())
            .collect();
        let expected: Vec<u16> = (1000..=1003)
            .chain(1007..=1014)
            .chain(3000..=4999)
            .collect();
        assert_eq!(allowed, expected);
    }

    #[test]
    fn a_browser_sends_few_codes_and_some_are_one_sided() {
        assert!(CloseCode(1000).browser_may_send() && CloseCode(3000).browser_may_send());
        assert!(!CloseCode(1001).browser_may_send() && !CloseCode(5000).browser_may_send());
        assert_eq!(CloseCode(1010).sender(), CloseSender::Client);
        assert_eq!(CloseCode(1011).sender(), CloseSender::Server);
        assert_eq!(CloseCode(1006).sender(), CloseSender::Nobody);
    }
}
