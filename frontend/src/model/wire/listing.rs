//! Which rows there are, and which of them are in view.

use std::collections::VecDeque;
use std::ops::Range;

use super::{Filter, WireLog, holds};

/// What the learner wants to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Of what kind.
    pub filter: Filter,
    /// What must stand in it; empty for anything.
    pub text: String,
}

/// The keys of all items that are wanted, kept up to date item by item.
#[derive(Debug)]
pub struct Listing {
    wanted: Wanted,
    keys: VecDeque<u64>,
    /// The last item that was looked at.
    seen: u64,
    let_go: u64,
}

/// How much there is to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Extent {
    /// Rows.
    pub rows: usize,
    /// Items that wait for the view to go on.
    pub waiting: usize,
    /// Rows that have gone from the beginning, because their items were let go.
    pub gone: u64,
    /// The last item that was looked at: differs whenever there may be something new.
    pub seen: u64,
}

impl Default for Listing {
    fn default() -> Self {
        Self {
            wanted: Wanted {
                filter: Filter::All,
                text: String::new(),
            },
            keys: VecDeque::new(),
            seen: 0,
            let_go: 0,
        }
    }
}

impl Listing {
    /// Takes in what is new in the log. Up to `until` it is shown; what comes after waits.
    pub fn update(&mut self, log: &WireLog, wanted: &Wanted, until: Option<u64>) -> Extent {
        if self.wanted != *wanted {
            *self = Self {
                wanted: wanted.clone(),
                ..Self::default()
            };
        }
        let entries = log.entries();
        let first_new = entries.partition_point(|entry| entry.key <= self.seen);
        for entry in entries.range(first_new..) {
            if wanted.filter.shows(entry) && holds(entry, &wanted.text) {
                self.keys.push_back(entry.key);
            }
            self.seen = entry.key;
        }
        let oldest = entries.front().map_or(u64::MAX, |entry| entry.key);
        while self.keys.front().is_some_and(|key| *key < oldest) {
            self.keys.pop_front();
            self.let_go += 1;
        }
        let rows = until.map_or(self.keys.len(), |until| {
            self.keys.partition_point(|key| *key <= until)
        });
        Extent {
            rows,
            waiting: self.keys.len() - rows,
            gone: self.let_go,
            seen: self.seen,
        }
    }

    /// The keys of some rows.
    #[must_use]
    pub fn keys(&self, rows: Range<usize>) -> Vec<u64> {
        let end = rows.end.min(self.keys.len());
        self.keys.range(rows.start.min(end)..end).copied().collect()
    }

    /// Which row an item has.
    #[must_use]
    pub fn row_of(&self, key: u64) -> Option<usize> {
        self.keys.binary_search(&key).ok()
    }
}

/// The rows to draw: those in view, and some above and below so that scrolling finds them there.
#[must_use]
pub fn in_view(scrolled: f64, height: f64, row_height: f64, rows: usize) -> Range<usize> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast from a float keeps to the bounds of its target"
    )]
    let row_at = |y: f64| (y / row_height.max(1.0)) as usize;
    let end = (row_at(scrolled + height) + 1 + BEYOND).min(rows);
    let start = row_at(scrolled).saturating_sub(BEYOND).min(end);
    start..end
}

/// Rows that are drawn above and below those in view.
const BEYOND: usize = 12;
