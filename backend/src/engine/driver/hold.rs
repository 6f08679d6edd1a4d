//! What the clock holds back: events that have happened and are not yet in the log. While there are
//! any, no stage is asked for anything, so the run itself goes no faster than its log.

use std::borrow::Cow;
use std::collections::VecDeque;

use spillway_streams::{Event, EventKind, RunView};
use tokio::time::Instant;

use super::core::{Core, Host};

/// How the clock holds a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Hold {
    /// Not at all.
    #[default]
    Off,
    /// Each event waits to be released; when none waits, the run goes on.
    Each,
    /// The run stands still.
    Still,
}

/// Events that wait to be released.
#[derive(Debug, Default)]
pub(super) struct Held {
    hold: Hold,
    waiting: VecDeque<Event>,
    /// The end of the run is among what waits, or in the log.
    ended: bool,
}

/// Events that may wait before verbs are refused; the answers of stages bring far fewer.
const MAX_WAITING: usize = 5_000;

impl Held {
    /// Keeps an event until it is released, or gives it back to be logged at once.
    pub(super) fn keep(&mut self, event: Event) -> Option<Event> {
        let free = is_measurement(&event.kind) && self.waiting.is_empty();
        if self.hold == Hold::Off || free {
            return Some(event);
        }
        self.waiting.push_back(event);
        None
    }

    /// The run has come to its end; nothing follows it in the log.
    pub(super) const fn note_end(&mut self) {
        self.ended = true;
    }
}

/// Whether it is a measurement of ours, not something that happens to a stream: it waits for no
/// clock, and is made only while nothing waits.
pub(super) const fn is_measurement(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Times { .. } | EventKind::Resources { .. })
}

impl Core {
    /// Whether events wait for the clock before they come.
    pub(super) fn is_held(&self) -> bool {
        self.held.hold != Hold::Off
    }

    /// Whether events wait to be released.
    pub(super) fn waits(&self) -> bool {
        !self.held.waiting.is_empty()
    }

    /// Whether so many events wait that no verb may add to them.
    pub(super) fn is_full(&self) -> bool {
        self.held.waiting.len() >= MAX_WAITING
    }

    /// Whether answers may go into the machine, and calls come out of it.
    pub(super) fn goes_on(&self) -> bool {
        !self.waits() && self.held.hold != Hold::Still && !self.held.ended
    }

    /// Whether the end has come, though it may wait to be released.
    pub(super) const fn has_ended(&self) -> bool {
        self.held.ended
    }

    /// The picture as it is in the machine: with the events that wait.
    pub(super) fn picture(&self) -> Cow<'_, RunView> {
        if self.held.waiting.is_empty() {
            return Cow::Borrowed(self.view());
        }
        let mut view = self.view().clone();
        for event in &self.held.waiting {
            view.apply(event);
        }
        Cow::Owned(view)
    }

    /// Holds the run in another way. Not held at all, what waits comes at once.
    pub(super) fn set_hold(&mut self, hold: Hold, host: &mut impl Host) {
        self.held.hold = hold;
        self.time.set_still(hold == Hold::Still, Instant::now());
        host.handle_still(hold == Hold::Still);
        if hold == Hold::Off {
            self.release_all(host);
        }
        self.set_time();
        self.settle(host);
    }

    /// Puts the next event that waits into the log. After the last one the run goes on.
    pub(super) fn release_one(&mut self, host: &mut impl Host) {
        if let Some(event) = self.held.waiting.pop_front() {
            self.log(event, host);
        }
        if self.goes_on() {
            self.set_time();
            self.settle(host);
        }
    }

    /// Puts all events that wait into the log, at once and whatever the clock says.
    pub(super) fn release_all(&mut self, host: &mut impl Host) {
        while let Some(event) = self.held.waiting.pop_front() {
            self.log(event, host);
        }
    }
}
