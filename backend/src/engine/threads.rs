//! A run without a page: a thread for each stage, and no task between them. The thread that has
//! carried out an operation tells the machine so itself, and takes its next operation with it;
//! threads wait for each other only where the pipe makes a stage wait.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use spillway_streams::{Event, EventKind, Outcome, RunView, StageId};
use tokio::sync::Notify;

use super::buffers::Buffers;
use super::driver::{Core, Failure, Host, Opened};
use super::pace::SLACK;
use super::pipeline::Pipeline;
use super::stages::{Inside, Places, StageError};
use super::work::{Answer, Blocking, Done, Half, Halves, Job, given};

/// A run on threads of its own. Dropped, it is stopped: a thread ends with its operation.
pub(crate) struct ThreadRun {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    /// Wakes the thread of a stage: it has a job, or the run is over.
    wake: Vec<Condvar>,
    over: Notify,
    buffers: Buffers,
}

struct State {
    core: Core,
    desk: Desk,
}

/// What waits for the threads, and what is counted of the events.
struct Desk {
    jobs: Vec<Option<Job>>,
    /// Stages that got a job since the threads were last woken.
    given: Vec<StageId>,
    drains: Vec<u64>,
    over: bool,
}

impl Host for Desk {
    fn handle_event(&mut self, event: Event, _view: &RunView) {
        match event.kind {
            EventKind::Drain => self.drains[usize::from(event.stage.0)] += 1,
            EventKind::Over { .. } => self.over = true,
            _ => {}
        }
    }

    fn handle_job(&mut self, stage: StageId, job: Job) {
        self.jobs[usize::from(stage.0)] = Some(job);
        self.given.push(stage);
    }
}

/// How a run has gone so far.
#[derive(Debug)]
pub(crate) struct Standing {
    /// Its picture; the times in it are those of the last report.
    pub(crate) view: RunView,
    /// Of each stage, in the order of the pipeline.
    pub(crate) stages: Vec<StageStanding>,
    /// The first failure, once there is one.
    pub(crate) failure: Option<Failure>,
}

/// What is known of a stage besides its picture.
#[derive(Debug)]
pub(crate) struct StageStanding {
    pub(crate) drains: u64,
    pub(crate) busy: Duration,
    pub(crate) held_back: Duration,
    /// What it has found out, such as a digest.
    pub(crate) finding: Option<String>,
}

impl ThreadRun {
    /// Opens what the stages need, pipes them and lets them go.
    pub(crate) fn start(pipeline: Pipeline, places: &Places<'_>) -> Result<Self, StageError> {
        let (core, opened) = Core::open(pipeline, places)?;
        let stages = opened.len();
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                core,
                desk: Desk {
                    jobs: (0..stages).map(|_| None).collect(),
                    given: Vec::with_capacity(stages),
                    drains: vec![0; stages],
                    over: false,
                },
            }),
            wake: (0..stages).map(|_| Condvar::new()).collect(),
            over: Notify::new(),
            buffers: places.buffers.clone(),
        });
        // From here on a failure to start ends the threads that were started.
        let run = Self { shared };
        for (at, stage) in opened.into_iter().enumerate() {
            run.spawn(StageId(at as u16), stage)?;
        }
        let mut state = run.shared.lock();
        let State { core, desk } = &mut *state;
        core.join_all(desk);
        run.shared.hand_out(state, None);
        Ok(run)
    }

    fn spawn(&self, id: StageId, stage: Opened) -> Result<(), StageError> {
        let Halves { reads, writes } = stage.worker.into();
        let Some(Half::Blocking(worker)) = reads.or(writes) else {
            return Err(StageError::Options(
                "a stage that waits for others cannot stand between two files".to_owned(),
            ));
        };
        let thread = StageThread {
            id,
            worker,
            pace: FixedPace {
                bytes_per_s: stage.speed,
                paid_until: Instant::now(),
            },
            shared: Arc::clone(&self.shared),
        };
        thread::Builder::new()
            .name(format!("stage {}", id.0))
            .spawn(move || thread.run())
            .map_err(|error| StageError::io("cannot start a thread", error))?;
        Ok(())
    }

    /// Waits until the run is over.
    pub(crate) async fn over(&self) {
        while !self.shared.lock().desk.over {
            self.shared.over.notified().await;
        }
    }

    /// Bytes that the first stage has given so far.
    pub(crate) fn bytes_read(&self) -> u64 {
        let state = self.shared.lock();
        let first = state.core.view().stages.first();
        let first = first.and_then(|stage| stage.readable.as_ref());
        first.map_or(0, |side| side.bytes + side.discarded_bytes)
    }

    /// Ends the run before its time, and says how it went. What was going on is let be.
    pub(crate) fn stop(self) -> Standing {
        let mut state = self.shared.lock();
        let State { core, desk } = &mut *state;
        if !desk.over {
            let message = "stopped".to_owned();
            core.end(StageId(0), Outcome::Stopped { message }, desk);
        }
        let times = core.times();
        let stages = times.into_iter().enumerate();
        let stages = stages.map(|(at, (busy_us, held_us))| StageStanding {
            drains: desk.drains[at],
            busy: Duration::from_micros(busy_us),
            held_back: Duration::from_micros(held_us),
            finding: core.finding(StageId(at as u16)).map(str::to_owned),
        });
        let standing = Standing {
            stages: stages.collect(),
            view: core.view().clone(),
            failure: core.take_failure(),
        };
        self.shared.hand_out(state, None);
        standing
    }
}

impl Drop for ThreadRun {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.desk.over = true;
        self.shared.hand_out(state, None);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes who has something to do; `but` is awake.
    fn hand_out(&self, mut state: MutexGuard<'_, State>, but: Option<StageId>) {
        let over = state.desk.over;
        // A pipeline has few stages: as many bits as an id that was checked can need.
        let mut given = 0_u64;
        for id in state.desk.given.drain(..) {
            if Some(id) != but {
                given |= 1 << (id.0 % 64);
            }
        }
        drop(state);
        for (at, wake) in self.wake.iter().enumerate() {
            if over || given >> at & 1 == 1 {
                wake.notify_one();
            }
        }
        if over {
            self.over.notify_one();
        }
    }
}

/// The thread of a stage.
struct StageThread {
    id: StageId,
    worker: Blocking,
    pace: FixedPace,
    shared: Arc<Shared>,
}

impl StageThread {
    fn run(mut self) {
        let shared = Arc::clone(&self.shared);
        let mut state = shared.lock();
        while let Some((job, unlocked)) = self.next_job(state) {
            drop(unlocked);
            let answer = self.carry_out(job);
            state = shared.lock();
            let State { core, desk } = &mut *state;
            core.handle_answer(answer, desk);
            if state.desk.over || state.desk.given.iter().any(|id| *id != self.id) {
                shared.hand_out(state, Some(self.id));
                state = shared.lock();
            } else {
                state.desk.given.clear();
            }
        }
    }

    /// Waits for the next job; `None` when there will be none.
    fn next_job<'a>(
        &self,
        mut state: MutexGuard<'a, State>,
    ) -> Option<(Job, MutexGuard<'a, State>)> {
        let at = usize::from(self.id.0);
        loop {
            if state.desk.over {
                return None;
            }
            if let Some(job) = state.desk.jobs[at].take() {
                return Some((job, state));
            }
            let woken = self.shared.wake[at].wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn carry_out(&mut self, job: Job) -> Answer {
        if let Job::Write(chunk) = &job {
            self.pay(chunk.len());
        }
        let worker = &mut self.worker;
        let spent = |chunk| self.shared.buffers.give_back(chunk);
        let report = catch_unwind(AssertUnwindSafe(|| worker.carry_out(job, &spent)));
        match report {
            Ok(report) => {
                self.pay(given(&report.done));
                report.answer(self.id)
            }
            Err(_panic) => Answer {
                stage: self.id,
                done: Done::Read(Err(StageError::Data("it broke down".to_owned()))),
                inside: Inside::default(),
                finding: None,
            },
        }
    }

    /// Waits until so many bytes may pass, or the run is over.
    fn pay(&mut self, bytes: usize) {
        let Some(until) = self.pace.due(bytes, Instant::now()) else {
            return;
        };
        let wake = &self.shared.wake[usize::from(self.id.0)];
        let mut state = self.shared.lock();
        while !state.desk.over {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            let woken = wake.wait_timeout(state, left);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// A speed that does not change.
struct FixedPace {
    bytes_per_s: Option<u64>,
    /// When the bytes let through so far are paid for.
    paid_until: Instant,
}

impl FixedPace {
    /// When so many more bytes may have passed; `None` without a limit.
    fn due(&mut self, bytes: usize, now: Instant) -> Option<Instant> {
        let bytes_per_s = self.bytes_per_s?;
        let takes = Duration::from_secs_f64(bytes as f64 / bytes_per_s as f64);
        let from = now.checked_sub(SLACK).unwrap_or(now);
        self.paid_until = self.paid_until.max(from) + takes;
        Some(self.paid_until)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use spillway_streams::Profile;

    use super::*;
    use crate::engine::Ledger;
    use crate::engine::stages::{Defaults, Plan, Sink, Source, Worker};

    /// Gives as many chunks as there are, and breaks down instead of coming to an end.
    struct Breaks(usize);

    impl Source for Breaks {
        fn read(&mut self, n: usize) -> Result<Option<Bytes>, StageError> {
            assert!(self.0 > 0, "a source that breaks");
            self.0 -= 1;
            Ok(Some(Bytes::from(vec![b'x'; n])))
        }
    }

    struct Takes;

    impl Sink for Takes {
        fn write(&mut self, _chunk: &Bytes) -> Result<(), StageError> {
            Ok(())
        }

        fn finish(&mut self) -> Result<(), StageError> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_stage_that_breaks_down_ends_the_run_as_a_failure_of_that_stage() {
        let source = Worker::Source(Box::new(Breaks(3)));
        let source = Plan::readable("in".to_owned(), 100, Box::new(|_| Ok(source)));
        let sink = Worker::Sink(Box::new(Takes));
        let sink = Plan::writable("out".to_owned(), 100, Box::new(|_| Ok(sink)));
        let defaults = Defaults::of(Profile::Node20);
        let pipeline = Pipeline::between(source, &[], sink, defaults).unwrap();
        let places = Places {
            cities: "none".as_ref(),
            output: &|name| name.into(),
            buffers: Buffers::default(),
            ledger: Ledger::default(),
            reach: None,
        };
        let run = ThreadRun::start(pipeline, &places).unwrap();
        run.over().await;
        let failure = run.stop().failure.unwrap();
        assert_eq!((failure.stage, failure.offset), (StageId(0), 300));
        assert_eq!(failure.error.to_string(), "it broke down");
    }

    #[test]
    fn a_fixed_pace_holds_on_average_though_its_thread_wakes_late() {
        let began = Instant::now();
        let mut pace = FixedPace {
            bytes_per_s: Some(1_000),
            paid_until: began,
        };
        let mut now = began;
        for _ in 0..100 {
            let due = pace.due(100, now).unwrap();
            now = due + Duration::from_millis(7);
        }
        let spent = now.saturating_duration_since(began).as_secs_f64();
        assert!((9.9..10.1).contains(&spent), "{spent}");
    }
}
