//! The presets of the workbench against the real server: over a connection of the test's own, and through the
//! server's own sender, as the page sends them. The sender's bounds, and what it does not reach.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use spillway_websocket::{Expectation, PRESETS, Preset, Reply, Scenario, WireStep};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::control::{Control, is_answer};
use crate::support::{SOON, Server};

/// Everything that comes back to a scenario, to the connection's end. The client says at once that it has sent all
/// that it will, so nobody waits.
async fn answer(server: &Server, scenario: &Scenario) -> Vec<u8> {
    let host = server.addr.to_string();
    let mut bytes = scenario
        .handshake
        .encode(&host, "/ws/echo", *b"the sample nonce");
    if scenario.handshake.cut.is_none() {
        bytes.extend(scenario.steps.iter().flat_map(WireStep::encode));
    }
    let mut stream = TcpStream::connect(server.addr).await.unwrap();
    stream.write_all(&bytes).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    timeout(SOON, stream.read_to_end(&mut answer))
        .await
        .expect("the connection ends")
        .unwrap();
    answer
}

fn all() -> impl Iterator<Item = &'static Preset> {
    PRESETS.iter().flat_map(|(_, presets)| presets.iter())
}

#[track_caller]
fn check(preset: &Preset, answer: &[u8]) {
    let reply = Reply::read(answer);
    assert!(reply.is(&preset.expected), "{}: {reply:?}", preset.name);
}

#[tokio::test]
async fn each_preset_is_answered_as_the_rfc_asks() {
    let server = Server::start().await;
    for preset in all() {
        let scenario: Scenario = preset.text.parse().unwrap();
        check(preset, &answer(&server, &scenario).await);
    }
    server.stop().await;
}

/// A page that sends scenarios.
struct Page {
    control: Control,
    /// What the tap saw of the scenario: to the server, to the client.
    seen: [Vec<u8>; 2],
    captured: bool,
}

impl Page {
    async fn open(server: &Server) -> Self {
        Self {
            control: Control::open(server).await,
            seen: Default::default(),
            captured: false,
        }
    }

    /// A request and its answer.
    async fn ask(&mut self, request: Value) -> Value {
        self.control.send(request).await;
        loop {
            let message = self.control.next().await;
            if is_answer(&message) {
                return message;
            }
        }
    }

    /// Sends a scenario and waits for its end and that of its capture.
    async fn send(&mut self, scenario: &str) -> Value {
        let sending = json!({"type": "send_scenario", "scenario": scenario});
        let answer = self.ask(sending).await;
        assert_eq!(answer["type"], "sending", "{answer}");
        self.seen = Default::default();
        self.captured = false;
        let mut over = None;
        loop {
            let message = self.control.next().await;
            match message["type"].as_str().unwrap() {
                "scenario_over" => over = Some(message),
                "wire" => self.note(&message),
                "wire_closed" => {
                    assert_eq!(message["lost"], 0);
                    self.captured = true;
                }
                "wire_open" => {}
                other => panic!("{other}"),
            }
            if let (Some(over), true) = (&over, self.captured) {
                return over.clone();
            }
        }
    }

    fn note(&mut self, wire: &Value) {
        for piece in wire["pieces"].as_array().unwrap() {
            let bytes = STANDARD.decode(piece["base64"].as_str().unwrap()).unwrap();
            self.seen[usize::from(piece["direction"] == "to_client")].extend(bytes);
        }
    }

    async fn refusal(&mut self, scenario: &str) -> (String, String) {
        let sending = json!({"type": "send_scenario", "scenario": scenario});
        let answer = self.ask(sending).await;
        assert_eq!(answer["type"], "error", "{answer}");
        let field = |name: &str| answer[name].as_str().unwrap().to_owned();
        (field("code"), field("message"))
    }
}

fn received(over: &Value) -> Vec<u8> {
    STANDARD.decode(over["base64"].as_str().unwrap()).unwrap()
}

/// What the sender must find at the end of the connection.
fn end_of(expected: &Expectation) -> &'static [&'static str] {
    match expected {
        Expectation::Close(_) | Expectation::CloseWithoutCode => &["closed", "reset"],
        Expectation::Messages(_) | Expectation::Nothing => &["open"],
        Expectation::Lost => &["cut"],
        // A server may keep the connection for another request.
        Expectation::Status(_) => &["closed", "open", "reset"],
    }
}

#[tokio::test]
async fn each_preset_is_sent_by_the_server_itself_and_shown_byte_for_byte() {
    let server = Server::start().await;
    let mut page = Page::open(&server).await;
    for (at, preset) in all().enumerate() {
        if at > 0 && at % 15 == 0 {
            // A session may not send that many at once.
            page = Page::open(&server).await;
        }
        let over = page.send(preset.text).await;
        let name = preset.name;
        check(preset, &received(&over));
        let end = over["end"].as_str().unwrap();
        assert!(end_of(&preset.expected).contains(&end), "{name}: {over}");
        let [to_server, to_client] = &page.seen;
        if over["end"] != "cut" {
            assert_eq!(*to_client, received(&over), "{name}");
        }
        assert!(
            to_server.len() as u64 <= over["sent"].as_u64().unwrap(),
            "{name}"
        );
        let scenario: Scenario = preset.text.parse().unwrap();
        let first = scenario.steps.first().map(WireStep::encode);
        let frames = first.unwrap_or_default();
        let shown = to_server
            .windows(frames.len().max(1))
            .any(|window| window == frames);
        let refused = matches!(preset.expected, Expectation::Status(_));
        assert!(
            shown || refused || frames.is_empty() || frames.len() > 1_000,
            "{name}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn what_is_out_of_bounds_is_refused_with_a_reason() {
    let server = Server::start().await;
    let mut page = Page::open(&server).await;
    let long_wait = "wait 5000\n".repeat(3);
    let steps = "ping\n".repeat(501);
    let cases = [
        ("shout \"a\"", "line 1: 'shout' is no step"),
        (
            "text \"a\"\ntext rsv9",
            "line 2: 'rsv9' has no meaning here",
        ),
        ("wait 5001", "at most 5000"),
        (
            long_wait.as_str(),
            "the waits add up to 15000 ms; 12000 are allowed",
        ),
        (steps.as_str(), "a scenario may have 500 steps"),
        (
            "binary fill 61 1000000\nbinary fill 61 1000000",
            "1048576 bytes",
        ),
        ("text \"<script>", "the closing quote is missing"),
    ];
    for (text, why) in cases {
        let (code, message) = page.refusal(text).await;
        assert_eq!(code, "bad_scenario", "{text}");
        assert!(message.contains(why), "{message}");
    }
    // What was refused has used nothing up.
    assert_eq!(page.send("ping").await["end"], "open");
    server.stop().await;
}

#[tokio::test]
async fn a_session_sends_one_at_a_time_and_not_too_often() {
    let server = Server::start().await;
    let mut page = Page::open(&server).await;
    let waiting = json!({"type": "send_scenario", "scenario": "wait 5000"});
    assert_eq!(page.ask(waiting).await["type"], "sending");
    let (code, message) = page.refusal("ping").await;
    assert_eq!(code, "quota");
    assert!(message.contains("one at a time"), "{message}");
    let mut eager = Page::open(&server).await;
    // Each takes a moment, in which new ones become allowed, and there are more of them than that.
    let mut refused = None;
    for _ in 0..100 {
        let answer = eager
            .ask(json!({"type": "send_scenario", "scenario": "bytes 00\ncut"}))
            .await;
        if answer["type"] == "error" {
            let message = answer["message"].as_str().unwrap().to_owned();
            if message.contains("at once") {
                refused = Some(message);
                break;
            }
        } else {
            while eager.control.next().await["type"] != "scenario_over" {}
        }
    }
    assert!(refused.is_some(), "a session may send as often as it likes");
    server.stop().await;
}

#[tokio::test]
async fn a_scenario_reaches_the_echo_alone() {
    let server = Server::start().await;
    let mut page = Page::open(&server).await;
    for path in [
        "/ws/control",
        "/ws/chat/lobby?name=Eve",
        "/metrics",
        "/api/course",
    ] {
        let over = page
            .send(&format!("handshake first \"GET {path} HTTP/1.1\""))
            .await;
        let reply = Reply::read(&received(&over));
        assert_eq!(reply.status, Some(404), "{path}");
    }
    let over = page.send("handshake with \"Host\" \"evil.example\"").await;
    assert_eq!(Reply::read(&received(&over)).status, Some(421));
    let over = page
        .send("handshake with \"Origin\" \"http://evil.example\"")
        .await;
    assert_eq!(Reply::read(&received(&over)).status, Some(403));
    server.stop().await;
}

#[tokio::test]
async fn a_long_answer_is_counted_and_its_beginning_is_kept() {
    let server = Server::start().await;
    let mut page = Page::open(&server).await;
    let over = page.send("binary fill 61 1000000").await;
    assert_eq!(over["end"], "open", "{over}");
    assert!(over["received"].as_u64().unwrap() > 1_000_000);
    assert_eq!(received(&over).len(), 65_536);
    server.stop().await;
}
