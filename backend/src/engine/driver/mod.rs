//! The task that owns a run: one loop over a closed set of things that can happen.

mod handle;
#[cfg(test)]
mod tests;
mod verbs;

use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use spillway_lessons::Judge;
use spillway_protocol::control::Message;
use spillway_streams::{
    Call, EventKind, Machine, Outcome, ReadOptions, RunView, StageId, StageOptions, WriteOptions,
};
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;
use tokio::time::{Instant, MissedTickBehavior, interval};

use self::handle::Output;
pub(crate) use self::handle::{RunCommand, RunError, RunHandle, RunSpec, RunVerb, Throttle};
use super::Env;
use super::outbox::Outbox;
use super::stages::{Places, StageError};
use super::tap::{Snapshot, Tap};
use super::work::{Answer, Done, Half, Halves, Job, run_half};

/// How often the page hears of a run.
const FLUSH: Duration = Duration::from_millis(33);

/// One in so many flushes reports how the stages spend their time.
const TIMES_EVERY: u32 = 3;

struct Driver {
    id: String,
    lesson: Option<String>,
    env: Env,
    outbox: Arc<Outbox>,
    judge: Option<Arc<Mutex<Judge>>>,
    goals_changed: bool,
    machine: Machine,
    view: RunView,
    tap: Tap,
    stages: Vec<StageTask>,
    /// One slot per side is enough: a side answers before it is asked again.
    answers: mpsc::Receiver<Answer>,
    output: Arc<Output>,
    ready_unsent: bool,
    began: Instant,
    thinned_counted: u64,
}

struct StageTask {
    reads: Option<HalfTask>,
    writes: Option<HalfTask>,
    speed: watch::Sender<Option<u64>>,
    makes_output: bool,
}

impl StageTask {
    /// Ends the tasks; what the implementation holds is freed.
    fn close(&mut self) {
        self.reads = None;
        self.writes = None;
    }
}

/// The task that carries out the operations of a side. Dropped, it ends.
struct HalfTask {
    jobs: mpsc::Sender<Job>,
    task: AbortHandle,
}

impl HalfTask {
    fn spawn(
        stage: StageId,
        half: Half,
        answers: &mpsc::Sender<Answer>,
        speed: &watch::Sender<Option<u64>>,
    ) -> Self {
        let (jobs, received) = mpsc::channel(1);
        let half = run_half(stage, half, received, answers.clone(), speed.subscribe());
        Self {
            jobs,
            task: tokio::spawn(half).abort_handle(),
        }
    }
}

impl Drop for HalfTask {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Driver {
    fn new(
        spec: RunSpec,
        env: Env,
        cities: &std::path::Path,
        output: Arc<Output>,
    ) -> Result<Self, RunError> {
        let mut machine = Machine::new();
        let mut view = RunView::default();
        let (answer, answers) = mpsc::channel(2 * spec.pipeline.stages.len());
        let mut stages = Vec::new();
        let path = |name: &str| output.dir.file(name);
        let places = Places {
            cities,
            output: &path,
        };
        for planned in spec.pipeline.stages {
            let plan = planned.plan;
            let id = machine.add(StageOptions {
                name: planned.name,
                read: plan.read_mark.map(|mark| ReadOptions { mark }),
                write: plan.write_mark.map(|mark| WriteOptions {
                    mark,
                    finalizes: true,
                }),
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
            let makes_output = plan.output.is_some();
            let speed = watch::Sender::new(plan.speed.flatten());
            let Halves { reads, writes } = plan.make(&places)?.into();
            let spawn = |half| HalfTask::spawn(id, half, &answer, &speed);
            stages.push(StageTask {
                reads: reads.map(spawn),
                writes: writes.map(spawn),
                speed,
                makes_output,
            });
        }
        Ok(Self {
            id: spec.id,
            lesson: spec.lesson,
            goals_changed: spec.judge.is_some(),
            judge: spec.judge,
            outbox: spec.outbox,
            env,
            machine,
            view,
            tap: Tap::new(),
            stages,
            answers,
            output,
            ready_unsent: false,
            began: Instant::now(),
            thinned_counted: 0,
        })
    }

    async fn run(mut self, mut commands: mpsc::Receiver<RunCommand>) {
        self.env.metrics.runs.fetch_add(1, Relaxed);
        self.pipe_all();
        let mut flush = interval(FLUSH);
        flush.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut flushes = 0_u32;
        loop {
            let idle = self.view.outcome.is_some() && !self.has_unsent();
            tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => self.handle_command(command),
                    None => break,
                },
                Some(answer) = self.answers.recv() => self.handle_answer(answer),
                _ = flush.tick(), if !idle => {
                    flushes = flushes.wrapping_add(1);
                    self.handle_flush(flushes.is_multiple_of(TIMES_EVERY));
                }
            }
        }
        self.env.metrics.runs.fetch_sub(1, Relaxed);
    }

    fn pipe_all(&mut self) {
        self.set_time();
        for at in 1..self.stages.len() {
            // The pipeline was checked, so every pair can be piped; few stages, so the ids fit.
            let (from, to) = (StageId(at as u16 - 1), StageId(at as u16));
            if let Err(error) = self.machine.connect(from, to) {
                tracing::error!(%error, run = self.id, "a checked pipeline cannot be piped");
            }
        }
        self.settle();
    }

    fn handle_answer(&mut self, answer: Answer) {
        self.set_time();
        let id = answer.stage;
        let failed = |error: StageError| error.to_string();
        match answer.done {
            Done::Read(Ok(chunk)) => {
                if let Some(chunk) = &chunk {
                    let bytes = chunk.len() as u64;
                    self.env.metrics.run_bytes.fetch_add(bytes, Relaxed);
                }
                self.machine.handle_push(id, chunk);
            }
            Done::Read(Err(error)) => self.machine.destroy(id, Some(&error.to_string())),
            Done::Written(result) => {
                self.machine.handle_write_done(id, result.map_err(failed));
            }
            Done::Transformed(result) => {
                self.machine
                    .handle_transform_done(id, result.map_err(failed));
            }
            Done::Flushed(result) => self.machine.handle_flush_done(id, result.map_err(failed)),
            Done::Finished(result) => self.machine.handle_final_done(id, result.map_err(failed)),
        }
        let known = self.view.stage(id).map_or(0, |stage| stage.in_work);
        let bytes = answer.inside.in_work;
        if known != bytes {
            self.machine.note(id, EventKind::InWork { bytes });
        }
        self.settle();
    }

    fn handle_command(&mut self, command: RunCommand) {
        self.set_time();
        match command {
            RunCommand::Verb(verb, reply) => {
                let _gone = reply.send(self.handle_verb(&verb));
            }
            RunCommand::Throttle(throttle, reply) => {
                let _gone = reply.send(self.handle_throttle(&throttle));
            }
            RunCommand::Snapshot => {
                self.tap.ask_snapshot();
                self.goals_changed = self.judge.is_some();
            }
        }
        self.settle();
        self.flush();
    }

    fn handle_throttle(&mut self, throttle: &Throttle) -> Result<Option<String>, RunError> {
        if self.view.outcome.is_some() {
            return Err(RunError::Over);
        }
        let id = self.stage_named(&throttle.stage)?;
        let stage = &self.view.stages[usize::from(id.0)];
        if !stage.throttles {
            return Err(RunError::NotAllowed(format!(
                "{} has no speed control; file_source and file_sink have one",
                stage.label
            )));
        }
        if throttle.bytes_per_s == Some(0) {
            return Err(RunError::NotAllowed(
                "bytes_per_s must be at least 1, or null for full speed".to_owned(),
            ));
        }
        let speed = throttle.bytes_per_s;
        self.stages[usize::from(id.0)].speed.send_replace(speed);
        self.machine
            .note(id, EventKind::Throttled { bytes_per_s: speed });
        Ok(None)
    }

    fn handle_flush(&mut self, with_times: bool) {
        self.set_time();
        if self.view.outcome.is_none() {
            if with_times {
                self.machine.report_times();
            }
            self.settle();
            if let Some(judge) = &self.judge {
                let mut judge = judge.lock().unwrap_or_else(PoisonError::into_inner);
                self.goals_changed |= judge.handle_time(self.view.at_us, &self.view);
            }
            self.check_quotas();
        }
        self.flush();
    }

    fn set_time(&mut self) {
        let us = u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.machine.handle_time(us);
    }

    /// Lets the machine say everything it has to say, and does it.
    fn settle(&mut self) {
        if self.view.outcome.is_some() {
            return;
        }
        self.machine.tick();
        self.take_events();
        while let Some(call) = self.machine.poll_call() {
            self.dispatch(call);
        }
        if let Some((id, message)) = self.machine.uncaught() {
            self.env.metrics.errors_stage.fetch_add(1, Relaxed);
            let (id, message) = (*id, message.clone());
            self.end(id, Outcome::Failed { message });
        } else if let Some(id) = self.last_closed_sink() {
            self.end(id, Outcome::Completed);
        }
    }

    fn take_events(&mut self) {
        while let Some(event) = self.machine.poll_event() {
            self.view.apply(&event);
            if let Some(judge) = &self.judge {
                let mut judge = judge.lock().unwrap_or_else(PoisonError::into_inner);
                self.goals_changed |= judge.handle_event(&event, &self.view);
            }
            let stage = &mut self.stages[usize::from(event.stage.0)];
            match event.kind {
                EventKind::Closed => stage.close(),
                EventKind::Taken { bytes, .. } if stage.makes_output => self.output.count(bytes),
                EventKind::Finished if stage.makes_output => {
                    self.output.finished.store(true, Relaxed);
                    self.ready_unsent = true;
                }
                _ => {}
            }
            self.tap.push(event);
        }
    }

    fn dispatch(&mut self, call: Call) {
        let (id, job) = match call {
            Call::Read { stage, n } => (stage, Job::Read(n)),
            Call::Write { stage, chunk } => (stage, Job::Write(chunk)),
            Call::Transform { stage, chunk } => (stage, Job::Transform(chunk)),
            Call::Flush { stage } => (stage, Job::Flush),
            Call::Final { stage } => (stage, Job::Final),
            Call::Destroy { stage } => return self.machine.handle_destroy_done(stage),
        };
        let stage = &self.stages[usize::from(id.0)];
        let half = match job {
            Job::Read(_) => &stage.reads,
            Job::Write(_) | Job::Transform(_) | Job::Flush | Job::Final => &stage.writes,
        };
        if let Some(half) = half
            && let Err(error) = half.jobs.try_send(job)
        {
            tracing::error!(%error, run = self.id, "a stage was asked twice");
        }
    }

    /// The Writable that ends the line, when all of them have closed.
    fn last_closed_sink(&self) -> Option<StageId> {
        let sinks = self.view.stages.iter().enumerate();
        let mut sinks = sinks.filter(|(_, stage)| stage.readable.is_none());
        let last = sinks.clone().next_back()?;
        sinks
            .all(|(_, stage)| stage.closed)
            .then_some(StageId(last.0 as u16))
    }

    fn check_quotas(&mut self) {
        let quotas = self.env.quotas;
        let stages = self.view.stages.iter();
        let read: u64 = stages.clone().filter_map(source_bytes).sum();
        let held: u64 = stages.map(buffered_bytes).sum();
        let message = if self.began.elapsed() > quotas.time {
            format!("it ran for {} s", quotas.time.as_secs())
        } else if read > quotas.bytes {
            format!("it read {} bytes", quotas.bytes)
        } else if held > quotas.memory {
            format!("its buffers held {} bytes", quotas.memory)
        } else if self.env.disk.load(Relaxed) > quotas.disk {
            format!("all runs together wrote {} bytes", quotas.disk)
        } else {
            return;
        };
        let message = format!("stopped at its quota: {message}, which is what a run may use");
        self.end(StageId(0), Outcome::Stopped { message });
    }

    /// Ends the run: its tasks and files go, its picture stays.
    fn end(&mut self, stage: StageId, outcome: Outcome) {
        self.machine.note(stage, EventKind::Over { outcome });
        self.take_events();
        self.stages.iter_mut().for_each(StageTask::close);
    }

    fn has_unsent(&self) -> bool {
        self.outbox.has_page()
            && (self.tap.has_pending() || self.goals_changed || self.ready_unsent)
    }

    fn flush(&mut self) {
        let snapshot = || Snapshot {
            lesson: self.lesson.clone(),
            view: self.view.clone(),
            download: self.output.download(),
        };
        self.tap.flush(&self.outbox, &self.id, snapshot);
        let thinned = self.tap.thinned() - self.thinned_counted;
        self.thinned_counted += thinned;
        let counter = &self.env.metrics.dropped_run_events;
        counter.fetch_add(thinned, Relaxed);
        if self.goals_changed
            && let (Some(judge), Some(lesson)) = (&self.judge, &self.lesson)
        {
            let judge = judge.lock().unwrap_or_else(PoisonError::into_inner);
            let goals = Message::Goals {
                lesson: lesson.clone(),
                reached: judge.reached().to_vec(),
            };
            self.goals_changed = self.outbox.send(goals).is_err();
        }
        if self.ready_unsent
            && let Some(download) = self.output.download()
        {
            let run = self.id.clone();
            let sent = self.outbox.send(Message::Ready { run, download });
            self.ready_unsent = sent.is_err();
        }
    }
}

fn source_bytes(stage: &spillway_streams::StageView) -> Option<u64> {
    let readable = stage.readable.as_ref()?;
    let is_source = stage.writable.is_none();
    is_source.then_some(readable.bytes + readable.discarded_bytes)
}

fn buffered_bytes(stage: &spillway_streams::StageView) -> u64 {
    let readable = stage.readable.as_ref().map_or(0, |side| side.buffered);
    let writable = stage.writable.as_ref().map_or(0, |side| side.buffered);
    readable + writable
}
