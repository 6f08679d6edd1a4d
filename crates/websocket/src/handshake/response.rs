//! The server's half of the handshake.

use std::ops::Range;

use super::head::{HeadLines, is_version};
use super::{HeadError, HeadFault, Headers, Piece, RequestHead, UpgradeProblem};
use crate::deflate::{DeflateOffer, DeflateParams, OfferProblem};

/// The head of an answer, as `HTTP/1.1 101 Switching Protocols` and its headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseHead {
    /// `HTTP/1.1`.
    pub version: Piece,
    /// The status as a number.
    pub status: u16,
    /// Where the status is, counted from the start of the head.
    pub status_at: Range<usize>,
    /// The words behind the status; may be empty.
    pub reason: Piece,
    /// The first line with its line end, counted from the start of the head.
    pub line: Range<usize>,
    /// Its headers.
    pub headers: Headers,
    /// How many bytes the head has, its empty line included.
    pub len: usize,
}

impl ResponseHead {
    /// Reads the head at the start of `raw`; what follows its empty line is not looked at.
    ///
    /// # Errors
    /// The first thing that is not an HTTP/1 head, and its byte.
    pub fn parse(raw: &[u8]) -> Result<Self, HeadFault> {
        let lines = HeadLines::parse(raw)?;
        let first = &raw[lines.first.clone()];
        let wrong = HeadFault {
            error: HeadError::StatusLine,
            at: lines.first.start,
        };
        let Some((version, rest)) = first.split_at_checked(8) else {
            return Err(wrong);
        };
        let ([b' ', digits @ ..], true) = (rest, is_version(version)) else {
            return Err(wrong);
        };
        let (&[hundreds, tens, ones, ref after @ ..], None | Some(b' ')) = (digits, digits.get(3))
        else {
            return Err(wrong);
        };
        if ![hundreds, tens, ones].iter().all(u8::is_ascii_digit)
            || after.iter().any(u8::is_ascii_control)
        {
            return Err(wrong);
        }
        let number = |digit: u8| u16::from(digit - b'0');
        let start = lines.first.start;
        // The space before the reason is not part of it; without a reason even the space may be missing.
        let reason_at = (start + 13).min(lines.first.end);
        Ok(Self {
            version: Piece::new(raw, start..start + 8),
            status: number(hundreds) * 100 + number(tens) * 10 + number(ones),
            status_at: start + 9..start + 12,
            reason: Piece::new(raw, reason_at..lines.first.end),
            line: lines.first_line,
            headers: lines.headers,
            len: lines.len,
        })
    }

    /// Everything that is wrong with this answer; empty when the connection is now a WebSocket. With the request
    /// at hand, key, subprotocol and extensions are compared with it.
    #[must_use]
    pub fn problems(&self, request: Option<&RequestHead>) -> Vec<UpgradeProblem> {
        if self.status != 101 {
            return vec![UpgradeProblem::NotSwitching {
                status: self.status,
            }];
        }
        let mut problems = Vec::new();
        if !self.headers.list_has("Upgrade", "websocket") {
            problems.push(UpgradeProblem::NoUpgrade);
        }
        if !self.headers.list_has("Connection", "Upgrade") {
            problems.push(UpgradeProblem::NoConnectionUpgrade);
        }
        let got = self.headers.value("Sec-WebSocket-Accept");
        if got.is_none() {
            problems.push(UpgradeProblem::NoAccept);
        }
        let Some(request) = request else {
            return problems;
        };
        if let (Some(got), Some(key)) = (got, request.accept_key())
            && got != key.accept
        {
            problems.push(UpgradeProblem::AcceptWrong {
                expected: key.accept,
                got: got.to_owned(),
            });
        }
        if let Some(name) = self.headers.value("Sec-WebSocket-Protocol")
            && !request
                .headers
                .list("Sec-WebSocket-Protocol")
                .any(|offer| offer == name)
        {
            problems.push(UpgradeProblem::SubprotocolNotOffered {
                name: name.to_owned(),
            });
        }
        for name in self.headers.extensions() {
            if !request.headers.extensions().any(|offer| offer == name) {
                problems.push(UpgradeProblem::ExtensionNotOffered {
                    name: name.to_owned(),
                });
            }
        }
        problems.extend(self.deflate_problem(request));
        problems
    }

    /// What is wrong with the answer on permessage-deflate, held against the offers.
    fn deflate_problem(&self, request: &RequestHead) -> Option<UpgradeProblem> {
        let answer = match self.deflate()? {
            Ok(answer) => answer,
            Err(problem) => return Some(UpgradeProblem::DeflateAnswer { problem }),
        };
        let mut offers = request
            .headers
            .list("Sec-WebSocket-Extensions")
            .filter(|element| DeflateOffer::is_named(element))
            .peekable();
        // That it was not offered at all is said already.
        offers.peek()?;
        let kept = offers.any(|offer| answer.answers(offer));
        (!kept).then_some(UpgradeProblem::DeflateNotOffered { answer })
    }

    /// What the server agreed to of permessage-deflate (RFC 7692), which gives RSV1 its meaning; or why no server may
    /// agree to that. `None` when it did not speak of it.
    #[must_use]
    pub fn deflate(&self) -> Option<Result<DeflateParams, OfferProblem>> {
        let mut elements = self.headers.list("Sec-WebSocket-Extensions");
        let answer = elements.find(|element| DeflateOffer::is_named(element))?;
        Some(DeflateParams::answered(answer))
    }
}

#[cfg(test)]
mod tests {
    use super::ResponseHead;
    use crate::deflate::DeflateParams;
    use crate::handshake::{HeadError, HeadFault, RequestHead, UpgradeProblem};

    /// RFC 6455 §1.2.
    const RESPONSE: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: chat\r\n\r\n";

    fn request() -> RequestHead {
        let raw = "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: chat, superchat\r\n\
            Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\
            Sec-WebSocket-Version: 13\r\n\r\n";
        RequestHead::parse(raw.as_bytes()).unwrap()
    }

    #[test]
    fn the_answer_of_the_rfc_opens_the_connection() {
        let head = ResponseHead::parse(RESPONSE.as_bytes()).unwrap();
        assert_eq!((head.status, head.status_at.clone()), (101, 9..12));
        assert_eq!(
            (head.reason.text.as_str(), head.reason.at.clone()),
            ("Switching Protocols", 13..32)
        );
        assert_eq!(head.problems(Some(&request())), []);
        assert!(head.deflate().is_none());
    }

    fn check_problem(from: &str, to: &str, expected: UpgradeProblem) {
        let text = RESPONSE.replace(from, to);
        assert_ne!(text, RESPONSE);
        assert_eq!(
            ResponseHead::parse(text.as_bytes())
                .unwrap()
                .problems(Some(&request())),
            [expected]
        );
    }

    #[test]
    fn each_broken_rule_of_the_answer_is_named() {
        check_problem(
            "101 Switching Protocols",
            "403 Forbidden",
            UpgradeProblem::NotSwitching { status: 403 },
        );
        check_problem("Upgrade: websocket\r\n", "", UpgradeProblem::NoUpgrade);
        check_problem(
            "Connection: Upgrade\r\n",
            "",
            UpgradeProblem::NoConnectionUpgrade,
        );
        check_problem(
            "Sec-WebSocket-Accept:",
            "X-Accept:",
            UpgradeProblem::NoAccept,
        );
        check_problem(
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
            "AAAA",
            UpgradeProblem::AcceptWrong {
                expected: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".to_owned(),
                got: "AAAA".to_owned(),
            },
        );
        check_problem(
            ": chat",
            ": mqtt",
            UpgradeProblem::SubprotocolNotOffered {
                name: "mqtt".to_owned(),
            },
        );
        check_problem(
            "Sec-WebSocket-Protocol: chat",
            "Sec-WebSocket-Extensions: x-mux; a=1",
            UpgradeProblem::ExtensionNotOffered {
                name: "x-mux".to_owned(),
            },
        );
    }

    #[test]
    fn an_offered_extension_may_be_agreed_to() {
        let text = RESPONSE.replace(
            "Sec-WebSocket-Protocol: chat",
            "Sec-WebSocket-Extensions: permessage-deflate",
        );
        let head = ResponseHead::parse(text.as_bytes()).unwrap();
        assert_eq!(head.problems(Some(&request())), []);
        assert!(head.deflate() == Some(Ok(DeflateParams::PLAIN)));
    }

    #[test]
    fn an_answer_on_deflate_keeps_to_the_offer() {
        let problems = |answer: &str| {
            let line = format!("Sec-WebSocket-Extensions: permessage-deflate{answer}");
            let text = RESPONSE.replace("Sec-WebSocket-Protocol: chat", &line);
            let head = ResponseHead::parse(text.as_bytes()).unwrap();
            head.problems(Some(&request()))
        };
        for lawful in [
            "",
            "; client_max_window_bits=8",
            "; server_max_window_bits=8; server_no_context_takeover; client_no_context_takeover",
        ] {
            assert_eq!(problems(lawful), [], "{lawful}");
        }
        assert!(matches!(
            problems("; level=9")[..],
            [UpgradeProblem::DeflateAnswer { .. }]
        ));
    }

    #[test]
    fn a_reason_may_be_missing_but_a_status_has_three_digits() {
        for line in ["HTTP/1.1 101", "HTTP/1.1 101 "] {
            let head = ResponseHead::parse(format!("{line}\r\n\r\n").as_bytes()).unwrap();
            assert_eq!((head.status, head.reason.text.as_str()), (101, ""));
        }
        for line in [
            "HTTP/1.1",
            "HTTP/1.1 ",
            "HTTP/1.1 10",
            "HTTP/1.1 1010",
            "HTTP/1.1 1x1 a",
            "HTTP/x.1 101 a",
        ] {
            let expected = HeadFault {
                error: HeadError::StatusLine,
                at: 0,
            };
            assert_eq!(
                ResponseHead::parse(format!("{line}\r\n\r\n").as_bytes()),
                Err(expected),
                "{line}"
            );
        }
    }
}
