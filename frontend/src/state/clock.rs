//! The clock of a run as the page has it: what the server says of it, and what the learner set.

use leptos::prelude::*;
use spillway_protocol::control::{Clock, ClockMode, Command};

use super::Runner;

/// The clock of a run. Copies are the same one.
#[derive(Debug, Clone, Copy)]
pub struct RunClock {
    /// How it goes, as the server said last; while nothing runs, how the next run is to begin.
    pub now: RwSignal<Clock>,
    /// Events a second when it is not paused; `None` is full speed.
    pub pace: RwSignal<Option<u64>>,
}

impl RunClock {
    pub(super) fn new() -> Self {
        Self {
            now: RwSignal::default(),
            pace: RwSignal::new(None),
        }
    }

    /// The server has said how it goes.
    pub(super) fn hear(self, clock: Clock) {
        if self.now.try_get_untracked() == Some(clock) {
            return;
        }
        if matches!(clock.mode, ClockMode::Full | ClockMode::Slow) {
            self.pace.set(clock.events_per_s);
        }
        self.now.set(clock);
    }

    /// How the next run is to begin: as the clock was set, so that a beginning can be watched
    /// slowly. `None` is full speed.
    pub(super) fn at_start(self) -> Option<Clock> {
        let now = self.now.get_untracked();
        match now.mode {
            ClockMode::Full => None,
            ClockMode::Slow => Some(now),
            ClockMode::Paused | ClockMode::Step => Some(PAUSED),
        }
    }

    /// Whether it lets nothing through by itself.
    #[must_use]
    pub fn is_still(self) -> bool {
        matches!(self.now.get().mode, ClockMode::Paused | ClockMode::Step)
    }
}

impl Runner {
    /// Pauses the clock, or lets it go on at its pace.
    pub fn toggle_clock(self) {
        let still = untrack(|| self.clock.is_still());
        let pace = self.clock.pace.get_untracked();
        self.set_clock(if still { going(pace) } else { PAUSED });
    }

    /// Sets the pace; a paused clock stays paused.
    pub fn set_pace(self, pace: Option<u64>) {
        self.clock.pace.set(pace);
        if !untrack(|| self.clock.is_still()) {
            self.set_clock(going(pace));
        }
    }

    /// Lets one event come.
    pub fn step_clock(self) {
        if self.is_live() {
            self.set_clock(Clock {
                mode: ClockMode::Step,
                events_per_s: None,
            });
        }
    }

    /// Lets the clock of the next run go at its pace, whoever had paused it.
    pub(super) fn let_clock_go(self) {
        self.clock.now.set(going(self.clock.pace.get_untracked()));
    }

    pub(super) fn set_clock(self, clock: Clock) {
        if self.is_live() {
            self.send(|run| Some(Command::Clock { run, clock }));
        } else {
            self.keep_clock(clock);
            self.clock.now.set(clock);
        }
    }
}

const PAUSED: Clock = Clock {
    mode: ClockMode::Paused,
    events_per_s: None,
};

const fn going(pace: Option<u64>) -> Clock {
    Clock {
        mode: match pace {
            None => ClockMode::Full,
            Some(_) => ClockMode::Slow,
        },
        events_per_s: pace,
    }
}
