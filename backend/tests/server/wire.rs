//! The tap shows what crossed, byte for byte.

use spillway::wire::{ChatEvent, WatchEvent};
use spillway_protocol::control::Direction;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc::{self, Receiver};
use tokio::time::timeout;

use crate::support::{RawSocket, SOON, Server, frame, upgrade_request};

#[derive(Debug, Default)]
struct Captured {
    to_server: Vec<u8>,
    to_client: Vec<u8>,
    chat: Vec<ChatEvent>,
    times: Vec<u64>,
    lost: u64,
}

/// Everything up to `Closed`.
async fn captured(mut events: Receiver<WatchEvent>) -> Captured {
    let mut all = Captured::default();
    assert_eq!(
        timeout(SOON, events.recv()).await.unwrap(),
        Some(WatchEvent::Opened)
    );
    loop {
        match timeout(SOON, events.recv())
            .await
            .expect("the capture ends")
        {
            Some(WatchEvent::Bytes {
                direction,
                at_us,
                bytes,
            }) => {
                all.times.push(at_us);
                match direction {
                    Direction::ToServer => all.to_server.extend_from_slice(&bytes),
                    Direction::ToClient => all.to_client.extend_from_slice(&bytes),
                }
            }
            Some(WatchEvent::Chat(event)) => all.chat.push(event),
            Some(WatchEvent::Closed { lost, .. }) => all.lost = lost,
            Some(WatchEvent::Opened) => panic!("opened twice"),
            None => return all,
        }
    }
}

#[tokio::test]
async fn a_watched_chat_is_shown_byte_for_byte() {
    let server = Server::start().await;
    let (watcher, events) = mpsc::channel(100);
    let token = server.app.wire.issue(watcher);
    let path = format!("/ws/chat/room?name=Ada&watch={token}");
    let mut raw = RawSocket::connect(&server, &path).await;
    raw.read_frame().await;
    raw.write(&frame(0x81, br#"{"type":"say","id":"1","text":"hi"}"#))
        .await;
    raw.read_frame().await;
    raw.write(&frame(0x89, b"ping")).await;
    raw.read_frame().await;
    let mut bob = server.chat("room?name=Bob").await;
    bob.expect("welcome").await;
    raw.read_frame().await;
    bob.say("1", "hello Ada").await;
    raw.read_frame().await;
    raw.write(&frame(0x88, &1000_u16.to_be_bytes())).await;
    raw.expect_close(1000).await;
    let RawSocket {
        stream,
        sent,
        received,
    } = raw;
    drop(stream);
    let all = captured(events).await;
    assert_eq!(
        String::from_utf8_lossy(&all.to_server),
        String::from_utf8_lossy(&sent)
    );
    assert_eq!(all.to_server, sent);
    assert_eq!(all.to_client, received);
    assert_eq!(all.lost, 0);
    assert!(all.times.is_sorted());
    assert_eq!(
        all.chat,
        [
            ChatEvent::Joined,
            ChatEvent::Created,
            ChatEvent::Said,
            ChatEvent::Received
        ]
    );
    server.stop().await;
}

#[tokio::test]
async fn who_comes_back_is_told_apart_from_who_comes() {
    let server = Server::start().await;
    let mut ada = server.chat("room?name=Ada&after=0").await;
    let welcome = ada.expect("welcome").await;
    let seat = welcome["token"].as_str().unwrap().to_owned();
    ada.say("1", "hello").await;
    ada.expect("said").await;
    drop(ada);
    for (query, event) in [
        (
            format!("name=Ada&token={seat}&after=1"),
            Some(ChatEvent::Resumed),
        ),
        (format!("name=Ada&token={seat}&after=0"), None),
        (format!("name=Ada&token={seat}&after=2"), None),
        (format!("name=Ada&token={seat}"), None),
    ] {
        let (watcher, events) = mpsc::channel(100);
        let watch = server.app.wire.issue(watcher);
        let path = format!("/ws/chat/room?{query}&watch={watch}");
        let mut raw = RawSocket::connect(&server, &path).await;
        raw.read_frame().await;
        drop(raw.stream);
        let mut expected = vec![ChatEvent::Joined, ChatEvent::Created];
        expected.extend(event);
        assert_eq!(captured(events).await.chat, expected, "{query}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_capture_begins_at_its_request_even_on_a_used_connection() {
    let server = Server::start().await;
    let (watcher, events) = mpsc::channel(100);
    let token = server.app.wire.issue(watcher);
    let mut stream = tokio::net::TcpStream::connect(server.addr).await.unwrap();
    let before = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", server.addr);
    stream.write_all(before.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\nok") {
        answer.push(stream.read_u8().await.unwrap());
    }
    let request = upgrade_request(
        server.addr,
        &format!("/ws/chat/room?name=Ada&watch={token}"),
    );
    // In two pieces, to be sure that the pieces are put together.
    let (first, second) = request.as_bytes().split_at(20);
    stream.write_all(first).await.unwrap();
    stream.flush().await.unwrap();
    stream.write_all(second).await.unwrap();
    stream.read_exact(&mut [0; 12]).await.unwrap();
    server.stop().await;
    drop(stream);
    let all = captured(events).await;
    assert_eq!(String::from_utf8_lossy(&all.to_server), request);
    assert!(all.to_client.starts_with(b"HTTP/1.1 101 "));
    assert!(
        all.to_client
            .windows(2)
            .any(|pair| pair == 1001_u16.to_be_bytes())
    );
}

#[tokio::test]
async fn a_token_that_is_unknown_or_used_is_refused() {
    let server = Server::start().await;
    let (watcher, _events) = mpsc::channel(100);
    let token = server.app.wire.issue(watcher);
    let query = format!("room?name=Ada&watch={token}");
    let mut first = server.chat(&query).await;
    first.expect("welcome").await;
    for query in [query.as_str(), "room?name=Bob&watch=guess"] {
        let mut refused = server.chat(query).await;
        assert_eq!(refused.expect("error").await["code"], "bad_watch_token");
        assert_eq!(refused.expect_close().await, 1008);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_watcher_that_is_too_slow_ends_the_capture_and_not_the_chat() {
    let server = Server::start().await;
    let (watcher, events) = mpsc::channel(5);
    let token = server.app.wire.issue(watcher);
    let mut raw =
        RawSocket::connect(&server, &format!("/ws/chat/room?name=Ada&watch={token}")).await;
    raw.read_frame().await;
    for _ in 0..10 {
        raw.write(&frame(0x89, b"still there?")).await;
        assert_eq!(raw.read_frame().await, (0x8a, b"still there?".to_vec()));
    }
    let RawSocket {
        stream,
        sent,
        received,
    } = raw;
    drop(stream);
    server.stop().await;
    let all = captured(events).await;
    assert!(all.lost > 0);
    let shown = (all.to_server.len() + all.to_client.len()) as u64;
    assert!(sent.starts_with(&all.to_server));
    assert!(received.starts_with(&all.to_client));
    // The server may have begun to close before it saw that the client was gone.
    assert!(shown + all.lost >= (sent.len() + received.len()) as u64);
}
