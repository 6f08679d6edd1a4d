//! What a client offers of permessage-deflate (RFC 7692 §5 and §7.1).

use std::ops::RangeInclusive;

use thiserror::Error;

use super::DeflateParams;

/// One element of `Sec-WebSocket-Extensions`, read as an offer of permessage-deflate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeflateOffer {
    /// The element as it was written.
    pub text: String,
    /// What a server that takes the offer agrees to, or why it declines it.
    pub answer: Result<DeflateParams, OfferProblem>,
}

/// Why an offer is declined. The connection goes on without it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OfferProblem {
    /// Another extension, which this server does not have.
    #[error("the extension {name} is not known here")]
    OtherExtension {
        /// Its name.
        name: String,
    },
    /// A parameter that permessage-deflate does not have.
    #[error("permessage-deflate has no parameter {name}")]
    UnknownParameter {
        /// Its name.
        name: String,
    },
    /// A parameter twice.
    #[error("the parameter {name} came twice")]
    Repeated {
        /// Its name.
        name: String,
    },
    /// A value that the parameter cannot have.
    #[error("the parameter {name} cannot be '{value}'")]
    Value {
        /// Its name.
        name: String,
        /// The value; empty when it is missing.
        value: String,
    },
    /// A window of 256 bytes, which the compressor used here cannot keep to.
    #[error("a server window of 8 bits is lawful, but smaller than this server can compress with")]
    WindowTooSmall,
}

impl OfferProblem {
    /// Where the rule stands.
    #[must_use]
    pub const fn section(&self) -> &'static str {
        match self {
            Self::OtherExtension { .. } => "RFC 6455 §9.1",
            Self::UnknownParameter { .. } | Self::Repeated { .. } => "RFC 7692 §7",
            Self::Value { .. } => "RFC 7692 §7.1",
            Self::WindowTooSmall => "RFC 7692 §7.1.2.1",
        }
    }
}

impl DeflateOffer {
    /// Reads one element of the header's list.
    #[must_use]
    pub fn parse(element: &str) -> Self {
        Self {
            text: element.trim().to_owned(),
            answer: offered(element),
        }
    }

    /// Whether an element of `Sec-WebSocket-Extensions` speaks of permessage-deflate.
    pub(crate) fn is_named(element: &str) -> bool {
        let name = element.split(';').next().unwrap_or_default();
        name.trim() == NAME
    }
}

/// An element as it was written.
pub(super) struct Read {
    pub(super) params: DeflateParams,
    /// `client_max_window_bits` without a value, which only an offer may have.
    pub(super) open_window: bool,
}

pub(super) fn offered(element: &str) -> Result<DeflateParams, OfferProblem> {
    let Read { params, .. } = read(element)?;
    match params.server_max_window_bits {
        Some(8) => Err(OfferProblem::WindowTooSmall),
        _ => Ok(params),
    }
}

pub(super) fn read(element: &str) -> Result<Read, OfferProblem> {
    let mut parts = element.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    if name != NAME {
        return Err(OfferProblem::OtherExtension {
            name: name.to_owned(),
        });
    }
    let mut params = DeflateParams::PLAIN;
    let mut open_window = false;
    let mut seen: Vec<&str> = Vec::new();
    for part in parts {
        let (name, value) = match part.split_once('=') {
            Some((name, value)) => (name.trim(), Some(unquoted(value.trim()))),
            None => (part, None),
        };
        if seen.contains(&name) {
            return Err(OfferProblem::Repeated {
                name: name.to_owned(),
            });
        }
        seen.push(name);
        match (name, value) {
            ("server_no_context_takeover", None) => params.server_no_context_takeover = true,
            ("client_no_context_takeover", None) => params.client_no_context_takeover = true,
            ("server_max_window_bits", Some(value)) => {
                params.server_max_window_bits = Some(bits(name, value)?);
            }
            // Without a value it only says that the answer may name one.
            ("client_max_window_bits", None) => open_window = true,
            ("client_max_window_bits", Some(value)) => {
                params.client_max_window_bits = Some(bits(name, value)?);
            }
            (
                "server_no_context_takeover"
                | "client_no_context_takeover"
                | "server_max_window_bits",
                value,
            ) => return Err(wrong_value(name, value.unwrap_or_default())),
            (name, _) => {
                return Err(OfferProblem::UnknownParameter {
                    name: name.to_owned(),
                });
            }
        }
    }
    Ok(Read {
        params,
        open_window,
    })
}

/// A value may be written as a quoted string (RFC 6455 §9.1); none of ours needs an escape.
fn unquoted(value: &str) -> &str {
    value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'))
        .unwrap_or(value)
}

fn bits(name: &str, value: &str) -> Result<u8, OfferProblem> {
    let plain = !value.starts_with(['0', '+']);
    match value.parse() {
        Ok(bits) if plain && BITS.contains(&bits) => Ok(bits),
        _ => Err(wrong_value(name, value)),
    }
}

pub(super) fn wrong_value(name: &str, value: &str) -> OfferProblem {
    OfferProblem::Value {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

pub(super) const NAME: &str = "permessage-deflate";

/// The windows that RFC 7692 §7.1.2 has.
const BITS: RangeInclusive<u8> = 8..=15;

#[cfg(test)]
mod tests {
    use super::{DeflateOffer, OfferProblem};
    use crate::deflate::DeflateParams;

    fn answer(offer: &str) -> String {
        match DeflateOffer::parse(offer).answer {
            Ok(params) => params.to_string(),
            Err(problem) => format!("declined: {problem}"),
        }
    }

    #[test]
    fn what_is_offered_is_agreed_to() {
        for offer in [
            "permessage-deflate",
            "permessage-deflate; server_no_context_takeover",
            "permessage-deflate; client_no_context_takeover",
            "permessage-deflate; server_max_window_bits=9",
            "permessage-deflate; client_max_window_bits=8",
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; \
             server_max_window_bits=12; client_max_window_bits=15",
        ] {
            assert_eq!(answer(offer), offer);
        }
    }

    #[test]
    fn an_answer_must_say_how_large_the_clients_window_is() {
        let answered = |text| DeflateParams::answered(text).map(|params| params.to_string());
        for text in [
            "permessage-deflate; server_max_window_bits=8",
            "permessage-deflate; client_no_context_takeover; client_max_window_bits=9",
        ] {
            assert_eq!(answered(text).unwrap(), text);
        }
        let problem = answered("permessage-deflate; client_max_window_bits").unwrap_err();
        assert_eq!(
            problem.to_string(),
            "the parameter client_max_window_bits cannot be ''"
        );
    }

    #[test]
    fn a_client_that_leaves_its_window_open_is_not_narrowed() {
        assert_eq!(
            answer("permessage-deflate; client_max_window_bits"),
            "permessage-deflate"
        );
    }

    #[test]
    fn a_value_may_be_quoted() {
        assert_eq!(
            answer("permessage-deflate;server_max_window_bits=\"10\""),
            "permessage-deflate; server_max_window_bits=10"
        );
    }

    #[test]
    fn unknown_repeated_and_impossible_parameters_are_declined() {
        for (offer, why) in [
            ("permessage-deflate; level=9", "no parameter level"),
            (
                "permessage-deflate; server_no_context_takeover=1",
                "cannot be '1'",
            ),
            ("permessage-deflate; server_max_window_bits", "cannot be ''"),
            (
                "permessage-deflate; server_max_window_bits=7",
                "cannot be '7'",
            ),
            (
                "permessage-deflate; server_max_window_bits=16",
                "cannot be '16'",
            ),
            (
                "permessage-deflate; server_max_window_bits=010",
                "cannot be '010'",
            ),
            (
                "permessage-deflate; client_max_window_bits=+9",
                "cannot be '+9'",
            ),
            (
                "permessage-deflate; client_max_window_bits; client_max_window_bits=9",
                "came twice",
            ),
            (
                "permessage-deflate; server_max_window_bits=8",
                "smaller than",
            ),
            ("x-webkit-deflate-frame", "not known here"),
            ("permessage-deflate; ", "no parameter "),
        ] {
            let answer = answer(offer);
            assert!(
                answer.starts_with("declined") && answer.contains(why),
                "{offer}: {answer}"
            );
        }
    }

    #[test]
    fn the_first_offer_that_can_be_taken_is_taken() {
        let agreed = DeflateParams::first_of([
            "permessage-deflate; server_max_window_bits=8",
            " permessage-deflate; server_max_window_bits=10",
            "permessage-deflate",
        ]);
        assert_eq!(agreed.unwrap().server_max_window_bits, Some(10));
        assert_eq!(DeflateParams::first_of(["other"]), None);
    }

    #[test]
    fn every_reason_names_its_rule() {
        let problem = OfferProblem::UnknownParameter {
            name: "level".to_owned(),
        };
        assert_eq!(problem.section(), "RFC 7692 §7");
    }
}
