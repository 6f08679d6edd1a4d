//! What a server answers to a request for a WebSocket.

use super::{AcceptKey, HeadDraft, RequestHead, UpgradeProblem};
use crate::deflate::{DeflateOffer, DeflateParams};

/// What a server has to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ServerOffer<'a> {
    /// The subprotocols it speaks.
    pub subprotocols: &'a [&'a str],
    /// Whether it speaks permessage-deflate.
    pub deflate: bool,
}

/// An answer and how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// 101, or the status of a refusal.
    pub status: u16,
    /// The head to be sent.
    pub head: HeadDraft,
    /// What follows the head of a refusal: every rule that was broken, a line each.
    pub body: String,
    /// Every rule that the request broke; empty when it was accepted.
    pub problems: Vec<UpgradeProblem>,
    /// The accept key, when the request had a key.
    pub accept: Option<AcceptKey>,
    /// Each subprotocol that was offered, and whether it is the one that was chosen.
    pub subprotocols: Vec<(String, bool)>,
    /// Each extension that was offered, and what it came to.
    pub extensions: Vec<ExtensionOutcome>,
    /// permessage-deflate, if it was agreed on.
    pub deflate: Option<DeflateParams>,
}

/// What an offered extension came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtensionOutcome {
    /// The offer.
    pub offer: DeflateOffer,
    /// What was done with it.
    pub outcome: Outcome,
}

/// What was done with an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was agreed to.
    Agreed,
    /// It could not be agreed to; the offer says why.
    Declined,
    /// It could have been, but one that the client put before it was.
    TooLate,
    /// This server has the extension turned off.
    TurnedOff,
}

impl Answer {
    /// The answer to a request (RFC 6455 §4.2.2). A server takes the first subprotocol in the client's order that it
    /// speaks, and the first offer of permessage-deflate that it can keep.
    #[must_use]
    pub fn new(request: &RequestHead, server: ServerOffer<'_>) -> Self {
        let accept = request.accept_key();
        let problems = request.problems();
        match &accept {
            Some(key) if problems.is_empty() => Self::switching(request, server, key.clone()),
            _ => Self::refusal(problems, accept),
        }
    }

    /// The bytes to be sent.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.head.encode();
        bytes.extend_from_slice(self.body.as_bytes());
        bytes
    }

    fn switching(request: &RequestHead, server: ServerOffer<'_>, accept: AcceptKey) -> Self {
        let mut head = HeadDraft::new("HTTP/1.1 101 Switching Protocols")
            .with("Upgrade", "websocket")
            .with("Connection", "Upgrade")
            .with("Sec-WebSocket-Accept", &accept.accept);
        let subprotocols = chosen_subprotocol(request, server.subprotocols);
        if let Some((name, _)) = subprotocols.iter().find(|(_, chosen)| *chosen) {
            head = head.with("Sec-WebSocket-Protocol", name);
        }
        let (extensions, deflate) = agreed_extensions(request, server.deflate);
        if let Some(params) = deflate {
            head = head.with("Sec-WebSocket-Extensions", &params.to_string());
        }
        Self {
            status: 101,
            head,
            body: String::new(),
            problems: Vec::new(),
            accept: Some(accept),
            subprotocols,
            extensions,
            deflate,
        }
    }

    fn refusal(problems: Vec<UpgradeProblem>, accept: Option<AcceptKey>) -> Self {
        let status = problems.iter().find_map(UpgradeProblem::refused_with);
        let status = status.unwrap_or(400);
        let body: String = problems
            .iter()
            .map(|problem| format!("{problem} ({})\n", problem.section()))
            .collect();
        let mut head = HeadDraft::new(&format!("HTTP/1.1 {status} {}", reason(status)));
        if status == 405 {
            head = head.with("Allow", "GET");
        }
        if status == 426 {
            // What a client that speaks another version needs to know (§4.4).
            head = head
                .with("Sec-WebSocket-Version", "13")
                .with("Upgrade", "websocket")
                .with("Connection", "Upgrade, close");
        } else {
            head = head.with("Connection", "close");
        }
        head = head
            .with("Content-Type", "text/plain; charset=utf-8")
            .with("Content-Length", &body.len().to_string());
        Self {
            status,
            head,
            body,
            problems,
            accept,
            subprotocols: Vec::new(),
            extensions: Vec::new(),
            deflate: None,
        }
    }
}

fn chosen_subprotocol(request: &RequestHead, spoken: &[&str]) -> Vec<(String, bool)> {
    let mut free = true;
    let offered = request.headers.list("Sec-WebSocket-Protocol");
    offered
        .map(|name| {
            let chosen = free && spoken.contains(&name);
            free &= !chosen;
            (name.to_owned(), chosen)
        })
        .collect()
}

fn agreed_extensions(
    request: &RequestHead,
    deflate: bool,
) -> (Vec<ExtensionOutcome>, Option<DeflateParams>) {
    let mut agreed = None;
    let offers = request.headers.list("Sec-WebSocket-Extensions");
    let outcomes = offers
        .map(|element| {
            let offer = DeflateOffer::parse(element);
            let outcome = match &offer.answer {
                Err(_) => Outcome::Declined,
                Ok(_) if !deflate => Outcome::TurnedOff,
                Ok(_) if agreed.is_some() => Outcome::TooLate,
                Ok(params) => {
                    agreed = Some(*params);
                    Outcome::Agreed
                }
            };
            ExtensionOutcome { offer, outcome }
        })
        .collect();
    (outcomes, agreed)
}

/// The words behind a status of ours.
const fn reason(status: u16) -> &'static str {
    match status {
        405 => "Method Not Allowed",
        426 => "Upgrade Required",
        _ => "Bad Request",
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Outcome, ServerOffer};
    use crate::handshake::{HeadDraft, RequestHead, ResponseHead};

    const SERVER: ServerOffer<'_> = ServerOffer {
        subprotocols: &["superchat", "chat"],
        deflate: true,
    };

    fn request() -> HeadDraft {
        HeadDraft::upgrade("server.example.com", "/chat", *b"the sample nonce")
            .with("Sec-WebSocket-Protocol", "mqtt, chat, superchat")
            .with(
                "Sec-WebSocket-Extensions",
                "x-mux, permessage-deflate; client_max_window_bits, permessage-deflate",
            )
    }

    fn answer(draft: &HeadDraft) -> Answer {
        let request = RequestHead::parse(&draft.encode()).unwrap();
        let answer = Answer::new(&request, SERVER);
        let head = ResponseHead::parse(&answer.encode()).unwrap();
        assert_eq!(head.status, answer.status);
        let accepted = answer.problems.is_empty();
        assert_eq!(head.problems(Some(&request)).is_empty(), accepted);
        answer
    }

    #[test]
    fn the_answer_is_the_one_of_the_rfc_with_what_was_negotiated() {
        let text = String::from_utf8(answer(&request()).encode()).unwrap();
        assert_eq!(
            text,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: chat\r\n\
             Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
        );
    }

    #[test]
    fn what_became_of_each_offer_is_told() {
        let answer = answer(&request());
        let chosen: Vec<_> = answer
            .subprotocols
            .iter()
            .map(|(name, chosen)| (name.as_str(), *chosen))
            .collect();
        assert_eq!(
            chosen,
            [("mqtt", false), ("chat", true), ("superchat", false)]
        );
        let outcomes: Vec<_> = answer.extensions.iter().map(|it| it.outcome).collect();
        assert_eq!(
            outcomes,
            [Outcome::Declined, Outcome::Agreed, Outcome::TooLate]
        );
    }

    #[test]
    fn what_nobody_offered_is_not_answered() {
        let plain = request()
            .without("Sec-WebSocket-Protocol")
            .without("Sec-WebSocket-Extensions");
        let answer = answer(&plain);
        assert_eq!(answer.head.headers.len(), 3);
        assert_eq!(answer.deflate, None);
    }

    #[test]
    fn each_refusal_has_its_status_and_names_every_rule() {
        for (draft, status) in [
            (request().without("Sec-WebSocket-Key"), 400),
            (request().replacing("Sec-WebSocket-Key", "short"), 400),
            (request().without("Host"), 400),
            (request().replacing("Sec-WebSocket-Version", "8"), 426),
            (
                HeadDraft {
                    first: "POST / HTTP/1.1".to_owned(),
                    ..request()
                },
                405,
            ),
        ] {
            let answer = answer(&draft);
            assert_eq!(answer.status, status, "{}", answer.body);
            assert_eq!(answer.body.lines().count(), answer.problems.len());
        }
        let two = request()
            .without("Host")
            .replacing("Sec-WebSocket-Version", "8");
        assert_eq!(answer(&two).problems.len(), 2);
        let wrong_version = answer(&request().replacing("Sec-WebSocket-Version", "8"));
        let text = String::from_utf8(wrong_version.encode()).unwrap();
        assert!(text.contains("\r\nSec-WebSocket-Version: 13\r\n"), "{text}");
    }
}
