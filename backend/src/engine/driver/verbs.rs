//! The four verbs as a client may use them: what Node would throw at or what nobody wants is
//! refused with what Node would do; what surprises is done and said.

use spillway_streams::{StageId, WriteState};

use super::{Driver, RunError, RunVerb};

impl Driver {
    pub(super) fn handle_verb(&mut self, verb: &RunVerb) -> Result<Option<String>, RunError> {
        if self.view.outcome.is_some() {
            return Err(RunError::Over);
        }
        match verb {
            RunVerb::Pipe { from, to } => self.pipe(from, to),
            RunVerb::Unpipe { from, to } => self.unpipe(from, to.as_deref()),
            RunVerb::Pause { stage } => self.pause(stage),
            RunVerb::Resume { stage } => self.resume(stage),
        }
    }

    /// The stage of this name.
    pub(super) fn stage_named(&self, name: &str) -> Result<StageId, RunError> {
        self.view.id_of(name).ok_or_else(|| {
            let known = self.view.stages.iter().map(|stage| stage.name.as_str());
            RunError::UnknownStage {
                name: name.chars().take(40).collect(),
                known: known.collect::<Vec<_>>().join(", "),
            }
        })
    }

    fn pipe(&mut self, from: &str, to: &str) -> Result<Option<String>, RunError> {
        let (from_id, to_id) = (self.stage_named(from)?, self.stage_named(to)?);
        self.machine.can_pipe(from_id, to_id)?;
        if self.machine.is_piped(from_id, to_id) {
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
        self.machine.pipe(from_id, to_id)?;
        Ok(paused.then(|| format!("pipe() resumed {from}, though you had paused it")))
    }

    fn unpipe(&mut self, from: &str, to: Option<&str>) -> Result<Option<String>, RunError> {
        let from_id = self.stage_named(from)?;
        let to_id = to.map(|to| self.stage_named(to)).transpose()?;
        let stands = match to_id {
            Some(to_id) => self.machine.is_piped(from_id, to_id),
            None => !self.machine.destinations(from_id).is_empty(),
        };
        self.machine.unpipe(from_id, to_id)?;
        let to = to.unwrap_or("anything");
        Ok((!stands).then(|| format!("{from} was not piped to {to}, so nothing changed")))
    }

    fn pause(&mut self, name: &str) -> Result<Option<String>, RunError> {
        let id = self.stage_named(name)?;
        let owing = self.machine.destinations(id).into_iter().find(|dest| {
            let dest = self.view.stage(*dest);
            let writable = dest.and_then(|dest| dest.writable.as_ref());
            writable.is_some_and(|writable| writable.need_drain)
        });
        self.machine.pause(id)?;
        let owing = owing.and_then(|dest| self.view.stage(dest));
        Ok(owing.map(|dest| {
            format!(
                "this pause will not hold: {} owes a drain, and that drain resumes {name}",
                dest.label
            )
        }))
    }

    fn resume(&mut self, name: &str) -> Result<Option<String>, RunError> {
        let id = self.stage_named(name)?;
        let heard = !self.machine.destinations(id).is_empty();
        self.machine.resume(id)?;
        Ok((!heard).then(|| {
            format!("nobody listens to {name}: what flows from now on is discarded and counted")
        }))
    }

    fn leads_to(&self, from: StageId, to: StageId) -> bool {
        from == to
            || self
                .machine
                .destinations(from)
                .into_iter()
                .any(|next| self.leads_to(next, to))
    }

    fn takes_no_more(&self, id: StageId) -> bool {
        self.view.stage(id).is_some_and(|stage| {
            let writable = stage.writable.as_ref();
            stage.closed || writable.is_some_and(|side| side.state != WriteState::Open)
        })
    }

    fn is_paused_by_hand(&self, id: StageId) -> bool {
        let stage = self.view.stage(id);
        let readable = stage.and_then(|stage| stage.readable.as_ref());
        readable.is_some_and(|readable| readable.paused_by_hand)
    }
}
