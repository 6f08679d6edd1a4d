//! Which items are shown.

use spillway_protocol::control::Direction;
use spillway_websocket::ItemKind;

use super::Entry;

/// What the learner wants to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// Everything.
    All,
    /// What the browser sent.
    Sent,
    /// What the server sent.
    Received,
    /// Ping, pong and close, from both.
    Control,
}

impl Filter {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 4] = [Self::All, Self::Sent, Self::Received, Self::Control];

    /// What its button says.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Sent => "Sent",
            Self::Received => "Received",
            Self::Control => "Control frames",
        }
    }

    /// One word, for tests.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Sent => "sent",
            Self::Received => "received",
            Self::Control => "control",
        }
    }

    /// Whether it shows an item.
    #[must_use]
    pub const fn shows(self, entry: &Entry) -> bool {
        match self {
            Self::All => true,
            Self::Sent => matches!(entry.direction, Direction::ToServer),
            Self::Received => matches!(entry.direction, Direction::ToClient),
            Self::Control => match &entry.item.kind {
                ItemKind::Frame(frame) => frame.header.opcode.is_control(),
                ItemKind::Request(_) | ItemKind::Response(_) | ItemKind::Damaged(_) => false,
            },
        }
    }
}

/// Whether a text stands in what an item carries: in a head, in a payload as it was meant, or in what
/// it inflates to. Upper and lower case of ASCII letters are the same.
#[must_use]
pub fn holds(entry: &Entry, text: &str) -> bool {
    let within = |bytes: &[u8]| {
        let mut parts = bytes.windows(text.len());
        parts.any(|part| part.eq_ignore_ascii_case(text.as_bytes()))
    };
    if text.is_empty() {
        return true;
    }
    match &entry.item.kind {
        ItemKind::Frame(frame) => {
            let inflated = frame.inflated.as_ref();
            within(&frame.payload) || inflated.is_some_and(|inflated| within(&inflated.payload))
        }
        ItemKind::Request(_) | ItemKind::Response(_) | ItemKind::Damaged(_) => {
            within(&entry.item.raw)
        }
    }
}
