//! The chat that the lessons build, step by step: each step in Node and in Rust, run for real and
//! held to the same expectations.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

mod client;
mod programs;

use client::{Client, break_the_rules, get, joined, left, said};
use programs::{Program, Step, lessons};
use serde_json::json;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Bytes, Message};

/// Runs steps in both languages and asks the same of each program.
async fn each(steps: impl IntoIterator<Item = Step>, ask: impl AsyncFn(&Program)) {
    for step in steps {
        let programs = [Some(Program::rust(step)), Program::node(step)];
        for mut program in programs.into_iter().flatten() {
            ask(&program).await;
            assert!(program.goes_on(), "{}", program.name);
        }
    }
}

#[test]
fn there_are_six_steps() {
    let steps: Vec<Step> = lessons().into_iter().map(|(step, _)| step).collect();
    assert_eq!(steps, [10, 20, 30, 40, 50, 60]);
}

#[tokio::test]
async fn every_step_serves_a_page_and_upgrades() {
    each([10, 20, 30, 40, 50, 60], async |program| {
        let page = get(program, "/").await;
        assert!(page.starts_with("HTTP/1.1 200 "), "{page}");
        assert!(page.contains("text/html"), "{page}");
        assert!(page.contains("<h1>Chat</h1>"), "{page}");
        let plain = get(program, "/chat/lobby").await;
        assert!(plain.starts_with("HTTP/1.1 4"), "{plain}");

        let path = if program.step < 40 { "" } else { "/lobby" };
        break_the_rules(program, &format!("/chat{path}")).await;
        Client::connect(program, path).await.close().await;
    })
    .await;
}

#[tokio::test]
async fn an_echo_sends_back_what_it_was_sent() {
    each([10], async |program| {
        let mut client = Client::connect(program, "").await;
        for message in ["hello", "", "fünf"].map(Message::from) {
            client.send(message.clone()).await;
            assert_eq!(client.next().await.unwrap().unwrap(), message);
        }
        let bytes = Message::from(Bytes::from_static(&[0, 255, 7]));
        client.send(bytes.clone()).await;
        assert_eq!(client.next().await.unwrap().unwrap(), bytes);
        client.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_pipe_through_a_transform_gives_a_message_for_a_message() {
    each([20], async |program| {
        let mut client = Client::connect(program, "").await;
        client.send("hello").await;
        client.send("fünf").await;
        assert_eq!(client.text().await, "HELLO");
        assert_eq!(client.text().await, "FÜNF");
        client.close().await;
    })
    .await;
}

#[tokio::test]
async fn everybody_hears_everything_in_one_order() {
    each([30], async |program| {
        let mut clients = Vec::new();
        for name in ["Ada", "Grace", "Linus"] {
            let mut client = Client::connect(program, "").await;
            // Whoever hears this is in.
            client.send(name).await;
            assert_eq!(client.text().await, name);
            clients.push(client);
        }
        for name in ["Grace", "Linus"] {
            assert_eq!(clients[0].text().await, name);
        }
        assert_eq!(clients[1].text().await, "Linus");

        clients[0].send("one").await;
        clients[2].send("two").await;
        let first = [clients[0].text().await, clients[0].text().await];
        assert!(first.contains(&"one".to_owned()) && first.contains(&"two".to_owned()));
        for client in &mut clients[1..] {
            assert_eq!([client.text().await, client.text().await], first);
        }
        clients.remove(1).cut();
        clients[0].send("three").await;
        for client in &mut clients {
            assert_eq!(client.text().await, "three", "{}", program.name);
        }
    })
    .await;
}

#[tokio::test]
async fn a_room_is_told_who_comes_speaks_and_goes() {
    each([40, 50, 60], async |program| {
        let mut ada = Client::connect(program, "/lobby?name=Ada").await;
        ada.hears(joined("Ada")).await;
        let mut grace = Client::connect(program, "/lobby?name=Grace%20H").await;
        let mut linus = Client::connect(program, "/garden?name=Linus").await;
        linus.hears(joined("Linus")).await;
        for client in [&mut ada, &mut grace] {
            client.hears(joined("Grace H")).await;
        }
        ada.send("hello").await;
        for client in [&mut ada, &mut grace] {
            client.hears(said("Ada", "hello")).await;
        }
        grace.close().await;
        ada.hears(left("Grace H")).await;

        let nobody = Client::connect(program, "/lobby").await;
        ada.hears(joined("somebody")).await;
        nobody.cut();
        ada.hears(left("somebody")).await;

        // The other room has heard nothing of all this.
        linus.send("quiet here").await;
        linus.hears(said("Linus", "quiet here")).await;
    })
    .await;
}

#[tokio::test]
async fn who_comes_back_has_missed_nothing_and_hears_nothing_twice() {
    each([50, 60], async |program| {
        let mut ada = Client::connect(program, "/lobby?name=Ada").await;
        ada.hears(joined("Ada")).await;
        let mut last = 0;
        for round in 1..=5 {
            let rest = format!("/lobby?name=Grace&after={last}");
            let (mut grace, ()) = tokio::join!(Client::connect(program, &rest), async {
                for number in 0..20 {
                    ada.send(format!("{round}, {number}")).await;
                }
            });
            // From what was missed on to the last one, of whatever was said before and after.
            while last < round * 20 {
                let line = grace.line().await;
                if line["type"] == "said" {
                    last += 1;
                    assert_eq!(line["seq"], last, "{}", program.name);
                }
            }
            grace.cut();
        }
        assert_eq!(last, 100);
    })
    .await;
}

#[tokio::test]
async fn without_after_nothing_old_is_told() {
    each([50, 60], async |program| {
        let mut ada = Client::connect(program, "/lobby?name=Ada").await;
        ada.hears(joined("Ada")).await;
        ada.send("early").await;
        ada.hears(json!({"type": "said", "seq": 1, "from": "Ada", "text": "early"}))
            .await;
        for rest in ["", "&after=1", "&after=nonsense", "&after=99"] {
            let mut late = Client::connect(program, &format!("/lobby?name=Late{rest}")).await;
            late.hears(joined("Late")).await;
        }
        let mut late = Client::connect(program, "/lobby?name=Late&after=0").await;
        late.hears(said("Ada", "early")).await;
        late.hears(joined("Late")).await;
    })
    .await;
}

#[tokio::test]
async fn who_reads_too_slowly_is_closed_and_the_others_are_not() {
    each([60], async |program| {
        let mut slow = Client::with_little_room(program, "/lobby?name=Slow").await;
        slow.hears(joined("Slow")).await;
        let mut ada = Client::connect(program, "/lobby?name=Ada").await;
        ada.hears(joined("Ada")).await;
        // More than the system's buffers and the queue hold together.
        let text = "x".repeat(16_000);
        for seq in 1..=MANY {
            ada.send(text.as_str()).await;
            while ada.line().await["seq"] != seq {}
        }

        let mut last = 0;
        slow.hears(joined("Ada")).await;
        let frame = loop {
            match slow.next().await {
                Some(Ok(Message::Text(text))) => {
                    let line: serde_json::Value = serde_json::from_str(&text).unwrap();
                    last += 1;
                    assert_eq!(line["seq"], last, "{}", program.name);
                }
                Some(Ok(Message::Close(frame))) => break frame,
                other => panic!("{}: {other:?} after {last}", program.name),
            }
        };
        let too_slow = CloseFrame {
            code: 1008.into(),
            reason: "too slow".into(),
        };
        assert_eq!(frame, Some(too_slow), "{}", program.name);
        assert!((1..MANY).contains(&last), "{}: {last}", program.name);

        // It comes back for the rest.
        let rest = format!("/lobby?name=Slow&after={last}");
        let mut slow = Client::connect(program, &rest).await;
        for seq in last + 1..=MANY {
            assert_eq!(slow.line().await["seq"], seq, "{}", program.name);
        }
    })
    .await;
}

#[tokio::test]
async fn who_says_too_much_at_once_is_gone() {
    each([60], async |program| {
        let mut ada = Client::connect(program, "/lobby?name=Ada").await;
        ada.hears(joined("Ada")).await;
        let mut long = Client::connect(program, "/lobby?name=Long").await;
        ada.hears(joined("Long")).await;
        long.send("x".repeat(20_000)).await;
        while let Some(Ok(_)) = long.next().await {}
        long.cut();
        ada.hears(left("Long")).await;
        ada.send("still here").await;
        ada.hears(said("Ada", "still here")).await;
    })
    .await;
}

/// Texts that a slow reader is sent.
const MANY: u64 = 900;
