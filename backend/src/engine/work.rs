//! The task of one stage: carries out one operation at a time and answers. A Duplex has two, one
//! for each side.

use std::sync::Arc;

use bytes::Bytes;
use spillway_streams::StageId;
use tokio::sync::{mpsc, watch};
use tokio_util::task::TaskTracker;

use super::Ledger;
use super::pace::{Pace, Speed};
use super::slots::{Share, Waits};
use super::stages::{
    Again, Inside, LiveSink, LiveSource, Sink, Source, StageError, Transform, Worker,
};

/// An operation of an implementation.
#[derive(Debug)]
pub(super) enum Job {
    Read(usize),
    Write(Bytes),
    Transform(Bytes),
    /// The next part of what the last chunk gives.
    More,
    Flush,
    Final,
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Done {
    Read(Result<Option<Bytes>, StageError>),
    /// A source lost what it reads from; asked for as many bytes again, it tries again.
    Again(usize, Again),
    Written(Result<(), StageError>),
    Transformed(Result<Vec<Bytes>, StageError>),
    /// A part of what the chunk gives: there is more.
    Part(Vec<Bytes>),
    Flushed(Result<Vec<Bytes>, StageError>),
    Finished(Result<(), StageError>),
}

/// The answer of a stage to one job.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) stage: StageId,
    pub(super) done: Done,
    /// What the implementation has besides its tanks.
    pub(super) inside: Inside,
    /// What the implementation has found out.
    pub(super) finding: Option<String>,
}

/// What carries out the operations of one side, or of a Transform's two.
pub(super) enum Half {
    /// Called off the async threads.
    Blocking(Blocking),
    /// Waits for others.
    Reads(Box<dyn LiveSource>),
    /// Waits for others.
    Writes(Box<dyn LiveSink>),
}

/// What blocks: files and compressors.
pub(super) enum Blocking {
    Source(Box<dyn Source>),
    Transform(Box<dyn Transform>),
    Sink(Box<dyn Sink>),
}

/// The halves of a stage: who answers `_read`, and who answers everything else.
#[derive(Default)]
pub(super) struct Halves {
    pub(super) reads: Option<Half>,
    pub(super) writes: Option<Half>,
}

impl From<Worker> for Halves {
    fn from(worker: Worker) -> Self {
        let reads = |half| Self {
            reads: Some(half),
            writes: None,
        };
        let writes = |half| Self {
            reads: None,
            writes: Some(half),
        };
        match worker {
            Worker::Source(source) => reads(Half::Blocking(Blocking::Source(source))),
            Worker::LiveSource(source) => reads(Half::Reads(source)),
            Worker::Transform(transform) => writes(Half::Blocking(Blocking::Transform(transform))),
            Worker::Sink(sink) => writes(Half::Blocking(Blocking::Sink(sink))),
            Worker::LiveSink(sink) => writes(Half::Writes(sink)),
            Worker::Duplex(source, sink) => Self {
                reads: Some(Half::Reads(source)),
                writes: Some(Half::Writes(sink)),
            },
        }
    }
}

/// How a blocking stage comes to its turns, and how long it has waited for them.
#[derive(Debug, Clone)]
pub(super) struct Turns {
    pub(super) share: Arc<Share>,
    pub(super) waits: Arc<Waits>,
    /// Knows whether an operation is under way, also of a stage that was given up.
    pub(super) tracker: TaskTracker,
    /// Counts the timers of its speed limit.
    pub(super) ledger: Ledger,
}

/// Runs until the driver drops its end of `jobs`.
pub(super) async fn run_half(
    stage: StageId,
    half: Half,
    mut jobs: mpsc::Receiver<Job>,
    answers: mpsc::Sender<Answer>,
    speed: watch::Receiver<Speed>,
    turns: Turns,
) {
    let mut half = Some(half);
    let mut pace = Pace::new(speed, turns.ledger.clone());
    while let Some(job) = jobs.recv().await {
        if let Job::Write(chunk) = &job {
            pace.pay(chunk.len()).await;
        }
        let Some(busy) = half.take() else {
            return;
        };
        let Some((back, report)) = carry_out(busy, job, &turns).await else {
            return;
        };
        half = Some(back);
        pace.pay(given(&report.done)).await;
        if answers.send(report.answer(stage)).await.is_err() {
            return;
        }
    }
}

/// Bytes that come out, and are let out at the stage's speed.
pub(super) fn given(done: &Done) -> usize {
    match done {
        Done::Read(Ok(Some(chunk))) => chunk.len(),
        Done::Transformed(Ok(chunks)) | Done::Part(chunks) => chunks.iter().map(Bytes::len).sum(),
        _ => 0,
    }
}

/// What came of a job, before it is said whose it is.
pub(super) struct Report {
    pub(super) done: Done,
    inside: Inside,
    finding: Option<String>,
}

impl Report {
    /// The answer of this stage.
    pub(super) fn answer(self, stage: StageId) -> Answer {
        Answer {
            stage,
            done: self.done,
            inside: self.inside,
            finding: self.finding,
        }
    }

    fn of(done: Done, inside: Inside) -> Self {
        Self {
            done,
            inside,
            finding: None,
        }
    }
}

/// `None`: the implementation panicked, or the server ends.
async fn carry_out(half: Half, job: Job, turns: &Turns) -> Option<(Half, Report)> {
    match half {
        Half::Blocking(mut blocking) => {
            let turn = turns.share.turn(&turns.waits).await;
            let done = turns.tracker.spawn_blocking(move || {
                let report = blocking.carry_out(job, &drop);
                drop(turn);
                (Half::Blocking(blocking), report)
            });
            done.await.ok()
        }
        Half::Reads(mut source) => {
            let done = match job {
                Job::Read(n) => match source.read(n).await {
                    Err(StageError::Again(again)) => Done::Again(n, again),
                    given => Done::Read(given),
                },
                job => impossible(&job),
            };
            let report = Report::of(done, source.inside());
            Some((Half::Reads(source), report))
        }
        Half::Writes(mut sink) => {
            let done = match job {
                Job::Write(chunk) => Done::Written(sink.write(chunk).await),
                Job::Final => Done::Finished(sink.finish().await),
                job => impossible(&job),
            };
            let report = Report {
                finding: sink.finding(),
                ..Report::of(done, sink.inside())
            };
            Some((Half::Writes(sink), report))
        }
    }
}

impl Blocking {
    /// Carries an operation out on the thread that calls. A chunk that is done with goes to `spent`.
    pub(super) fn carry_out(&mut self, job: Job, spent: &dyn Fn(Bytes)) -> Report {
        match (self, job) {
            (Self::Source(source), Job::Read(n)) => {
                let done = Done::Read(source.read(n));
                Report::of(done, source.inside())
            }
            (Self::Transform(transform), Job::Transform(chunk)) => {
                let result = transform.take(chunk, spent);
                Report::of(part_or_all(&**transform, result), transform.inside())
            }
            (Self::Transform(transform), Job::More) => {
                let result = transform.more();
                Report::of(part_or_all(&**transform, result), transform.inside())
            }
            (Self::Transform(transform), Job::Flush) => {
                let done = Done::Flushed(transform.flush());
                Report {
                    finding: transform.finding(),
                    ..Report::of(done, transform.inside())
                }
            }
            (Self::Sink(sink), Job::Write(chunk)) => {
                let done = Done::Written(sink.write(&chunk));
                spent(chunk);
                Report::of(done, sink.inside())
            }
            (Self::Sink(sink), Job::Final) => {
                let done = Done::Finished(sink.finish());
                Report::of(done, sink.inside())
            }
            (_, job) => Report::of(impossible(&job), Inside::default()),
        }
    }
}

fn part_or_all(transform: &dyn Transform, result: Result<Vec<Bytes>, StageError>) -> Done {
    match result {
        Ok(chunks) if transform.has_more() => Done::Part(chunks),
        result => Done::Transformed(result),
    }
}

/// The machine asks a stage only for what its sides can do.
fn impossible(job: &Job) -> Done {
    Done::Written(Err(StageError::Data(format!(
        "the stage cannot do {job:?}"
    ))))
}
