//! How the stages of a run are joined decides what a fault and what a slow sink do to the others.

use std::fs::read_to_string;

use serde_json::{Value, json};

use crate::playground::{Page, Playground};
use crate::support::{Served, alone};

/// What the buffers of a run may hold.
const QUOTA: u64 = 64 << 20;

async fn start(page: &mut Page, join: &str, stages: Value) -> String {
    let answer = page
        .ask(json!({"type": "start", "join": join, "stages": stages}))
        .await;
    assert_eq!(answer["type"], "started", "{answer}");
    answer["run"].as_str().unwrap().to_owned()
}

async fn over(page: &mut Page, run: &str) -> Value {
    page.until(run, |view| !view["outcome"].is_null()).await
}

/// A source that never ends, as far as a test goes, and a sink that takes next to nothing.
fn too_much_for_the_sink() -> Value {
    json!([
        {"id": "source", "kind": "csv_sample", "bytes": 1_000_000_000},
        {"id": "sink", "kind": "file_sink", "file": "copy.csv", "bytes_per_s": 1_000},
    ])
}

#[tokio::test]
async fn leaving_out_backpressure_grows_the_queue_to_its_quota_and_says_where() {
    let _alone = alone().await;
    let server = Served::start();
    let mut page = server.page().await;
    let before = resident(&server);
    let run = start(&mut page, "write", too_much_for_the_sink()).await;
    let view = over(&mut page, &run).await;
    let message = view["outcome"]["message"].as_str().unwrap();
    assert_eq!(view["outcome"]["how"], "stopped", "{message}");
    assert!(
        message.contains(&format!("{QUOTA} are what a run may use"))
            && message.contains("waited in the write buffer of sink (copy.csv), whose high water"),
        "{message}"
    );
    let queued = view["stages"][1]["writable"]["buffered"].as_u64().unwrap();
    assert!((QUOTA..QUOTA + (1 << 20)).contains(&queued), "{queued}");
    let grown = peak(&server) - before;
    println!("{queued} bytes queued, {grown} bytes of memory more: {message}");
    assert!(
        grown > QUOTA * 8 / 10,
        "the queue is not real: {grown} bytes"
    );
}

#[tokio::test]
async fn a_pipe_and_a_pipeline_hold_the_same_source_back() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    for join in ["pipe", "pipeline"] {
        let run = start(&mut page, join, too_much_for_the_sink()).await;
        let view = page
            .until(&run, |view| {
                view["stages"][1]["writable"]["need_drain"] == true
            })
            .await;
        let queued = view["stages"][1]["writable"]["buffered"].as_u64().unwrap();
        assert!(queued < 100_000, "{join}: {queued}");
        page.ok(json!({"type": "end", "run": run})).await;
    }
}

#[tokio::test]
async fn a_failing_stage_takes_the_others_with_it_in_a_pipeline_alone() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let stages = json!([
        {"id": "source", "kind": "csv_sample", "rows": 100_000},
        {"id": "fault", "kind": "fault", "at_byte": 50_000},
        {"id": "sink", "kind": "file_sink", "file": "copy.csv"},
    ]);
    for (join, others_close) in [("pipe", false), ("write", false), ("pipeline", true)] {
        let run = start(&mut page, join, stages.clone()).await;
        let view = over(&mut page, &run).await;
        assert_eq!(view["outcome"]["how"], "failed", "{join}: {view}");
        assert_eq!(view["outcome"]["heard"], join == "pipeline", "{join}");
        let message = view["outcome"]["message"].as_str().unwrap();
        assert!(
            message.starts_with("fault (") && message.contains("at byte 50000"),
            "{message}"
        );
        for other in [0, 2] {
            assert_eq!(
                view["stages"][other]["closed"], others_close,
                "{join}: {other}"
            );
        }
        page.ok(json!({"type": "end", "run": run})).await;
    }
}

#[tokio::test]
async fn where_errors_are_heard_a_pipe_leaks_until_the_run_is_ended() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let stages = json!([
        {"id": "source", "kind": "live_samples"},
        {"id": "fault", "kind": "fault", "at_byte": 1_000},
        {"id": "sink", "kind": "file_sink", "file": "copy"},
    ]);
    let started = page
        .ask(json!({"type": "start", "stages": stages, "heard": true}))
        .await;
    assert_eq!(started["memory"], 64 << 20, "{started}");
    let run = started["run"].as_str().unwrap().to_owned();
    let view = page
        .until(&run, |view| view["stages"][1]["closed"] == true)
        .await;
    assert_eq!(view["outcome"], Value::Null, "{view}");
    let (_, metrics) = playground.get("/metrics").await;
    let metrics = String::from_utf8(metrics).unwrap();
    for open in ["file\"} 1", "socket\"} 0", "timer\"} 1"] {
        let line = format!("spillway_run_resources{{what=\"{open}\n");
        assert!(metrics.contains(&line), "{metrics}");
    }
    let again = page.view(&run).await;
    let nothing = json!({"files": 0, "sockets": 0, "timers": 0});
    assert_eq!(again["stages"][0]["open"]["timers"], 1, "{again}");
    assert_eq!(again["stages"][1]["open"], nothing, "{again}");
    assert_eq!(again["stages"][2]["open"]["files"], 1, "{again}");
    page.ok(json!({"type": "end", "run": run})).await;
}

#[tokio::test]
async fn a_pipeline_completes_and_gives_its_output() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let stages = json!([
        {"id": "source", "kind": "csv_sample", "bytes": 500_000},
        {"id": "sink", "kind": "file_sink", "file": "copy.csv"},
    ]);
    for join in ["pipe", "write", "pipeline"] {
        let run = start(&mut page, join, stages.clone()).await;
        let download = page.until_ready(&run).await;
        let view = page.view(&run).await;
        assert_eq!(view["outcome"]["how"], "completed", "{join}: {view}");
        let source = view["stages"][0]["readable"]["bytes"].as_u64().unwrap();
        assert_eq!(download["bytes"].as_u64(), Some(source), "{join}");
        page.ok(json!({"type": "end", "run": run})).await;
    }
}

#[tokio::test]
async fn a_way_of_joining_that_does_not_exist_is_refused_with_those_that_do() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let source = json!({"id": "source", "kind": "csv_sample"});
    for (join, code, names) in [
        ("glue", "malformed", "`pipe`, `pipeline`, `write`"),
        ("pipeline", "bad_stage", "at least two stages"),
    ] {
        let start = json!({"type": "start", "join": join, "stages": [source]});
        let answer = page.ask(start).await;
        assert_eq!(answer["code"], code, "{answer}");
        assert!(
            answer["message"].as_str().unwrap().contains(names),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_stage_fails_on_demand_and_again_only_in_words() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    for (join, others_close) in [("pipe", false), ("pipeline", true)] {
        let run = start(&mut page, join, too_much_for_the_sink()).await;
        let destroy =
            |error: &str| json!({"type": "destroy", "run": run, "stage": "source", "error": error});
        let refused = page.ask(destroy(&"x".repeat(201))).await;
        assert_eq!(refused["code"], "not_allowed", "{refused}");
        page.ok(destroy("pulled the plug")).await;
        let view = over(&mut page, &run).await;
        assert_eq!(view["stages"][0]["error"], "pulled the plug");
        assert_eq!(view["stages"][1]["closed"], others_close, "{join}");
        let message = view["outcome"]["message"].as_str().unwrap();
        assert!(message.ends_with("pulled the plug"), "{message}");
        let refused = page.ask(destroy("again")).await;
        assert_eq!(refused["code"], "not_allowed", "{refused}");
        page.ok(json!({"type": "end", "run": run})).await;
    }
}

#[tokio::test]
async fn a_source_destroyed_without_an_error_leaves_its_sink_waiting() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = start(&mut page, "pipe", too_much_for_the_sink()).await;
    let destroy = json!({"type": "destroy", "run": run, "stage": "source"});
    let answer = page.ask(destroy.clone()).await;
    let note = answer["note"].as_str().unwrap_or_default();
    assert!(note.contains("will wait for ever"), "{answer}");
    let closed = |view: &Value| view["stages"][0]["closed"] == true;
    let view = page.until(&run, closed).await;
    assert!(view["outcome"].is_null() && view["stages"][1]["closed"] == false);
    let refused = page.ask(destroy).await;
    let message = refused["message"].as_str().unwrap();
    assert!(message.contains("destroyed already"), "{message}");
}

/// Bytes of memory the server has now.
fn resident(server: &Served) -> u64 {
    memory(server, "VmRSS:")
}

/// The most it has had.
fn peak(server: &Served) -> u64 {
    memory(server, "VmHWM:")
}

fn memory(server: &Served, field: &str) -> u64 {
    let status = read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let kib = line.unwrap().trim().strip_suffix(" kB").unwrap();
    kib.trim().parse::<u64>().unwrap() * 1024
}
