//! `/ws/echo` against raw frames.

use crate::support::{RawSocket, Server, frame, upgrade_request};
use futures_util::{SinkExt, StreamExt};
use spillway_websocket::{Deflater, Inflater};
use tokio_tungstenite::connect_async_with_config;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

#[tokio::test]
async fn text_and_binary_come_back() {
    let server = Server::start().await;
    let mut raw = RawSocket::connect(&server, "/ws/echo").await;
    raw.write(&frame(0x81, "grüße".as_bytes())).await;
    assert_eq!(raw.read_frame().await, (0x81, "grüße".as_bytes().to_vec()));
    raw.write(&frame(0x82, &[0, 255, 7])).await;
    assert_eq!(raw.read_frame().await, (0x82, vec![0, 255, 7]));
    // Two fragments with a ping between them are one message.
    raw.write(&frame(0x01, b"Hel")).await;
    raw.write(&frame(0x89, b"?")).await;
    assert_eq!(raw.read_frame().await, (0x8a, b"?".to_vec()));
    raw.write(&frame(0x80, b"lo")).await;
    assert_eq!(raw.read_frame().await, (0x81, b"Hello".to_vec()));
    raw.write(&frame(0x88, &1000_u16.to_be_bytes())).await;
    raw.expect_close(1000).await;
    server.stop().await;
}

#[tokio::test]
async fn sixteen_mebibytes_come_back() {
    let server = Server::start().await;
    let url = format!("ws://{}/ws/echo", server.addr);
    let config = WebSocketConfig::default()
        .max_frame_size(None)
        .max_message_size(None);
    let (mut socket, _) = connect_async_with_config(url, Some(config), true)
        .await
        .unwrap();
    let message = Message::binary(vec![7_u8; 16 * 1024 * 1024]);
    socket.send(message.clone()).await.unwrap();
    assert!(socket.next().await.unwrap().unwrap() == message);
    server.stop().await;
}

async fn check(bytes: &[u8], code: u16) {
    let server = Server::start().await;
    let mut raw = RawSocket::connect(&server, "/ws/echo").await;
    raw.write(bytes).await;
    raw.expect_close(code).await;
    drop(raw);
    assert_eq!(
        server
            .metric("spillway_errors_total{kind=\"protocol\"}")
            .await,
        1
    );
    server.stop().await;
}

#[tokio::test]
async fn violations_of_the_protocol_close_with_1002() {
    check(&[0x81, 0x02, b'h', b'i'], 1002).await; // not masked
    check(&frame(0xc1, b"rsv1"), 1002).await;
    check(&frame(0x83, b"reserved opcode"), 1002).await;
    check(&frame(0x80, b"continues nothing"), 1002).await;
    check(&frame(0x09, b"fragmented ping"), 1002).await;
    check(&[frame(0x01, b"a"), frame(0x81, b"b")].concat(), 1002).await;
}

#[tokio::test]
async fn text_that_is_not_utf8_closes_with_1007() {
    check(&frame(0x81, &[0xc3, 0x28]), 1007).await;
    check(&frame(0x81, &[0xe2, 0x82]), 1007).await; // ends within a character
}

#[tokio::test]
async fn messages_above_the_limit_close_with_1009() {
    let mut head = vec![0x82, 0xff];
    head.extend_from_slice(&(16 * 1024 * 1024 + 1_u64).to_be_bytes());
    head.extend_from_slice(&[0; 4]);
    check(&head, 1009).await;
    // The client is in the middle of sending and still learns why.
    head.resize(200_000, 0);
    check(&head, 1009).await;
}

#[tokio::test]
async fn stopping_closes_with_1001() {
    let server = Server::start().await;
    let mut raw = RawSocket::connect(&server, "/ws/echo").await;
    raw.write(&frame(0x81, b"x")).await;
    raw.read_frame().await;
    server.begin_to_stop();
    raw.expect_close(1001).await;
    raw.write(&frame(0x88, &1001_u16.to_be_bytes())).await;
    server.stop().await;
}

/// What a request that differs in one place is answered with.
async fn check_handshake(from: &str, to: &str, expected: &[&str]) {
    let server = Server::start().await;
    let request = upgrade_request(server.addr, "/ws/echo").replace(from, to);
    let (_, answer) = RawSocket::ask(&server, &request).await;
    for part in expected {
        assert!(
            answer.to_lowercase().contains(&part.to_lowercase()),
            "{answer}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn the_answer_holds_the_accept_key_of_the_rfc() {
    check_handshake(
        "",
        "",
        &["101 ", "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="],
    )
    .await;
}

#[tokio::test]
async fn a_handshake_that_breaks_a_rule_is_refused_with_its_status() {
    check_handshake("GET", "POST", &["405 "]).await;
    check_handshake("Upgrade: websocket", "Upgrade: h2c", &["400 "]).await;
    check_handshake("Connection: Upgrade", "Connection: keep-alive", &["400 "]).await;
    check_handshake("dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ=", &["400 "]).await;
    check_handshake(
        "Version: 13",
        "Version: 8",
        &["426 ", "Sec-WebSocket-Version: 13"],
    )
    .await;
}

#[tokio::test]
async fn compression_is_agreed_to_when_it_is_offered_lawfully() {
    let offer = |offer: &str| format!("Version: 13\r\nSec-WebSocket-Extensions: {offer}");
    check_handshake(
        "Version: 13",
        &offer("permessage-deflate; level=9, permessage-deflate; server_max_window_bits=10"),
        &[
            "101 ",
            "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10\r\n",
        ],
    )
    .await;
}

async fn compressing(server: &Server) -> RawSocket {
    let request = upgrade_request(server.addr, "/ws/echo").replace(
        "Version: 13",
        "Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
    );
    let (raw, answer) = RawSocket::ask(server, &request).await;
    assert!(answer.contains("permessage-deflate\r\n"), "{answer}");
    raw
}

#[tokio::test]
async fn compressed_messages_come_back_compressed() {
    let server = Server::start().await;
    let mut raw = compressing(&server).await;
    let mut deflater = Deflater::new(15, false);
    let mut inflater = Inflater::new(15, false);
    for text in ["Hello", "Hello", ""] {
        raw.write(&frame(0xc1, &deflater.message(text.as_bytes())))
            .await;
        let (first, payload) = raw.read_frame().await;
        assert_eq!(first, 0xc1);
        let mut out = Vec::new();
        inflater.push(&payload, &mut out, 1_000).unwrap();
        inflater.end_message(&mut out, 1_000).unwrap();
        assert_eq!(out, text.as_bytes());
    }
    server.stop().await;
}

#[tokio::test]
async fn a_compression_bomb_closes_with_1009() {
    let server = Server::start().await;
    let mut raw = compressing(&server).await;
    let bomb = Deflater::new(15, false).message(&vec![0; 17 * 1024 * 1024]);
    raw.write(&frame(0xc2, &bomb)).await;
    raw.expect_close(1009).await;
    server.stop().await;
}
