//! The clock of a run over the control channel of a real server.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

#[expect(dead_code, reason = "other tests use the rest")]
mod playground;

use playground::{Page, Playground};
use serde_json::{Value, json};

fn stages() -> Value {
    json!([
        {"id": "source", "kind": "file_source", "file": "cities.csv"},
        {"id": "upper", "kind": "upper"},
        {"id": "sink", "kind": "file_sink", "file": "copy.csv"},
    ])
}

async fn start_with(page: &mut Page, clock: Value) -> String {
    let start = json!({"type": "start", "stages": stages(), "clock": clock});
    let answer = page.ask(start).await;
    assert_eq!(answer["type"], "started", "{answer}");
    answer["run"].as_str().unwrap().to_owned()
}

/// Waits for what the server says of the clock, in a snapshot or by itself.
async fn until_clock(page: &mut Page, mode: &str) -> Value {
    loop {
        let message = page.next().await.expect("more of the run");
        let clock = match message["type"].as_str() {
            Some("snapshot") => &message["clock"],
            Some("clock") => &message,
            _ => continue,
        };
        if clock["mode"] == mode {
            return clock.clone();
        }
    }
}

/// The `seq` of all events in the next message that has any.
async fn next_events(page: &mut Page) -> Vec<u64> {
    loop {
        let message = page.next().await.expect("more of the run");
        if message["type"] == "events" {
            let events = message["events"].as_array().unwrap().iter();
            return events.map(|event| event["seq"].as_u64().unwrap()).collect();
        }
    }
}

#[tokio::test]
async fn a_run_is_stepped_from_its_first_event_and_then_goes_on_to_the_right_output() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = start_with(&mut page, json!({"mode": "paused"})).await;
    until_clock(&mut page, "paused").await;
    for seq in 1..=20 {
        page.ok(json!({"type": "clock", "run": run, "mode": "step"}))
            .await;
        assert_eq!(next_events(&mut page).await, [seq]);
    }
    page.ok(json!({"type": "clock", "run": run, "mode": "full"}))
        .await;
    until_clock(&mut page, "full").await;
    let download = page.until_ready(&run).await;
    let (status, body) = playground.get(download["path"].as_str().unwrap()).await;
    assert_eq!(status, 200);
    let expected = playground.sample().to_ascii_uppercase();
    assert!(body == expected.as_bytes(), "the output is another one");
}

#[tokio::test]
async fn slow_motion_shows_every_event_with_none_thinned() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let slow = json!({"mode": "slow", "events_per_s": 1_000});
    let run = start_with(&mut page, slow.clone()).await;
    assert_eq!(until_clock(&mut page, "slow").await, slow);
    let mut seq = page.view(&run).await["seq"].as_u64().unwrap();
    while page.view(&run).await["outcome"].is_null() {
        for of_event in next_events(&mut page).await {
            seq += 1;
            assert_eq!(of_event, seq);
        }
    }
}

#[tokio::test]
async fn a_page_that_comes_back_is_told_how_the_clock_goes() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = start_with(&mut page, json!({"mode": "paused"})).await;
    until_clock(&mut page, "paused").await;
    let mut other = Page::connect(&playground).await;
    other.hello(Some(&page.session)).await;
    until_clock(&mut other, "paused").await;
    other
        .ok(json!({"type": "clock", "run": run, "mode": "slow", "events_per_s": 20}))
        .await;
    assert_eq!(until_clock(&mut other, "slow").await["events_per_s"], 20);
}

#[tokio::test]
async fn a_verb_takes_effect_while_the_clock_is_paused_and_leaving_still_frees_the_run() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = start_with(&mut page, json!({"mode": "paused"})).await;
    page.ok(json!({"type": "unpipe", "run": run, "from": "source"}))
        .await;
    let again = page
        .ask(json!({"type": "unpipe", "run": run, "from": "source"}))
        .await;
    assert!(again["note"].as_str().unwrap().contains("nothing changed"));
    page.ok(json!({"type": "end", "run": run})).await;
    let freed = async {
        while playground.run_folders() > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    let second = std::time::Duration::from_secs(1);
    tokio::time::timeout(second, freed)
        .await
        .expect("freed within a second");
}

#[tokio::test]
async fn a_clock_that_cannot_be_is_refused_with_what_is_allowed() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = start_with(&mut page, json!({"mode": "paused"})).await;
    let cases = [
        (json!({"mode": "slow"}), "malformed", "from 1 to 1000"),
        (
            json!({"mode": "slow", "events_per_s": 0}),
            "not_allowed",
            "from 1 to 1000, not 0",
        ),
        (
            json!({"mode": "slow", "events_per_s": 1001}),
            "not_allowed",
            "not 1001",
        ),
        (
            json!({"mode": "slow", "events_per_s": -1}),
            "malformed",
            "u64",
        ),
        (
            json!({"mode": "step", "events_per_s": 5}),
            "malformed",
            "belongs to the mode slow",
        ),
        (json!({"mode": "backwards"}), "malformed", "`paused`"),
        (json!({}), "malformed", "mode"),
    ];
    for (clock, code, words) in cases {
        let mut request = clock.clone();
        request["type"] = json!("clock");
        request["run"] = json!(run);
        let start = json!({"type": "start", "stages": stages(), "clock": clock});
        for request in [request, start] {
            let answer = page.ask(request.clone()).await;
            assert_eq!(answer["code"], code, "{request}: {answer}");
            let message = answer["message"].as_str().unwrap();
            assert!(message.contains(words), "{request}: {message}");
        }
    }
    assert_eq!(playground.run_folders(), 1, "nothing was started");
    let unknown = page
        .ask(json!({"type": "clock", "run": "x", "mode": "full"}))
        .await;
    assert_eq!(unknown["code"], "unknown_run", "{unknown}");
    page.ok(json!({"type": "clock", "run": run, "mode": "full"}))
        .await;
    page.until_ready(&run).await;
    let over = page
        .ask(json!({"type": "clock", "run": run, "mode": "paused"}))
        .await;
    assert_eq!(over["code"], "not_allowed", "{over}");
    assert!(over["message"].as_str().unwrap().contains("run is over"));
}
