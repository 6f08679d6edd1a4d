//! The verbs, and the speed control, as a client may use them: what Node would throw at or what nobody wants is
//! refused with what Node would do; what surprises is done and said.

use spillway_streams::{EventKind, Hearing, StageId, Verb, WriteState};

use super::hands::then_of;
use super::{Driver, RunError, RunVerb, Throttle};
use crate::engine::stages::StageError;

impl Driver {
    pub(super) fn handle_verb(&mut self, verb: &RunVerb) -> Result<Option<String>, RunError> {
        self.takes_verbs()?;
        match verb {
            RunVerb::Pipe { from, to } => self.pipe(from, to),
            RunVerb::Unpipe { from, to } => self.unpipe(from, to.as_deref()),
            RunVerb::Pause { stage } => self.pause(stage),
            RunVerb::Resume { stage } => self.resume(stage),
            RunVerb::Destroy { stage, error } => self.destroy(stage, error.as_deref()),
            RunVerb::Cork { stage } => self.cork(stage),
            RunVerb::Uncork { stage } => self.uncork(stage),
            RunVerb::End { stage } => self.end_writes(stage),
        }
    }

    pub(super) fn handle_throttle(
        &mut self,
        throttle: &Throttle,
    ) -> Result<Option<String>, RunError> {
        self.takes_verbs()?;
        let id = self.stage_named(&throttle.stage)?;
        let stage = &self.core.view().stages[usize::from(id.0)];
        if !stage.throttles {
            return Err(RunError::NotAllowed(format!(
                "{} has no speed control; here those with one are: {}",
                stage.label,
                self.with_speed_control()
            )));
        }
        if throttle.bytes_per_s == Some(0) {
            return Err(RunError::NotAllowed(
                "bytes_per_s must be at least 1, or null for full speed".to_owned(),
            ));
        }
        let speed = throttle.bytes_per_s;
        self.around.tasks.set_speed(id, speed);
        let throttled = EventKind::Throttled { bytes_per_s: speed };
        self.core.machine.note(id, throttled);
        Ok(None)
    }

    /// Refuses while nothing may be done to the run any more.
    pub(super) fn takes_verbs(&self) -> Result<(), RunError> {
        if self.core.is_over() {
            return Err(RunError::Over);
        }
        let why = if self.core.has_ended() {
            "the run has come to its end; what waits for the clock is the last of it"
        } else if self.core.is_full() {
            "too much waits for the clock; let it go on first"
        } else {
            return Ok(());
        };
        Err(RunError::NotAllowed(why.to_owned()))
    }

    /// The names of the stages that have a speed control.
    fn with_speed_control(&self) -> String {
        let stages = self.core.view().stages.iter();
        let names = stages.filter(|stage| stage.throttles);
        names
            .map(|stage| stage.name.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// The stage of this name.
    pub(super) fn stage_named(&self, name: &str) -> Result<StageId, RunError> {
        self.core.view().id_of(name).ok_or_else(|| {
            let known = self
                .core
                .view()
                .stages
                .iter()
                .map(|stage| stage.name.as_str());
            RunError::UnknownStage {
                name: name.chars().take(40).collect(),
                known: known.collect::<Vec<_>>().join(", "),
            }
        })
    }

    fn pipe(&mut self, from: &str, to: &str) -> Result<Option<String>, RunError> {
        let (from_id, to_id) = (self.stage_named(from)?, self.stage_named(to)?);
        self.core.machine.can_pipe(from_id, to_id)?;
        if self.core.machine.is_piped(from_id, to_id) {
            return Err(RunError::NotAllowed(format!(
                "{from} is piped to {to} already: Node would deliver every chunk twice"
            )));
        }
        if self.leads_to(to_id, from_id) {
            return Err(RunError::NotAllowed(format!(
                "{to} leads back to {from}: Node would send the same data round for ever"
            )));
        }
        if self.takes_no_more(to_id) {
            return Err(RunError::NotAllowed(format!(
                "{to} has ended: Node would fail it with 'write after end'"
            )));
        }
        let paused = self.is_paused_by_hand(from_id);
        self.core.machine.pipe(from_id, to_id)?;
        Ok(paused.then(|| format!("pipe() resumed {from}, though you had paused it")))
    }

    fn unpipe(&mut self, from: &str, to: Option<&str>) -> Result<Option<String>, RunError> {
        let from_id = self.stage_named(from)?;
        let to_id = to.map(|to| self.stage_named(to)).transpose()?;
        let stands = match to_id {
            Some(to_id) => self.core.machine.is_piped(from_id, to_id),
            None => !self.core.machine.destinations(from_id).is_empty(),
        };
        self.core.machine.unpipe(from_id, to_id)?;
        let to = to.unwrap_or("anything");
        Ok((!stands).then(|| format!("{from} was not piped to {to}, so nothing changed")))
    }

    fn pause(&mut self, name: &str) -> Result<Option<String>, RunError> {
        let id = self.stage_named(name)?;
        let picture = self.core.picture();
        let owing = self.core.machine.destinations(id).into_iter().find(|dest| {
            let dest = picture.stage(*dest);
            let writable = dest.and_then(|dest| dest.writable.as_ref());
            writable.is_some_and(|writable| writable.need_drain)
        });
        drop(picture);
        self.core.machine.pause(id)?;
        let owing = owing.and_then(|dest| self.core.view().stage(dest));
        Ok(owing.map(|dest| {
            format!(
                "this pause will not hold: {} owes a drain, and that drain resumes {name}",
                dest.label
            )
        }))
    }

    fn resume(&mut self, name: &str) -> Result<Option<String>, RunError> {
        let id = self.stage_named(name)?;
        let heard = !self.core.machine.destinations(id).is_empty();
        self.core.machine.resume(id)?;
        Ok((!heard).then(|| {
            format!("nobody listens to {name}: what flows from now on is discarded and counted")
        }))
    }

    fn destroy(&mut self, name: &str, error: Option<&str>) -> Result<Option<String>, RunError> {
        let id = self.stage_named(name)?;
        if self.core.machine.is_destroyed(id) {
            return Err(RunError::NotAllowed(format!(
                "{name} is destroyed already: Node would do nothing"
            )));
        }
        if error.is_some_and(|error| error.is_empty() || error.len() > MAX_ERROR) {
            return Err(RunError::NotAllowed(format!(
                "an error has a message of 1 to {MAX_ERROR} bytes; leave it out to destroy \
                 {name} without one"
            )));
        }
        let failing = error.is_some();
        let hearing = self.core.machine.hearing(id);
        let verb = Verb::Destroy { failing };
        self.core.machine.note(id, EventKind::Verb { verb });
        let error = error.map(|error| self.core.fail(id, StageError::Data(error.to_owned())));
        self.core.machine.destroy(id, error.as_deref());
        let piped = !self.core.machine.destinations(id).is_empty();
        Ok(match (failing, hearing) {
            (true, hearing) => Some(format!("{name} failed; {}", then_of(hearing))),
            (false, Hearing::Pipeline) => Some(format!(
                "{name} closed before its end: pipeline() destroys every stage and calls back with \
                 ERR_STREAM_PREMATURE_CLOSE"
            )),
            (false, _) if piped => Some(format!(
                "{name} is gone and said no end: what it is piped to will wait for ever"
            )),
            (false, _) => None,
        })
    }

    fn leads_to(&self, from: StageId, to: StageId) -> bool {
        from == to
            || self
                .core
                .machine
                .destinations(from)
                .into_iter()
                .any(|next| self.leads_to(next, to))
    }

    pub(super) fn takes_no_more(&self, id: StageId) -> bool {
        self.core.picture().stage(id).is_some_and(|stage| {
            let writable = stage.writable.as_ref();
            stage.closed || writable.is_some_and(|side| side.state != WriteState::Open)
        })
    }

    fn is_paused_by_hand(&self, id: StageId) -> bool {
        let picture = self.core.picture();
        let stage = picture.stage(id);
        let readable = stage.and_then(|stage| stage.readable.as_ref());
        readable.is_some_and(|readable| readable.paused_by_hand)
    }
}

/// Longest message of a learner's error, bytes.
const MAX_ERROR: usize = 200;
