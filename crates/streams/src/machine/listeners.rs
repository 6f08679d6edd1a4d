//! The listeners of a stage's `end`, `finish`, `error` and `close`, in the order they were added.
//!
//! A pipe adds some, and so do `finished()` and `pipeline()`. Who is called first decides who is
//! destroyed with which error, so all of them stand in one order, as in Node's `EventEmitter`.
//! Source: Node, "Events", section "emitter.on(eventName, listener)".

use super::copying::CopyId;
use super::finished::EosId;
use super::pipeline::{DestroyerId, LinkId, PipelineId};
use super::{Machine, index};
use crate::event::{EventKind, Hearing, StageId, UnpipeCause};

/// What is listened to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum On {
    End,
    Finish,
    Error,
    Close,
}

/// Whom a listener belongs to; with the event, this says what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// A pipe: its source, its destination, and whether it ends the one with the other.
    Pipe(StageId, StageId, bool),
    /// The program writes to this stage what it hears of; the number tells such listeners apart.
    Forward(u64, StageId),
    /// `finished()`, or what Node calls `eos` inside `pipeline()` and the async iterator.
    Eos(EosId),
    /// The same, of a stage that was over: it hears an `error`, and that is all.
    Deaf(EosId),
    /// A loop that waits for `drain` by `once()`, which listens for `error` as well.
    Copying(CopyId),
    /// A stage of a pipeline notes that it needs no destroying any more.
    Destroyer(DestroyerId),
    /// A pipeline hears of every error of its stages.
    Pipeline(PipelineId),
    /// Two neighbours in a pipeline: `end` of the one ends the other, whose early `close` is an error.
    Link(LinkId),
    /// A source that closed before its `end` may still give it.
    LateEnd(PipelineId),
}

/// One listener that is not a pipe's own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listener {
    /// Its place among the listeners of all stages.
    order: i64,
    stage: StageId,
    on: On,
    owner: Owner,
}

impl Machine {
    /// `stage.on(event, …)`.
    pub(super) fn listen(&mut self, stage: StageId, on: On, owner: Owner) {
        let listener = Listener {
            order: self.next_listener().cast_signed(),
            stage,
            on,
            owner,
        };
        self.listeners.push(listener);
    }

    /// `stage.off(event, …)`, for all events of one owner.
    pub(super) fn unlisten(&mut self, stage: StageId, owner: Owner) {
        self.listeners
            .retain(|listener| listener.stage != stage || listener.owner != owner);
        self.tell_hearing(stage);
    }

    /// The place of the next listener.
    pub(super) fn next_listener(&mut self) -> u64 {
        self.listeners_made += 1;
        self.listeners_made
    }

    /// Whether anybody but a pipe listens for `error`: a pipe passes on what nobody else hears.
    pub(super) fn hears_error(&self, id: StageId) -> bool {
        self.listeners
            .iter()
            .any(|listener| listener.stage == id && listener.on == On::Error)
    }

    /// Who listens for `error`. Of a pipeline that counts which hears every error of its stages, not
    /// what it waits for besides.
    #[must_use]
    pub fn hearing(&self, id: StageId) -> Hearing {
        let mut heard = self.listeners.iter();
        let by_pipeline = |listener: &Listener| {
            let on_error = listener.stage == id && listener.on == On::Error;
            on_error && matches!(listener.owner, Owner::Pipeline(_))
        };
        if heard.any(by_pipeline) {
            Hearing::Pipeline
        } else if self.stages[index(id)].error_heard || self.hears_error(id) {
            Hearing::Program
        } else {
            Hearing::Nobody
        }
    }

    /// Reports who listens for `error`, when that has changed.
    pub(super) fn tell_hearing(&mut self, id: StageId) {
        let by = self.hearing(id);
        if self.stages[index(id)].heard_by != by {
            self.stages[index(id)].heard_by = by;
            self.emit(id, EventKind::Hearing { by });
        }
    }

    /// Calls the listeners of an event. As in Node, those that are removed meanwhile are still called.
    pub(super) fn call_listeners(&mut self, id: StageId, on: On) {
        let mut called: Vec<(i64, Owner)> = self
            .listeners
            .iter()
            .filter(|listener| listener.stage == id && listener.on == on)
            .map(|listener| (listener.order, listener.owner))
            .collect();
        called.extend(self.pipe_listeners(id, on));
        called.sort_by_key(|(order, _)| *order);
        for (_, owner) in called {
            self.call_listener(id, on, owner);
        }
    }

    /// The listeners of the pipes. Node puts those for `error` in front of all others.
    fn pipe_listeners(&self, id: StageId, on: On) -> Vec<(i64, Owner)> {
        let pipes = self.pipes.iter().filter(|pipe| match on {
            On::End => pipe.from == id,
            On::Finish | On::Error | On::Close => pipe.to == id,
        });
        pipes
            .map(|pipe| {
                let order = pipe.id.cast_signed();
                let order = if on == On::Error { -order } else { order };
                (order, Owner::Pipe(pipe.from, pipe.to, pipe.ends))
            })
            .collect()
    }

    fn call_listener(&mut self, id: StageId, on: On, owner: Owner) {
        match (owner, on) {
            (Owner::Pipe(_, to, true), On::End) => self.end(to),
            (Owner::Pipe(from, to, _), _) => self.unpipe_by(from, to, on.unpipes()),
            (Owner::Forward(_, to), _) => self.end(to),
            (Owner::Eos(eos), _) => self.eos_heard(eos, on),
            (Owner::Deaf(_), _) => {}
            (Owner::Copying(copying), _) => self.loop_hears_error(copying),
            (Owner::Destroyer(destroyer), _) => self.destroyer_needed(destroyer, false),
            (Owner::Pipeline(pipeline), _) => self.stage_of_pipeline_failed(pipeline, id),
            (Owner::Link(link), On::End) => self.end_next(link),
            (Owner::Link(link), _) => self.next_closed(link),
            (Owner::LateEnd(pipeline), _) => self.late_end(pipeline, id, on),
        }
    }
}

impl On {
    const fn unpipes(self) -> UnpipeCause {
        match self {
            Self::End => UnpipeCause::End,
            Self::Finish => UnpipeCause::Finish,
            Self::Error => UnpipeCause::Error,
            Self::Close => UnpipeCause::Close,
        }
    }
}
