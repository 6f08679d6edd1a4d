//! Questions that a run answers, asked by a client without a page.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::playground::{Page, Playground};

/// A source at full speed and a sink that takes next to nothing; and a sink to write to by hand.
const LESSON: &str = r#"
summary = "S"
[[stage]]
id = "source"
kind = "csv_sample"
bytes = 200_000
high_water_mark = 10_000
[[stage]]
id = "sink"
kind = "slow"
bytes_per_s = 100
[[goal]]
kind = "becomes"
that = "sink.writableNeedDrain"
say = "Fill it."
[[hint]]
text = "Wait."
[[show]]
do = "source.pause()"

[[question]]
kind = "how_many"
ask = "A mark of {sink.high_water_mark}: how many?"
count = "sink.write"
until = "sink.writableNeedDrain"
why = "The mark."
[question.vary]
"sink.high_water_mark" = [25_000, 45_000, 65_000]

[[question]]
kind = "which_first"
ask = "What?"
why = "So."
[[question.choice]]
that = "source.isPaused"
say = "the pause"
[[question.choice]]
that = "sink.writableFinished"
say = "`finish`"
"#;

async fn serve() -> (TempDir, Playground) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let course = "format_version = 1\ntitle = \"C\"\nwelcome = \"W\"\n";
    write("course.toml", course);
    write("10-a/chapter.toml", "title = \"A\"\nsummary = \"S\"\n");
    write("10-a/10-one/lesson.md", "# One\n\nText.\n");
    write("10-a/10-one/lesson.toml", LESSON);
    let lessons = folder.path().to_owned();
    let playground = Playground::start_with(|config| config.lessons = Some(lessons)).await;
    (folder, playground)
}

fn start(number: u64, seed: u64, prediction: &str) -> Value {
    let question = json!({"number": number, "seed": seed, "prediction": prediction});
    json!({"type": "start", "lesson": "a/one", "question": question})
}

/// Starts the run of a question, and gives all of its events up to the answer, and that, once its
/// clock is paused.
async fn answered(page: &mut Page, start: Value) -> (Vec<Value>, Value) {
    let started = page.ask(start).await;
    assert_eq!(started["type"], "started", "{started}");
    let mut events = Vec::new();
    let mut answer = None;
    let mut still = false;
    loop {
        let message = page.next().await.expect("an answer");
        assert_ne!(message["type"], "goals", "it is another run: {message}");
        if message["type"] == "events" {
            events.extend(message["events"].as_array().unwrap().iter().cloned());
        }
        if message["type"] == "answered" {
            assert_eq!(message["run"], started["run"]);
            answer = Some(message);
        } else if message["type"] == "clock" {
            assert_eq!(message["mode"], "paused");
            still = true;
        }
        if let Some(answer) = answer.take_if(|_| still) {
            return (events, answer);
        }
    }
}

async fn course(playground: &Playground, query: &str) -> (u16, String) {
    let (status, body) = playground.get(&format!("/api/course?{query}")).await;
    (status, String::from_utf8(body).unwrap())
}

#[tokio::test]
async fn the_answer_is_what_the_log_says() {
    let (_folder, playground) = serve().await;
    for (seed, prediction) in [(1, "2"), (2, "99"), (3, "2")] {
        let mut page = Page::open(&playground).await;
        let (events, answer) = answered(&mut page, start(1, seed, prediction)).await;
        let writes: Vec<_> = events
            .iter()
            .filter(|event| event["type"] == "wrote")
            .collect();
        let refused = writes
            .iter()
            .position(|event| event["answer"] == false)
            .unwrap();
        assert_eq!(answer["was"], (refused + 1).to_string());
        assert_eq!(
            (&answer["right"], &answer["at"]),
            (&json!(false), &writes[refused]["seq"])
        );
        let parts = if prediction == "2" { 1 } else { refused };
        assert_eq!(answer["parts_at"], writes[parts]["seq"]);
        // The chunks are of 10 000 bytes: the seed decides how many there are.
        let (_, text) = course(&playground, &format!("lesson=a/one&seed={seed}")).await;
        let mark = 10_000 * (refused + 1) - 5_000;
        assert!(
            text.contains(&format!("A mark of {}\u{a0}000", mark / 1_000)),
            "{text}"
        );
        let (_, again) = answered(&mut page, start(1, seed, &(refused + 1).to_string())).await;
        assert_eq!(
            (&again["right"], &again["parts_at"]),
            (&json!(true), &again["at"])
        );
    }
}

#[tokio::test]
async fn the_run_stands_still_at_the_answer_and_then_goes_on_by_hand() {
    let (_folder, playground) = serve().await;
    let mut page = Page::open(&playground).await;
    let (events, answer) = answered(&mut page, start(2, 1, "1")).await;
    assert_eq!(answer["right"], true, "{answer}");
    let last = events.last().unwrap()["seq"].as_u64().unwrap();
    let run = answer["run"].as_str().unwrap().to_owned();
    let view = page.view(&run).await;
    assert!(view["seq"].as_u64().unwrap() <= last + 10, "{view}");
    page.ok(json!({"type": "clock", "run": run, "mode": "full"}))
        .await;
    page.ok(json!({"type": "unpipe", "run": run, "from": "source"}))
        .await;
    page.until(&run, |view| view["pipes"] == json!([])).await;
}

#[tokio::test]
async fn a_page_that_comes_back_hears_the_answer_again() {
    let (_folder, playground) = serve().await;
    let mut page = Page::open(&playground).await;
    let (_, answer) = answered(&mut page, start(1, 1, "2")).await;
    let session = page.session.clone();
    drop(page);
    let mut page = Page::connect(&playground).await;
    page.hello(Some(&session)).await;
    let again = loop {
        let message = page.next().await.unwrap();
        if message["type"] == "answered" {
            break message;
        }
    };
    assert_eq!(again, answer);
}

#[tokio::test]
async fn what_cannot_be_asked_says_what_can() {
    let (_folder, playground) = serve().await;
    let mut page = Page::open(&playground).await;
    let mut with_show = start(1, 1, "3");
    with_show["show"] = json!(true);
    for (start, code, wanted) in [
        (
            start(1, 1, "many"),
            "malformed",
            "“many” is not a number; write a whole number",
        ),
        (start(1, 1, ""), "malformed", "there is no prediction yet"),
        (
            start(2, 1, "3"),
            "malformed",
            "none of the choices; they are 1 to 2",
        ),
        (
            start(3, 1, "1"),
            "not_allowed",
            "no question 3; they are 1 to 2",
        ),
        (start(0, 1, "1"), "not_allowed", "no question 0"),
        (with_show, "malformed", "beside a lesson and a clock alone"),
    ] {
        let refused = page.ask(start.clone()).await;
        assert_eq!(refused["code"], code, "{start}: {refused}");
        assert!(
            refused["message"].as_str().unwrap().contains(wanted),
            "{refused}"
        );
    }
    let (status, text) = course(&playground, "seed=many").await;
    assert_eq!(status, 400);
    assert!(
        text.contains("seed is 'many'; it has to be a whole number"),
        "{text}"
    );
}

#[tokio::test]
async fn nobody_meddles_with_a_run_that_is_to_answer() {
    let (_folder, playground) = serve().await;
    let mut page = Page::open(&playground).await;
    let mut paused = start(1, 1, "3");
    paused["clock"] = json!({"mode": "paused"});
    let started = page.ask(paused).await;
    let run = &started["run"];
    for verb in [
        json!({"type": "pause", "run": run, "stage": "source"}),
        json!({"type": "write", "run": run, "stage": "sink", "text": "x"}),
        json!({"type": "throttle", "run": run, "stage": "sink"}),
    ] {
        let refused = page.ask(verb).await;
        assert_eq!(refused["code"], "not_allowed");
        let message = refused["message"].as_str().unwrap();
        assert!(message.contains("hands off"), "{message}");
    }
}
