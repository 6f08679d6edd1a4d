//! The task that owns a run: one loop over a closed set of things that can happen.

mod behind;
mod clock;
mod core;
mod ending;
mod handle;
mod hands;
mod hold;
#[cfg(test)]
mod open_tests;
mod outputs;
mod pacing;
mod page;
mod question;
mod quotas;
mod show;
mod tasks;
#[cfg(test)]
mod tests;
mod verbs;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use spillway_streams::{Event, EventKind, Outcome, RunView, StageId};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval};

use self::behind::Behind;
use self::clock::Clock;
pub(crate) use self::clock::{Rate, RateError};
pub(crate) use self::core::Failure;
pub(super) use self::core::{Core, Host, Opened};
pub(crate) use self::handle::{
    Buffer, Read, Reply, RunCommand, RunError, RunHandle, RunPlace, RunSpec, RunVerb, Throttle,
    Write,
};
use self::outputs::Outputs;
use self::page::Page;
pub(crate) use self::question::Question;
use self::show::Show;
use self::tasks::Tasks;
use super::buffers::Buffers;
use super::stages::{Places, Reach};
use super::work::{Answer, Done, Job};
use super::{Env, Ledger};
use crate::metrics::Metrics;

/// How often the page hears of a run.
const FLUSH: Duration = Duration::from_millis(33);

/// One in so many flushes reports how the stages spend their time.
const TIMES_EVERY: u32 = 3;

struct Driver {
    /// Free again when nothing of the run is left.
    place: RunPlace,
    env: Env,
    core: Core,
    around: Around,
    answers: mpsc::Receiver<Answer>,
    clock: Clock,
    /// How the stages spend their time is to be reported when nothing waits.
    times_due: bool,
}

/// What the server has around the core of a run.
struct Around {
    tasks: Tasks,
    /// What of the stages' answers the clock keeps out of the machine.
    behind: Behind,
    page: Page,
    metrics: Arc<Metrics>,
}

impl Host for Around {
    fn handle_event(&mut self, event: Event, view: &RunView) {
        match &event.kind {
            EventKind::Closed => self.tasks.close(event.stage),
            EventKind::Over { outcome } => {
                self.tasks.close_all();
                if *outcome != Outcome::Completed {
                    let outputs = Arc::clone(&self.page.outputs);
                    self.tasks.spawn_blocking(move || outputs.discard_half());
                }
                self.metrics.count_over(outcome);
            }
            _ => {}
        }
        self.page.handle_event(event, view);
    }

    fn handle_job(&mut self, stage: StageId, job: Job) {
        self.tasks.ask(stage, job);
    }

    fn handle_still(&mut self, still: bool) {
        self.tasks.set_still(still);
    }

    fn waited_us(&self, stage: StageId) -> u64 {
        self.tasks.waited_us(stage) + self.behind.waited_us(stage)
    }
}

impl Driver {
    fn new(
        spec: RunSpec,
        env: Env,
        cities: &Path,
        reach: &Reach,
        outputs: Arc<Outputs>,
    ) -> Result<Self, RunError> {
        let path = |name: &str| outputs.dir.file(name);
        let places = Places {
            cities,
            output: &path,
            buffers: Buffers::default(),
            ledger: Ledger::within(Arc::clone(&env.metrics.open)),
            reach: Some(reach),
        };
        let (core, opened) = Core::open(spec.pipeline, &places)?;
        let (tasks, answers) = Tasks::spawn(opened, &env.slots.share());
        let mut page = Page::new(spec.id, spec.lesson, spec.outbox, spec.judge, outputs);
        let shown = spec.question.is_none();
        page.show = spec.player.map(|player| Show::new(player, shown));
        page.question = spec.question;
        page.set_clock(spec.rate.into());
        let metrics = Arc::clone(&env.metrics);
        Ok(Self {
            place: spec.place,
            env,
            core,
            around: Around {
                tasks,
                behind: Behind::default(),
                page,
                metrics,
            },
            answers,
            clock: Clock::new(spec.rate),
            times_due: false,
        })
    }

    async fn run(mut self, mut commands: mpsc::Receiver<RunCommand>) {
        self.core.set_hold(self.clock.hold(), &mut self.around);
        // The picture before the first event comes first, so that a page can rewind to it.
        self.flush();
        self.core.join_all(&mut self.around);
        self.go_on();
        self.flush();
        let mut flush = interval(FLUSH);
        flush.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut flushes = 0_u32;
        loop {
            let idle = self.core.is_released() && !self.around.page.has_unsent();
            tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => self.handle_command(command),
                    None => break,
                },
                Some(answer) = self.answers.recv() => self.handle_answer(answer),
                () = self.clock.due(), if self.core.waits() => self.release_due(),
                _ = flush.tick(), if !idle => {
                    flushes = flushes.wrapping_add(1);
                    self.handle_flush(flushes.is_multiple_of(TIMES_EVERY));
                }
            }
            self.show_on();
            self.stand_still_when_answered();
        }
        let Around { tasks, page, .. } = self.around;
        tasks.ended().await;
        // The output goes with the page's side of the run, and a large file takes its time.
        if let Err(error) = spawn_blocking(move || drop(page)).await {
            tracing::error!(%error, "a run could not be freed");
        }
        drop(self.place);
    }

    fn take_answer(&mut self, answer: Answer) {
        if let Done::Read(Ok(Some(chunk))) = &answer.done {
            let bytes = chunk.len() as u64;
            self.env.metrics.run_bytes.fetch_add(bytes, Relaxed);
        }
        self.core.handle_answer(answer, &mut self.around);
        self.check_memory();
    }

    fn handle_command(&mut self, command: RunCommand) {
        self.core.set_time();
        self.count_waiting();
        match command {
            RunCommand::Verb(verb, reply) => {
                let done = self.hands_on().and_then(|()| self.handle_verb(&verb));
                let noted = |note: Option<String>| note.or_else(|| self.unseen());
                let _gone = reply.send(done.map(noted));
            }
            RunCommand::Throttle(throttle, reply) => {
                let _gone = reply.send(
                    self.hands_on()
                        .and_then(|()| self.handle_throttle(&throttle)),
                );
            }
            RunCommand::Read(read, reply) => {
                let _gone = reply.send(self.hands_on().and_then(|()| self.handle_read(&read)));
            }
            RunCommand::Write(write, reply) => {
                let _gone = reply.send(self.hands_on().and_then(|()| self.handle_write(&write)));
            }
            RunCommand::Buffer(buffer, reply) => {
                let _gone = reply.send(self.buffered(&buffer));
            }
            RunCommand::Chunk(buffer, at, reply) => {
                let _gone = reply.send(self.look(&buffer, at));
            }
            RunCommand::Clock(rate, reply) => {
                let _gone = reply.send(self.set_rate(rate));
            }
            RunCommand::Snapshot => self.around.page.ask_snapshot(),
        }
        self.core.settle(&mut self.around);
        self.go_on();
        self.flush();
    }

    fn handle_flush(&mut self, with_times: bool) {
        self.core.set_time();
        self.count_waiting();
        self.times_due |= with_times;
        self.report();
        if !self.core.is_over() {
            self.core.settle(&mut self.around);
            self.tell_time();
            self.check_quotas();
            self.go_on();
        }
        self.flush();
    }

    /// Tells those who wait for a while without events how late it is. While events wait for the
    /// clock it is as late as the last one that came.
    fn tell_time(&mut self) {
        let view = self.core.view();
        let now_us = if self.core.waits() {
            view.at_us
        } else {
            self.core.elapsed_us()
        };
        self.around.page.handle_time(now_us, view);
    }

    fn flush(&mut self) {
        self.around.page.flush(self.core.view(), &self.env.metrics);
    }
}
