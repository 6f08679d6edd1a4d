//! What a learner reads from a running stage and writes to it by hand, a look into its buffers, and
//! marks chosen for one run.

#[expect(dead_code, reason = "other tests use the rest")]
mod playground;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use playground::{Page, Playground};
use serde_json::{Value, json};

fn copy(source_per_s: Option<u64>) -> Value {
    json!([
        {"id": "source", "kind": "file_source", "file": "cities.csv", "bytes_per_s": source_per_s},
        {"id": "sink", "kind": "file_sink", "file": "copy.csv"},
    ])
}

/// A run whose sink has been fed once and is now the learner's alone.
async fn a_sink_of_ones_own(page: &mut Page) -> String {
    let run = page.start(copy(Some(1_000_000))).await;
    page.until(&run, |view| view["stages"][1]["writable"]["chunks"] != 0)
        .await;
    page.ok(json!({"type": "unpipe", "run": run, "from": "source"}))
        .await;
    page.until(&run, |view| {
        view["pipes"] == json!([]) && view["stages"][1]["writable"]["buffered"] == 0
    })
    .await;
    run
}

fn about(verb: &str, run: &str) -> Value {
    json!({"type": verb, "run": run, "stage": "sink"})
}

fn write(run: &str, text: &str) -> Value {
    let mut write = about("write", run);
    write["text"] = json!(text);
    write
}

fn buffer(run: &str) -> Value {
    let mut buffer = about("buffer", run);
    buffer["side"] = json!("write");
    buffer
}

#[tokio::test]
async fn a_chunk_written_by_hand_is_in_the_finished_file_where_it_was_written() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = a_sink_of_ones_own(&mut page).await;
    let answer = page.ask(write(&run, "by hand\n")).await;
    assert_eq!(answer["type"], "written", "{answer}");
    assert_eq!(
        (&answer["bytes"], &answer["answer"]),
        (&json!(8), &json!(true))
    );
    let mut in_base64 = about("write", &run);
    in_base64["base64"] = json!(STANDARD.encode([0xff, 0x00]));
    page.ask(in_base64).await;
    let written = page
        .until_event(&run, |event| {
            event["type"] == "wrote" && event["bytes"] == 8
        })
        .await;
    assert_eq!(written["from"], written["stage"], "nobody else wrote it");
    page.ok(about("end_stage", &run)).await;
    let download = page.until_ready(&run).await;
    let (status, file) = playground.get(download["path"].as_str().unwrap()).await;
    assert_eq!(status, 200);
    let mut expect = playground.sample().into_bytes();
    expect.truncate(file.len() - 10);
    expect.extend_from_slice(b"by hand\n\xff\x00");
    assert!(file == expect, "{} bytes", file.len());
}

/// A run whose source is paused for good, with something in its read buffer.
async fn a_source_that_stands(page: &mut Page) -> (String, u64) {
    let run = page.start(copy(Some(1_000_000))).await;
    page.until(&run, |view| view["stages"][1]["writable"]["chunks"] != 0)
        .await;
    page.ok(json!({"type": "unpipe", "run": run, "from": "source"}))
        .await;
    let full = |side: &Value| side["buffered"].as_u64() >= side["mark"].as_u64();
    let view = page
        .until(&run, |view| full(&view["stages"][0]["readable"]))
        .await;
    let given = view["stages"][0]["readable"]["bytes"].as_u64();
    (run, given.expect("a number"))
}

fn read(run: &str, n: i64) -> Value {
    json!({"type": "read", "run": run, "stage": "source", "n": n})
}

#[tokio::test]
async fn what_is_read_by_hand_is_the_next_of_the_data_and_nobody_else_gets_it() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let (run, given) = a_source_that_stands(&mut page).await;
    let sample = playground.sample().into_bytes();
    let from = usize::try_from(given).unwrap();
    let answer = page.ask(read(&run, 8)).await;
    assert_eq!(
        (&answer["type"], &answer["bytes"]),
        (&json!("gave"), &json!(8))
    );
    assert_eq!(answer["base64"], STANDARD.encode(&sample[from..from + 8]));
    assert_eq!(answer["note"], Value::Null, "{answer}");
    let verb = page
        .until_event(&run, |event| {
            event["type"] == "verb" && event["verb"]["name"] == "read"
        })
        .await;
    assert_eq!(verb["verb"]["n"], 8);
    let held = answer["buffered"].as_u64().unwrap();
    let all = page
        .ask(json!({"type": "read", "run": run, "stage": "source"}))
        .await;
    assert!(all["bytes"].as_u64() >= Some(held), "{all}");
    let beginning = STANDARD.encode(&sample[from + 8..from + 8 + 4_096]);
    assert_eq!(all["base64"], beginning, "its first 4,096 bytes");
    let taken = 8 + all["bytes"].as_u64().unwrap();
    let view = page
        .until(&run, |view| {
            view["stages"][0]["readable"]["read_bytes"] == taken
        })
        .await;
    assert_eq!(view["stages"][1]["writable"]["bytes"], given);
    page.ok(json!({"type": "throttle", "run": run, "stage": "source", "bytes_per_s": null}))
        .await;
    page.ok(json!({"type": "pipe", "run": run, "from": "source", "to": "sink"}))
        .await;
    let download = page.until_ready(&run).await;
    let left = sample.len() as u64 - taken;
    assert_eq!(download["bytes"], left, "what was read is not in the file");
}

#[tokio::test]
async fn more_than_is_buffered_is_null_and_raises_the_mark() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let (run, _) = a_source_that_stands(&mut page).await;
    let answer = page.ask(read(&run, 3_000_000)).await;
    assert_eq!(
        (&answer["bytes"], &answer["base64"]),
        (&Value::Null, &json!(""))
    );
    assert_eq!(answer["mark"], 1 << 22, "{answer}");
    let note = answer["note"].as_str().unwrap();
    assert!(
        note.contains("read(3000000) answered null; it raised the mark"),
        "{note}"
    );
    page.until(&run, |view| {
        view["stages"][0]["readable"]["mark"] == 1 << 22
    })
    .await;
    let refused = [
        (read(&run, 16_777_217), "not_allowed", "0 to 16777216"),
        (read(&run, -1), "malformed", "-1"),
        (about("read", &run), "not_allowed", "has no read()"),
    ];
    for (request, code, message) in refused {
        let answer = page.ask(request).await;
        assert_eq!(answer["code"], code, "{answer}");
        let said = answer["message"].as_str().unwrap();
        assert!(said.contains(message), "{said}");
    }
    page.ok(json!({"type": "destroy", "run": run, "stage": "source"}))
        .await;
    let answer = page.ask(read(&run, 1)).await;
    assert!(
        answer["message"].as_str().unwrap().contains("answers null"),
        "{answer}"
    );
}

#[tokio::test]
async fn what_is_read_while_piped_goes_to_the_destination_too() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let mut stages = copy(None);
    stages[1]["bytes_per_s"] = json!(1_000_000);
    let run = page.start(stages).await;
    // The sink owes a drain and the source fills up.
    let full = |side: &Value| side["buffered"].as_u64() >= side["mark"].as_u64();
    page.until(&run, |view| full(&view["stages"][0]["readable"]))
        .await;
    let answer = page.ask(read(&run, 100)).await;
    if answer["bytes"] == 100 {
        let note = answer["note"].as_str().unwrap();
        assert!(note.contains("copy.csv got it too"), "{note}");
    }
    page.ok(json!({"type": "throttle", "run": run, "stage": "sink", "bytes_per_s": null}))
        .await;
    let download = page.until_ready(&run).await;
    let (_, file) = playground.get(download["path"].as_str().unwrap()).await;
    assert!(
        file == playground.sample().into_bytes(),
        "nothing is missing"
    );
}

#[tokio::test]
async fn cork_holds_what_is_written_until_it_is_uncorked() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = a_sink_of_ones_own(&mut page).await;
    let before = page.view(&run).await["stages"][1]["writable"]["bytes"].clone();
    page.ok(about("cork", &run)).await;
    let answer = page.ask(write(&run, "one")).await;
    let note = answer["note"].as_str().unwrap();
    assert!(note.contains("waits for uncork()"), "{note}");
    page.ask(write(&run, "three")).await;
    let held = page.ask(buffer(&run)).await;
    let first = before.as_u64().unwrap();
    let chunks = json!([{"at": first, "bytes": 3}, {"at": first + 3, "bytes": 5}]);
    assert_eq!(held["chunks"], chunks, "{held}");
    assert_eq!((&held["in_hand"], &held["more"]), (&Value::Null, &json!(0)));
    let mut look = buffer(&run);
    look["type"] = json!("chunk");
    look["at"] = json!(first + 3);
    let chunk = page.ask(look.clone()).await;
    assert_eq!(chunk["base64"], STANDARD.encode("three"), "{chunk}");
    page.ok(about("uncork", &run)).await;
    page.until(&run, |view| {
        let side = &view["stages"][1]["writable"];
        side["bytes"] == first + 8 && side["corked"] == 0
    })
    .await;
    let gone = page.ask(look).await;
    assert_eq!(gone["code"], "gone", "{gone}");
    let not_corked = page.ask(about("uncork", &run)).await;
    let note = not_corked["note"].as_str().unwrap();
    assert!(note.contains("was not corked"), "{note}");
}

#[tokio::test]
async fn the_look_at_a_chunk_shows_its_beginning_and_its_whole_size() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = a_sink_of_ones_own(&mut page).await;
    page.ok(about("cork", &run)).await;
    let text = "0123456789abcdef".repeat(1_000);
    page.ask(write(&run, &text)).await;
    let held = page.ask(buffer(&run)).await;
    let mut look = buffer(&run);
    look["type"] = json!("chunk");
    look["at"] = held["chunks"][0]["at"].clone();
    let chunk = page.ask(look).await;
    assert_eq!(chunk["bytes"], 16_000);
    assert_eq!(chunk["base64"], STANDARD.encode(&text[..4_096]));
}

#[tokio::test]
async fn a_write_after_end_fails_the_run_as_it_would_end_the_process() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let mut stages = copy(None);
    stages[1]["bytes_per_s"] = json!(1_000);
    let run = page.start(stages).await;
    page.until(&run, |view| view["stages"][1]["writable"]["buffered"] != 0)
        .await;
    let answer = page.ask(about("end_stage", &run)).await;
    let note = answer["note"].as_str().unwrap();
    assert!(note.contains("at finish the pipe is removed"), "{note}");
    let late = page.ask(write(&run, "late")).await;
    assert_eq!(late["answer"], false);
    let note = late["note"].as_str().unwrap();
    assert!(note.contains("the process exits with 1"), "{note}");
    let view = page.until(&run, |view| !view["outcome"].is_null()).await;
    let message = view["outcome"]["message"].as_str().unwrap();
    assert!(message.contains("ERR_STREAM_WRITE_AFTER_END"), "{message}");
    let after = page.ask(write(&run, "late")).await;
    assert_eq!(after["code"], "not_allowed", "{after}");
    let said = after["message"].as_str().unwrap();
    assert!(said.contains("over"), "{said}");
}

#[tokio::test]
async fn a_failure_by_hand_says_who_hears_of_it_and_that_is_what_happens() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let cases = [
        (
            "pipe",
            false,
            "nobody",
            "the process exits with 1",
            json!(false),
        ),
        ("pipe", true, "program", "the run goes on", Value::Null),
        (
            "pipeline",
            false,
            "pipeline",
            "destroys every stage",
            json!(true),
        ),
    ];
    for (join, heard, hearing, note, told) in cases {
        let stages = copy(Some(100_000));
        let start = json!({"type": "start", "stages": stages, "join": join, "heard": heard});
        let started = page.ask(start).await;
        let run = started["run"].as_str().unwrap().to_owned();
        let hears = |stage: &Value| stage["hearing"] == hearing;
        page.until(&run, |view| {
            view["stages"].as_array().unwrap().iter().all(hears)
        })
        .await;
        let mut fail = about("destroy", &run);
        fail["error"] = json!("by hand");
        let answer = page.ask(fail).await;
        let said = answer["note"].as_str().unwrap();
        assert!(said.contains(note), "{said}");
        let view = page
            .until(&run, |view| {
                let over = !view["outcome"].is_null();
                view["stages"][1]["closed"] == true && over != told.is_null()
            })
            .await;
        assert_eq!(view["outcome"]["heard"], told, "{view}");
    }
}

#[tokio::test]
async fn a_verb_that_cannot_be_done_says_why_and_changes_nothing() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = a_sink_of_ones_own(&mut page).await;
    let of_source = |verb: &str| json!({"type": verb, "run": run, "stage": "source", "text": "x"});
    let with = |mut request: Value, key: &str, value: Value| {
        request[key] = value;
        request
    };
    let cases = [
        (of_source("write"), "not_allowed", "has no write()"),
        (of_source("cork"), "not_allowed", "has no cork()"),
        (of_source("uncork"), "not_allowed", "has no uncork()"),
        (of_source("end_stage"), "not_allowed", "has no end()"),
        (
            with(of_source("buffer"), "side", json!("write")),
            "not_allowed",
            "no write buffer",
        ),
        (
            with(buffer(&run), "side", json!("read")),
            "not_allowed",
            "no read buffer",
        ),
        (
            with(buffer(&run), "side", json!("left")),
            "malformed",
            "left",
        ),
        (about("write", &run), "malformed", "exactly one"),
        (
            with(write(&run, "x"), "base64", json!("aGk=")),
            "malformed",
            "exactly one",
        ),
        (write(&run, ""), "malformed", "1 to 32768 bytes"),
        (
            with(write(&run, "x"), "stage", json!("drain")),
            "unknown_stage",
            "source, sink",
        ),
        (
            with(write(&run, "x"), "run", json!("r0")),
            "unknown_run",
            "no run 'r0'",
        ),
        (
            with(with(buffer(&run), "type", json!("chunk")), "at", json!(7)),
            "gone",
            "byte 7",
        ),
    ];
    let before = page.view(&run).await;
    for (request, code, message) in cases {
        let answer = page.ask(request.clone()).await;
        assert_eq!(answer["code"], code, "{request}: {answer}");
        let said = answer["message"].as_str().unwrap();
        assert!(said.contains(message), "{request}: {said}");
    }
    let after = page.view(&run).await;
    assert_eq!(
        before["stages"][1]["writable"],
        after["stages"][1]["writable"]
    );
    page.ok(json!({"type": "destroy", "run": run, "stage": "sink"}))
        .await;
    let cases = [
        (write(&run, "x"), "destroyed"),
        (about("end_stage", &run), "ended already"),
    ];
    for (request, message) in cases {
        let answer = page.ask(request).await;
        let said = answer["message"].as_str().unwrap_or_default();
        assert!(said.contains(message) || said.contains("over"), "{answer}");
    }
}

#[tokio::test]
async fn marks_are_those_of_the_next_run_alone() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let start = json!({"type": "start", "stages": copy(Some(100_000)), "marks":
        {"source": {"read": 1_000}, "sink": {"write": 70_000}}});
    let started = page.ask(start.clone()).await;
    let view = page.view(started["run"].as_str().unwrap()).await;
    assert_eq!(view["stages"][0]["readable"]["mark"], 1_000);
    assert_eq!(view["stages"][1]["writable"]["mark"], 70_000);
    let again = page.start(copy(Some(100_000))).await;
    let view = page.view(&again).await;
    assert_eq!(view["stages"][1]["writable"]["mark"], 16_384);
    let cases = [
        (json!({"drain": {"read": 1}}), "there are source, sink"),
        (json!({"source": {"write": 1}}), "source has no write side"),
        (json!({"sink": {"write": 16_777_217}}), "0 to 16777216"),
    ];
    for (marks, message) in cases {
        let mut wrong = start.clone();
        wrong["marks"] = marks;
        let answer = page.ask(wrong).await;
        assert_eq!(answer["code"], "bad_stage", "{answer}");
        assert!(
            answer["message"].as_str().unwrap().contains(message),
            "{answer}"
        );
    }
}
