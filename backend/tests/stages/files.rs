//! Runs that make several files.

use serde_json::{Value, json};

use crate::playground::{Page, Playground};

/// A sample into `all.csv` and, as upper case, into another file.
fn branches(other: &str) -> Value {
    json!({"type": "start",
        "stages": [
            {"id": "cities", "kind": "csv_sample", "rows": 2_000},
            {"id": "all", "kind": "file_sink", "file": "all.csv"},
            {"id": "upper", "kind": "upper"},
            {"id": "loud", "kind": "file_sink", "file": other},
        ],
        "pipes": [["cities", "all"], ["cities", "upper"], ["upper", "loud"]]})
}

#[tokio::test]
async fn each_branch_may_end_in_a_file_and_each_can_be_fetched() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let started = page.ask(branches("loud.csv")).await;
    let run = started["run"].as_str().unwrap().to_owned();
    let view = page.until(&run, |view| !view["outcome"].is_null()).await;
    assert_eq!(view["outcome"]["how"], "completed", "{view}");
    let mut files = Vec::new();
    for name in ["all.csv", "loud.csv"] {
        let path = format!("/api/runs/{run}/files/{name}");
        let (status, file) = playground.get(&path).await;
        assert_eq!(status, 200, "{name}");
        files.push(String::from_utf8(file).unwrap());
    }
    assert_eq!(files[0].to_uppercase(), files[1]);
    assert!(files[0].lines().count() > 1_000);
    // A page that comes back hears of both.
    let session = page.session.clone();
    drop(page);
    let mut back = Page::connect(&playground).await;
    back.hello(Some(&session)).await;
    let snapshot = loop {
        let message = back.next().await.expect("a snapshot");
        if message["type"] == "snapshot" {
            break message;
        }
    };
    let downloads = snapshot["downloads"].as_array().unwrap();
    let named = |at: usize| (&downloads[at]["name"], downloads[at]["bytes"].as_u64());
    let size = |at: usize| Some(files[at].len() as u64);
    assert_eq!(named(0), (&json!("all.csv"), size(0)));
    assert_eq!(named(1), (&json!("loud.csv"), size(1)));
    assert_eq!(playground.run_files(), 2);
    back.ok(json!({"type": "end", "run": run})).await;
}

#[tokio::test]
async fn two_files_of_one_name_are_refused() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    for name in ["all.csv", "ALL.csv"] {
        let refused = page.ask(branches(name)).await;
        assert_eq!(refused["code"], "bad_stage", "{refused}");
        let message = refused["message"].as_str().unwrap();
        let words = format!("'all' and 'loud' would both write the file '{name}'");
        assert!(message.contains(&words), "{message}");
    }
    assert_eq!(playground.run_folders(), 0);
}

#[tokio::test]
async fn when_one_branch_fails_no_unfinished_file_stays() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let mut start = branches("loud.csv");
    start["stages"][2] = json!({"id": "upper", "kind": "fault", "at_byte": 60_000});
    let started = page.ask(start).await;
    let run = started["run"].as_str().unwrap().to_owned();
    let view = page.until(&run, |view| !view["outcome"].is_null()).await;
    assert_eq!(view["outcome"]["how"], "failed", "{view}");
    let (status, _) = playground
        .get(&format!("/api/runs/{run}/files/loud.csv"))
        .await;
    assert_eq!(status, 404);
    page.ok(json!({"type": "end", "run": run})).await;
}
