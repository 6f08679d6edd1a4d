//! The handshake told step by step, with the values of one connection.

use super::{AcceptKey, Answer, Outcome};
use crate::field::hex;

/// One step of how an answer came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is done, in a sentence.
    pub text: String,
    /// What it gives, as it would be written.
    pub value: String,
    /// Where the rule stands.
    pub section: &'static str,
}

impl Step {
    fn new(text: impl Into<String>, value: impl Into<String>, section: &'static str) -> Self {
        Self {
            text: text.into(),
            value: value.into(),
            section,
        }
    }
}

impl AcceptKey {
    /// How the accept key comes from the key, in four steps.
    #[must_use]
    pub fn steps(&self) -> [Step; 4] {
        [
            Step::new(
                "The client sends 16 random bytes in Base64.",
                &self.key,
                "RFC 6455 §4.1",
            ),
            Step::new(
                "The server puts the GUID of the protocol behind these letters, as they are.",
                &self.concatenated,
                "RFC 6455 §4.2.2",
            ),
            Step::new(
                "It takes the SHA-1 of that: 20 bytes.",
                hex(&self.sha1),
                "RFC 6455 §4.2.2",
            ),
            Step::new(
                "It writes them in Base64 and answers with that: it has read the key and speaks WebSocket. \
                 It proves no more than this: it is no password.",
                &self.accept,
                "RFC 6455 §4.2.2",
            ),
        ]
    }
}

impl Answer {
    /// How the answer came about: the rules that were broken, or what was negotiated.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        let mut steps: Vec<Step> = self
            .problems
            .iter()
            .map(|problem| {
                Step::new(
                    sentence(problem.rule()),
                    problem.to_string(),
                    problem.section(),
                )
            })
            .collect();
        if !steps.is_empty() {
            let text = format!("The server refuses with {}.", self.status);
            steps.push(Step::new(text, &self.head.first, "RFC 6455 §4.2.1"));
            return steps;
        }
        steps.extend(self.accept.iter().flat_map(AcceptKey::steps));
        self.subprotocol_steps(&mut steps);
        self.extension_steps(&mut steps);
        steps
    }

    fn subprotocol_steps(&self, steps: &mut Vec<Step>) {
        let section = "RFC 6455 §4.2.2";
        if self.subprotocols.is_empty() {
            let text = "The client offers no subprotocol, so the server names none.";
            steps.push(Step::new(text, "", section));
        }
        let mut taken = false;
        for (name, chosen) in &self.subprotocols {
            let text = match (chosen, taken) {
                (true, _) => "The first offered subprotocol that the server speaks: it is chosen.",
                (false, false) => "The server does not speak this subprotocol.",
                (false, true) => "One before it was chosen; there can be only one.",
            };
            taken |= chosen;
            steps.push(Step::new(text, name, section));
        }
    }

    fn extension_steps(&self, steps: &mut Vec<Step>) {
        if self.extensions.is_empty() {
            let text = "The client offers no extension, so the server names none.";
            steps.push(Step::new(text, "", "RFC 6455 §9.1"));
        }
        for extension in &self.extensions {
            let (text, section) = match (&extension.outcome, &extension.offer.answer) {
                (Outcome::Agreed, _) => (
                    "The first offer that the server can keep: it agrees.".to_owned(),
                    "RFC 7692 §5",
                ),
                (Outcome::TooLate, _) => (
                    "An offer before it was agreed to; the client put first what it wants most."
                        .to_owned(),
                    "RFC 7692 §5",
                ),
                (Outcome::TurnedOff, _) | (_, Ok(_)) => (
                    "The server has this extension turned off.".to_owned(),
                    "RFC 6455 §9.1",
                ),
                (Outcome::Declined, Err(problem)) => {
                    (format!("Declined: {problem}."), problem.section())
                }
            };
            steps.push(Step::new(text, &extension.offer.text, section));
        }
        if let Some(params) = self.deflate {
            let text = "What both ends keep to from here on.";
            steps.push(Step::new(text, params.to_string(), "RFC 7692 §7.1"));
        }
    }
}

/// A rule as a sentence.
fn sentence(rule: &str) -> String {
    let mut letters = rule.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}

#[cfg(test)]
mod tests {
    use crate::handshake::{Answer, HeadDraft, RequestHead, ServerOffer};

    fn told(draft: &HeadDraft) -> Vec<(String, String)> {
        let server = ServerOffer {
            subprotocols: &["chat"],
            deflate: true,
        };
        let request = RequestHead::parse(&draft.encode()).unwrap();
        let steps = Answer::new(&request, server).steps();
        assert!(steps.iter().all(|step| step.section.starts_with("RFC ")));
        steps
            .into_iter()
            .map(|step| (step.text, step.value))
            .collect()
    }

    fn upgrade() -> HeadDraft {
        HeadDraft::upgrade("a", "/", *b"the sample nonce")
    }

    #[test]
    fn the_accept_key_is_told_with_its_values() {
        let steps = told(&upgrade());
        let values: Vec<&str> = steps.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(values[0], "dGhlIHNhbXBsZSBub25jZQ==");
        assert!(values[1].ends_with("==258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
        assert!(values[2].starts_with("b3 7a 4f 2c"));
        assert_eq!(values[3], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(steps.len(), 6);
    }

    #[test]
    fn each_offer_is_told_with_what_became_of_it() {
        let steps = told(
            &upgrade().with("Sec-WebSocket-Protocol", "mqtt, chat").with(
                "Sec-WebSocket-Extensions",
                "permessage-deflate; level=9, permessage-deflate",
            ),
        );
        let texts: Vec<&str> = steps[4..].iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "The server does not speak this subprotocol.",
                "The first offered subprotocol that the server speaks: it is chosen.",
                "Declined: permessage-deflate has no parameter level.",
                "The first offer that the server can keep: it agrees.",
                "What both ends keep to from here on.",
            ]
        );
    }

    #[test]
    fn a_refusal_is_told_with_its_status() {
        let steps = told(&upgrade().replacing("Sec-WebSocket-Version", "8"));
        assert_eq!(
            steps,
            [
                (
                    "Sec-WebSocket-Version must be 13.".to_owned(),
                    "Sec-WebSocket-Version is 8; it must be 13".to_owned()
                ),
                (
                    "The server refuses with 426.".to_owned(),
                    "HTTP/1.1 426 Upgrade Required".to_owned()
                ),
            ]
        );
    }
}
