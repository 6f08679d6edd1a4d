mod clock;

use std::sync::Arc;
use std::time::Duration;

use spillway_lessons::{Listened, Stages};
use spillway_protocol::control::{Message, StageSpec};
use spillway_streams::{Outcome, RunView};
use tokio::sync::mpsc;

use super::{Rate, RunHandle, RunPlace, RunSpec};
use crate::engine::testing::env;
use crate::engine::{Env, Outbox, Pipeline, Quotas};
use crate::security::random_token;

/// Runs a pipeline under the quotas given and folds what the page hears until it is over.
async fn outcome(stages: &str, quotas: Quotas) -> (RunView, Outcome) {
    let (env, _folder) = env(quotas);
    let (handle, page) = start(stages, &env).await;
    let ended = tokio::time::timeout(Duration::from_secs(30), until_over(page));
    let over = ended.await.expect("the run ends within the time");
    drop(handle);
    over
}

async fn start(stages: &str, env: &Env) -> (RunHandle, mpsc::Receiver<Message>) {
    start_at(Rate::Full, stages, env).await
}

/// Starts a pipeline whose clock goes so from its first event on.
async fn start_at(rate: Rate, stages: &str, env: &Env) -> (RunHandle, mpsc::Receiver<Message>) {
    let specs: Vec<StageSpec> = serde_json::from_str(stages).unwrap();
    start_planned(rate, Pipeline::plan(&specs).unwrap(), env).await
}

async fn start_planned(
    rate: Rate,
    pipeline: Pipeline,
    env: &Env,
) -> (RunHandle, mpsc::Receiver<Message>) {
    let outbox = Arc::new(Outbox::default());
    let page = outbox.attach();
    let spec = RunSpec {
        id: random_token(),
        place: RunPlace::take(&env.metrics, u64::MAX).unwrap(),
        lesson: None,
        pipeline,
        judge: None,
        player: None,
        question: None,
        rate,
        outbox,
        uploads: Arc::default(),
    };
    (RunHandle::start(spec, env).await.unwrap(), page)
}

async fn until_over(mut page: mpsc::Receiver<Message>) -> (RunView, Outcome) {
    let mut known = RunView::default();
    while let Some(message) = page.recv().await {
        match message {
            Message::Snapshot { view, .. } => known = view,
            Message::Events { events, view, .. } => match view {
                Some(view) => known = view,
                None => events.iter().for_each(|event| known.apply(event)),
            },
            _ => {}
        }
        if let Some(outcome) = known.outcome.clone() {
            return (known, outcome);
        }
    }
    panic!("the run went silent before it was over");
}

const SLOW: &str = r#"[
    {"id": "source", "kind": "file_source", "file": "cities.csv", "bytes_per_s": 200000},
    {"id": "sink", "kind": "file_sink", "file": "out.csv"}]"#;

#[tokio::test]
async fn a_run_that_reads_more_than_its_quota_is_stopped_and_says_so() {
    let quotas = Quotas {
        bytes: 100_000,
        ..Quotas::default()
    };
    let (_, outcome) = outcome(SLOW, quotas).await;
    let Outcome::Stopped { message } = outcome else {
        panic!("{outcome:?}")
    };
    assert!(message.contains("it read 100000 bytes"), "{message}");
}

#[tokio::test]
async fn a_run_that_goes_on_for_too_long_is_stopped_and_says_so() {
    let quotas = Quotas {
        time: Duration::from_millis(1),
        ..Quotas::default()
    };
    let (_, outcome) = outcome(SLOW, quotas).await;
    assert!(matches!(outcome, Outcome::Stopped { .. }), "{outcome:?}");
}

#[tokio::test]
async fn outputs_that_fill_the_disk_quota_stop_the_run() {
    let quotas = Quotas {
        disk: 100_000,
        ..Quotas::default()
    };
    let (_, outcome) = outcome(SLOW, quotas).await;
    let Outcome::Stopped { message } = outcome else {
        panic!("{outcome:?}")
    };
    assert!(message.contains("all runs together"), "{message}");
}

#[tokio::test]
async fn a_stage_that_fails_with_nobody_listening_ends_the_run_as_node_would_exit() {
    // What gunzip gives has no columns that could be checked before.
    let stages = r#"[
        {"id": "source", "kind": "file_source", "file": "cities.csv"},
        {"id": "gzip", "kind": "gzip"},
        {"id": "gunzip", "kind": "gunzip"},
        {"id": "filter", "kind": "csv_filter", "expr": "size>1"},
        {"id": "sink", "kind": "file_sink", "file": "out.csv"}]"#;
    let (view, outcome) = outcome(stages, Quotas::default()).await;
    let Outcome::Failed {
        message,
        heard: false,
    } = outcome
    else {
        panic!("{outcome:?}")
    };
    assert!(message.contains("no column 'size'"), "{message}");
    let error = view.stages[3].error.as_deref().unwrap();
    assert!(
        message.starts_with("filter (")
            && message.contains(") at byte ")
            && message.ends_with(error),
        "{message}"
    );
    assert_eq!(view.stages[2].error, None, "pipe() passes no error on");
}

#[tokio::test]
async fn a_source_that_stands_alone_flows_to_a_listener_and_ends_the_run() {
    let stages = r#"[{"id": "source", "kind": "csv_sample", "bytes": 100000}]"#;
    let stages = Stages {
        specs: serde_json::from_str(stages).unwrap(),
        pipes: None,
        listened: vec![(String::from("source"), Listened::Data)],
    };
    let (env, _folder) = env(Quotas::default());
    let pipeline = Pipeline::plan_lesson(&stages).unwrap();
    let (_handle, page) = start_planned(Rate::Full, pipeline, &env).await;
    let over = tokio::time::timeout(Duration::from_secs(30), until_over(page));
    let (view, outcome) = over.await.expect("the run ends within the time");
    assert_eq!(outcome, Outcome::Completed);
    let read = view.stages[0].readable.as_ref().unwrap();
    assert!(
        read.bytes >= 100_000 && read.discarded_bytes == 0,
        "{read:?}"
    );
}

#[tokio::test]
async fn a_run_that_is_let_go_frees_its_folder_and_its_count() {
    let (env, folder) = env(Quotas::default());
    let (handle, mut page) = start(SLOW, &env).await;
    assert!(matches!(page.recv().await, Some(Message::Snapshot { .. })));
    drop(handle);
    env.tasks.close();
    tokio::time::timeout(Duration::from_secs(1), env.tasks.wait())
        .await
        .expect("freed within a second");
    let left = std::fs::read_dir(folder.path().join("runs")).unwrap();
    assert_eq!(left.count(), 0);
    assert_eq!(env.disk.load(std::sync::atomic::Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_transform_with_more_to_give_is_asked_only_while_there_is_room() {
    // One chunk of 256 KiB becomes 16 pieces of 16 KiB, and the sink is slow.
    let stages = r#"[
        {"id": "source", "kind": "file_source", "file": "cities.csv", "high_water_mark": 262144},
        {"id": "through", "kind": "throttle", "bytes_per_s": 1000000000},
        {"id": "sink", "kind": "file_sink", "file": "out.csv", "bytes_per_s": 100000}]"#;
    let (env, _folder) = env(Quotas::default());
    let (_handle, mut page) = start(stages, &env).await;
    let mut known = RunView::default();
    let written = |view: &RunView| {
        let sink = view.stages.last().and_then(|sink| sink.writable.as_ref());
        sink.map_or(0, |side| side.bytes)
    };
    while written(&known) < 60_000 {
        match page.recv().await.expect("the run goes on") {
            Message::Snapshot { view, .. } => known = view,
            Message::Events { events, view, .. } => match view {
                Some(view) => known = view,
                None => events.iter().for_each(|event| known.apply(event)),
            },
            _ => {}
        }
        let through = known
            .stages
            .get(1)
            .and_then(|stage| stage.readable.as_ref());
        let buffered = through.map_or(0, |side| side.buffered);
        assert!(buffered <= 16 * 1024, "{buffered} bytes wait to be read");
    }
    let held = known.stages[1].in_work;
    assert!(held > 100_000, "the rest of the chunk is in work: {held}");
}
