//! Many who come into one room at once.

use std::process::Command;
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::support::{Served, alone};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Who come; each of them is told to all who are there.
const COMING: usize = 400;

/// How long somebody in another room may wait meanwhile.
const UNDISTURBED: Duration = Duration::from_secs(5);

/// Nothing waited for takes this long, unless it is broken.
const SOON: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_flood_of_joins_comes_in_whole_and_disturbs_no_other_room() {
    let _alone = alone().await;
    let data = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_spillway"));
    command
        .args(["serve", "--addr", "127.0.0.1:0", "--chat-rate", "0"])
        .arg("--data")
        .arg(data.path());
    let server = Served::start_as(command, data);
    let url = |room: &str, name: &str| format!("ws://{}/ws/chat/{room}?name={name}", server.addr);
    let (mut ada, _) = connect_async(url("quiet", "Ada")).await.unwrap();
    until(&mut ada, |message| message["type"] == "welcome").await;
    let mut coming = JoinSet::new();
    for number in 0..COMING {
        let url = url("flooded", &format!("guest-{number}"));
        coming.spawn(async move {
            let (mut socket, _) = connect_async(url).await.unwrap();
            until(&mut socket, |message| message["type"] == "welcome").await;
            socket
        });
    }
    let mut guests = Vec::new();
    let mut slowest = Duration::ZERO;
    for id in 0.. {
        let began = Instant::now();
        let say = json!({"type": "say", "id": id.to_string(), "text": "hello"});
        ada.send(Message::text(say.to_string())).await.unwrap();
        until(&mut ada, |message| message["id"] == say["id"]).await;
        slowest = slowest.max(began.elapsed());
        guests.extend((0..20).map_while(|_| coming.try_join_next()));
        if guests.len() == COMING {
            break;
        }
        if let Some(guest) = coming.join_next().await {
            guests.push(guest);
        }
    }
    println!("{COMING} came; somebody else's message took {slowest:.1?} at most");
    assert!(slowest < UNDISTURBED, "{slowest:?}");
    // All are in, each once: the last one's welcome names them.
    let (mut last, _) = connect_async(url("flooded", "last")).await.unwrap();
    let welcome = until(&mut last, |message| message["type"] == "welcome").await;
    assert_eq!(welcome["members"].as_array().unwrap().len(), COMING + 1);
    // And each hears what is said now, after all those who came.
    let say = json!({"type": "say", "id": "1", "text": "hello"});
    last.send(Message::text(say.to_string())).await.unwrap();
    for guest in guests {
        let mut guest = guest.unwrap();
        until(&mut guest, |message| message["type"] == "said").await;
    }
}

async fn until(socket: &mut Socket, is_it: impl Fn(&Value) -> bool) -> Value {
    loop {
        let next = timeout(SOON, socket.next()).await.expect("a message comes");
        let Some(Ok(message)) = next else {
            panic!("{next:?}");
        };
        let Message::Text(text) = message else {
            continue;
        };
        let message: Value = serde_json::from_str(&text).unwrap();
        if is_it(&message) {
            return message;
        }
    }
}
