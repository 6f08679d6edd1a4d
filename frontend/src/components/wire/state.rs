//! What the wire view holds: what crossed, and what of it is looked at.

use std::ops::Range;

use leptos::prelude::*;

use crate::components::chat::Live;
use crate::connection::Connection;
use crate::model::chat::MessageRef;
use crate::model::wire::{Entry, Extent, Filter, Listing, Wanted, WireLog, in_view};

/// The part of the list that is in view, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Viewed {
    /// How far it is scrolled.
    pub top: f64,
    /// How much of it is seen.
    pub height: f64,
    /// The height of one row; all are the same.
    pub row: f64,
}

/// What the wire view holds. Copies are the same view.
#[derive(Clone, Copy)]
pub struct Wire {
    /// What crossed.
    pub log: Live<WireLog>,
    /// Of what kind the wanted rows are.
    pub filter: RwSignal<Filter>,
    /// What must stand in them.
    pub search: RwSignal<String>,
    /// The last item that is shown; `None` follows the newest.
    pub until: RwSignal<Option<u64>>,
    /// How many rows there are, and how many wait.
    pub extent: Memo<Extent>,
    /// What of the list is in view.
    pub view: RwSignal<Viewed>,
    /// The rows that are drawn.
    pub drawn: Memo<Range<usize>>,
    listing: StoredValue<Listing>,
    /// The item whose bytes are shown.
    pub selected: Memo<Option<u64>>,
    /// The item the learner chose, here or by its chat message; before that the page chooses.
    pub chosen: RwSignal<Option<u64>>,
    /// The chat message that is lit.
    pub lit: RwSignal<Option<MessageRef>>,
    /// The bits of the shown item that are pointed at.
    pub pointed: RwSignal<Option<Range<usize>>>,
    /// The byte that the arrow keys have reached.
    pub cursor: StoredValue<Option<usize>>,
}

impl Wire {
    /// Follows the connections that this page watches. `lit` is the chat message that is lit.
    pub fn follow(lit: RwSignal<Option<MessageRef>>) -> Self {
        let log = Live::new(WireLog::default());
        let filter = RwSignal::new(Filter::All);
        let search = RwSignal::new(String::new());
        let until = RwSignal::new(None);
        let chosen = RwSignal::new(None);
        let listing = StoredValue::new(Listing::default());
        let extent = Memo::new(move |_| {
            let (filter, text) = (filter.get(), search.get());
            let wanted = Wanted { filter, text };
            let until = until.get();
            let updated = log.read(|log| {
                listing.try_update_value(|listing| listing.update(log, &wanted, until))
            });
            updated.unwrap_or_default()
        });
        let view = RwSignal::new(Viewed {
            top: 0.0,
            height: 400.0,
            row: 32.0,
        });
        let drawn = Memo::new(move |_| {
            let Viewed { top, height, row } = view.get();
            in_view(top, height, row, extent.get().rows)
        });
        let selected = Memo::new(move |_| {
            let chosen = chosen.get();
            log.read(|log| {
                let kept = chosen.filter(|key| log.entry(*key).is_some());
                kept.or_else(|| worth_a_look(log))
            })
        });
        expect_context::<Connection>().on_wire(move |message| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "milliseconds since 1970"
            )]
            let now_us = js_sys::Date::now() as u64 * 1_000;
            log.change(|log| log.handle(message, now_us));
        });
        let wire = Self {
            log,
            filter,
            search,
            until,
            extent,
            view,
            drawn,
            listing,
            selected,
            chosen,
            lit,
            pointed: RwSignal::new(None),
            cursor: StoredValue::new(None),
        };
        wire.follow_lit();
        wire
    }

    /// Forgets what crossed, before another connection begins.
    pub fn clear(self) {
        self.chosen.set(None);
        self.until.set(None);
        self.pointed.set(None);
        self.log.change(WireLog::clear);
    }

    /// The learner chose a row: its chat message lights up too.
    pub fn choose(self, key: u64) {
        let message = self
            .log
            .peek(|log| log.entry(key).and_then(|entry| entry.message.clone()));
        self.chosen.set(Some(key));
        self.pointed.set(None);
        self.cursor.set_value(None);
        self.lit.set(message);
    }

    /// Reads one item; `None` when it was let go.
    pub fn entry<R>(self, key: u64, read: impl FnOnce(&Entry) -> R) -> Option<R> {
        self.log.peek(|log| log.entry(key).map(read))
    }

    /// The keys of the rows that are drawn.
    pub fn keys(self) -> Vec<u64> {
        // What is drawn at a place changes with what went from the beginning, and with the filter.
        self.extent.track();
        let drawn = self.drawn.get();
        self.listing.with_value(|listing| listing.keys(drawn))
    }

    /// The key of one row, if there is one.
    pub fn key_of(self, row: usize) -> Option<u64> {
        let rows = self.extent.get_untracked().rows;
        let row = row.min(rows.checked_sub(1)?);
        let keys = self
            .listing
            .with_value(|listing| listing.keys(row..row + 1));
        keys.first().copied()
    }

    /// Which row an item has among those that are wanted.
    pub fn row_of(self, key: u64) -> Option<usize> {
        self.listing.with_value(|listing| listing.row_of(key))
    }

    /// Makes sure that an item has a row, whatever was wanted before.
    pub fn bring(self, key: u64) {
        let shown = |wire: Self| {
            let rows = wire.extent.get_untracked().rows;
            wire.row_of(key).is_some_and(|row| row < rows)
        };
        if shown(self) {
            return;
        }
        if self.until.get_untracked().is_some_and(|until| until < key) {
            self.until.set(None);
        }
        if !shown(self) {
            self.filter.set(Filter::All);
            self.search.set(String::new());
        }
    }

    /// A chat message that the learner chose shows its first frame, or keeps the one of its frames
    /// that is shown already.
    fn follow_lit(self) {
        Effect::new(move || {
            let Some(message) = self.lit.get() else {
                return;
            };
            let shown = self.selected.get_untracked();
            let frame = self.log.peek(|log| {
                let frames: Vec<u64> = log.frames_of(&message).map(|entry| entry.key).collect();
                shown
                    .filter(|shown| frames.contains(shown))
                    .or_else(|| frames.first().copied())
            });
            if frame.is_some() {
                self.chosen.set(frame);
                self.pointed.set(None);
            }
        });
    }
}

/// What is shown before the learner chose: the newest own message, or else the first item.
fn worth_a_look(log: &WireLog) -> Option<u64> {
    let own = |entry: &&Entry| {
        let message = entry.message.as_ref();
        message.is_some_and(|message| message.seq.is_none())
    };
    let entries = log.entries();
    let found = entries.iter().rev().find(own).or_else(|| entries.front());
    found.map(|entry| entry.key)
}
