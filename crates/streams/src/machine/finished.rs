//! `finished()`: one callback for however a stream ends.
//! Source: Node, "stream.finished(stream[, options], callback)".

use super::iterator::IteratorId;
use super::life::Phase;
use super::listeners::{On, Owner};
use super::pipeline::{DestroyerId, LinkId, PipelineId};
use super::side::{ReadPhase, ReadSide, Stage, WritePhase, WriteSide};
use super::{Machine, Tick, index};
use crate::error::StreamError;
use crate::event::{Callback, EventKind, StageId};

/// One call of [`Machine::finished`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FinishedId(pub(super) EosId);

/// Options of [`Machine::finished`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FinishedOptions {
    /// Whether it waits for `end`; by default, when the stage can be read.
    pub readable: Option<bool>,
    /// Whether it waits for `finish`; by default, when the stage can be written.
    pub writable: Option<bool>,
    /// Whether `error` calls back; without it, the `close` that follows does.
    pub error: bool,
}

impl Default for FinishedOptions {
    fn default() -> Self {
        Self {
            readable: None,
            writable: None,
            error: true,
        }
    }
}

/// Index of an [`Eos`] in the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EosId(usize);

/// "End of stream", as Node names the part that `finished()`, `pipeline()` and the async iterator share.
#[derive(Debug)]
pub(super) struct Eos {
    stage: StageId,
    readable: bool,
    writable: bool,
    /// The stage will say `close` after all, so `end` and `finish` are not the last word.
    will_emit_close: bool,
    readable_finished: bool,
    writable_finished: bool,
    /// The signal it was given can still abort it.
    abortable: bool,
    /// Whom it calls back; once, and not after the clean-up.
    callback: Option<EosCallback>,
}

/// How a stage is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// It has closed.
    Closed,
    /// It has failed, or the only side that matters is done.
    Done,
}

/// Whom an [`Eos`] calls back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EosCallback {
    /// Whoever called `finished()`.
    Caller,
    /// What destroys a stage of a pipeline.
    Destroyer(DestroyerId),
    /// The source of a link in a pipeline.
    Source(LinkId),
    /// The destination of a link in a pipeline.
    Destination(PipelineId),
    /// An async iterator.
    Iterator(IteratorId),
}

impl Machine {
    /// `finished(stage, options, callback)`: [`EventKind::CalledBack`] is reported once, when the
    /// stage has ended and finished, failed, or closed too early. The listeners stay after that:
    /// an `error` that comes later is still heard.
    pub fn finished(&mut self, id: StageId, options: FinishedOptions) -> FinishedId {
        FinishedId(self.end_of_stream(id, options, EosCallback::Caller))
    }

    /// Calls the function that `finished()` returned: its listeners are removed, and it will not
    /// call back any more.
    pub fn clean_up_finished(&mut self, id: FinishedId) {
        self.clean_up(id.0);
    }

    /// `controller.abort()` of the signal that `finished()` was given: it calls back with that, and
    /// its listeners are removed. The stage itself goes on.
    pub fn abort_finished(&mut self, id: FinishedId) {
        let eos = &self.eos[id.0.0];
        if let (Some(callback), true) = (eos.callback, eos.abortable) {
            self.clean_up(id.0);
            self.eos[id.0.0].callback = Some(callback);
            self.call_back(id.0, Some(StreamError::Aborted.to_string()));
        }
    }

    pub(super) fn end_of_stream(
        &mut self,
        id: StageId,
        options: FinishedOptions,
        callback: EosCallback,
    ) -> EosId {
        let eos = EosId(self.eos.len());
        let stage = &self.stages[index(id)];
        let readable = options.readable.unwrap_or(stage.read.is_some());
        let writable = options.writable.unwrap_or(stage.write.is_some());
        self.eos.push(Eos {
            stage: id,
            readable,
            writable,
            will_emit_close: stage.will_emit_close()
                && stage.read.is_some() == readable
                && stage.write.is_some() == writable,
            readable_finished: stage.has_given_all(),
            writable_finished: stage.has_taken_all(),
            abortable: true,
            callback: Some(callback),
        });
        let over = self.eos[eos.0].over_already(&self.stages[index(id)]);
        self.eos[eos.0].abortable = over != Some(Over::Closed);
        if let (Some(over), true) = (over, self.profile.settles_what_is_over()) {
            self.eos[eos.0].abortable = false;
            if options.error {
                self.listen(id, On::Error, Owner::Deaf(eos));
            }
            let error = self.error_when_over(eos, over);
            self.ticks.push_back(Tick::EosSettled(eos, error));
            self.tell_program(id, eos);
            return eos;
        }
        for on in [On::End, On::Finish, On::Error, On::Close] {
            if on != On::Error || options.error {
                self.listen(id, on, Owner::Eos(eos));
            }
        }
        if let Some(over) = over {
            self.ticks.push_back(Tick::EosOver(eos, over));
        }
        self.tell_program(id, eos);
        eos
    }

    /// A pipeline tells once that it listens, when it does so for every error.
    fn tell_program(&mut self, id: StageId, eos: EosId) {
        let of_pipeline = matches!(
            self.eos[eos.0].callback,
            Some(EosCallback::Destroyer(_) | EosCallback::Source(_) | EosCallback::Destination(_))
        );
        if !of_pipeline {
            self.tell_hearing(id);
        }
    }

    /// An event of the stage.
    pub(super) fn eos_heard(&mut self, id: EosId, on: On) {
        let stage = self.eos[id.0].stage;
        let writes_nothing = self.eos[id.0].writable && self.stages[index(stage)].write.is_none();
        if writes_nothing && matches!(on, On::End | On::Close) {
            // Waiting for the `finish` of what has no write side: Node takes this for it.
            self.eos_side_is_done(id, On::Finish);
        }
        match on {
            On::End | On::Finish => self.eos_side_is_done(id, on),
            On::Error => {
                let error = self.stages[index(stage)].life.emitted_error.clone();
                self.call_back(id, error);
            }
            On::Close => self.eos_over(id, Over::Closed),
        }
    }

    fn eos_side_is_done(&mut self, id: EosId, on: On) {
        let eos = &mut self.eos[id.0];
        let stage = &self.stages[index(eos.stage)];
        if !stage.life.is_alive() {
            eos.will_emit_close = false;
        }
        let (other_is_open, other_matters, other_is_done) = if on == On::Finish {
            eos.writable_finished = true;
            (stage.readable(), eos.readable, eos.readable_finished)
        } else {
            eos.readable_finished = true;
            (stage.writable(), eos.writable, eos.writable_finished)
        };
        if eos.will_emit_close && (!other_is_open || other_matters) {
            return;
        }
        if !other_matters || other_is_done {
            self.call_back(id, None);
        }
    }

    /// The stage closed, or it was over when `finished()` was called.
    pub(super) fn eos_over(&mut self, id: EosId, over: Over) {
        let error = self.error_when_over(id, over);
        self.call_back(id, error);
    }

    /// Without an error of its own, a `close` is too early unless both sides that matter are done.
    fn error_when_over(&self, id: EosId, over: Over) -> Option<String> {
        let eos = &self.eos[id.0];
        let stage = &self.stages[index(eos.stage)];
        if let Some(error) = stage.error() {
            return Some(error.to_owned());
        }
        let reads_on = eos.readable
            && stage.read.is_some()
            && !eos.readable_finished
            && !stage.has_given_all();
        let writes_on = eos.writable && !eos.writable_finished && !stage.has_taken_all();
        let early = over == Over::Closed && (reads_on || writes_on);
        early.then(|| StreamError::PrematureClose.to_string())
    }

    pub(super) fn call_back(&mut self, id: EosId, error: Option<String>) {
        let Some(callback) = self.eos[id.0].callback.take() else {
            return;
        };
        match callback {
            EosCallback::Caller => {
                let of = Callback::Finished;
                self.emit(self.eos[id.0].stage, EventKind::CalledBack { of, error });
            }
            EosCallback::Destroyer(destroyer) => {
                self.destroyer_needed(destroyer, error.is_some());
            }
            EosCallback::Source(link) => self.source_is_done(link, error),
            EosCallback::Destination(pipeline) => self.pipeline_part_done(pipeline, error),
            EosCallback::Iterator(iterator) => self.iterated_stage_is_over(iterator, error),
        }
    }

    pub(super) fn clean_up(&mut self, id: EosId) {
        self.eos[id.0].callback = None;
        let stage = self.eos[id.0].stage;
        self.unlisten(stage, Owner::Eos(id));
        self.unlisten(stage, Owner::Deaf(id));
    }
}

impl Eos {
    /// Whether nothing is left to wait for when `finished()` is called.
    fn over_already(&self, stage: &Stage) -> Option<Over> {
        if stage.is_released() {
            return Some(Over::Closed);
        }
        let over = if stage.emitted_error() {
            !self.will_emit_close
        } else {
            self.nothing_to_wait_for(stage)
        };
        over.then_some(Over::Done)
    }

    /// Only one side matters, and that one is over.
    fn nothing_to_wait_for(&self, stage: &Stage) -> bool {
        let written = !self.readable
            && (!self.will_emit_close || stage.is_readable() == Some(true))
            && (self.writable_finished || stage.is_writable() == Some(false))
            && stage.write.as_ref().is_none_or(|write| write.pending == 0);
        let read = !self.writable
            && (!self.will_emit_close || stage.is_writable() == Some(true))
            && (self.readable_finished || stage.is_readable() == Some(false));
        written || read
    }
}

/// What Node's stream utilities ask of a stage.
impl Stage {
    /// `errored`: the error that ended it.
    pub(super) fn error(&self) -> Option<&str> {
        self.life.error()
    }

    /// `closed`: `_destroy` has answered; `close` may still be to come.
    pub(super) fn is_released(&self) -> bool {
        matches!(self.life.phase, Phase::Released | Phase::Closed)
    }

    /// `errorEmitted`.
    pub(super) fn emitted_error(&self) -> bool {
        self.life.emitted_error.is_some()
    }

    fn will_emit_close(&self) -> bool {
        self.auto_destroy && self.emit_close && !self.is_released()
    }

    /// `readable.readable`: it may still be read from.
    pub(super) fn readable(&self) -> bool {
        let ended = |read: &ReadSide| read.phase == ReadPhase::EndEmitted;
        let over = !self.life.is_alive() || self.emitted_error();
        !over && self.read.as_ref().is_some_and(|read| !ended(read))
    }

    /// `writable.writable`: it may still be written to.
    pub(super) fn writable(&self) -> bool {
        let open = |write: &WriteSide| write.phase == WritePhase::Open;
        self.life.works() && self.write.as_ref().is_some_and(open)
    }

    /// The same as an answer about a side that is there.
    pub(super) fn is_readable(&self) -> Option<bool> {
        self.read.as_ref().map(|_| self.readable())
    }

    pub(super) fn is_writable(&self) -> Option<bool> {
        self.write.as_ref().map(|_| self.writable())
    }

    /// `end` was emitted, or nothing is left to give before it; not of a stage that has failed.
    fn has_given_all(&self) -> bool {
        let given = |read: &ReadSide| match read.phase {
            ReadPhase::Open => false,
            ReadPhase::EofSeen => read.buffered == 0,
            ReadPhase::EndEmitted => true,
        };
        self.error().is_none() && self.read.as_ref().is_some_and(given)
    }

    /// `finish` was emitted, or nothing is left to take before it.
    fn has_taken_all(&self) -> bool {
        let taken = |write: &WriteSide| match write.phase {
            WritePhase::Open => false,
            WritePhase::Finished => true,
            _ => write.buffered == 0 && self.error().is_none(),
        };
        self.write.as_ref().is_some_and(taken)
    }
}
