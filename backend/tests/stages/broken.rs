//! What breaks off on purpose: connections that are cut, and clients that go away.

use serde_json::{Value, json};

use crate::playground::{Page, Playground};
use crate::raw::Fetch;

const ROWS: &str = "/api/samples/cities.csv?rows=9000";

fn source(own: &Value) -> Value {
    let mut source = json!({"id": "source", "kind": "http_source", "rows": 9000, "wait_ms": 1,
        "cut_at_byte": 100_000});
    for (name, value) in own.as_object().unwrap() {
        source[name] = value.clone();
    }
    source
}

/// What comes of a source, and the last picture.
async fn collected(playground: &Playground, own: Value) -> (Vec<u8>, Value) {
    let mut page = Page::open(playground).await;
    let all = json!({"id": "all", "kind": "collect", "max_bytes": 1_048_576});
    let run = page.start(json!([source(&own), all])).await;
    let view = page.until(&run, |view| !view["outcome"].is_null()).await;
    let path = format!("/api/runs/{run}/collected/all");
    (playground.get(&path).await.1, view)
}

#[tokio::test]
async fn a_source_that_resumes_has_every_byte_once_however_often_it_is_cut() {
    let playground = Playground::start().await;
    let (_, whole) = playground.get(ROWS).await;
    let own = json!({"retries": 3, "cuts": 2});
    let (body, view) = collected(&playground, own).await;
    assert_eq!(view["outcome"]["how"], "completed", "{view}");
    assert!(body == whole, "{} of {}", body.len(), whole.len());
}

#[tokio::test]
async fn a_source_that_begins_again_has_the_bytes_before_the_cut_twice() {
    let playground = Playground::start().await;
    let (_, whole) = playground.get(ROWS).await;
    let own = json!({"retries": 1, "resume": false});
    let (body, view) = collected(&playground, own).await;
    assert_eq!(view["outcome"]["how"], "completed", "{view}");
    assert_eq!(body.len(), whole.len() + 100_000);
    assert!(body[..100_000] == whole[..100_000] && body[100_000..] == whole);
}

#[tokio::test]
async fn a_source_that_does_not_try_again_fails_where_it_was_cut() {
    let playground = Playground::start().await;
    let (_, view) = collected(&playground, json!({})).await;
    let message = view["outcome"]["message"].as_str().unwrap();
    assert!(
        message.contains("at byte 100000: the HTTP answer broke off"),
        "{message}"
    );
}

#[tokio::test]
async fn a_sample_can_be_asked_for_from_a_byte_on() {
    let playground = Playground::start().await;
    let (_, whole) = playground.get(ROWS).await;
    let length = whole.len();
    let request = format!("GET {ROWS}");
    let from = |range: String| {
        let headers = format!("Range: {range}\r\n");
        let request = &request;
        let addr = playground.addr;
        async move { Fetch::send(addr, request, &headers, b"").await.head }
    };
    let head = from("bytes=40000-".to_owned()).await;
    assert!(head.starts_with("HTTP/1.1 206 "), "{head}");
    let range = format!("content-range: bytes 40000-{}/{length}\r\n", length - 1);
    assert!(head.contains(&range), "{head}");
    let head = from(format!("bytes={length}-")).await;
    assert!(head.starts_with("HTTP/1.1 416 "), "{head}");
    let head = from("bytes=0-9,20-29".to_owned()).await;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
}

#[tokio::test]
async fn a_client_that_goes_away_fails_the_response_and_leaves_nothing_open() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let stages = json!([
        {"id": "source", "kind": "csv_sample", "bytes": 50_000_000},
        {"id": "out", "kind": "http_response", "leaves_at_byte": 300_000},
    ]);
    let run = page.start(stages).await;
    let view = page.until(&run, |view| !view["outcome"].is_null()).await;
    let message = view["outcome"]["message"].as_str().unwrap();
    assert!(
        message.contains("the client went away before it had everything"),
        "{message}"
    );
    let sent = view["stages"][1]["writable"]["bytes"].as_u64().unwrap();
    assert!((250_000..50_000_000).contains(&sent), "{sent}");
    let closed = |view: &Value| view["stages"][1]["open"]["sockets"] == 0;
    page.until(&run, closed).await;
}

#[tokio::test]
async fn a_loop_closes_what_it_reads_and_leaves_what_it_writes_to() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let start = json!({"type": "start", "join": "iterate", "stages": [
        {"id": "source", "kind": "csv_sample", "bytes": 50_000_000, "bytes_per_s": 200_000},
        {"id": "sink", "kind": "file_sink", "file": "copy.csv"},
    ]});
    let started = page.ask(start).await;
    let run = started["run"].as_str().unwrap().to_owned();
    let at_work = |view: &Value| view["stages"][1]["writable"]["bytes"].as_u64() > Some(0);
    page.until(&run, at_work).await;
    page.ok(json!({"type": "destroy", "run": run, "stage": "source", "error": "gone"}))
        .await;
    let view = page
        .until(&run, |view| view["stages"][0]["closed"] == true)
        .await;
    assert!(view["outcome"].is_null(), "the catch has heard it: {view}");
    assert_eq!(view["stages"][1]["closed"], false);
    assert_eq!(view["stages"][1]["writable"]["state"], "open");
    page.ok(json!({"type": "destroy", "run": run, "stage": "sink"}))
        .await;
    page.until(&run, |view| view["outcome"]["how"] == "completed")
        .await;
}
