//! `pipeline()`: pipes stages in order and, when one of them fails or closes too early, destroys
//! the others. `pipe()` under the same fault leaves them as they are.
//! Source: Node, "stream.pipeline(source[, ...transforms], destination, callback)".

use std::collections::VecDeque;

use super::finished::{EosCallback, EosId, FinishedOptions};
use super::iterator::Microtask;
use super::listeners::{On, Owner};
use super::pipe::VerbError;
use super::side::ReadPhase;
use super::{Machine, Tick, index};
use crate::error::StreamError;
use crate::event::{Callback, EventKind, StageId};

/// One call of [`Machine::pipeline`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PipelineId(usize);

/// Options of [`Machine::pipeline_with`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PipelineOptions {
    /// The last stage ends when the one before it has ended. If not, it stays open, and is not
    /// destroyed by a failure either.
    pub end: bool,
    /// It is the `pipeline()` of `node:stream/promises`: it answers by a promise, so after all that
    /// waits in the tick queue.
    pub promised: bool,
}

impl Default for PipelineOptions {
    fn default() -> Self {
        Self {
            end: true,
            promised: false,
        }
    }
}

/// What a pipeline has to do to one of its stages when it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DestroyerId(usize);

/// Two neighbours in a pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LinkId(usize);

#[derive(Debug)]
pub(super) struct Pipeline {
    last: StageId,
    options: PipelineOptions,
    /// It has failed, or all its parts are done: an abort comes too late.
    over: bool,
    /// Those not called yet, first stage first.
    destroyers: VecDeque<DestroyerId>,
    /// Sources and destinations that are not done. Node counts an error of a stage as one of them
    /// before 22, so that it may call back early, or never.
    waits_for: i32,
    /// The first error, but a premature close gives way to a later one.
    error: Option<String>,
    /// What is cleaned up after a success, so that a last stage that can be read is as it was.
    last_eos: Vec<EosId>,
}

#[derive(Debug)]
pub(super) struct Destroyer {
    stage: StageId,
    /// The stage has not done its part yet.
    needed: bool,
}

#[derive(Debug)]
pub(super) struct Link {
    pipeline: PipelineId,
    from: StageId,
    to: StageId,
    /// The source has ended, so the destination may close.
    ended: bool,
}

impl Machine {
    /// `pipeline(stages, callback)`: pipes each stage into the next. [`EventKind::CalledBack`] is
    /// reported on the last stage when all have done their part, with the error that ended it.
    /// A pipeline hears the errors of its stages, so none of them is [`Machine::uncaught`].
    ///
    /// # Errors
    /// With fewer than two stages, when one cannot be read that has a next, or cannot be written
    /// that has a previous one. Since Node 24, also when one that has a previous one is destroyed;
    /// as in Node, the stages before it stay connected then.
    pub fn pipeline(&mut self, stages: &[StageId]) -> Result<PipelineId, VerbError> {
        self.pipeline_with(stages, PipelineOptions::default())
    }

    /// `pipeline(stages, options)` of `node:stream/promises`, or without its promise.
    /// Source: Node, "stream.pipeline(source[, ...transforms], destination[, options])".
    ///
    /// # Errors
    /// As for [`Machine::pipeline`].
    pub fn pipeline_with(
        &mut self,
        stages: &[StageId],
        options: PipelineOptions,
    ) -> Result<PipelineId, VerbError> {
        let (Some(&last), true) = (stages.last(), stages.len() > 1) else {
            return Err(VerbError::TooFewStages);
        };
        for pair in stages.windows(2) {
            self.can_pipe(pair[0], pair[1])?;
        }
        let id = PipelineId(self.pipelines.len());
        self.pipelines.push(Pipeline {
            last,
            options,
            over: false,
            destroyers: VecDeque::new(),
            waits_for: 0,
            error: None,
            last_eos: Vec::new(),
        });
        for (at, &stage) in stages.iter().enumerate() {
            let is_last = at + 1 == stages.len();
            if let Some(&next) = stages.get(at + 1) {
                self.may_lead_to(next)?;
            }
            self.guard(id, stage, !is_last, at > 0);
            if at > 0 {
                self.link(id, stages[at - 1], stage)?;
            }
        }
        Ok(id)
    }

    /// `controller.abort()` of the signal that a pipeline was given: its stages are destroyed.
    pub fn abort_pipeline(&mut self, id: PipelineId) {
        if !self.pipelines[id.0].over {
            self.pipeline_over(id, Some(StreamError::Aborted.to_string()), false);
        }
    }

    fn may_lead_to(&self, next: StageId) -> Result<(), VerbError> {
        let next = &self.stages[index(next)];
        if self.profile.refuses_destroyed_destinations() && !next.life.is_alive() {
            return Err(VerbError::UnableToPipe(next.name.clone()));
        }
        Ok(())
    }

    /// Makes sure that a stage is destroyed when the pipeline fails, and hears its errors.
    fn guard(&mut self, id: PipelineId, stage: StageId, reading: bool, writing: bool) {
        if reading || self.pipelines[id.0].options.end {
            self.guard_end(id, stage, reading, writing);
        }
        self.listen(stage, On::Error, Owner::Pipeline(id));
        self.tell_hearing(stage);
    }

    fn guard_end(&mut self, id: PipelineId, stage: StageId, reading: bool, writing: bool) {
        let destroyer = DestroyerId(self.destroyers.len());
        self.destroyers.push(Destroyer {
            stage,
            needed: true,
        });
        self.pipelines[id.0].destroyers.push_back(destroyer);
        self.listen(stage, On::Close, Owner::Destroyer(destroyer));
        let sides = waiting_for(reading, writing);
        let eos = self.end_of_stream(stage, sides, EosCallback::Destroyer(destroyer));
        if self.is_readable_last(id, stage) {
            self.pipelines[id.0].last_eos.push(eos);
        }
    }

    /// Pipes a stage into the next.
    fn link(&mut self, id: PipelineId, from: StageId, to: StageId) -> Result<(), VerbError> {
        self.pipelines[id.0].waits_for += 2;
        let link = LinkId(self.links.len());
        self.links.push(Link {
            pipeline: id,
            from,
            to,
            ended: false,
        });
        self.listen(to, On::Close, Owner::Link(link));
        self.connect_by(from, to, false)?;
        if to == self.pipelines[id.0].last && !self.pipelines[id.0].options.end {
            self.pipeline_part_done(id, None);
        } else {
            self.link_ends(link, from);
        }
        self.end_of_stream(from, waiting_for(true, false), EosCallback::Source(link));
        let destination = EosCallback::Destination(id);
        let eos = self.end_of_stream(to, waiting_for(false, true), destination);
        if self.is_readable_last(id, to) {
            self.pipelines[id.0].last_eos.push(eos);
        }
        Ok(())
    }

    /// The end of a source ends the next stage.
    fn link_ends(&mut self, link: LinkId, from: StageId) {
        let stage = &self.stages[index(from)];
        let ended = stage.error().is_none()
            && stage
                .read
                .as_ref()
                .is_some_and(|read| read.phase == ReadPhase::EndEmitted);
        if ended {
            self.ticks.push_back(Tick::EndNext(link));
        } else {
            self.listen(from, On::End, Owner::Link(link));
        }
    }

    fn is_readable_last(&self, id: PipelineId, stage: StageId) -> bool {
        self.pipelines[id.0].last == stage && self.stages[index(stage)].is_readable() == Some(true)
    }

    /// The source of a link has ended: so does its destination.
    pub(super) fn end_next(&mut self, id: LinkId) {
        self.unlisten(self.links[id.0].from, Owner::Link(id));
        self.links[id.0].ended = true;
        self.end(self.links[id.0].to);
    }

    /// The destination of a link closed.
    pub(super) fn next_closed(&mut self, id: LinkId) {
        if !self.links[id.0].ended {
            let error = Some(StreamError::PrematureClose.to_string());
            self.pipeline_part_failed(self.links[id.0].pipeline, error);
        }
    }

    /// The source of a link ended, failed or closed. One that closed after its last chunk may still
    /// say `end`.
    pub(super) fn source_is_done(&mut self, id: LinkId, error: Option<String>) {
        let Link { pipeline, from, .. } = self.links[id.0];
        let stage = &self.stages[index(from)];
        let may_still_end = stage.read.as_ref().is_some_and(|read| read.has_ended())
            && stage.error().is_none()
            && !stage.emitted_error();
        if error.as_deref().is_some_and(is_premature_close) && may_still_end {
            for on in [On::End, On::Error] {
                self.listen(from, on, Owner::LateEnd(pipeline));
            }
        } else {
            self.pipeline_part_done(pipeline, error);
        }
    }

    pub(super) fn late_end(&mut self, id: PipelineId, stage: StageId, on: On) {
        let error = match on {
            On::Error => self.stages[index(stage)].life.emitted_error.clone(),
            _ => None,
        };
        self.pipeline_part_done(id, error);
    }

    /// `error` of a stage. An abort or a premature close comes by other ways.
    pub(super) fn stage_of_pipeline_failed(&mut self, id: PipelineId, stage: StageId) {
        let error = self.stages[index(stage)].life.emitted_error.clone();
        if !error
            .as_deref()
            .is_some_and(|error| is_abort(error) || is_premature_close(error))
        {
            self.pipeline_part_failed(id, error);
        }
    }

    fn pipeline_part_failed(&mut self, id: PipelineId, error: Option<String>) {
        if self.profile.counts_errors_as_parts() {
            self.pipeline_part_done(id, error);
        } else {
            self.pipeline_over(id, error, false);
        }
    }

    pub(super) fn pipeline_part_done(&mut self, id: PipelineId, error: Option<String>) {
        let pipeline = &mut self.pipelines[id.0];
        pipeline.waits_for -= 1;
        let all = pipeline.waits_for == 0;
        self.pipeline_over(id, error, all);
    }

    /// With the first error all stages are destroyed; when all parts are done, the callback is due.
    fn pipeline_over(&mut self, id: PipelineId, error: Option<String>, all: bool) {
        let pipeline = &mut self.pipelines[id.0];
        let aborts_too = self.profile.aborts_give_way();
        let gives_way = |old: &String| is_premature_close(old) || (aborts_too && is_abort(old));
        if error.is_some() && pipeline.error.as_ref().is_none_or(gives_way) {
            pipeline.error = error;
        }
        if pipeline.error.is_none() && !all {
            return;
        }
        pipeline.over = true;
        while let Some(destroyer) = self.pipelines[id.0].destroyers.pop_front() {
            self.destroy_stage(id, destroyer);
        }
        if all {
            let error = self.pipelines[id.0].error.clone();
            if error.is_none() {
                self.clean_up_last(id);
            }
            self.ticks.push_back(Tick::PipelineDone(id, error));
        }
    }

    fn destroy_stage(&mut self, id: PipelineId, destroyer: DestroyerId) {
        let Destroyer { stage, needed } = self.destroyers[destroyer.0];
        if needed {
            self.destroyers[destroyer.0].needed = false;
            let error = self.pipelines[id.0].error.clone();
            let error = error.unwrap_or_else(|| StreamError::Destroyed("pipe").to_string());
            self.destroy(stage, Some(&error));
        }
    }

    fn clean_up_last(&mut self, id: PipelineId) {
        let last = self.pipelines[id.0].last;
        let eos = std::mem::take(&mut self.pipelines[id.0].last_eos);
        if eos.is_empty() {
            return;
        }
        for eos in eos {
            self.clean_up(eos);
        }
        self.unlisten(last, Owner::Pipeline(id));
    }

    /// Whether the pipeline still has to destroy this stage.
    pub(super) fn destroyer_needed(&mut self, id: DestroyerId, needed: bool) {
        self.destroyers[id.0].needed = needed;
    }

    /// The callback of the pipeline, which settles its promise if it was asked for one.
    pub(super) fn pipeline_done(&mut self, id: PipelineId, error: Option<String>) {
        if self.pipelines[id.0].options.promised {
            self.microtasks
                .push_back(Microtask::PipelineDone(id, error));
        } else {
            self.tell_pipeline_done(id, error);
        }
    }

    pub(super) fn tell_pipeline_done(&mut self, id: PipelineId, error: Option<String>) {
        let of = Callback::Pipeline;
        self.emit(
            self.pipelines[id.0].last,
            EventKind::CalledBack { of, error },
        );
    }
}

fn is_premature_close(error: &str) -> bool {
    error == StreamError::PrematureClose.to_string()
}

fn is_abort(error: &str) -> bool {
    error == StreamError::Aborted.to_string()
}

const fn waiting_for(readable: bool, writable: bool) -> FinishedOptions {
    FinishedOptions {
        readable: Some(readable),
        writable: Some(writable),
        error: true,
    }
}
