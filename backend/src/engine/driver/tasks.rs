//! The tasks of a run's stages, as the server has them.

use std::sync::Arc;

use spillway_streams::StageId;
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;
use tokio_util::task::TaskTracker;

use super::core::Opened;
use crate::engine::pace::Speed;
use crate::engine::slots::{Share, Waits};
use crate::engine::work::{Answer, Half, Halves, Job, Turns, run_half};

/// All of them. A stage is known by its id.
pub(super) struct Tasks {
    stages: Vec<StageTask>,
    /// What has to end before the run has freed all it held.
    tracker: TaskTracker,
}

struct StageTask {
    reads: Option<HalfTask>,
    writes: Option<HalfTask>,
    speed: watch::Sender<Speed>,
    waits: Arc<Waits>,
}

/// The task that carries out the operations of a side. Dropped, it ends.
struct HalfTask {
    jobs: mpsc::Sender<Job>,
    task: AbortHandle,
}

impl Tasks {
    /// Starts a task for each stage, of a Duplex for each side.
    pub(super) fn spawn(opened: Vec<Opened>, share: &Arc<Share>) -> (Self, mpsc::Receiver<Answer>) {
        // One slot per side is enough: a side answers before it is asked again.
        let (answer, answers) = mpsc::channel((2 * opened.len()).max(1));
        let tracker = TaskTracker::new();
        let stages = opened.into_iter().enumerate();
        let stages = stages.map(|(at, stage)| {
            let speed = watch::Sender::new(Speed {
                bytes_per_s: stage.speed,
                still: false,
            });
            let Halves { reads, writes } = stage.worker.into();
            let waits = Arc::<Waits>::default();
            // The machine gave the ids in this order.
            let spawn = |half| {
                let turns = Turns {
                    share: Arc::clone(share),
                    waits: Arc::clone(&waits),
                    tracker: tracker.clone(),
                    ledger: stage.ledger.clone(),
                };
                HalfTask::spawn(StageId(at as u16), half, &answer, &speed, turns)
            };
            StageTask {
                reads: reads.map(spawn),
                writes: writes.map(spawn),
                speed,
                waits,
            }
        });
        let stages = stages.collect();
        (Self { stages, tracker }, answers)
    }

    /// Gives a stage something to do.
    pub(super) fn ask(&self, id: StageId, job: Job) {
        let stage = &self.stages[usize::from(id.0)];
        let half = match job {
            Job::Read(_) => &stage.reads,
            Job::Write(_) | Job::Transform(_) | Job::More | Job::Flush | Job::Final => {
                &stage.writes
            }
        };
        if let Some(half) = half
            && let Err(error) = half.jobs.try_send(job)
        {
            tracing::error!(%error, stage = id.0, "a stage was asked twice");
        }
    }

    /// Changes how fast a stage may go.
    pub(super) fn set_speed(&self, id: StageId, bytes_per_s: Option<u64>) {
        let stage = &self.stages[usize::from(id.0)];
        stage
            .speed
            .send_modify(|speed| speed.bytes_per_s = bytes_per_s);
    }

    /// Lets what the speed limits wait for stand still, or go on.
    pub(super) fn set_still(&self, still: bool) {
        for stage in &self.stages {
            stage.speed.send_if_modified(|speed| {
                let changed = speed.still != still;
                speed.still = still;
                changed
            });
        }
    }

    /// How long a stage has waited for its turns, microseconds.
    pub(super) fn waited_us(&self, id: StageId) -> u64 {
        self.stages[usize::from(id.0)].waits.total_us()
    }

    /// Ends the tasks of a stage; what the implementation holds is freed.
    pub(super) fn close(&mut self, id: StageId) {
        let stage = &mut self.stages[usize::from(id.0)];
        stage.reads = None;
        stage.writes = None;
    }

    /// Ends all of them.
    pub(super) fn close_all(&mut self) {
        for stage in &mut self.stages {
            stage.reads = None;
            stage.writes = None;
        }
    }

    /// Does something that may take a while off the async threads.
    pub(super) fn spawn_blocking(&self, work: impl FnOnce() + Send + 'static) {
        self.tracker.spawn_blocking(work);
    }

    /// Ends all of them and waits until none is at work any more: what they held is free then.
    pub(super) async fn ended(mut self) {
        self.close_all();
        self.tracker.close();
        self.tracker.wait().await;
    }
}

impl HalfTask {
    fn spawn(
        stage: StageId,
        half: Half,
        answers: &mpsc::Sender<Answer>,
        speed: &watch::Sender<Speed>,
        turns: Turns,
    ) -> Self {
        let (jobs, received) = mpsc::channel(1);
        let speed = speed.subscribe();
        let tracker = turns.tracker.clone();
        let half = run_half(stage, half, received, answers.clone(), speed, turns);
        Self {
            jobs,
            task: tracker.spawn(half).abort_handle(),
        }
    }
}

impl Drop for HalfTask {
    fn drop(&mut self) {
        self.task.abort();
    }
}
