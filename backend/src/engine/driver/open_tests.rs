//! What runs have open is counted, leaks included, and ends with them.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use spillway_protocol::control::{Join, Message};
use spillway_streams::{Outcome, Resources, RunView};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::{Rate, RunCommand, RunHandle, RunPlace, RunSpec, RunVerb};
use crate::engine::testing::env;
use crate::engine::{Env, Outbox, Pipeline, Quotas};
use crate::metrics::Metrics;

/// A run and what its page knows of it.
struct Watched {
    env: Env,
    handle: RunHandle,
    page: mpsc::Receiver<Message>,
    view: RunView,
    _folder: tempfile::TempDir,
}

impl Watched {
    async fn start(stages: &str, join: Join, heard: bool, quotas: Quotas) -> Self {
        let (env, folder) = env(quotas);
        let pipeline = Pipeline::plan(&serde_json::from_str::<Vec<_>>(stages).unwrap()).unwrap();
        let outbox = Arc::new(Outbox::default());
        let page = outbox.attach();
        let spec = RunSpec {
            id: "run".to_owned(),
            place: RunPlace::take(&env.metrics, 1).unwrap(),
            lesson: None,
            pipeline: pipeline.joined_by(join).unwrap().hearing(heard),
            judge: None,
            player: None,
            question: None,
            rate: Rate::Full,
            outbox,
            uploads: Arc::default(),
        };
        Self {
            handle: RunHandle::start(spec, &env).await.unwrap(),
            env,
            page,
            view: RunView::default(),
            _folder: folder,
        }
    }

    async fn until(&mut self, what: &str, is: impl Fn(&RunView) -> bool) {
        let waits = async {
            while !is(&self.view) {
                match self.page.recv().await.expect("the run goes on") {
                    Message::Snapshot { view, .. } => self.view = view,
                    Message::Events {
                        view: Some(view), ..
                    } => self.view = view,
                    Message::Events { events, .. } => {
                        events.iter().for_each(|event| self.view.apply(event));
                    }
                    _ => {}
                }
            }
        };
        let waited = timeout(Duration::from_secs(10), waits).await;
        assert!(waited.is_ok(), "never {what}: {:?}", self.view);
    }

    async fn fail(&self, stage: &str) {
        let (reply, answer) = oneshot::channel();
        let verb = RunVerb::Destroy {
            stage: stage.to_owned(),
            error: Some("boom".to_owned()),
        };
        let command = RunCommand::Verb(verb, reply);
        self.handle.ask().send(command).await.unwrap();
        answer.await.unwrap().unwrap();
    }

    /// What the server counts of all runs: files and timers.
    fn counted(&self) -> (u64, u64) {
        let open = &self.env.metrics.open;
        (open.files.load(Relaxed), open.timers.load(Relaxed))
    }
}

fn open(files: u64, timers: u64) -> Resources {
    Resources {
        files,
        sockets: 0,
        timers,
    }
}

const FROM_FILE: &str = r#"[
    {"id": "source", "kind": "file_source", "file": "cities.csv"},
    {"id": "middle", "kind": "passthrough"},
    {"id": "sink", "kind": "file_sink", "file": "out", "bytes_per_s": 100000}]"#;

const FROM_TIMER: &str = r#"[
    {"id": "source", "kind": "live_samples"},
    {"id": "middle", "kind": "passthrough"},
    {"id": "sink", "kind": "file_sink", "file": "out"}]"#;

/// What is open after the middle has failed and everything has calmed down, joined by `pipe()`
/// with a listener of `error`; then the run is let go.
async fn left_open_by_pipe(stages: &str) -> Resources {
    let mut run = Watched::start(stages, Join::Pipe, true, Quotas::default()).await;
    run.until("a byte at the sink", |view| {
        view.measured.first_taken_us.is_some()
    })
    .await;
    run.fail("middle").await;
    // The sink's speed limit has a timer as long as something is left to be taken.
    run.until("calm", |view| {
        let taken = |stage: &spillway_streams::StageView| {
            let side = stage.writable.as_ref();
            side.is_none_or(|side| side.buffered == 0)
        };
        view.stages.iter().all(|stage| stage.closed || taken(stage))
            && view.stages.iter().any(|stage| stage.closed)
            && view.stages[2].open.timers == 0
    })
    .await;
    let left = run.view.open();
    assert_eq!(run.view.outcome, None, "somebody hears the error");
    assert_eq!(run.counted(), (left.files, left.timers));
    let Watched { env, handle, .. } = run;
    drop(handle);
    env.tasks.close();
    timeout(Duration::from_secs(1), env.tasks.wait())
        .await
        .expect("freed within a second");
    assert_eq!(env.metrics.open.files.load(Relaxed), 0);
    assert_eq!(env.metrics.open.timers.load(Relaxed), 0);
    left
}

#[tokio::test]
async fn pipe_leaves_the_files_of_the_neighbours_open_after_a_fault() {
    assert_eq!(left_open_by_pipe(FROM_FILE).await, open(2, 0));
}

#[tokio::test]
async fn pipe_leaves_the_timer_of_a_live_source_going_after_a_fault() {
    assert_eq!(left_open_by_pipe(FROM_TIMER).await, open(1, 1));
}

#[tokio::test]
async fn pipeline_closes_everything_and_the_log_says_so_after_its_end() {
    for stages in [FROM_FILE, FROM_TIMER] {
        let mut run = Watched::start(stages, Join::Pipeline, true, Quotas::default()).await;
        run.until("files open", |view| view.open().files > 0).await;
        run.fail("middle").await;
        run.until("all released", |view| {
            view.outcome.is_some() && view.open() == Resources::default()
        })
        .await;
        let Some(Outcome::Failed {
            message,
            heard: true,
        }) = &run.view.outcome
        else {
            panic!("{:?}", run.view.outcome)
        };
        assert!(
            message.starts_with("middle (PassThrough) at byte ") && message.ends_with(": boom"),
            "{message}"
        );
        assert_eq!(run.counted(), (0, 0));
    }
}

#[tokio::test]
async fn a_failed_sink_whose_error_is_heard_leaves_the_run_going() {
    let mut run = Watched::start(FROM_FILE, Join::Pipe, true, Quotas::default()).await;
    run.fail("sink").await;
    run.until("the sink released", |view| {
        view.stages.get(2).is_some_and(|sink| sink.closed) && view.open().files == 1
    })
    .await;
    assert_eq!(run.view.outcome, None);
}

#[tokio::test]
async fn what_buffer_all_collects_counts_and_stops_the_run_at_the_quota() {
    let stages = r#"[
        {"id": "source", "kind": "csv_sample", "bytes": 5000000},
        {"id": "all", "kind": "buffer_all"},
        {"id": "sink", "kind": "null"}]"#;
    let small = Quotas {
        memory: 1_000_000,
        ..Quotas::default()
    };
    let mut run = Watched::start(stages, Join::Pipe, false, small).await;
    run.until("over", |view| view.outcome.is_some()).await;
    let Some(Outcome::Stopped { message }) = &run.view.outcome else {
        panic!("{:?}", run.view.outcome)
    };
    assert!(
        message.contains("all (buffer all) had taken in and not given"),
        "{message}"
    );
    assert!((1_000_000..1_200_000).contains(&run.view.peak()));
    assert_eq!(run.view.measured.first_taken_us, None);

    let mut run = Watched::start(stages, Join::Pipe, false, Quotas::default()).await;
    run.until("over", |view| view.outcome.is_some()).await;
    assert_eq!(run.view.outcome, Some(Outcome::Completed));
    let sink = run.view.stages[2].writable.as_ref().unwrap();
    let peak = run.view.peak();
    assert!((sink.bytes..sink.bytes + 65_536).contains(&peak), "{peak}");
}

#[test]
fn a_place_for_a_run_is_taken_once_and_is_free_again_with_it() {
    let metrics = Arc::<Metrics>::default();
    let place = RunPlace::take(&metrics, 1).expect("the first");
    assert!(RunPlace::take(&metrics, 1).is_none(), "there is one");
    drop(place);
    assert!(RunPlace::take(&metrics, 1).is_some());
    assert_eq!(metrics.runs.load(Relaxed), 0);
}
