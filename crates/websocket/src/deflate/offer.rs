//! What a client offers of permessage-deflate, and what a server answers (RFC 7692 §5 and §7.1).

use std::fmt;
use std::ops::RangeInclusive;

use thiserror::Error;

/// What both ends have agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DeflateParams {
    /// The server forgets its window after each message.
    pub server_no_context_takeover: bool,
    /// The client forgets its window after each message.
    pub client_no_context_takeover: bool,
    /// The server's window, as a power of two of bytes; `None`: 15, and not spoken of.
    pub server_max_window_bits: Option<u8>,
    /// The client's window, as a power of two of bytes; `None`: 15, and not spoken of.
    pub client_max_window_bits: Option<u8>,
}

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

impl DeflateParams {
    /// Plain permessage-deflate, without a parameter.
    pub const PLAIN: Self = Self {
        server_no_context_takeover: false,
        client_no_context_takeover: false,
        server_max_window_bits: None,
        client_max_window_bits: None,
    };

    /// The first offer in a list that can be taken: the client puts what it wants most first.
    pub fn first_of<'a>(elements: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut elements = elements.into_iter();
        elements.find_map(|element| offered(element).ok())
    }

    /// Reads a server's answer, one element of its `Sec-WebSocket-Extensions`.
    ///
    /// # Errors
    /// When no server may answer so (RFC 7692 §7.1).
    pub fn answered(element: &str) -> Result<Self, OfferProblem> {
        let Read {
            params,
            open_window,
        } = read(element)?;
        if open_window {
            return Err(wrong_value("client_max_window_bits", ""));
        }
        Ok(params)
    }

    /// Whether a server may answer so to an offer, one element of the client's `Sec-WebSocket-Extensions`
    /// (RFC 7692 §7.1).
    #[must_use]
    pub fn answers(&self, offer: &str) -> bool {
        let Ok(Read {
            params: asked,
            open_window,
        }) = read(offer)
        else {
            return false;
        };
        let within = |answer: Option<u8>, asked: Option<u8>| match (answer, asked) {
            (Some(answer), Some(asked)) => answer <= asked,
            (None, Some(_)) => false,
            (_, None) => true,
        };
        let client_window = match (self.client_max_window_bits, asked.client_max_window_bits) {
            (None, _) => true,
            (Some(_), None) => open_window,
            // It tells what the client will do by itself: the server may narrow it further.
            (Some(answer), Some(asked)) => answer <= asked,
        };
        (self.server_no_context_takeover || !asked.server_no_context_takeover)
            && within(self.server_max_window_bits, asked.server_max_window_bits)
            && client_window
    }
}

/// As it stands in the answer's `Sec-WebSocket-Extensions`.
impl fmt::Display for DeflateParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NAME)?;
        if self.server_no_context_takeover {
            f.write_str("; server_no_context_takeover")?;
        }
        if self.client_no_context_takeover {
            f.write_str("; client_no_context_takeover")?;
        }
        if let Some(bits) = self.server_max_window_bits {
            write!(f, "; server_max_window_bits={bits}")?;
        }
        if let Some(bits) = self.client_max_window_bits {
            write!(f, "; client_max_window_bits={bits}")?;
        }
        Ok(())
    }
}

/// An element as it was written.
struct Read {
    params: DeflateParams,
    /// `client_max_window_bits` without a value, which only an offer may have.
    open_window: bool,
}

fn offered(element: &str) -> Result<DeflateParams, OfferProblem> {
    let Read { params, .. } = read(element)?;
    match params.server_max_window_bits {
        Some(8) => Err(OfferProblem::WindowTooSmall),
        _ => Ok(params),
    }
}

fn read(element: &str) -> Result<Read, OfferProblem> {
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

fn wrong_value(name: &str, value: &str) -> OfferProblem {
    OfferProblem::Value {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

const NAME: &str = "permessage-deflate";

/// The windows that RFC 7692 §7.1.2 has.
const BITS: RangeInclusive<u8> = 8..=15;

#[cfg(test)]
mod tests {
    use super::{DeflateOffer, DeflateParams, OfferProblem};

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
    fn an_answer_keeps_to_the_offer_or_does_not() {
        for (offer, answer, keeps) in [
            ("", "", true),
            ("", "; server_max_window_bits=9", true),
            ("", "; client_no_context_takeover", true),
            ("", "; client_max_window_bits=9", false),
            (
                "; client_max_window_bits",
                "; client_max_window_bits=9",
                true,
            ),
            (
                "; client_max_window_bits=10",
                "; client_max_window_bits=11",
                false,
            ),
            ("; server_no_context_takeover", "", false),
            ("; server_max_window_bits=10", "", false),
            (
                "; server_max_window_bits=10",
                "; server_max_window_bits=11",
                false,
            ),
            (
                "; server_max_window_bits=10",
                "; server_max_window_bits=9",
                true,
            ),
        ] {
            let params = DeflateParams::answered(&format!("permessage-deflate{answer}")).unwrap();
            let offer = format!("permessage-deflate{offer}");
            assert_eq!(params.answers(&offer), keeps, "{offer} and {answer}");
        }
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
