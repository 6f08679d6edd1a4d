//! `/ws/subject`: each way of ending, over raw frames.

use std::time::{Duration, Instant};

use spillway::wire::WatchEvent;
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::support::{RawSocket, SOON, Server, frame, upgrade_request};

async fn open(server: &Server) -> RawSocket {
    RawSocket::connect(server, "/ws/subject").await
}

/// The next frame, which must be a Close with this code and reason.
async fn expect_close(raw: &mut RawSocket, code: u16, reason: &str) {
    let (first, payload) = raw.read_frame().await;
    let said = String::from_utf8_lossy(&payload[2..]);
    assert_eq!(first, 0x88, "{said}");
    assert_eq!(u16::from_be_bytes([payload[0], payload[1]]), code, "{said}");
    assert!(said.contains(reason), "{said}");
}

/// Nothing but the end of the TCP connection comes.
async fn expect_end(raw: &mut RawSocket) {
    let mut rest = Vec::new();
    let ended = timeout(SOON, raw.stream.read_to_end(&mut rest)).await;
    // A reset is an end too.
    ended.expect("the connection ends").ok();
    assert!(rest.is_empty(), "something came before the end");
}

#[tokio::test]
async fn the_server_closes_with_the_code_and_reason_that_are_asked_for() {
    let server = Server::start().await;
    for (text, code, reason) in [
        ("close 1000 bye", 1000, "bye"),
        ("close 4999 out to lunch", 4999, "out to lunch"),
        ("close 1005", 1005, ""),
        ("stop", 1001, "the server is stopping"),
    ] {
        let mut raw = open(&server).await;
        raw.write(&frame(0x81, text.as_bytes())).await;
        expect_close(&mut raw, code, reason).await;
        raw.write(&frame(0x88, &code.to_be_bytes())).await;
        expect_end(&mut raw).await;
    }
    let mut raw = open(&server).await;
    raw.write(&frame(0x81, b"cut")).await;
    expect_end(&mut raw).await;
    server.stop().await;
}

#[tokio::test]
async fn when_both_close_at_once_each_frame_is_the_answer_to_the_other() {
    let server = Server::start().await;
    let mut raw = open(&server).await;
    let both = [
        frame(0x81, b"close 4001"),
        frame(0x88, &4000_u16.to_be_bytes()),
    ]
    .concat();
    raw.write(&both).await;
    expect_close(&mut raw, 4001, "").await;
    expect_end(&mut raw).await;
    server.stop().await;
}

#[tokio::test]
async fn other_texts_come_back_and_bytes_are_counted() {
    let server = Server::start().await;
    let mut raw = open(&server).await;
    raw.write(&frame(0x81, b"close me")).await;
    assert_eq!(raw.read_frame().await, (0x81, b"close me".to_vec()));
    raw.write(&frame(0x82, &[0; 300])).await;
    assert_eq!(raw.read_frame().await, (0x81, b"took 300 bytes".to_vec()));
    raw.write(&frame(0x81, b"ping")).await;
    assert_eq!(raw.read_frame().await, (0x89, b"are you there?".to_vec()));
    // While it waits nothing is read, and then all of it.
    let begun = Instant::now();
    raw.write(&frame(0x81, b"wait 200")).await;
    raw.write(&frame(0x81, b"hello")).await;
    assert_eq!(raw.read_frame().await, (0x81, b"hello".to_vec()));
    assert!(begun.elapsed() >= Duration::from_millis(200));
    server.stop().await;
}

#[tokio::test]
async fn limits_end_it() {
    let server = Server::start().await;
    let mut big = open(&server).await;
    let mut header = vec![0x82, 0xFF];
    header.extend_from_slice(&(1024_u64 * 1024 + 1).to_be_bytes());
    header.extend_from_slice(&[1, 2, 3, 4]);
    big.write(&header).await;
    expect_close(&mut big, 1009, "1048576 bytes").await;
    let mut quick = open(&server).await;
    quick.write(&frame(0x82, b"x").repeat(21)).await;
    for _ in 0..20 {
        assert_eq!(quick.read_frame().await.1, b"took 1 bytes");
    }
    expect_close(&mut quick, 1008, "more than 20 messages").await;
    server.stop().await;
}

#[tokio::test]
async fn a_server_that_hears_no_pong_gives_up_after_two_pings() {
    let server = Server::start().await;
    let mut raw = open(&server).await;
    raw.write(&frame(0x81, b"deaf")).await;
    for _ in 0..2 {
        assert_eq!(raw.read_frame().await.0, 0x89);
        raw.write(&frame(0x8A, b"are you there?")).await;
    }
    expect_close(&mut raw, 1008, "no answer to two pings").await;
    raw.write(&frame(0x88, &1008_u16.to_be_bytes())).await;
    expect_end(&mut raw).await;
    server.stop().await;
}

#[tokio::test]
async fn a_server_that_stops_closes_it_with_1001() {
    let server = Server::start().await;
    let mut raw = open(&server).await;
    server.begin_to_stop();
    expect_close(&mut raw, 1001, "the server is stopping").await;
    drop(raw);
    server.stop().await;
}

#[tokio::test]
async fn a_refused_handshake_is_watched_too_and_a_bad_token_is_told() {
    let server = Server::start().await;
    let (watcher, mut events) = mpsc::channel(100);
    let token = server.app.wire.issue(watcher);
    let request = upgrade_request(server.addr, &format!("/ws/subject?refuse&watch={token}"));
    let (_, answer) = RawSocket::ask(&server, &request).await;
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    assert_eq!(
        timeout(SOON, events.recv()).await.unwrap(),
        Some(WatchEvent::Opened)
    );
    // The token is spent.
    let mut raw = RawSocket::connect(&server, &format!("/ws/subject?watch={token}")).await;
    expect_close(&mut raw, 1008, "watch token").await;
    server.stop().await;
}
