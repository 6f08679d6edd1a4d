//! One run as the page knows it: a fold of the server's messages about it.

use spillway_protocol::control::{Clock, ClockMode, Download, Message};
use spillway_streams::{Event, RunView};

use super::history::{History, Moment, State};
use super::log::Log;
use super::meter::{Share, Tape};

/// One run.
#[derive(Debug, Default)]
pub struct Run {
    /// Its name on the server.
    pub name: String,
    /// The end of its log.
    pub log: Log,
    /// What can be rewound to.
    pub history: History,
    /// Chunk events that the server's tap left out so far.
    pub thinned: u64,
    /// Where the outputs that are finished can be fetched.
    pub downloads: Vec<Download>,
    /// How its clock goes, as the server said last.
    pub clock: Clock,
    /// What is known now; only messages of the server change it.
    now: State,
    tape: Tape,
    /// The page's time when the last event came or the run's clock was set, so that speeds fall while nothing comes.
    heard_ms: f64,
}

/// What is measured of a stage beyond its view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Bytes a second that left its read buffer.
    pub out_per_s: u64,
    /// Bytes a second that its implementation took.
    pub taken_per_s: u64,
    /// How often in the last second its read side was stopped.
    pub stops_per_s: u64,
    /// How often in the last second its `write()` answered false.
    pub refusals_per_s: u64,
    /// How it spends its time, once that was reported.
    pub share: Option<Share>,
}

/// What was shown at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The picture.
    pub view: RunView,
    /// What was measured, a stage each.
    pub figures: Vec<Figures>,
}

impl Run {
    /// A run of which nothing is known but its name.
    #[must_use]
    pub fn new(name: String) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    /// The picture as it is now.
    #[must_use]
    pub const fn view(&self) -> &RunView {
        &self.now.view
    }

    /// Takes in a message of the server; `now_ms` is the page's clock. Returns whether it was
    /// about this run.
    pub fn apply(&mut self, message: &Message, now_ms: f64) -> bool {
        match message {
            Message::Snapshot {
                run,
                view,
                recent,
                thinned,
                downloads,
                clock,
                ..
            } if *run == self.name => {
                self.take_snapshot(view, recent);
                self.thinned = *thinned;
                self.downloads.clone_from(downloads);
                self.clock = *clock;
            }
            Message::Events {
                run,
                events,
                thinned,
                view,
            } if *run == self.name => {
                for event in events {
                    self.fold(event);
                }
                self.thinned = *thinned;
                if let Some(view) = view {
                    self.replace_view(view);
                }
            }
            Message::Clock { run, clock } if *run == self.name => self.clock = *clock,
            Message::Ready { run, download } if *run == self.name => {
                if !self.downloads.contains(download) {
                    self.downloads.push(download.clone());
                }
                return true;
            }
            _ => return false,
        }
        self.heard_ms = now_ms;
        self.tape.forget_before(self.history.span().first_us);
        true
    }

    /// Whether anything can still happen in it.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        self.now.view.outcome.is_none()
    }

    /// What is measured of each stage at the page's time `now_ms`.
    #[must_use]
    pub fn figures(&self, now_ms: f64) -> Vec<Figures> {
        // While the run's clock stands still, so does its time.
        let still = matches!(self.clock.mode, ClockMode::Paused | ClockMode::Step);
        let until_ms = if still { self.heard_ms } else { now_ms };
        let now_us = self.now.view.at_us + micros_between(self.heard_ms, until_ms);
        self.tape.figures(self.history.last(), &self.now, now_us)
    }

    /// What was shown right after the event that led to a moment; `None` when that is not kept.
    #[must_use]
    pub fn shown_at(&self, moment: Moment) -> Option<Shown> {
        let state = self.history.at(moment)?;
        let figures = self.tape.figures(moment, &state, state.view.at_us);
        Some(Shown {
            view: state.view,
            figures,
        })
    }

    fn fold(&mut self, event: &Event) {
        self.tape.note(self.history.last(), &self.now, event.at_us);
        self.now.apply(event);
        self.log.push(event);
        self.history.push(event, &self.now);
        let stage = usize::from(event.stage.0);
        self.tape
            .report(self.history.last(), &self.now, stage, &event.kind);
    }

    fn replace_view(&mut self, view: &RunView) {
        self.tape.note(self.history.last(), &self.now, view.at_us);
        self.now.view = view.clone();
        self.history.keep_picture(&self.now);
    }

    /// A new beginning, unless the page has all that was before: then only what it missed is new.
    fn take_snapshot(&mut self, view: &RunView, recent: &[Event]) {
        let had = self.now.view.seq;
        let follows = recent.first().is_some_and(|event| event.seq <= had + 1) || view.seq == had;
        if follows && had > 0 {
            for event in recent.iter().filter(|event| event.seq > had) {
                self.fold(event);
            }
            self.replace_view(view);
            return;
        }
        self.log.clear();
        for event in recent {
            self.log.push(event);
        }
        self.now = State::of(view.clone());
        self.history.restart(recent, &self.now);
        self.tape.restart(self.history.last(), &self.now);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to a day before the cast"
)]
fn micros_between(from_ms: f64, to_ms: f64) -> u64 {
    const DAY_MS: f64 = 86_400_000.0;
    ((to_ms - from_ms).clamp(0.0, DAY_MS) * 1_000.0) as u64
}

#[cfg(test)]
mod tests;
