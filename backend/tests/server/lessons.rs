//! Lessons on WebSockets: their goals are judged, and their questions answered, from the bytes that cross.

use std::fs;
use std::path::Path;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

use crate::control::Control;
use crate::support::{SOON, Server};

const ECHO: &str = r#"
[echo]
[[goal]]
kind = "crossed"
what = "server.answer && status = 101"
say = "Open it."
[[goal]]
kind = "crossed"
what = "server.text && !masked && length = 5"
times = 2
say = "Twice."
[[goal]]
kind = "crossed"
what = "server.end"
say = "End it."
[[show]]
do = "open()"
"#;

const BENCH: &str = r#"
[workbench]
[[goal]]
kind = "crossed"
what = "server.close && code = 1002"
say = "Break a rule."
[[show]]
do = "send()"
[[question]]
kind = "how_much"
ask = "How many bytes are a text of {size}?"
what = "client.text.bytes"
why = "Two, four, and the text."
frames = """
text fill 61 {size}
close 1000
"""
[question.vary]
size = [5]
"#;

const CUT: &str = r#"
[workbench]
[[goal]]
kind = "crossed"
what = "client.end"
say = "Cut it."
[[show]]
do = "send()"
"#;

const TRANSPORTS: &str = r#"
[transports]
[[goal]]
kind = "measured"
say = "Measure."
[[show]]
do = "measure()"
"#;

const PRESSURE: &str = r#"
[pressure]
[[goal]]
kind = "becomes"
that = "out.writableNeedDrain"
say = "Hold it."
[[show]]
do = "read(0)"
"#;

fn course() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &Path, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let course = "format_version = 1\ntitle = \"C\"\nwelcome = \"W\"\n";
    write(Path::new("course.toml"), course);
    let chapter = "title = \"A\"\nsummary = \"S\"\n";
    write(Path::new("10-w/chapter.toml"), chapter);
    for (name, text) in [
        ("10-echo", ECHO),
        ("20-bench", BENCH),
        ("25-cut", CUT),
        ("30-transports", TRANSPORTS),
        ("40-pressure", PRESSURE),
    ] {
        let lesson = Path::new("10-w").join(name);
        write(&lesson.join("lesson.md"), "# One\n\nText.\n");
        let hint = "[[hint]]\ntext = \"Think.\"\n";
        write(
            &lesson.join("lesson.toml"),
            &format!("summary = \"S\"\n{text}{hint}"),
        );
    }
    folder
}

/// A page, and how often it was told what is reached.
struct Page {
    control: Control,
    told_of_goals: u32,
}

impl Page {
    async fn open(server: &Server) -> Self {
        Self {
            control: Control::open(server).await,
            told_of_goals: 0,
        }
    }

    async fn send(&mut self, request: Value) {
        self.control.send(request).await;
    }

    /// The next message of this type.
    async fn until(&mut self, kind: &str) -> Value {
        loop {
            let message = self.control.next().await;
            assert!(kind == "error" || message["type"] != "error", "{message}");
            self.told_of_goals += u32::from(message["type"] == "goals");
            if message["type"] == kind {
                return message;
            }
        }
    }

    /// What is reached, once it is told.
    async fn reached(&mut self) -> Value {
        self.until("goals").await["reached"].clone()
    }
}

async fn serve() -> (Server, TempDir) {
    let folder = course();
    let lessons = folder.path().to_owned();
    let server = Server::start_with(|config| config.lessons = Some(lessons)).await;
    (server, folder)
}

#[tokio::test]
async fn the_goals_of_a_watched_echo_are_judged_in_their_order() {
    let (server, _folder) = serve().await;
    let mut page = Page::open(&server).await;
    page.send(json!({"type": "watch", "lesson": "w/echo"}))
        .await;
    let token = page.until("watch_token").await;
    let token = token["token"].as_str().unwrap();
    let url = format!("ws://{}/ws/echo?watch={token}", server.addr);
    let (mut echo, _) = connect_async(url).await.unwrap();
    assert_eq!(page.reached().await, json!([true, false, false]));
    for _ in 0..2 {
        echo.send(Message::text("Hello")).await.unwrap();
    }
    assert_eq!(page.reached().await, json!([true, true, false]));
    echo.close(None).await.unwrap();
    while let Some(Ok(_)) = timeout(SOON, echo.next()).await.unwrap() {}
    assert_eq!(page.reached().await, json!([true, true, true]));
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_ends_the_connection_is_told_from_the_server() {
    let (server, _folder) = serve().await;
    let mut page = Page::open(&server).await;
    let send = |scenario| json!({"type": "send_scenario", "scenario": scenario, "lesson": "w/cut"});
    page.send(send("close 1000")).await;
    page.until("wire_closed").await;
    page.send(send("cut")).await;
    assert_eq!(page.reached().await, json!([true]));
    assert_eq!(
        page.told_of_goals, 1,
        "the server's end is not the client's"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_scenario_is_judged_by_its_lesson_and_answers_its_question() {
    let (server, _folder) = serve().await;
    let mut page = Page::open(&server).await;
    let scenario = "text unmasked \"Hello\"";
    page.send(json!({"type": "send_scenario", "scenario": scenario, "lesson": "w/bench"}))
        .await;
    assert_eq!(page.reached().await, json!([true]));
    page.until("scenario_over").await;

    let asked = |number: u64, prediction: &str| {
        json!({"type": "send_scenario", "lesson": "w/bench",
            "question": {"number": number, "seed": 3, "prediction": prediction}})
    };
    page.send(asked(1, "7")).await;
    let capture = page.until("sending").await["capture"].clone();
    let answered = page.until("answered").await;
    assert_eq!(answered["was"], "11 bytes");
    assert_eq!(answered["right"], false);
    let place = &answered["parts_on_wire"];
    assert_eq!(
        (&place["capture"], &place["direction"]),
        (&capture, &json!("to_server"))
    );
    // Behind the request, which the server has read whole before it answered.
    assert!(place["offset"].as_u64().unwrap() > 100, "{place}");
    page.until("scenario_over").await;

    for (request, wanted) in [
        (asked(2, "7"), "has no question 2"),
        (asked(1, "many"), "many"),
        (
            json!({"type": "send_scenario", "question": {"number": 1, "seed": 1, "prediction": "1"}}),
            "name it",
        ),
    ] {
        page.send(request).await;
        let error = page.until("error").await;
        assert!(
            error["message"].as_str().unwrap().contains(wanted),
            "{error}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn a_trial_reaches_its_goal_when_each_way_was_asked() {
    let (server, _folder) = serve().await;
    let mut page = Page::open(&server).await;
    let open = format!(
        "POST /api/transports?every_ms=10&lesson=w/transports HTTP/1.1\r\nhost: {}\r\nspillway-session: {}\r\n\
         content-length: 0\r\nconnection: close\r\n\r\n",
        server.addr, page.control.session
    );
    let opened = server.http(&open).await;
    let body = opened.split_once("\r\n\r\n").unwrap().1;
    let trial: Value = serde_json::from_str(body).unwrap();
    let trial = trial["trial"].as_str().unwrap();
    let url = format!("ws://{}/ws/transports/{trial}", server.addr);
    let (mut socket, _) = connect_async(url).await.unwrap();
    let get = |way: &str| format!("/api/transports/{trial}/{way}");
    server.get(&get("poll?after=0")).await;
    let begin = format!(
        "POST /api/transports/{trial}/begin HTTP/1.1\r\nhost: {}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        server.addr
    );
    let (events, begun) = (get("events"), server.http(&begin).await);
    assert!(begun.contains(" 204 "), "{begun}");
    let long_poll = get("long-poll?after=0");
    let (long_poll, events, ()) =
        tokio::join!(server.get(&long_poll), server.get(&events), async {
            while let Some(Ok(_)) = socket.next().await {}
        });
    for answer in [long_poll, events] {
        assert!(answer.contains("seq"), "{answer}");
    }
    assert_eq!(page.reached().await, json!([true]));
    let unknown = server.http(&open.replace("w/transports", "w/none")).await;
    assert!(
        unknown.contains(" 400 ") && unknown.contains("no lesson"),
        "{unknown}"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_run_beside_pressure_is_judged_by_its_lesson() {
    let (server, _folder) = serve().await;
    let mut page = Page::open(&server).await;
    let start = |lesson: &str| {
        json!({"type": "start", "lesson": lesson, "stages": [
            {"id": "source", "kind": "csv_sample", "bytes": 1_000_000},
            {"id": "out", "kind": "websocket"},
        ]})
    };
    page.send(start("w/echo")).await;
    let error = page.until("error").await;
    assert!(
        error["message"].as_str().unwrap().contains("[pressure]"),
        "{error}"
    );
    // Nobody reads.
    page.send(start("w/pressure")).await;
    while page.reached().await != json!([true]) {}
    server.stop().await;
}
