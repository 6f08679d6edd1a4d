//! What stages hand to clients: a download while it is made, a WebSocket, what was collected.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use spillway_protocol::delivery::SocketQueues;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

use crate::playground::{Page, Playground};
use crate::raw::{Fetch, SOON};

/// More than the buffers of any connection on this machine hold.
const LARGE: u64 = 48_000_000;

fn sample(bytes: u64, sink: &Value) -> Value {
    json!([{"id": "source", "kind": "csv_sample", "bytes": bytes, "high_water_mark": 65536}, sink])
}

fn response() -> Value {
    json!({"id": "out", "kind": "http_response", "file": "cities.csv", "high_water_mark": 65536})
}

fn socket() -> Value {
    json!({"id": "out", "kind": "websocket", "high_water_mark": 65536})
}

fn taken(view: &Value) -> u64 {
    view["stages"][1]["writable"]["bytes"].as_u64().unwrap()
}

fn url(playground: &Playground, run: &str) -> String {
    format!("ws://{}/ws/runs/{run}/out", playground.addr)
}

/// Lets another run take as much, and answers whether this one is held back meanwhile.
async fn is_held(page: &mut Page, held: &str) -> bool {
    let null = json!({"id": "out", "kind": "null", "high_water_mark": 65536});
    let free = page.start(sample(LARGE, &null)).await;
    page.until(&free, |view| !view["outcome"].is_null()).await;
    let view = page
        .until(held, |view| {
            view["stages"][0]["readable"]["state"] == "paused"
        })
        .await;
    view["outcome"].is_null() && taken(&view) < LARGE / 2
}

/// What the sample gives, collected by a run of its own.
async fn collected(playground: &Playground, page: &mut Page, bytes: u64) -> Vec<u8> {
    let sink = json!({"id": "all", "kind": "collect", "max_bytes": 1_048_576});
    let run = page.start(sample(bytes, &sink)).await;
    page.until(&run, |view| !view["outcome"].is_null()).await;
    let path = format!("/api/runs/{run}/collected/all");
    let (status, body) = playground.get(&path).await;
    assert_eq!(status, 200);
    body
}

#[tokio::test]
async fn what_was_collected_can_be_had_when_it_is_whole() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let slow = json!({"id": "all", "kind": "collect", "bytes_per_s": 1});
    let run = page.start(sample(1000, &slow)).await;
    let path = format!("/api/runs/{run}/collected/all");
    assert_eq!(playground.get(&path).await.0, 409);
    page.ok(json!({"type": "throttle", "run": run, "stage": "all", "bytes_per_s": null}))
        .await;
    page.until(&run, |view| !view["outcome"].is_null()).await;
    let (status, body) = playground.get(&path).await;
    assert_eq!(status, 200);
    assert!(body.starts_with(b"id,name,country"));
    assert!((1000..1100).contains(&body.len()), "{}", body.len());
    for path in [
        "/api/runs/none/collected/all",
        &path.replace("/all", "/source"),
    ] {
        assert_eq!(playground.get(path).await.0, 404);
    }
}

#[tokio::test]
async fn a_download_is_what_the_stage_was_written_and_is_delivered_once() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let expected = collected(&playground, &mut page, 500_000).await;
    let run = page.start(sample(500_000, &response())).await;
    let path = format!("/api/runs/{run}/stream/out");
    let head = Fetch::send(playground.addr, &format!("HEAD {path}"), "", b"").await;
    assert_eq!(head.status(), 405, "it would take the one delivery");
    let fetch = Fetch::get(playground.addr, &path).await;
    assert_eq!(fetch.status(), 200);
    let heads = fetch.head.to_ascii_lowercase();
    for line in [
        "transfer-encoding: chunked",
        "content-type: text/csv",
        "attachment; filename=\"cities.csv\"",
        "cache-control: no-store",
    ] {
        assert!(heads.contains(line), "{heads}");
    }
    let second = Fetch::get(playground.addr, &path).await;
    assert!([409, 410].contains(&second.status()), "{}", second.head);
    let (body, whole) = fetch.chunked_body().await;
    assert!(whole && body == expected);
    let view = page.until(&run, |view| !view["outcome"].is_null()).await;
    assert_eq!(view["outcome"]["how"], "completed");
    assert_eq!(taken(&view), expected.len() as u64);
}

#[tokio::test]
async fn a_client_that_does_not_read_holds_back_the_run_and_no_other() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let held = page.start(sample(LARGE, &response())).await;
    let path = format!("/api/runs/{held}/stream/out");
    let fetch = Fetch::get(playground.addr, &path).await;
    assert_eq!(fetch.status(), 200);
    assert!(is_held(&mut page, &held).await);
    let (body, whole) = fetch.chunked_body().await;
    assert!(whole && body.len() as u64 >= LARGE, "{}", body.len());
}

#[tokio::test]
async fn a_client_that_goes_away_fails_the_stage() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = page.start(sample(LARGE, &response())).await;
    let path = format!("/api/runs/{run}/stream/out");
    drop(Fetch::get(playground.addr, &path).await);
    let view = page.until(&run, |view| !view["outcome"].is_null()).await;
    assert_eq!(view["outcome"]["how"], "failed");
    let message = view["stages"][1]["error"].as_str().unwrap();
    assert!(
        message.contains("went away before it had everything"),
        "{message}"
    );
}

#[tokio::test]
async fn a_download_whose_run_ends_early_has_no_last_chunk() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = page.start(sample(LARGE, &response())).await;
    let path = format!("/api/runs/{run}/stream/out");
    let fetch = Fetch::get(playground.addr, &path).await;
    page.ok(json!({"type": "end", "run": run})).await;
    let (_, whole) = fetch.chunked_body().await;
    assert!(!whole);
    assert_eq!(Fetch::get(playground.addr, &path).await.status(), 404);
}

#[tokio::test]
async fn a_socket_gets_a_binary_message_for_each_chunk_and_then_1000() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let expected = collected(&playground, &mut page, 500_000).await;
    let run = page.start(sample(500_000, &socket())).await;
    let (mut client, _) = connect_async(url(&playground, &run)).await.unwrap();
    let (mut body, mut messages) = (Vec::new(), 0);
    let code = loop {
        match timeout(SOON, client.next()).await.expect("a message") {
            Some(Ok(Message::Binary(chunk))) => {
                body.extend_from_slice(&chunk);
                messages += 1;
            }
            Some(Ok(Message::Close(Some(frame)))) => break u16::from(frame.code),
            other => panic!("{other:?}"),
        }
    };
    client.close(None).await.ok();
    assert_eq!((code, body.len()), (1000, expected.len()));
    assert!(body == expected);
    let view = page.until(&run, |view| !view["outcome"].is_null()).await;
    assert_eq!(view["outcome"]["how"], "completed");
    assert_eq!(view["stages"][1]["writable"]["chunks"], messages);
}

#[tokio::test]
async fn a_page_that_does_not_read_its_socket_holds_back_the_run() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = page.start(sample(LARGE, &socket())).await;
    let (mut client, _) = connect_async(url(&playground, &run)).await.unwrap();
    assert!(is_held(&mut page, &run).await);
    let mut body = 0;
    while let Some(Ok(message)) = timeout(SOON, client.next()).await.expect("a message") {
        body += message.len() as u64 * u64::from(message.is_binary());
    }
    assert!(body >= LARGE, "{body}");
    let view = page.until(&run, |view| !view["outcome"].is_null()).await;
    assert_eq!(view["outcome"]["how"], "completed");
}

#[tokio::test]
async fn the_bytes_of_a_socket_can_be_watched() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let token = page.ask(json!({"type": "watch"})).await;
    let token = token["token"].as_str().unwrap();
    let run = page.start(sample(100, &socket())).await;
    let watched = format!("{}?watch={token}", url(&playground, &run));
    let (mut client, _) = connect_async(watched).await.unwrap();
    let first = timeout(SOON, client.next()).await.unwrap();
    assert!(matches!(first, Some(Ok(Message::Binary(_)))), "{first:?}");
    while page.next().await.expect("the wire")["type"] != "wire" {}
}

#[tokio::test]
async fn a_page_that_closes_its_socket_fails_the_stage_with_its_code() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = page.start(sample(LARGE, &socket())).await;
    let (mut client, _) = connect_async(url(&playground, &run)).await.unwrap();
    let first = timeout(SOON, client.next()).await.unwrap();
    assert!(matches!(first, Some(Ok(Message::Binary(_)))), "{first:?}");
    client.send(Message::Close(None)).await.unwrap();
    while let Some(Ok(_)) = timeout(SOON, client.next()).await.expect("an end") {}
    let view = page.until(&run, |view| !view["outcome"].is_null()).await;
    let message = view["stages"][1]["error"].as_str().unwrap();
    assert!(message.contains("closed the WebSocket"), "{message}");
}

#[tokio::test]
async fn a_socket_for_nothing_is_closed_with_the_reason() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = page.start(sample(LARGE, &socket())).await;
    let addr = playground.addr;
    let (_first, _) = connect_async(format!("ws://{addr}/ws/runs/{run}/out"))
        .await
        .unwrap();
    for (path, reason) in [
        (format!("{run}/out"), "another connection has it"),
        (format!("{run}/source"), "no such run"),
        ("none/out".to_owned(), "no such run"),
        (format!("{run}/out?watch=no"), "watch token"),
    ] {
        let url = format!("ws://{addr}/ws/runs/{path}");
        let (mut client, _) = connect_async(&url).await.unwrap();
        match timeout(SOON, client.next()).await.expect("a Close frame") {
            Some(Ok(Message::Close(Some(frame)))) => {
                assert_eq!(u16::from(frame.code), 1008);
                assert!(frame.reason.contains(reason), "{}", frame.reason);
            }
            other => panic!("{other:?}"),
        }
    }
}

/// What is counted of the run's WebSocket; `None` before one has come.
async fn queues(playground: &Playground, run: &str) -> Option<SocketQueues> {
    let path = format!("/api/runs/{run}/queues/out");
    let (status, body) = playground.get(&path).await;
    assert!(status == 200 || status == 204, "{status}");
    (status == 200).then(|| serde_json::from_slice(&body).unwrap())
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn every_byte_on_its_way_to_a_page_that_reads_nothing_is_in_one_of_the_queues() {
    let playground = Playground::start().await;
    let mut page = Page::open(&playground).await;
    let run = page.start(sample(LARGE, &socket())).await;
    assert_eq!(queues(&playground, &run).await, None, "nobody has come");
    let request = format!(
        "GET /ws/runs/{run}/out HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n\
         Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         Sec-WebSocket-Version: 13\r\n\r\n"
    );
    let mut stream = TcpStream::connect(playground.addr).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let mut read = 0;
    for takes in [0, 100_000] {
        let mut some = vec![0; takes];
        stream.read_exact(&mut some).await.unwrap();
        read += takes as u64;
        let stands = async {
            loop {
                let queues = queues(&playground, &run).await.unwrap();
                let (send, receive) = (queues.kernel_send.unwrap(), queues.kernel_receive.unwrap());
                let waits = queues.handed > queues.written && receive > 0;
                if waits && queues.written == read + receive + send {
                    return queues;
                }
            }
        };
        let stands = timeout(SOON, stands).await.expect("it adds up");
        assert!(stands.written < LARGE / 2, "{stands:?}");
        assert!(
            stands.handed - stands.written <= 65_546,
            "one frame waits: {stands:?}"
        );
    }
    drop(stream);
    page.until(&run, |view| !view["outcome"].is_null()).await;
}
