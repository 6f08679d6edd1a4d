//! What both ends agree on of permessage-deflate, and what a server may answer (RFC 7692 §7.1).

use std::fmt;

use super::OfferProblem;
use super::offer::{NAME, Read, offered, read, wrong_value};

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

#[cfg(test)]
mod tests {
    use super::DeflateParams;

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
}
