//! The task of one stage: carries out one operation at a time and answers.

use bytes::Bytes;
use spillway_streams::StageId;
use tokio::sync::{mpsc, watch};

use super::pace::Pace;
use super::stages::{StageError, Worker};

/// An operation of an implementation.
#[derive(Debug)]
pub(super) enum Job {
    Read(usize),
    Write(Bytes),
    Transform(Bytes),
    Flush,
    Final,
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Done {
    Read(Result<Option<Bytes>, StageError>),
    Written(Result<(), StageError>),
    Transformed(Result<Vec<Bytes>, StageError>),
    Flushed(Result<Vec<Bytes>, StageError>),
    Finished(Result<(), StageError>),
}

/// The answer of a stage to one job.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) stage: StageId,
    pub(super) done: Done,
    /// Bytes the implementation holds outside its tanks.
    pub(super) in_work: u64,
}

/// Runs until the driver drops its end of `jobs`.
pub(super) async fn run_stage(
    stage: StageId,
    worker: Worker,
    mut jobs: mpsc::Receiver<Job>,
    answers: mpsc::Sender<Answer>,
    speed: watch::Receiver<Option<u64>>,
) {
    let mut worker = Some(worker);
    let mut pace = Pace::new(speed);
    while let Some(job) = jobs.recv().await {
        if let Job::Write(chunk) = &job {
            pace.pay(chunk.len()).await;
        }
        let Some(mut busy) = worker.take() else {
            return;
        };
        // Files and compressors block, so they go to the threads that may block.
        let carried_out = tokio::task::spawn_blocking(move || {
            let (done, in_work) = carry_out(&mut busy, job);
            (busy, done, in_work)
        });
        let Ok((back, done, in_work)) = carried_out.await else {
            return;
        };
        worker = Some(back);
        if let Done::Read(Ok(Some(chunk))) = &done {
            pace.pay(chunk.len()).await;
        }
        let answer = Answer {
            stage,
            done,
            in_work,
        };
        if answers.send(answer).await.is_err() {
            return;
        }
    }
}

fn carry_out(worker: &mut Worker, job: Job) -> (Done, u64) {
    match (worker, job) {
        (Worker::Source(source), Job::Read(n)) => (Done::Read(source.read(n)), 0),
        (Worker::Transform(transform), Job::Transform(chunk)) => {
            let result = transform.transform(&chunk);
            (Done::Transformed(result), transform.in_work())
        }
        (Worker::Transform(transform), Job::Flush) => {
            let result = transform.flush();
            (Done::Flushed(result), transform.in_work())
        }
        (Worker::Sink(sink), Job::Write(chunk)) => (Done::Written(sink.write(&chunk)), 0),
        (Worker::Sink(sink), Job::Final) => (Done::Finished(sink.finish()), 0),
        (_, job) => (
            Done::Written(Err(StageError::Data(format!(
                "the stage cannot do {job:?}"
            )))),
            0,
        ),
    }
}
