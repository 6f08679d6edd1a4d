//! What runs get from others than files.

use serde_json::{Value, json};

use crate::playground::{Page, Playground};

/// What the stages before it give to a `collect`, and the last picture.
async fn collected(playground: &Playground, page: &mut Page, stages: &[Value]) -> (Vec<u8>, Value) {
    let mut stages = stages.to_vec();
    stages.push(json!({"id": "all", "kind": "collect", "max_bytes": 1_048_576}));
    let run = page.start(json!(stages)).await;
    let view = page.until(&run, |view| !view["outcome"].is_null()).await;
    assert_eq!(view["outcome"]["how"], "completed", "{view}");
    let path = format!("/api/runs/{run}/collected/all");
    let (status, body) = playground.get(&path).await;
    assert_eq!(status, 200);
    page.ok(json!({"type": "end", "run": run})).await;
    (body, view)
}

#[tokio::test]
async fn the_sample_is_the_same_from_memory_over_http_over_tcp_and_back() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let sample = json!({"id": "source", "kind": "csv_sample", "rows": 9000, "seed": 4});
    let (expected, _) = collected(&playground, &mut page, std::slice::from_ref(&sample)).await;
    let tcp = json!({"id": "source", "kind": "tcp_source", "rows": 9000, "seed": 4});
    let (over_tcp, view) = collected(&playground, &mut page, &[tcp]).await;
    assert!(over_tcp == expected);
    assert_eq!(view["stages"][0]["in_work"], 0);
    let http = json!({"id": "source", "kind": "http_source", "rows": 9000, "seed": 4});
    let (over_http, _) = collected(&playground, &mut page, &[http]).await;
    assert!(over_http == expected);
    let echo = json!({"id": "echo", "kind": "tcp_echo"});
    let (echoed, view) = collected(&playground, &mut page, &[sample, echo]).await;
    assert!(echoed == expected);
    let echo = &view["stages"][1];
    assert_eq!(echo["in_work"], 0, "everything came back");
    for side in ["readable", "writable"] {
        assert_eq!(echo[side]["bytes"], expected.len(), "{side}");
    }
}

#[tokio::test]
async fn a_filter_finds_the_columns_of_every_sample() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    for kind in ["csv_sample", "tcp_source", "http_source"] {
        let source = json!({"id": "source", "kind": kind, "rows": 500});
        let filter = json!({"id": "big", "kind": "csv_filter", "expr": "population>500000"});
        let (rows, _) = collected(&playground, &mut page, &[source.clone(), filter]).await;
        let rows = String::from_utf8(rows).unwrap();
        assert!((2..500).contains(&rows.lines().count()), "{kind}");
        let filter = json!({"id": "big", "kind": "csv_filter", "expr": "size>1"});
        let start = json!({"type": "start", "stages": [source, filter]});
        let refused = page.ask(start).await;
        assert_eq!(refused["code"], "bad_stage", "{refused}");
    }
}

#[tokio::test]
async fn what_a_live_source_missed_is_counted_in_the_picture() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    // A chunk of 80 bytes each 5 ms, and room for one; the sink takes half as much.
    let run = page
        .start(json!([
            {"id": "mic", "kind": "live_samples", "every_ms": 5, "queue": 1, "high_water_mark": 1},
            {"id": "sink", "kind": "slow", "bytes_per_s": 8000, "high_water_mark": 1},
        ]))
        .await;
    let view = page
        .until(&run, |view| {
            view["stages"][0]["missed_chunks"].as_u64() > Some(5)
        })
        .await;
    let missed = view["stages"][0]["missed_chunks"].as_u64().unwrap();
    assert_eq!(view["stages"][0]["missed_bytes"], missed * 80);
}

#[tokio::test]
async fn samples_can_be_fetched_by_anybody() {
    let playground = Playground::start().await;
    let get = |path: &'static str| playground.get(path);
    let (status, csv) = get("/api/samples/cities.csv?rows=3").await;
    assert_eq!((status, csv.split(|byte| *byte == b'\n').count()), (200, 5));
    let (_, array) = get("/api/samples/cities.json?rows=3").await;
    let array: Vec<Value> = serde_json::from_slice(&array).unwrap();
    assert_eq!(array.len(), 3);
    let (_, lines) = get("/api/samples/cities.ndjson?rows=3&seed=1").await;
    let first = lines.split(|byte| *byte == b'\n').next().unwrap();
    let first: Value = serde_json::from_slice(first).unwrap();
    assert_eq!(first["id"], 1);
    for (path, status) in [
        ("/api/samples/other.csv", 404),
        ("/api/samples/cities.csv?rows=50000001", 400),
        ("/api/samples/cities.csv?rows=many", 400),
        ("/api/samples/cities.csv?row=1", 400),
    ] {
        assert_eq!(get(path).await.0, status, "{path}");
    }
}
