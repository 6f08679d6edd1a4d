//! The control channel against a real server: real files under the four verbs, and what a client
//! that is careless or hostile gets to hear.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

#[expect(dead_code, reason = "other tests use the rest")]
mod playground;
#[path = "control/questions.rs"]
mod questions;

use std::io::Read as _;

use playground::{Page, Playground, filtered_offline};
use serde_json::{Value, json};

/// A pipeline over the sample with the speeds given, and Node's own marks.
fn pipeline(source_per_s: Option<u64>, sink_per_s: Option<u64>) -> Value {
    json!([
        {"id": "source", "kind": "file_source", "file": "cities.csv", "bytes_per_s": source_per_s},
        {"id": "filter", "kind": "csv_filter", "expr": "population>500000"},
        {"id": "gzip", "kind": "gzip"},
        {"id": "sink", "kind": "file_sink", "file": "big.csv.gz", "bytes_per_s": sink_per_s},
    ])
}

/// The same with a slow source that owes nobody a drain: its chunks stay under the filter's mark.
fn unhurried_pipeline() -> Value {
    let mut stages = pipeline(Some(400_000), None);
    stages[1]["high_water_mark"] = json!(1_048_576);
    stages
}

fn readable(view: &Value, at: usize) -> &Value {
    &view["stages"][at]["readable"]
}

fn sink_taken(view: &Value) -> u64 {
    view["stages"][3]["writable"]["bytes"].as_u64().unwrap()
}

async fn gunzipped(playground: &Playground, path: &str) -> String {
    let (status, body) = playground.get(path).await;
    assert_eq!(status, 200);
    let mut text = String::new();
    flate2::read::GzDecoder::new(body.as_slice())
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[tokio::test]
async fn the_finished_file_equals_the_same_filter_done_offline() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = page.start(pipeline(None, None)).await;
    let download = page.until_ready(&run).await;
    let text = gunzipped(&playground, download["path"].as_str().unwrap()).await;
    assert_eq!(text, filtered_offline(&playground.sample()));
    let view = page.view(&run).await;
    assert_eq!(view["outcome"]["how"], "completed");
    assert_eq!(readable(&view, 0)["discarded_bytes"], 0);
}

#[tokio::test]
async fn a_source_that_is_piped_into_two_stages_gives_each_of_them_everything() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let start = json!({"type": "start", "stages": [
        {"id": "sink", "kind": "file_sink", "file": "big.csv.gz"},
        {"id": "all", "kind": "null"},
        {"id": "source", "kind": "file_source", "file": "cities.csv"},
        {"id": "gzip", "kind": "gzip"},
        {"id": "filter", "kind": "csv_filter", "expr": "population>500000"},
    ], "pipes": [["source", "filter"], ["source", "all"], ["filter", "gzip"], ["gzip", "sink"]]});
    let mut check = start.clone();
    check["type"] = json!("check");
    page.ok(check.clone()).await;
    let started = page.ask(start).await;
    let run = started["run"].as_str().unwrap().to_owned();
    let download = page.until_ready(&run).await;
    let text = gunzipped(&playground, download["path"].as_str().unwrap()).await;
    let sample = playground.sample();
    assert_eq!(text, filtered_offline(&sample));
    let view = page.until(&run, |view| !view["outcome"].is_null()).await;
    assert_eq!(view["outcome"]["how"], "completed");
    let names: Vec<_> = (0..5)
        .map(|at| view["stages"][at]["name"].clone())
        .collect();
    assert_eq!(names, ["source", "filter", "gzip", "sink", "all"]);
    assert_eq!(view["stages"][4]["writable"]["bytes"], sample.len());
    // What cannot be started is refused by `check` in the same words, and nothing is started.
    check["pipes"] = json!([["source", "filter"], ["filter", "sink"], ["source", "all"]]);
    let refused = page.ask(check.clone()).await;
    check["type"] = json!("start");
    let not_started = page.ask(check).await;
    assert_eq!(refused["code"], "bad_stage");
    assert!(
        refused["message"]
            .as_str()
            .unwrap()
            .contains("nothing feeds 'gzip'")
    );
    assert_eq!(refused["message"], not_started["message"]);
}

#[tokio::test]
async fn pause_stops_the_bytes_and_resume_goes_on() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = page.start(unhurried_pipeline()).await;
    page.until(&run, |view| readable(view, 0)["bytes"].as_u64() > Some(0))
        .await;
    page.ok(json!({"type": "pause", "run": run, "stage": "source"}))
        .await;
    let paused = page
        .until(&run, |view| readable(view, 0)["state"] == "paused")
        .await;
    // The read buffer fills to its mark, and then nothing moves: that is the sign to wait for.
    let full = page
        .until(&run, |view| {
            readable(view, 0)["buffered"].as_u64() >= readable(view, 0)["mark"].as_u64()
        })
        .await;
    assert_eq!(readable(&full, 0)["bytes"], readable(&paused, 0)["bytes"]);
    page.ok(json!({"type": "throttle", "run": run, "stage": "source", "bytes_per_s": null}))
        .await;
    page.ok(json!({"type": "resume", "run": run, "stage": "source"}))
        .await;
    let download = page.until_ready(&run).await;
    let text = gunzipped(&playground, download["path"].as_str().unwrap()).await;
    assert_eq!(text, filtered_offline(&playground.sample()));
}

#[tokio::test]
async fn unpipe_and_pipe_again_lose_nothing() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = page.start(pipeline(Some(400_000), None)).await;
    page.until(&run, |view| readable(view, 0)["bytes"].as_u64() > Some(0))
        .await;
    page.ok(json!({"type": "unpipe", "run": run, "from": "source", "to": "filter"}))
        .await;
    let full = page
        .until(&run, |view| {
            readable(view, 0)["buffered"].as_u64() >= readable(view, 0)["mark"].as_u64()
        })
        .await;
    assert_eq!(readable(&full, 0)["state"], "paused");
    page.ok(json!({"type": "throttle", "run": run, "stage": "source", "bytes_per_s": null}))
        .await;
    page.ok(json!({"type": "pipe", "run": run, "from": "source", "to": "filter"}))
        .await;
    let download = page.until_ready(&run).await;
    let text = gunzipped(&playground, download["path"].as_str().unwrap()).await;
    assert_eq!(text, filtered_offline(&playground.sample()));
}

#[tokio::test]
async fn a_slow_sink_holds_back_everything_up_to_the_source() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = page.start(pipeline(None, Some(1_000))).await;
    let view = page
        .until(&run, |view| {
            readable(view, 0)["paused_by"]["cause"] == "backpressure"
                && view["stages"][3]["writable"]["need_drain"] == true
        })
        .await;
    assert_eq!(readable(&view, 0)["paused_by"]["to"], 1);
    assert_eq!(view["pipes"][0]["open"], false);
    assert!(sink_taken(&view) < 200_000);
}

#[tokio::test]
async fn a_pause_is_undone_by_the_drain_that_is_owed() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = page.start(pipeline(None, Some(20_000))).await;
    // All that is between the source and the slow sink is full, so that no quick drain of the
    // filter can come before the pause does.
    page.until(&run, |view| {
        let owes = |stage: usize| view["stages"][stage]["writable"]["need_drain"] == true;
        readable(view, 0)["paused_by"]["cause"] == "backpressure" && (1..=3).all(owes)
    })
    .await;
    let answer = page
        .ask(json!({"type": "pause", "run": run, "stage": "source"}))
        .await;
    assert!(
        answer["note"].as_str().unwrap().contains("owes a drain"),
        "{answer}"
    );
    page.ok(json!({"type": "throttle", "run": run, "stage": "sink", "bytes_per_s": null}))
        .await;
    page.until_event(&run, |event| {
        event["type"] == "flowing" && event["stage"] == 0 && event["undid_pause"] == true
    })
    .await;
}

#[tokio::test]
async fn resume_without_a_consumer_discards_and_the_loss_is_counted() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = page.start(pipeline(Some(400_000), None)).await;
    page.ok(json!({"type": "unpipe", "run": run, "from": "source"}))
        .await;
    let answer = page
        .ask(json!({"type": "resume", "run": run, "stage": "source"}))
        .await;
    assert!(answer["note"].as_str().unwrap().contains("discarded"));
    let view = page
        .until(&run, |view| {
            readable(view, 0)["discarded_bytes"].as_u64() > Some(0)
        })
        .await;
    assert_eq!(readable(&view, 0)["state"], "flowing");
}

#[tokio::test]
async fn a_refused_verb_names_what_is_allowed_and_changes_nothing() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = page.start(pipeline(Some(10_000), None)).await;
    let cases = [
        (json!({"type": "juggle"}), "malformed", "pause"),
        (json!({"type": "pause", "run": run}), "malformed", "stage"),
        (
            json!({"type": "pause", "run": "x", "stage": "source"}),
            "unknown_run",
            "no run 'x'",
        ),
        (
            json!({"type": "pause", "run": run, "stage": "tap"}),
            "unknown_stage",
            "source, filter",
        ),
        (
            json!({"type": "pause", "run": run, "stage": "sink"}),
            "not_allowed",
            "is a Writable",
        ),
        (
            json!({"type": "pipe", "run": run, "from": "filter", "to": "source"}),
            "not_allowed",
            "is a Readable",
        ),
        (
            json!({"type": "pipe", "run": run, "from": "source", "to": "filter"}),
            "not_allowed",
            "every chunk twice",
        ),
        (
            json!({"type": "pipe", "run": run, "from": "gzip", "to": "filter"}),
            "not_allowed",
            "leads back",
        ),
        (
            json!({"type": "throttle", "run": run, "stage": "gzip", "bytes_per_s": 5}),
            "not_allowed",
            "no speed control",
        ),
        (
            json!({"type": "throttle", "run": run, "stage": "sink", "bytes_per_s": 0}),
            "not_allowed",
            "at least 1",
        ),
        (
            json!({"type": "throttle", "run": run, "stage": "sink", "bytes_per_s": -1}),
            "malformed",
            "u64",
        ),
    ];
    expect_refused(&mut page, &cases).await;
    let after = page.view(&run).await;
    let pipes = after["pipes"].as_array().expect("a list of pipes");
    let ends: Vec<_> = pipes
        .iter()
        .map(|pipe| (&pipe["from"], &pipe["to"]))
        .collect();
    assert_eq!(
        ends,
        [
            (&json!(0), &json!(1)),
            (&json!(1), &json!(2)),
            (&json!(2), &json!(3))
        ]
    );
    assert_eq!(readable(&after, 0)["state"], "flowing");
}

#[tokio::test]
async fn a_refused_start_names_what_is_allowed_and_starts_nothing() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let with = |stages: Value| json!({"type": "start", "stages": stages});
    let source = &pipeline(None, None)[0];
    let sink = &pipeline(None, None)[3];
    let filter = |expr: &str| json!({"id": "f", "kind": "csv_filter", "expr": expr});
    let other = json!({"id": "other", "kind": "file_source", "file": "cities.csv"});
    let cases = [
        (
            json!({"type": "start", "lesson": "no/such"}),
            "unknown_lesson",
            "no lesson 'no/such'",
        ),
        (json!({"type": "start"}), "malformed", "exactly one"),
        (
            json!({"type": "watch", "lesson": "no/such"}),
            "unknown_lesson",
            "no/such",
        ),
        (
            with(json!([source, {"id": "t", "kind": "teapot"}])),
            "bad_stage",
            "the kinds are file_source, ",
        ),
        (
            with(json!([source, other])),
            "bad_stage",
            "'other' is a Readable",
        ),
        (
            with(json!([source, filter("population"), sink])),
            "bad_stage",
            "quote it",
        ),
        (
            with(json!([source, filter("size>1"), sink])),
            "bad_stage",
            "the columns are id, name",
        ),
        (
            with(json!([source, {"id": "o", "kind": "file_sink", "file": "../o"}])),
            "bad_stage",
            "'../o' cannot be",
        ),
        (
            with(json!([{"id": "s", "kind": "file_source", "file": "/etc/passwd"}])),
            "bad_stage",
            "there is cities.csv",
        ),
    ];
    expect_refused(&mut page, &cases).await;
    assert_eq!(playground.run_folders(), 0);
}

/// Each request must be refused with this code, and with these words in the message.
async fn expect_refused(page: &mut Page, cases: &[(Value, &str, &str)]) {
    for (request, code, words) in cases {
        let answer = page.ask(request.clone()).await;
        assert_eq!(answer["type"], "error", "{request}: {answer}");
        assert_eq!(answer["code"], *code, "{request}: {answer}");
        let message = answer["message"].as_str().unwrap();
        assert!(message.contains(words), "{request}: {message}");
    }
}

#[tokio::test]
async fn what_is_not_json_is_refused_and_what_is_too_long_closes_with_1009() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    page.send_text("{not json").await;
    let answer = page.next().await.unwrap();
    assert_eq!(answer["code"], "malformed");
    page.send_text(&"x".repeat(65 * 1024)).await;
    assert_eq!(page.closed().await, 1009);
}

#[tokio::test]
async fn an_output_is_found_by_its_name_alone_and_only_when_finished() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = page.start(pipeline(Some(10_000), None)).await;
    for (name, status) in [
        ("big.csv.gz", 404),
        ("other.gz", 404),
        ("..", 400),
        ("%2e%2e%2f%2e%2e%2flock", 400),
        ("..%2flock", 400),
        (".lock", 400),
    ] {
        let path = format!("/api/runs/{run}/files/{name}");
        let (got, body) = playground.get(&path).await;
        assert!(!body.is_empty(), "{name} says why");
        assert_eq!(got, status, "{name}");
    }
}
