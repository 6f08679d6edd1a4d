//! A lesson's solution, played on a run: the same verbs that a learner calls, each when what it
//! waits for has come.

use bytes::Bytes;
use spillway_lessons::{Call, CallVerb, Player};
use spillway_protocol::control::Message;

use super::handle::Read;
use super::{Driver, RunError, RunVerb, Throttle, Write};
use crate::engine::outbox::Outbox;

/// A solution that is being played, and what the page knows of it.
pub(super) struct Show {
    pub(super) player: Player,
    unsent: bool,
    /// The page hears of the steps.
    shown: bool,
    /// Why a step was refused, which ended it.
    refused: Option<String>,
}

impl Show {
    pub(super) const fn new(player: Player, shown: bool) -> Self {
        Self {
            player,
            unsent: shown,
            shown,
            refused: None,
        }
    }

    /// The page has to be told, also what it knows.
    pub(super) const fn ask(&mut self) {
        self.unsent = self.shown;
    }

    pub(super) const fn is_unsent(&self) -> bool {
        self.unsent
    }

    pub(super) fn flush(&mut self, outbox: &Outbox, run: &str) {
        if !self.unsent {
            return;
        }
        let html = match &self.refused {
            Some(why) => format!("This step was refused, so nothing more is shown: {why}."),
            None => self.player.told(),
        };
        let shown = Message::Shown {
            run: run.to_owned(),
            done: self.player.done() as u64,
            of: self.player.steps() as u64,
            html,
        };
        self.unsent = outbox.send(shown).is_err();
    }
}

impl Driver {
    /// Does the next step of the solution, if one is played and the step is due.
    pub(super) fn show_on(&mut self) {
        if self.around.page.show.is_none() || self.core.is_over() {
            return;
        }
        let now_us = self.core.elapsed_us();
        let Some(call) = self.due_call(now_us) else {
            return;
        };
        self.core.set_time();
        self.count_waiting();
        let done = self.make(&call);
        if let Some(show) = &mut self.around.page.show {
            match done {
                Ok(()) => show.player.handle_done(now_us),
                Err(error) => {
                    show.refused = Some(error.to_string());
                    show.player.handle_refused();
                }
            }
            show.ask();
        }
        self.core.settle(&mut self.around);
        self.go_on();
        self.flush();
    }

    fn due_call(&self, now_us: u64) -> Option<Call> {
        let show = self.around.page.show.as_ref()?;
        show.player.poll_call(self.core.view(), now_us).cloned()
    }

    fn make(&mut self, call: &Call) -> Result<(), RunError> {
        let stage = call.stage.clone();
        let verb = match call.verb.clone() {
            CallVerb::Pipe { to } => RunVerb::Pipe { from: stage, to },
            CallVerb::Unpipe { to } => RunVerb::Unpipe { from: stage, to },
            CallVerb::Pause => RunVerb::Pause { stage },
            CallVerb::Resume => RunVerb::Resume { stage },
            CallVerb::Cork => RunVerb::Cork { stage },
            CallVerb::Uncork => RunVerb::Uncork { stage },
            CallVerb::End => RunVerb::End { stage },
            CallVerb::Destroy { error } => RunVerb::Destroy { stage, error },
            CallVerb::Read { n } => return self.handle_read(&Read { stage, n }).map(drop),
            CallVerb::Write { chunk } => {
                let chunk = Bytes::from(chunk);
                return self.handle_write(&Write { stage, chunk }).map(drop);
            }
            CallVerb::Throttle { bytes_per_s } => {
                let throttle = Throttle { stage, bytes_per_s };
                return self.handle_throttle(&throttle).map(drop);
            }
        };
        self.handle_verb(&verb).map(drop)
    }
}
