//! All streams of one run and what connects them, as one deterministic state machine.
//!
//! In the manner of a sans-I/O protocol: verbs and the implementation's answers go in
//! (`pipe`, `pause`, `handle_push`, …), what the implementation is to do comes out of
//! [`Machine::poll_call`], what happened out of [`Machine::poll_event`]. [`Machine::tick`] empties
//! the `process.nextTick` queue, as Node does between two callbacks. Time is an argument.

mod copying;
mod destroy;
mod finish;
mod finished;
mod flow;
mod iterator;
mod life;
mod listeners;
mod options;
mod pipe;
mod pipeline;
mod program;
mod push;
mod queued;
mod readable;
mod side;
mod time;
mod transform;
mod writable;

use std::collections::VecDeque;

use bytes::Bytes;

use self::copying::Copying;
use self::finished::{Eos, EosId, Over};
pub use self::finished::{FinishedId, FinishedOptions};
pub use self::iterator::{IterateOptions, IteratorId};
use self::iterator::{Microtask, StreamIterator};
use self::listeners::Listener;
pub use self::options::{ReadOptions, Sides, StageOptions, WriteOptions};
use self::pipe::Pipe;
pub use self::pipe::VerbError;
use self::pipeline::{Destroyer, Link, LinkId, Pipeline};
pub use self::pipeline::{PipelineId, PipelineOptions};
use self::program::DataListener;
pub use self::program::{Backpressure, OnReadable};
pub use self::queued::{BufferSide, Queued};
use self::side::{ReadSide, Stage, WriteSide};
pub use self::time::Activity;
use crate::event::{Event, EventKind, Resources, StageId, UnpipeCause};
use crate::measured::Measured;
use crate::profile::Profile;
use crate::view::{ReadState, ReadableView, RunView, StageView, WritableView, WriteState};

/// All streams of one run.
#[derive(Debug, Default)]
pub struct Machine {
    profile: Profile,
    now_us: u64,
    seq: u64,
    stages: Vec<Stage>,
    pipes: Vec<Pipe>,
    /// Rises with each listener, so that listeners are called in the order they were added.
    listeners_made: u64,
    listeners: Vec<Listener>,
    /// What the program itself does with `data`.
    data_listeners: Vec<DataListener>,
    eos: Vec<Eos>,
    pipelines: Vec<Pipeline>,
    destroyers: Vec<Destroyer>,
    links: Vec<Link>,
    iterators: Vec<StreamIterator>,
    /// Loops that write what they iterate over.
    copies: Vec<Copying>,
    /// Rises with each `drain` listener, so that listeners are called in the order they were added.
    drain_listeners: u64,
    /// The `process.nextTick` queue. Bounded by the flags that keep each kind of entry single.
    ticks: VecDeque<Tick>,
    /// What waits for a promise. Node empties it when the `process.nextTick` queue is empty.
    microtasks: VecDeque<Microtask>,
    calls: VecDeque<Call>,
    events: VecDeque<Event>,
    uncaught: Option<(StageId, String)>,
}

/// What the implementation of a stage is to do. It answers by the `handle_*` method named here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// `_read(n)`: produce a chunk; [`Machine::handle_push`].
    Read {
        /// The stage.
        stage: StageId,
        /// The mark, which is how much Node suggests.
        n: usize,
    },
    /// `_write(chunk)`; [`Machine::handle_write_done`].
    Write {
        /// The stage.
        stage: StageId,
        /// The chunk.
        chunk: Bytes,
    },
    /// `_writev(chunks)`: all that was queued, at once; [`Machine::handle_write_done`].
    Writev {
        /// The stage.
        stage: StageId,
        /// The chunks, at least two.
        chunks: Vec<Bytes>,
    },
    /// `_transform(chunk)`; [`Machine::handle_transform_done`].
    Transform {
        /// The stage.
        stage: StageId,
        /// The chunk.
        chunk: Bytes,
    },
    /// `_flush()`: give what is left; [`Machine::handle_flush_done`].
    Flush {
        /// The stage.
        stage: StageId,
    },
    /// `_final()`: everything was written; [`Machine::handle_final_done`].
    Final {
        /// The stage.
        stage: StageId,
    },
    /// `_destroy()`: release what is held; [`Machine::handle_destroy_done`].
    Destroy {
        /// The stage.
        stage: StageId,
    },
}

/// An entry of the `process.nextTick` queue, named after what Node defers there.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Tick {
    Resume(StageId),
    ReadMore(StageId),
    EmitReadable(StageId),
    EndReadable(StageId),
    /// A listener of `readable` was added: the first `_read` may be due.
    ReadNothing(StageId),
    /// A listener of `readable` was removed.
    UpdateReadableListening(StageId),
    /// The source had ended when it was piped: its destination ends too, unpiped or not.
    PipeEnd(StageId),
    /// The same for a pipe that does not end its destination: it is removed.
    PipeRemove(StageId, StageId),
    /// `finished()` was called on a stage that was over.
    EosOver(EosId, Over),
    /// The same, with the answer found when it was called.
    EosSettled(EosId, Option<String>),
    /// The source of a link in a pipeline had ended.
    EndNext(LinkId),
    PipelineDone(PipelineId, Option<String>),
    TransformCallback(StageId),
    FinishIfStillDone(StageId),
    Finish(StageId),
    DropQueue(StageId),
    /// A write was done from within `_write`.
    AfterWrite(StageId),
    /// A write failed from within `_write`.
    WriteFailed(StageId, String),
    /// A Duplex that must not stay half open.
    EndOtherSide(StageId),
    Error(StageId, String),
    ErrorAndClose(StageId, String),
    Close(StageId),
}

impl Machine {
    /// A run without stages.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A run without stages that follows a version of Node.
    #[must_use]
    pub fn with_profile(profile: Profile) -> Self {
        Self {
            profile,
            ..Self::default()
        }
    }

    /// Adds a stage. [`StageOptions::sides`] says what one with both sides is.
    ///
    /// # Panics
    /// With more than 65,535 stages.
    pub fn add(&mut self, options: StageOptions) -> StageId {
        let id = StageId(u16::try_from(self.stages.len()).expect("a run has few stages"));
        self.stages.push(Stage::new(options));
        id
    }

    /// Sets the time of the events that follow, microseconds since the run began.
    pub fn handle_time(&mut self, now_us: u64) {
        self.now_us = self.now_us.max(now_us);
    }

    /// Runs everything that Node would run before it returns to its event loop.
    pub fn tick(&mut self) {
        loop {
            while let Some(tick) = self.ticks.pop_front() {
                self.run_tick(tick);
            }
            if self.microtasks.is_empty() {
                break;
            }
            while let Some(microtask) = self.microtasks.pop_front() {
                self.run_microtask(microtask);
            }
        }
        self.account_times();
    }

    fn run_tick(&mut self, tick: Tick) {
        match tick {
            Tick::Resume(id) => self.resume_now(id),
            Tick::ReadMore(id) => self.read_more(id),
            Tick::EmitReadable(id) => self.emit_readable_now(id),
            Tick::EndReadable(id) => self.end_readable_now(id),
            Tick::ReadNothing(id) => {
                self.read(id, Some(0));
            }
            Tick::UpdateReadableListening(id) => self.update_readable_listening(id),
            Tick::PipeEnd(to) => self.end(to),
            Tick::PipeRemove(from, to) => self.unpipe_by(from, to, UnpipeCause::End),
            Tick::EosOver(eos, over) => self.eos_over(eos, over),
            Tick::EosSettled(eos, error) => self.call_back(eos, error),
            Tick::EndNext(link) => self.end_next(link),
            Tick::PipelineDone(id, error) => self.pipeline_done(id, error),
            Tick::TransformCallback(id) => self.write_done(id, Ok(())),
            Tick::FinishIfStillDone(id) => self.finish_if_still_done(id),
            Tick::Finish(id) => self.finish(id),
            Tick::DropQueue(id) => self.drop_queue(id),
            Tick::AfterWrite(id) => self.after_write(id),
            Tick::WriteFailed(id, error) => self.write_failed(id, &error),
            Tick::EndOtherSide(id) => self.end_other_side(id),
            Tick::Error(id, error) => self.emit_error(id, &error),
            Tick::ErrorAndClose(id, error) => {
                self.emit_error(id, &error);
                self.emit_close(id);
            }
            Tick::Close(id) => self.emit_close(id),
        }
    }

    /// The next thing an implementation is to do.
    pub fn poll_call(&mut self) -> Option<Call> {
        self.calls.pop_front()
    }

    /// The next event of the log.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// The first error that nobody listened to: a Node process would exit with 1.
    #[must_use]
    pub fn uncaught(&self) -> Option<&(StageId, String)> {
        self.uncaught.as_ref()
    }

    /// Reports something about a stage that is not a rule of streams, such as a changed speed.
    pub fn note(&mut self, id: StageId, kind: EventKind) {
        self.emit(id, kind);
    }

    /// Whether `close` was emitted: the stage will not call its implementation again.
    #[must_use]
    pub fn is_closed(&self, id: StageId) -> bool {
        self.stages[index(id)].life.is_closed()
    }

    /// Whether it was destroyed, by `destroy()` or by itself.
    #[must_use]
    pub fn is_destroyed(&self, id: StageId) -> bool {
        !self.stages[index(id)].life.is_alive()
    }

    /// The whole picture at this moment, with the labels left to the caller and without what only
    /// the events of a whole run can tell.
    #[must_use]
    pub fn view(&self) -> RunView {
        RunView {
            seq: self.seq,
            at_us: self.now_us,
            stages: self.stage_views(),
            pipes: self.pipes.iter().map(|pipe| self.pipe_view(pipe)).collect(),
            outcome: None,
            measured: Measured::default(),
        }
    }

    fn stage_views(&self) -> Vec<StageView> {
        let mut views: Vec<StageView> = self.stages.iter().map(stage_view).collect();
        for (at, view) in views.iter_mut().enumerate() {
            if let Some(readable) = &mut view.readable {
                // `add` made sure that the index fits.
                readable.data_listeners = self.program_listeners(StageId(at as u16));
            }
        }
        views
    }

    fn emit(&mut self, stage: StageId, kind: EventKind) {
        self.seq += 1;
        self.events.push_back(Event {
            seq: self.seq,
            at_us: self.now_us,
            stage,
            kind,
        });
    }

    /// The read side. Callers know that the stage has one: verbs check it, and the rest is called
    /// for stages of which the machine itself asked something.
    fn read_side(&mut self, id: StageId) -> Option<&mut ReadSide> {
        self.stages[index(id)].read.as_mut()
    }

    fn write_side(&mut self, id: StageId) -> Option<&mut WriteSide> {
        self.stages[index(id)].write.as_mut()
    }
}

fn index(id: StageId) -> usize {
    usize::from(id.0)
}

fn stage_view(stage: &Stage) -> StageView {
    StageView {
        name: stage.name.clone(),
        label: stage.name.clone(),
        kind: String::new(),
        readable: stage.read.as_ref().map(|read| ReadableView {
            state: read.shown_state(),
            // Once it has ended, nothing holds it back.
            paused_by: read.paused_by.filter(|_| !read.has_emitted_end()),
            paused_by_hand: read.paused_by_hand && !read.has_emitted_end(),
            object_mode: read.object_mode,
            data_listeners: 0,
            readable_listeners: read.on_readable.len() as u64,
            buffered: read.buffered as u64,
            mark: read.mark as u64,
            chunks: read.out.chunks,
            bytes: read.out.bytes,
            read_bytes: read.by_read,
            discarded_chunks: read.discarded.chunks,
            discarded_bytes: read.discarded.bytes,
        }),
        writable: stage.write.as_ref().map(|write| WritableView {
            state: write.shown_state(),
            object_mode: write.object_mode,
            corked: u64::from(write.corked),
            buffered: write.buffered as u64,
            mark: write.mark as u64,
            need_drain: write.need_drain,
            chunks: write.taken.chunks,
            bytes: write.taken.bytes,
        }),
        in_work: 0,
        open: Resources::default(),
        missed_chunks: 0,
        missed_bytes: 0,
        bytes_per_s: None,
        throttles: false,
        busy_us: stage.times.busy_us,
        held_us: stage.times.held_us,
        hearing: stage.heard_by,
        error: stage.life.emitted_error.clone(),
        closed: stage.life.is_closed() && stage.emit_close,
    }
}

impl ReadSide {
    fn shown_state(&self) -> ReadState {
        use self::side::{Flow, ReadPhase};
        match (self.phase, self.flow) {
            (ReadPhase::EndEmitted, _) => ReadState::Ended,
            (_, Flow::Initial) => ReadState::Initial,
            (_, Flow::Flowing) => ReadState::Flowing,
            (_, Flow::Paused) => ReadState::Paused,
        }
    }
}

impl WriteSide {
    fn shown_state(&self) -> WriteState {
        use self::side::WritePhase;
        match self.phase {
            WritePhase::Open => WriteState::Open,
            WritePhase::Ending | WritePhase::FinalCalled | WritePhase::Prefinished => {
                WriteState::Ending
            }
            WritePhase::Finished => WriteState::Finished,
        }
    }
}
