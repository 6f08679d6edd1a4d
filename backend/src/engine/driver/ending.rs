//! How a run comes to its end: whom a program would have heard from.

use spillway_protocol::control::Join;
use spillway_streams::{Callback, EventKind, Outcome, StageId};

use super::core::Core;
use crate::engine::stages::StageError;

impl Core {
    /// The end of the run and the stage that decided it, once there is one.
    pub(super) fn ending(&self) -> Option<(StageId, Outcome)> {
        if let Some((id, message)) = self.machine.uncaught() {
            return Some((*id, self.failed(*id, message, false)));
        }
        match self.join {
            Join::Pipe | Join::Write | Join::Iterate => {
                Some((self.last_closed_sink()?, Outcome::Completed))
            }
            Join::Pipeline => self.called_back(),
        }
    }

    /// Takes note of what the callback of `pipeline()` was told.
    pub(super) fn note_callback(&mut self, event: &EventKind) {
        if let EventKind::CalledBack {
            of: Callback::Pipeline,
            error,
        } = event
        {
            self.callback.get_or_insert_with(|| error.clone());
        }
    }

    /// `pipeline()` has called back. Node 20 may forget to when several stages fail: a pipeline
    /// that is closed throughout is over as well.
    fn called_back(&self) -> Option<(StageId, Outcome)> {
        let stages = &self.view().stages;
        let last = StageId(u16::try_from(stages.len().checked_sub(1)?).ok()?);
        let first_error = || stages.iter().find_map(|stage| stage.error.clone());
        let error = match &self.callback {
            Some(error) => error.clone(),
            None if stages.iter().all(|stage| stage.closed) => first_error(),
            None => return None,
        };
        let Some(message) = error else {
            return Some((last, Outcome::Completed));
        };
        let culprit = self.failure().map_or(last, |failure| failure.stage);
        Some((culprit, self.failed(culprit, &message, true)))
    }

    /// The Writable that ends the line, when all of them have closed; where there is none, the last
    /// of the others.
    fn last_closed_sink(&self) -> Option<StageId> {
        let stages = &self.view().stages;
        let written = stages.iter().any(|stage| stage.readable.is_none());
        let sinks = stages.iter().enumerate();
        let mut sinks = sinks.filter(|(_, stage)| !written || stage.readable.is_none());
        let last = sinks.clone().next_back()?;
        // One that has failed has not completed: where the error is heard, the run goes on without.
        sinks
            .all(|(_, stage)| stage.closed && stage.error.is_none())
            .then_some(StageId(last.0 as u16))
    }

    /// A failure in words: which stage, where in its data, and why.
    fn failed(&self, id: StageId, message: &str, heard: bool) -> Outcome {
        let stage = self.view().stage(id);
        let (name, label) = stage.map_or(("", ""), |stage| (&*stage.name, &*stage.label));
        let place = match self.failure() {
            Some(failure) if failure.stage == id => match failure.error {
                // It says the place itself.
                StageError::At { .. } => String::from(" "),
                _ => format!(" at byte {}: ", failure.offset),
            },
            _ => String::from(": "),
        };
        Outcome::Failed {
            message: format!("{name} ({label}){place}{message}"),
            heard,
        }
    }
}
