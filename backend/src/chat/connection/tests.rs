//! A connection against a client of two channels.

use super::*;
use crate::chat::Rooms;
use crate::chat::clock::Clock;
use crate::chat::store::memory::MemoryStore;
use crate::socket::testing::{Client, pair};

/// A connection to a room of its own, past its `welcome`.
async fn connected(shutdown: &CancellationToken) -> Client {
    let (mut client, socket) = pair();
    let metrics = Arc::new(Metrics::default());
    let rooms = Rooms::new(
        Arc::new(MemoryStore::default()),
        Clock::system(),
        Arc::clone(&metrics),
    );
    let room = rooms.visit("room").unwrap();
    let guest = Guest {
        room,
        name: "Ada".into(),
        token: None,
        known: false,
        after: None,
    };
    let surroundings = Surroundings {
        rate: 20,
        metrics,
        shutdown: shutdown.clone(),
    };
    tokio::spawn(serve(socket, guest, surroundings, |_| {}));
    assert!(matches!(client.next().await, Some(Message::Text(_))));
    client
}

fn code(message: Option<Message>) -> Option<u16> {
    match message {
        Some(Message::Close(Some(frame))) => Some(frame.code),
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn who_answers_no_ping_is_closed_after_two() {
    let mut client = connected(&CancellationToken::new()).await;
    let began = Instant::now();
    assert!(matches!(client.next().await, Some(Message::Ping(_))));
    assert!(matches!(client.next().await, Some(Message::Ping(_))));
    assert_eq!(code(client.next().await), Some(1008));
    assert_eq!(began.elapsed().as_secs(), 90);
}

#[tokio::test(start_paused = true)]
async fn who_answers_pings_stays() {
    let mut client = connected(&CancellationToken::new()).await;
    for _ in 0..10 {
        assert!(matches!(client.next().await, Some(Message::Ping(_))));
        client.send(Message::Pong(Bytes::new()));
    }
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_server_is_1001() {
    let shutdown = CancellationToken::new();
    let mut client = connected(&shutdown).await;
    shutdown.cancel();
    assert_eq!(code(client.next().await), Some(1001));
}

#[tokio::test(start_paused = true)]
async fn sixty_messages_at_once_are_allowed() {
    let mut client = connected(&CancellationToken::new()).await;
    for id in 0..61 {
        client.send(Message::Text(
            format!(r#"{{"type":"say","id":"{id}","text":"x"}}"#).into(),
        ));
    }
    let mut limited = 0;
    for _ in 0..61 {
        match client.next().await {
            Some(Message::Text(text)) if text.contains("rate_limited") => {
                assert!(text.contains(r#""id":"60""#), "{text}");
                limited += 1;
            }
            Some(Message::Text(text)) => assert!(text.contains("said"), "{text}"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(limited, 1);
}
