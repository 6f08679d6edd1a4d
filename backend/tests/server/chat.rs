//! The chat, by its contract.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::support::{RawSocket, SOON, Server, frame};

#[tokio::test]
async fn people_come_talk_and_go() {
    let server = Server::start().await;
    let mut ada = server.chat("room?name=%20Ada%20").await;
    let welcome = ada.expect("welcome").await;
    assert_eq!(welcome["you"], "Ada");
    assert_eq!(welcome["room"], "room");
    assert_eq!(welcome["seq"], 0);
    assert_eq!(welcome["members"], json!(["Ada"]));
    assert_eq!(welcome["token"].as_str().unwrap().len(), 32);

    let mut bob = server.chat("room?name=Bob").await;
    assert_eq!(
        bob.expect("welcome").await["members"],
        json!(["Ada", "Bob"])
    );
    assert_eq!(ada.expect("joined").await["name"], "Bob");

    let mut other = server.chat("other-room?name=Ada").await;
    assert_eq!(other.expect("welcome").await["members"], json!(["Ada"]));

    ada.say("a1", "hello").await;
    for person in [&mut ada, &mut bob] {
        let said = person.expect("said").await;
        assert_eq!(said["seq"], 1);
        assert_eq!(said["id"], "a1");
        assert_eq!(said["from"], "Ada");
        assert_eq!(said["text"], "hello");
        assert!(said["at"].as_u64().unwrap() > 1_600_000_000_000);
    }
    bob.say("a1", "the same id of another person").await;
    assert_eq!(ada.expect("said").await["seq"], 2);
    assert_eq!(server.metric("spillway_rooms").await, 2);
    bob.socket.close(None).await.unwrap();
    assert_eq!(ada.expect("left").await["name"], "Bob");
    server.stop().await;
}

#[tokio::test]
async fn a_message_sent_twice_is_one_message() {
    let server = Server::start().await;
    let mut ada = server.chat("room?name=Ada").await;
    let token = ada.expect("welcome").await["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut bob = server.chat("room?name=Bob").await;
    bob.expect("welcome").await;
    ada.expect("joined").await;
    ada.say("1", "once").await;
    let first = ada.expect("said").await;
    ada.say("1", "once").await;
    assert_eq!(ada.expect("said").await, first);
    // Over a new connection with the same token, too.
    let mut again = server
        .chat(&format!("room?name=Ada&token={token}&after=0"))
        .await;
    assert_eq!(again.expect("welcome").await["seq"], 1);
    assert_eq!(again.expect("said").await, first);
    again.say("1", "once").await;
    assert_eq!(again.expect("said").await, first);
    again.say("2", "twice").await;
    assert_eq!(bob.expect("said").await, first);
    assert_eq!(bob.expect("said").await["seq"], 2);
    server.stop().await;
}

#[tokio::test]
async fn a_token_takes_the_name_back() {
    let server = Server::start().await;
    let mut bob = server.chat("room?name=Bob").await;
    bob.expect("welcome").await;
    let mut old = server.chat("room?name=Ada").await;
    let token = old.expect("welcome").await["token"]
        .as_str()
        .unwrap()
        .to_owned();
    bob.expect("joined").await;

    let mut thief = server.chat("room?name=Ada").await;
    assert_eq!(thief.expect("error").await["code"], "name_taken");
    assert_eq!(thief.expect_close().await, 1008);
    let mut guesser = server.chat("room?name=Ada&token=guess").await;
    assert_eq!(guesser.expect("error").await["code"], "name_taken");

    let mut new = server.chat(&format!("room?name=Ada&token={token}")).await;
    let welcome = new.expect("welcome").await;
    assert_eq!(welcome["token"], token.as_str());
    assert_eq!(welcome["members"], json!(["Ada", "Bob"]));
    assert_eq!(old.expect_close().await, 4001);
    new.say("1", "still me").await;
    assert_eq!(bob.expect("said").await["from"], "Ada");
    server.stop().await;
}

#[tokio::test]
async fn what_was_missed_is_sent_and_what_is_not_kept_is_a_gap() {
    let server = Server::start_with(|config| config.chat_rate = 0).await;
    let mut ada = server.chat("room?name=Ada").await;
    ada.expect("welcome").await;
    for number in 1..=1005 {
        ada.say(&number.to_string(), "text").await;
        assert_eq!(ada.expect("said").await["seq"], number);
    }
    let mut without = server.chat("room?name=Bob").await;
    assert_eq!(without.expect("welcome").await["seq"], 1005);
    ada.say("1006", "text").await;
    assert_eq!(without.expect("said").await["seq"], 1006);

    let mut near = server.chat("room?name=Cleo&after=1004").await;
    near.expect("welcome").await;
    assert_eq!(near.expect("said").await["seq"], 1005);
    assert_eq!(near.expect("said").await["seq"], 1006);

    let mut far = server.chat("room?name=Dan&after=2").await;
    far.expect("welcome").await;
    assert_eq!(
        far.expect("gap").await,
        json!({"type": "gap", "from": 3, "to": 6})
    );
    for seq in 7..=1006 {
        assert_eq!(far.expect("said").await["seq"], seq);
    }
    server.stop().await;
}

#[tokio::test]
async fn who_cannot_come_in_is_told_why() {
    let server = Server::start().await;
    for (query, code) in [
        ("Room?name=Ada", "bad_room"),
        ("a_b?name=Ada", "bad_room"),
        ("room", "bad_name"),
        ("room?name=%20", "bad_name"),
        ("room?name=a%0Ab", "bad_name"),
        ("room?name=123456789012345678901234567890123", "bad_name"),
        ("room?name=Ada&after=x", "bad_after"),
        ("room?name=Ada&after=-1", "bad_after"),
    ] {
        let mut chat = server.chat(query).await;
        let error = chat.expect("error").await;
        assert_eq!(error["code"], code, "{query}");
        assert!(error["message"].as_str().unwrap().len() > 10);
        assert_eq!(chat.expect_close().await, 1008, "{query}");
    }
    server.stop().await;
}

#[tokio::test]
async fn bad_messages_are_refused_and_the_connection_stays() {
    let server = Server::start().await;
    let mut raw = RawSocket::connect(&server, "/ws/chat/room?name=Ada").await;
    raw.read_frame().await;
    let long = json!({"type": "say", "id": "7", "text": "x".repeat(16 * 1024 + 1)}).to_string();
    for (message, code, id) in [
        (frame(0x81, b"{"), "malformed", None),
        (
            frame(0x81, br#"{"type":"say","id":"6"}"#),
            "malformed",
            Some("6"),
        ),
        (frame(0x82, b"{}"), "binary", None),
        (frame(0x81, long.as_bytes()), "too_long", Some("7")),
    ] {
        raw.write(&message).await;
        let (_, payload) = raw.read_frame().await;
        let error: serde_json::Value = serde_json::from_slice(&payload).unwrap();
        assert_eq!(error["type"], "error");
        assert_eq!(error["code"], code);
        assert_eq!(error.get("id").and_then(|id| id.as_str()), id);
    }
    raw.write(&frame(0x81, br#"{"type":"wave"}"#)).await;
    raw.write(&frame(0x81, br#"{"type":"say","id":"8","text":"fine"}"#))
        .await;
    let (_, payload) = raw.read_frame().await;
    assert!(String::from_utf8_lossy(&payload).contains("\"said\""));
    raw.write(&frame(0x81, &vec![b' '; 200_000])).await;
    raw.expect_close(1009).await;
    server.stop().await;
}

#[tokio::test]
async fn more_than_the_burst_is_rate_limited_by_id() {
    let server = Server::start_with(|config| config.chat_rate = 1).await;
    let mut ada = server.chat("room?name=Ada").await;
    ada.expect("welcome").await;
    for number in 0..3 {
        ada.say(&number.to_string(), "text").await;
        ada.expect("said").await;
    }
    ada.say("one-too-many", "text").await;
    let error = ada.expect("error").await;
    assert_eq!(error["code"], "rate_limited");
    assert_eq!(error["id"], "one-too-many");
    server.stop().await;
}

#[tokio::test]
async fn a_slow_reader_is_dropped_and_slows_nobody() {
    /// Messages on the way at once.
    const TOGETHER: usize = 32;
    let server = Server::start_with(|config| config.chat_rate = 0).await;
    let mut ada = server.chat("room?name=Ada").await;
    ada.expect("welcome").await;
    let mut slow = RawSocket::connect_narrow(&server, "/ws/chat/room?name=Slow").await;
    ada.expect("joined").await;
    let text = "x".repeat(16 * 1024);
    let talk = async {
        // Enough to fill the system's buffers and the queue.
        for burst in 0..100 {
            for number in 0..TOGETHER {
                ada.say(&format!("{burst}-{number}"), &text).await;
            }
            let mut back = 0;
            while back < TOGETHER {
                let message = ada.next_text().await;
                if message.contains("\"left\"") {
                    return;
                }
                back += usize::from(message.contains("\"said\""));
            }
        }
        panic!("the slow reader was kept");
    };
    timeout(SOON, talk)
        .await
        .expect("the others are not slowed");
    assert_eq!(
        server
            .metric("spillway_errors_total{kind=\"slow_reader\"}")
            .await,
        1
    );
    // Reading at last, it finds the end of the stream, and before it what had been written. It
    // answers the Close frame that comes last before it reads it.
    let answer = frame(0x88, &1008_u16.to_be_bytes());
    slow.stream.write_all(&answer).await.ok();
    let mut rest = Vec::new();
    timeout(SOON, slow.stream.read_to_end(&mut rest))
        .await
        .expect("the connection ends")
        .ok();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_room_sends_everything_to_everybody_in_one_order() {
    const PEOPLE: usize = 20;
    // All of it fits the queue of a member that is busy talking and does not read yet.
    const EACH: usize = 45;
    let server = Server::start_with(|config| config.chat_rate = 0).await;
    let mut people = Vec::new();
    for person in 0..PEOPLE {
        let mut chat = server.chat(&format!("room?name=person-{person}")).await;
        chat.expect("welcome").await;
        people.push(chat);
    }
    let talking = people.into_iter().map(|mut chat| {
        tokio::spawn(async move {
            for id in 0..EACH {
                chat.say(&id.to_string(), "text").await;
            }
            let mut seqs = Vec::new();
            while seqs.len() < PEOPLE * EACH {
                let message = chat.next_text().await;
                let message: serde_json::Value = serde_json::from_str(&message).unwrap();
                if message["type"] == "said" {
                    seqs.push(message["seq"].as_u64().unwrap());
                }
            }
            seqs
        })
    });
    let expected: Vec<u64> = (1..=(PEOPLE * EACH) as u64).collect();
    for talking in talking.collect::<Vec<_>>() {
        let seqs = timeout(SOON, talking).await.expect("all is sent").unwrap();
        assert!(seqs == expected);
    }
    server.stop().await;
}
