//! Page sessions over real connections: who says hello, who comes back, and when runs end.

#[expect(dead_code, reason = "other tests use the rest")]
mod playground;

use std::time::Duration;

use playground::{Page, Playground};
use serde_json::{Value, json};

fn copy(source_per_s: Option<u64>) -> Value {
    json!([
        {"id": "source", "kind": "file_source", "file": "cities.csv", "bytes_per_s": source_per_s},
        {"id": "sink", "kind": "file_sink", "file": "copy.csv"},
    ])
}

/// The same with a source that owes nobody a drain: its chunks stay under the sink's mark.
fn unhurried_copy() -> Value {
    let mut stages = copy(Some(400_000));
    stages[1]["high_water_mark"] = json!(1_048_576);
    stages
}

#[tokio::test]
async fn hello_comes_first_and_in_this_version() {
    let playground = Playground::start().await;
    let mut page = Page::connect(&playground).await;
    let answer = page.ask(json!({"type": "end", "run": "r"})).await;
    assert_eq!(answer["code"], "hello_first");
    let answer = page.ask(json!({"type": "hello", "version": 999})).await;
    assert_eq!(answer["code"], "version");
    assert!(
        answer["message"]
            .as_str()
            .unwrap()
            .contains("reload the page")
    );
    page.hello(None).await;
    let answer = page.ask(json!({"type": "hello", "version": 1})).await;
    assert!(
        answer["message"]
            .as_str()
            .unwrap()
            .contains("hello comes once")
    );
}

#[tokio::test]
async fn a_page_that_comes_back_goes_on_from_a_snapshot() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = page.start(copy(Some(100_000))).await;
    let session = page.session.clone();
    drop(page);
    let mut back = Page::connect(&playground).await;
    let welcome = back.hello(Some(&session)).await;
    assert_eq!(welcome["session"], json!(session));
    assert_eq!(welcome["runs"], json!([run]));
    let view = back.view(&run).await;
    assert_eq!(view["stages"][0]["readable"]["state"], "flowing");
}

#[tokio::test]
async fn a_session_that_goes_on_on_another_connection_tells_the_first_and_loses_nothing() {
    let playground = Playground::start().await;
    let mut first = Page::open(&playground).await;
    let run = first.start(unhurried_copy()).await;
    let mut second = Page::connect(&playground).await;
    second.hello(Some(&first.session.clone())).await;
    second.view(&run).await;
    assert_eq!(first.closed().await, 4001, "not to come back by itself");
    second
        .ok(json!({"type": "pause", "run": run, "stage": "source"}))
        .await;
    second
        .until(&run, |view| {
            view["stages"][0]["readable"]["state"] == "paused"
        })
        .await;
}

#[tokio::test]
async fn deleting_the_session_ends_its_runs_and_frees_their_files() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = page.start(copy(Some(10_000))).await;
    page.view(&run).await;
    assert_eq!(playground.run_folders(), 1);
    let status = playground
        .delete(&format!("/api/sessions/{}", page.session))
        .await;
    assert_eq!(status, 204);
    let freed = async {
        while playground.run_folders() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(1), freed)
        .await
        .expect("freed within a second");
    assert_eq!(page.closed().await, 1000);
}

#[tokio::test]
async fn a_page_may_keep_so_many_runs_and_no_more() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let mut runs = Vec::new();
    for _ in 0..4 {
        runs.push(page.start(copy(Some(10_000))).await);
    }
    let stages = copy(None);
    let answer = page.ask(json!({"type": "start", "stages": stages})).await;
    assert_eq!(answer["code"], "quota");
    page.ok(json!({"type": "end", "run": runs[0]})).await;
    page.start(stages).await;
}
