//! The client's half of the handshake.

use std::ops::Range;

use super::head::{HeadLines, is_at_least_1_1, is_token, is_version};
use super::{AcceptKey, HeadError, HeadFault, Headers, Piece, UpgradeProblem};

/// The head of a request, as `GET /ws/chat/kitchen HTTP/1.1` and its headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestHead {
    /// `GET`.
    pub method: Piece,
    /// The path and query asked for.
    pub target: Piece,
    /// `HTTP/1.1`.
    pub version: Piece,
    /// The first line with its line end, counted from the start of the head.
    pub line: Range<usize>,
    /// Its headers.
    pub headers: Headers,
    /// How many bytes the head has, its empty line included.
    pub len: usize,
}

impl RequestHead {
    /// Reads the head at the start of `raw`; what follows its empty line is not looked at.
    ///
    /// # Errors
    /// The first thing that is not an HTTP/1 head, and its byte.
    pub fn parse(raw: &[u8]) -> Result<Self, HeadFault> {
        let lines = HeadLines::parse(raw)?;
        let first = &raw[lines.first.clone()];
        let wrong = HeadFault {
            error: HeadError::RequestLine,
            at: lines.first.start,
        };
        let mut words = first.split(|&byte| byte == b' ');
        let (Some(method), Some(target), Some(version), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(wrong);
        };
        let method_ok = !method.is_empty() && method.iter().all(|&byte| is_token(byte));
        let target_ok = !target.is_empty() && !target.iter().any(u8::is_ascii_control);
        if !method_ok || !target_ok || !is_version(version) {
            return Err(wrong);
        }
        let start = lines.first.start;
        let target_at = start + method.len() + 1;
        Ok(Self {
            method: Piece::new(raw, start..start + method.len()),
            target: Piece::new(raw, target_at..target_at + target.len()),
            version: Piece::new(raw, lines.first.end - version.len()..lines.first.end),
            line: lines.first_line,
            headers: lines.headers,
            len: lines.len,
        })
    }

    /// Everything that is wrong with this request as an upgrade to WebSocket; empty when a server may accept it.
    #[must_use]
    pub fn problems(&self) -> Vec<UpgradeProblem> {
        let mut problems = Vec::new();
        if self.method.text != "GET" {
            problems.push(UpgradeProblem::NotGet {
                method: self.method.text.clone(),
            });
        }
        if !is_at_least_1_1(&self.version.text) {
            problems.push(UpgradeProblem::HttpTooOld {
                version: self.version.text.clone(),
            });
        }
        if self.headers.first("Host").is_none() {
            problems.push(UpgradeProblem::NoHost);
        }
        if !self.asks_for_websocket() {
            problems.push(UpgradeProblem::NoUpgrade);
        }
        if !self.headers.list_has("Connection", "Upgrade") {
            problems.push(UpgradeProblem::NoConnectionUpgrade);
        }
        problems.extend(self.key_problem());
        problems.extend(match self.headers.value("Sec-WebSocket-Version") {
            None => Some(UpgradeProblem::NoVersion),
            Some("13") => None,
            Some(version) => Some(UpgradeProblem::OtherVersion {
                version: version.to_owned(),
            }),
        });
        problems
    }

    /// Whether `Upgrade` names `websocket`, whatever else may be wrong.
    #[must_use]
    pub fn asks_for_websocket(&self) -> bool {
        self.headers.list_has("Upgrade", "websocket")
    }

    /// The accept key that belongs to this request, step by step; `None` without a key.
    #[must_use]
    pub fn accept_key(&self) -> Option<AcceptKey> {
        self.headers.value("Sec-WebSocket-Key").map(AcceptKey::new)
    }

    fn key_problem(&self) -> Option<UpgradeProblem> {
        let count = self.headers.all("Sec-WebSocket-Key").count();
        match self.headers.value("Sec-WebSocket-Key") {
            None => Some(UpgradeProblem::NoKey),
            Some(_) if count > 1 => Some(UpgradeProblem::KeyRepeated { count }),
            Some(key) if !AcceptKey::key_is_valid(key) => Some(UpgradeProblem::KeyInvalid {
                key: key.to_owned(),
            }),
            Some(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RequestHead;
    use crate::handshake::{HeadError, HeadFault, UpgradeProblem};

    /// RFC 6455 §1.2.
    const REQUEST: &str = "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n\
        Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://example.com\r\n\
        Sec-WebSocket-Protocol: chat, superchat\r\nSec-WebSocket-Version: 13\r\n\r\n";

    #[test]
    fn the_request_of_the_rfc_is_read_with_the_place_of_each_piece() {
        let head = RequestHead::parse(REQUEST.as_bytes()).unwrap();
        assert_eq!(
            (
                head.method.at.clone(),
                head.target.at.clone(),
                head.version.at.clone()
            ),
            (0..3, 4..9, 10..18)
        );
        assert_eq!(head.len, REQUEST.len());
        for header in &head.headers.0 {
            assert_eq!(REQUEST[header.name.at.clone()], header.name.text);
            assert_eq!(REQUEST[header.value.at.clone()], header.value.text);
            assert!(REQUEST[header.line.clone()].ends_with("\r\n"));
        }
        let offered: Vec<_> = head.headers.list("sec-websocket-protocol").collect();
        assert_eq!(offered, ["chat", "superchat"]);
        assert_eq!(head.problems(), []);
        assert_eq!(
            head.accept_key().unwrap().accept,
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        );
    }

    fn check_problem(from: &str, to: &str, expected: UpgradeProblem) {
        let text = REQUEST.replace(from, to);
        assert_ne!(text, REQUEST);
        assert_eq!(
            RequestHead::parse(text.as_bytes()).unwrap().problems(),
            [expected]
        );
    }

    #[test]
    fn each_broken_rule_of_the_upgrade_is_named() {
        check_problem(
            "GET",
            "POST",
            UpgradeProblem::NotGet {
                method: "POST".to_owned(),
            },
        );
        check_problem(
            "HTTP/1.1",
            "HTTP/1.0",
            UpgradeProblem::HttpTooOld {
                version: "HTTP/1.0".to_owned(),
            },
        );
        check_problem("Host:", "X-Host:", UpgradeProblem::NoHost);
        check_problem("websocket\r\n", "h2c\r\n", UpgradeProblem::NoUpgrade);
        check_problem(
            "Connection: Upgrade",
            "Connection: close",
            UpgradeProblem::NoConnectionUpgrade,
        );
        check_problem("Sec-WebSocket-Key:", "X-Key:", UpgradeProblem::NoKey);
        check_problem(
            "Origin: http://example.com",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            UpgradeProblem::KeyRepeated { count: 2 },
        );
        check_problem(
            "dGhlIHNhbXBsZSBub25jZQ==",
            "c2hvcnQ=",
            UpgradeProblem::KeyInvalid {
                key: "c2hvcnQ=".to_owned(),
            },
        );
        check_problem(
            "Sec-WebSocket-Version:",
            "X-Version:",
            UpgradeProblem::NoVersion,
        );
        check_problem(
            "Version: 13",
            "Version: 8",
            UpgradeProblem::OtherVersion {
                version: "8".to_owned(),
            },
        );
    }

    #[test]
    fn case_and_lists_do_not_matter() {
        let text = REQUEST
            .replace("Upgrade: websocket", "UPGRADE: h2c, WebSocket")
            .replace("Connection: Upgrade", "connection: keep-alive,UPGRADE");
        assert_eq!(RequestHead::parse(text.as_bytes()).unwrap().problems(), []);
    }

    #[test]
    fn a_line_that_is_no_request_line_is_refused() {
        for line in [
            "GET /",
            "GET  / HTTP/1.1",
            "GET / HTTP/1",
            "GET / x HTTP/1.1",
            "G(T / HTTP/1.1",
            " / HTTP/1.1",
        ] {
            let raw = format!("{line}\r\nHost: a\r\n\r\n");
            let expected = HeadFault {
                error: HeadError::RequestLine,
                at: 0,
            };
            assert_eq!(RequestHead::parse(raw.as_bytes()), Err(expected), "{line}");
        }
    }
}
