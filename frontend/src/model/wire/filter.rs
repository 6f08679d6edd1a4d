//! Which items are shown.

use spillway_protocol::control::Direction;
use spillway_websocket::ItemKind;

use super::{Entry, WireLog};

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

/// A run of rows that is drawn, and how many of the filter's rows lie before and after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Keys of the rows.
    pub keys: Vec<u64>,
    /// Rows before it.
    pub before: usize,
    /// Rows after it.
    pub after: usize,
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

/// The last `size` rows up to the item `until`, or up to the newest one.
#[must_use]
pub fn window(log: &WireLog, filter: Filter, until: Option<u64>, size: usize) -> Window {
    let shown = || log.entries().iter().filter(|entry| filter.shows(entry));
    let all = shown().count();
    let end = until.map_or(all, |until| {
        shown().take_while(|entry| entry.key <= until).count()
    });
    // Near the beginning the window stays full, as long as there is enough to fill it.
    let end = end.max(size.min(all));
    let before = end.saturating_sub(size);
    let keys = shown().skip(before).take(end - before);
    Window {
        keys: keys.map(|entry| entry.key).collect(),
        before,
        after: all - end,
    }
}
