//! A run without anybody who watches it: the machine, its picture, and what the stages are to do.
//! It knows neither tasks nor threads; a [`Host`] has them.

use std::time::Duration;

use bytes::Bytes;
use spillway_lessons::Listened;
use spillway_protocol::control::Join;
use spillway_streams::{
    Backpressure, Call, Event, EventKind, FinishedOptions, Machine, OnReadable, Outcome,
    ReadOptions, Resources, RunView, StageId, StageOptions, WriteOptions,
};
use tokio::time::Instant;

use super::clock::RunTime;
use super::hold::Held;
use crate::engine::Ledger;
use crate::engine::pipeline::Pipeline;
use crate::engine::stages::{Inside, Places, StageError, Worker};
use crate::engine::work::{Answer, Done, Job};

/// The machine of a run and the fold of its events.
pub(in crate::engine) struct Core {
    pub(super) machine: Machine,
    pub(super) view: RunView,
    pub(super) time: RunTime,
    pub(super) held: Held,
    findings: Vec<Option<String>>,
    /// Of each stage: the chunk it works on gives more, to be asked for when there is room.
    has_more: Vec<bool>,
    /// Sources that try again what they were asked for.
    again: Vec<(StageId, usize)>,
    failure: Option<Failure>,
    pub(super) join: Join,
    /// Which stages are joined, in this order.
    pipes: Vec<(usize, usize)>,
    /// What the program listens for besides.
    listened: Vec<(usize, Listened)>,
    /// What the callback of `pipeline()` was told: its error, if there was one.
    pub(super) callback: Option<Option<String>>,
    /// Of each stage: what it has open.
    ledgers: Vec<Ledger>,
}

/// Who runs the stages and hears of what happens.
pub(in crate::engine) trait Host {
    /// An event of the log, which the view holds already. After `Closed` the stage is not asked
    /// again; after `Over` none is.
    fn handle_event(&mut self, event: Event, view: &RunView);

    /// A stage has something to do. It answers before it is asked again; of a Duplex, each side.
    fn handle_job(&mut self, stage: StageId, job: Job);

    /// The clock of the run stands still, or goes on.
    fn handle_still(&mut self, _still: bool) {}

    /// How long the jobs of a stage have waited for their turn so far, microseconds.
    fn waited_us(&self, _stage: StageId) -> u64 {
        0
    }
}

/// The first stage that failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) stage: StageId,
    /// Bytes of the stage's input before the place where it failed, as exactly as it is known:
    /// what the stage says, else where the chunk begins that it was given.
    pub(crate) offset: u64,
    pub(crate) error: StageError,
}

/// A stage that was opened and waits for its first job.
pub(in crate::engine) struct Opened {
    pub(in crate::engine) worker: Worker,
    /// Its speed limit.
    pub(in crate::engine) speed: Option<u64>,
    /// Counts what it opens.
    pub(in crate::engine) ledger: Ledger,
}

impl Core {
    /// Opens what the stages need. They are in the order of the pipeline, like their ids.
    pub(in crate::engine) fn open(
        pipeline: Pipeline,
        places: &Places<'_>,
    ) -> Result<(Self, Vec<Opened>), StageError> {
        let mut machine = Machine::new();
        let mut view = RunView::default();
        let mut opened = Vec::with_capacity(pipeline.stages.len());
        let mut ledgers = Vec::with_capacity(pipeline.stages.len());
        for planned in pipeline.stages {
            let plan = planned.plan;
            machine.add(StageOptions {
                name: planned.name,
                read: plan.read_mark.map(|mark| ReadOptions {
                    mark,
                    ..ReadOptions::default()
                }),
                write: plan.write_mark.map(|mark| WriteOptions {
                    mark,
                    finalizes: true,
                    ..WriteOptions::default()
                }),
                sides: plan.sides,
                error_heard: pipeline.heard,
                ..StageOptions::default()
            });
            // The labels are ours; the rest of the picture is the machine's.
            view.stages.extend(machine.view().stages.pop());
            if let Some(stage) = view.stages.last_mut() {
                stage.label.clone_from(&plan.label);
                stage.kind = planned.kind;
                stage.throttles = plan.speed.is_some();
                stage.bytes_per_s = plan.speed.flatten();
            }
            let places = places.another();
            ledgers.push(places.ledger.clone());
            opened.push(Opened {
                speed: plan.speed.flatten(),
                worker: plan.make(&places)?,
                ledger: places.ledger,
            });
        }
        let core = Self {
            machine,
            findings: vec![None; opened.len()],
            has_more: vec![false; opened.len()],
            again: Vec::new(),
            view,
            time: RunTime::starting(Instant::now()),
            held: Held::default(),
            failure: None,
            join: pipeline.join,
            pipes: pipeline.pipes,
            listened: pipeline.listened,
            callback: None,
            ledgers,
        };
        Ok((core, opened))
    }

    /// Joins the stages.
    pub(in crate::engine) fn join_all(&mut self, host: &mut impl Host) {
        self.set_time();
        // Few stages, so the ids fit.
        let id = |at: usize| StageId(at as u16);
        let stages: Vec<_> = (0..self.view.stages.len()).map(id).collect();
        let machine = &mut self.machine;
        let mut pairs = self.pipes.iter().map(|(from, to)| (id(*from), id(*to)));
        let joined = match self.join {
            Join::Pipe => pairs.try_for_each(|(from, to)| machine.connect(from, to)),
            Join::Pipeline => machine.pipeline(&stages).map(|_| ()),
            Join::Iterate => pairs.try_for_each(|(from, to)| machine.copy(from, to)),
            Join::Write => {
                pairs.try_for_each(|(from, to)| machine.forward(from, to, Backpressure::Ignored))
            }
        };
        let mut listened = self.listened.iter();
        let listened = listened.try_for_each(|(at, what)| match what {
            Listened::Data => machine.on_data(id(*at)),
            Listened::Readable => machine.on_readable(id(*at), OnReadable::Wait),
            Listened::Error => {
                machine.on_error(id(*at));
                Ok(())
            }
            Listened::Finished => {
                machine.finished(id(*at), FinishedOptions::default());
                Ok(())
            }
        });
        if let Err(error) = joined.and(listened) {
            // The pipeline was checked, so every pair can be joined.
            tracing::error!(%error, "a checked pipeline cannot be joined");
        }
        if !self.is_held() {
            self.report_open(host);
        }
        self.settle(host);
    }

    /// The picture as it is now.
    pub(in crate::engine) fn view(&self) -> &RunView {
        &self.view
    }

    /// Whether the run has come to its end.
    pub(in crate::engine) fn is_over(&self) -> bool {
        self.view.outcome.is_some()
    }

    /// Time since the run began, without what its clock was paused.
    pub(in crate::engine) fn elapsed(&self) -> Duration {
        self.time.at(Instant::now())
    }

    /// The failure that came first.
    pub(super) fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// The failure that came first; asked once.
    pub(in crate::engine) fn take_failure(&mut self) -> Option<Failure> {
        self.failure.take()
    }

    /// What a stage has found out, such as a digest.
    pub(in crate::engine) fn finding(&self, stage: StageId) -> Option<&str> {
        self.findings.get(usize::from(stage.0))?.as_deref()
    }

    /// How long a stage was busy and how long held back, up to now, in microseconds.
    pub(in crate::engine) fn times(&mut self) -> Vec<(u64, u64)> {
        self.set_time();
        self.machine.tick();
        let stages = self.machine.view().stages.into_iter();
        stages.map(|stage| (stage.busy_us, stage.held_us)).collect()
    }

    /// The same in microseconds, as events have it.
    pub(super) fn elapsed_us(&self) -> u64 {
        u64::try_from(self.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// The events that follow happen now.
    pub(super) fn set_time(&mut self) {
        let us = self.elapsed_us();
        self.machine.handle_time(us);
    }

    /// What came of a job.
    pub(in crate::engine) fn handle_answer(&mut self, answer: Answer, host: &mut impl Host) {
        self.set_time();
        let id = answer.stage;
        match answer.done {
            Done::Read(Ok(chunk)) => {
                self.machine.handle_push(id, chunk);
            }
            Done::Read(Err(error)) => {
                let message = self.fail(id, error);
                self.machine.destroy(id, Some(&message));
            }
            Done::Again(n, again) => {
                let text = again.to_string();
                self.machine.note(id, EventKind::Told { text });
                self.again.push((id, n));
            }
            Done::Written(result) => {
                let result = self.heard(id, result);
                self.machine.handle_write_done(id, result);
            }
            Done::Transformed(result) => {
                let result = self.heard(id, result);
                self.machine.handle_transform_done(id, result);
            }
            Done::Part(chunks) => self.handle_part(id, chunks),
            Done::Flushed(result) => {
                let result = self.heard(id, result);
                self.machine.handle_flush_done(id, result);
            }
            Done::Finished(result) => {
                let result = self.heard(id, result);
                self.machine.handle_final_done(id, result);
            }
        }
        self.note_finding(id, answer.finding);
        self.note_inside(id, answer.inside);
        self.settle(host);
    }

    /// Says what a stage has found out, and keeps it.
    fn note_finding(&mut self, id: StageId, finding: Option<String>) {
        let Some(text) = finding else {
            return;
        };
        let known = &mut self.findings[usize::from(id.0)];
        if known.as_ref() != Some(&text) {
            *known = Some(text.clone());
            self.machine.note(id, EventKind::Told { text });
        }
    }

    /// A Transform pushes and is not done with its chunk.
    fn handle_part(&mut self, id: StageId, chunks: Vec<Bytes>) {
        self.has_more[usize::from(id.0)] = true;
        for chunk in chunks {
            self.machine.handle_push(id, Some(chunk));
        }
    }

    /// Lets the Transforms go on that have more to give and room for it, as Node's zlib goes on in
    /// `_read`.
    fn ask_for_more(&mut self, host: &mut impl Host) {
        for (at, view) in self.view.stages.iter().enumerate() {
            let readable = view.readable.as_ref();
            let room = readable.is_some_and(|side| side.buffered < side.mark.max(1));
            if self.has_more[at] && room && !view.closed {
                self.has_more[at] = false;
                // Few stages, so the id fits.
                host.handle_job(StageId(at as u16), Job::More);
            }
        }
    }

    /// Says what changed of what the implementation has besides its tanks.
    fn note_inside(&mut self, id: StageId, inside: Inside) {
        // What a closed stage held is released with it.
        let Some(stage) = self.view.stage(id).filter(|stage| !stage.closed) else {
            return;
        };
        let (in_work, missed) = (stage.in_work, stage.missed_chunks);
        let Inside {
            in_work: bytes,
            missed_chunks,
            missed_bytes,
        } = inside;
        if missed != missed_chunks {
            let kind = EventKind::Missed {
                chunks: missed_chunks,
                bytes: missed_bytes,
            };
            self.machine.note(id, kind);
        }
        if in_work != bytes {
            self.machine.note(id, EventKind::InWork { bytes });
        }
    }

    /// Lets the machine say everything it has to say, and does it.
    pub(in crate::engine) fn settle(&mut self, host: &mut impl Host) {
        if self.has_ended() {
            return;
        }
        self.hear_waits(host);
        self.machine.tick();
        self.take_events(host);
        if self.goes_on() {
            self.carry_on(host);
        }
    }

    /// Hands out what the machine wants done.
    fn carry_on(&mut self, host: &mut impl Host) {
        while let Some(call) = self.machine.poll_call() {
            let (id, job) = match call {
                Call::Read { stage, n } => (stage, Job::Read(n)),
                Call::Write { stage, chunk } => (stage, Job::Write(chunk)),
                // What was gathered goes in one operation, as one chunk.
                Call::Writev { stage, chunks } => (stage, Job::Write(chunks.concat().into())),
                Call::Transform { stage, chunk } => (stage, Job::Transform(chunk)),
                Call::Flush { stage } => (stage, Job::Flush),
                Call::Final { stage } => (stage, Job::Final),
                Call::Destroy { stage } => {
                    self.machine.handle_destroy_done(stage);
                    continue;
                }
            };
            host.handle_job(id, job);
        }
        for (id, n) in std::mem::take(&mut self.again) {
            if !self.machine.is_destroyed(id) {
                host.handle_job(id, Job::Read(n));
            }
        }
        self.ask_for_more(host);
        if let Some((stage, outcome)) = self.ending() {
            self.end(stage, outcome, host);
        }
    }

    /// Puts into the log how the stages spend their time.
    pub(super) fn report_times(&mut self, host: &impl Host) {
        self.hear_waits(host);
        self.machine.report_times();
    }

    /// Puts into the log what the stages have open, where that has changed; after the end of the
    /// run, too, until all is released.
    pub(super) fn report_open(&mut self, host: &mut impl Host) {
        for (at, ledger) in self.ledgers.iter().enumerate() {
            let open = ledger.now();
            if self.view.stages[at].open != open {
                // Few stages, so the id fits.
                let id = StageId(at as u16);
                self.machine.note(id, EventKind::Resources { open });
            }
        }
        self.take_events(host);
    }

    /// Whether the run is over and the log says that all is released.
    pub(super) fn is_released(&self) -> bool {
        self.is_over() && self.view.open() == Resources::default()
    }

    /// Time in which a job waited for its turn is not time in which the stage was busy.
    fn hear_waits(&mut self, host: &impl Host) {
        // Few stages, so the ids fit.
        for id in (0..self.view.stages.len()).map(|at| StageId(at as u16)) {
            self.machine.handle_waited(id, host.waited_us(id));
        }
    }

    /// Ends the run; its picture stays.
    pub(in crate::engine) fn end(
        &mut self,
        stage: StageId,
        outcome: Outcome,
        host: &mut impl Host,
    ) {
        self.machine.note(stage, EventKind::Over { outcome });
        self.take_events(host);
        self.held.note_end();
    }

    fn take_events(&mut self, host: &mut impl Host) {
        while let Some(event) = self.machine.poll_event() {
            if let Some(event) = self.held.keep(event) {
                self.log(event, host);
            }
        }
    }

    /// Puts an event into the log.
    pub(super) fn log(&mut self, event: Event, host: &mut impl Host) {
        self.view.apply(&event);
        self.note_callback(&event.kind);
        host.handle_event(event, &self.view);
    }

    fn heard<T>(&mut self, stage: StageId, result: Result<T, StageError>) -> Result<T, String> {
        result.map_err(|error| self.fail(stage, error))
    }

    /// Takes note of who failed first, and gives the message.
    pub(super) fn fail(&mut self, id: StageId, error: StageError) -> String {
        let message = error.to_string();
        let taken = self.view.stage(id).map_or(0, |stage| {
            let written = stage.writable.as_ref().map(|side| side.bytes);
            let read = stage.readable.as_ref();
            let read = read.map(|side| side.bytes + side.discarded_bytes + side.buffered);
            written.or(read).unwrap_or_default()
        });
        let offset = match &error {
            StageError::At { offset, .. } => *offset,
            _ => taken,
        };
        self.failure.get_or_insert(Failure {
            stage: id,
            offset,
            error,
        });
        message
    }
}
