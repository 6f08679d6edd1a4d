//! What the wire view holds: what crossed, and what of it is looked at.

use std::ops::Range;

use leptos::prelude::*;

use crate::components::chat::Live;
use crate::connection::Connection;
use crate::model::chat::MessageRef;
use crate::model::wire::{Entry, Filter, Window, WireLog, window};

/// Rows that are drawn at the same time.
pub const MAX_ROWS: usize = 200;

/// What the wire view holds. Copies are the same view.
#[derive(Clone, Copy)]
pub struct Wire {
    /// What crossed.
    pub log: Live<WireLog>,
    /// Which of it is wanted.
    pub filter: RwSignal<Filter>,
    /// The rows that are drawn.
    pub window: Memo<Window>,
    /// The last item that is shown; `None` follows the newest.
    pub until: RwSignal<Option<u64>>,
    /// The item whose bytes are shown.
    pub selected: Memo<Option<u64>>,
    /// The item the learner chose, here or by its chat message; before that the page chooses.
    pub chosen: RwSignal<Option<u64>>,
    /// The chat message that is lit.
    pub lit: RwSignal<Option<MessageRef>>,
    /// The bits of the shown item that are pointed at.
    pub pointed: RwSignal<Option<Range<usize>>>,
}

impl Wire {
    /// Follows the connections that this page watches. `lit` is the chat message that is lit.
    pub fn follow(lit: RwSignal<Option<MessageRef>>) -> Self {
        let log = Live::new(WireLog::default());
        let filter = RwSignal::new(Filter::All);
        let until = RwSignal::new(None);
        let chosen = RwSignal::new(None);
        let window = Memo::new(move |_| {
            let (filter, until) = (filter.get(), until.get());
            log.read(|log| window(log, filter, until, MAX_ROWS))
        });
        let selected = Memo::new(move |_| {
            let chosen = chosen.get();
            log.read(|log| {
                let kept = chosen.filter(|key| log.entry(*key).is_some());
                kept.or_else(|| worth_a_look(log))
            })
        });
        expect_context::<Connection>().on_wire(move |message| {
            log.change(|log| log.handle(message));
        });
        let wire = Self {
            log,
            filter,
            window,
            until,
            selected,
            chosen,
            lit,
            pointed: RwSignal::new(None),
        };
        wire.follow_lit();
        wire
    }

    /// Forgets what crossed, before another connection begins.
    pub fn clear(self) {
        self.chosen.set(None);
        self.until.set(None);
        self.pointed.set(None);
        self.log.change(|log| *log = WireLog::default());
    }

    /// The learner chose a row: its chat message lights up too.
    pub fn choose(self, key: u64) {
        let message = self
            .log
            .peek(|log| log.entry(key).and_then(|entry| entry.message.clone()));
        self.chosen.set(Some(key));
        self.pointed.set(None);
        self.lit.set(message);
    }

    /// Reads one item; `None` when it was let go.
    pub fn entry<R>(self, key: u64, read: impl FnOnce(&Entry) -> R) -> Option<R> {
        self.log.peek(|log| log.entry(key).map(read))
    }

    /// Draws the rows around an item, whatever was drawn before.
    pub fn bring(self, key: u64) {
        if self
            .window
            .with_untracked(|window| window.keys.contains(&key))
        {
            return;
        }
        let filter = self.filter.get_untracked();
        let (shown, until) = self.log.peek(|log| {
            let shown = log.entry(key).is_some_and(|entry| filter.shows(entry));
            let mut after = log.entries().iter().filter(|entry| entry.key > key);
            (shown, after.nth(MAX_ROWS / 2).map(|entry| entry.key))
        });
        if !shown {
            self.filter.set(Filter::All);
        }
        self.until.set(until);
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
