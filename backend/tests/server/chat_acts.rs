//! What people do in a chat besides saying something.

use serde_json::{Value, json};

use crate::support::{Chat, Server};

/// Somebody in the room, past the `welcome`, which is given too.
async fn come(server: &Server, query: &str) -> (Chat, Value) {
    let mut chat = server.chat(&format!("room?{query}")).await;
    let welcome = chat.expect("welcome").await;
    (chat, welcome)
}

/// Ada, who was first, and Bob.
async fn two(server: &Server) -> (Chat, Chat) {
    let (mut ada, _) = come(server, "name=Ada").await;
    let (bob, _) = come(server, "name=Bob").await;
    ada.expect("joined").await;
    (ada, bob)
}

async fn send(chat: &mut Chat, message: Value) {
    chat.send(&message.to_string()).await;
}

/// The next message of this type, after whatever comes before it.
async fn until(chat: &mut Chat, kind: &str) -> Value {
    loop {
        let message: Value = serde_json::from_str(&chat.next_text().await).unwrap();
        if message["type"] == kind {
            return message;
        }
    }
}

/// Sends it, and is refused with this code.
async fn refused(chat: &mut Chat, message: Value, code: &str) {
    send(chat, message.clone()).await;
    let error = until(chat, "error").await;
    assert_eq!(
        (&error["code"], &error["id"]),
        (&json!(code), &message["id"])
    );
}

#[tokio::test]
async fn ones_own_message_can_be_edited_and_taken_back() {
    let server = Server::start().await;
    let (mut ada, mut bob) = two(&server).await;
    ada.say("1", "helo").await;
    for person in [&mut ada, &mut bob] {
        person.expect("said").await;
    }
    send(
        &mut ada,
        json!({"type": "edit", "id": "2", "seq": 1, "text": "hello"}),
    )
    .await;
    for person in [&mut ada, &mut bob] {
        let edited = person.expect("edited").await;
        assert_eq!(edited["seq"], 2);
        assert_eq!(edited["of"], 1);
        assert_eq!(edited["text"], "hello");
        assert_eq!(edited["from"], "Ada");
    }
    // Sent twice it is one edit.
    send(
        &mut ada,
        json!({"type": "edit", "id": "2", "seq": 1, "text": "hello"}),
    )
    .await;
    assert_eq!(ada.expect("edited").await["seq"], 2);
    let (mut cleo, _) = come(&server, "name=Cleo&after=0").await;
    assert_eq!(cleo.expect("said").await["text"], "hello");
    assert_eq!(cleo.expect("edited").await["seq"], 2);

    for person in [&mut ada, &mut bob] {
        person.expect("joined").await;
    }
    send(&mut ada, json!({"type": "delete", "id": "3", "seq": 1})).await;
    for person in [&mut ada, &mut bob, &mut cleo] {
        let deleted = person.expect("deleted").await;
        assert_eq!((&deleted["seq"], &deleted["of"]), (&json!(3), &json!(1)));
    }
    refused(
        &mut ada,
        json!({"type": "edit", "id": "4", "seq": 1, "text": "x"}),
        "unknown_message",
    )
    .await;
    refused(
        &mut ada,
        json!({"type": "delete", "id": "5", "seq": 1}),
        "unknown_message",
    )
    .await;
    // Nobody who comes later hears it, from the room or from the store.
    let (mut dan, _) = come(&server, "name=Dan&after=0").await;
    for kind in ["said", "edited"] {
        assert_eq!(dan.expect(kind).await["text"], "");
    }
    dan.expect("deleted").await;
    send(&mut dan, json!({"type": "history", "limit": 10})).await;
    let history = dan.expect("history").await;
    assert_eq!(history["more"], false);
    let texts: Vec<&Value> = history["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["text"])
        .collect();
    assert_eq!(texts, [&json!(""), &json!(""), &Value::Null]);
    server.stop().await;
}

#[tokio::test]
async fn a_message_of_somebody_else_is_left_alone() {
    let server = Server::start().await;
    let (mut ada, mut bob) = two(&server).await;
    ada.say("1", "mine").await;
    bob.expect("said").await;
    refused(
        &mut bob,
        json!({"type": "edit", "id": "a", "seq": 1, "text": "x"}),
        "not_yours",
    )
    .await;
    refused(
        &mut bob,
        json!({"type": "delete", "id": "b", "seq": 1}),
        "not_yours",
    )
    .await;
    refused(
        &mut bob,
        json!({"type": "delete", "id": "c", "seq": 9}),
        "unknown_message",
    )
    .await;
    refused(
        &mut bob,
        json!({"type": "delete", "id": "c", "seq": 0}),
        "unknown_message",
    )
    .await;
    // A refused id is free again.
    bob.say("a", "hello").await;
    assert_eq!(bob.expect("said").await["seq"], 2);
    server.stop().await;
}

#[tokio::test]
async fn an_id_for_something_else_is_refused() {
    let server = Server::start().await;
    let (mut ada, _) = come(&server, "name=Ada").await;
    ada.say("1", "this").await;
    let said = ada.expect("said").await;
    refused(
        &mut ada,
        json!({"type": "say", "id": "1", "text": "that"}),
        "id_used",
    )
    .await;
    refused(
        &mut ada,
        json!({"type": "delete", "id": "1", "seq": 1}),
        "id_used",
    )
    .await;
    ada.say("1", "this").await;
    assert_eq!(ada.expect("said").await, said);
    server.stop().await;
}

#[tokio::test]
async fn old_messages_come_page_by_page() {
    let server = Server::start_with(|config| config.chat_rate = 0).await;
    let (mut ada, _) = come(&server, "name=Ada").await;
    for number in 1..=25 {
        ada.say(&number.to_string(), "x").await;
        ada.expect("said").await;
    }
    let mut before = Value::Null;
    let mut pages = Vec::new();
    loop {
        let mut ask = json!({"type": "history", "limit": 10});
        if !before.is_null() {
            ask["before"] = before;
        }
        send(&mut ada, ask).await;
        let page = ada.expect("history").await;
        let seqs: Vec<u64> = page["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["seq"].as_u64().unwrap())
            .collect();
        before = json!(seqs[0]);
        pages.push(seqs);
        if page["more"] == false {
            break;
        }
    }
    let expected: [Vec<u64>; 3] = [(16..=25).collect(), (6..=15).collect(), (1..=5).collect()];
    assert_eq!(pages, expected);
    server.stop().await;
}

#[tokio::test]
async fn after_from_the_future_is_answered() {
    let server = Server::start().await;
    let (mut ada, _) = come(&server, "name=Ada").await;
    ada.say("1", "hello").await;
    ada.expect("said").await;
    let (mut bob, welcome) = come(&server, "name=Bob&after=99").await;
    assert_eq!(welcome["seq"], 1);
    let error = bob.expect("error").await;
    assert_eq!(error["code"], "after_ahead");
    assert_eq!(bob.expect("said").await["seq"], 1);
    server.stop().await;
}

#[tokio::test]
async fn the_others_see_that_somebody_is_writing() {
    let server = Server::start().await;
    let (mut ada, mut bob) = two(&server).await;
    for _ in 0..200 {
        send(&mut ada, json!({"type": "typing"})).await;
    }
    assert_eq!(bob.expect("typing").await["name"], "Ada");
    // Its own is not heard, nor one so soon after another, and it is no part of the rate.
    ada.say("1", "done").await;
    ada.expect("said").await;
    assert_eq!(bob.expect("said").await["seq"], 1);
    server.stop().await;
}

#[tokio::test]
async fn who_was_first_can_pin_and_nobody_else() {
    let server = Server::start().await;
    let (mut ada, welcome) = come(&server, "name=Ada").await;
    assert_eq!(welcome["creator"], true);
    let (mut bob, welcome) = come(&server, "name=Bob").await;
    assert!(welcome.get("creator").is_none(), "{welcome}");
    bob.say("1", "look").await;
    until(&mut bob, "said").await;
    for deed in [
        json!({"type": "pin", "id": "2", "seq": 1, "on": true}),
        json!({"type": "mute", "id": "2", "name": "Ada", "on": true}),
        json!({"type": "remove", "id": "2", "name": "Ada"}),
    ] {
        refused(&mut bob, deed, "not_creator").await;
    }
    let pin = |id, on| json!({"type": "pin", "id": id, "seq": 1, "on": on});
    send(&mut ada, pin("1", true)).await;
    assert_eq!(until(&mut bob, "pinned").await["of"], 1);
    let (_cleo, welcome) = come(&server, "name=Cleo").await;
    assert_eq!(welcome["pinned"], 1);
    send(&mut ada, pin("2", false)).await;
    assert_eq!(until(&mut bob, "pinned").await["on"], false);
    let (_dan, welcome) = come(&server, "name=Dan").await;
    assert!(welcome.get("pinned").is_none(), "{welcome}");
    server.stop().await;
}

#[tokio::test]
async fn who_is_muted_stays_silent_until_the_creator_says_so() {
    let server = Server::start().await;
    let (mut ada, mut bob) = two(&server).await;
    let mute = |id, name, on| json!({"type": "mute", "id": id, "name": name, "on": on});
    refused(&mut ada, mute("1", "Zoe", true), "unknown_person").await;
    refused(&mut ada, mute("1", "Ada", true), "yourself").await;
    send(&mut ada, mute("1", "bob", true)).await;
    assert_eq!(until(&mut bob, "muted").await["name"], "Bob");
    let say = json!({"type": "say", "id": "1", "text": "x"});
    refused(&mut bob, say.clone(), "muted").await;
    send(&mut ada, mute("2", "Bob", false)).await;
    assert_eq!(until(&mut bob, "muted").await["on"], false);
    send(&mut bob, say).await;
    until(&mut bob, "said").await;
    server.stop().await;
}

#[tokio::test]
async fn who_is_removed_does_not_come_back_with_the_token() {
    let server = Server::start().await;
    let (mut ada, _) = come(&server, "name=Ada").await;
    let (mut bob, welcome) = come(&server, "name=Bob").await;
    let token = welcome["token"].as_str().unwrap().to_owned();
    let remove = json!({"type": "remove", "id": "1", "name": "Bob"});
    send(&mut ada, remove).await;
    assert_eq!(until(&mut ada, "removed").await["name"], "Bob");
    assert_eq!(until(&mut ada, "left").await["name"], "Bob");
    assert_eq!(bob.expect_close().await, 4003);
    let query = format!("room?name=Bob&token={token}");
    let mut again = server.chat(&query).await;
    assert_eq!(again.expect("error").await["code"], "removed");
    assert_eq!(again.expect_close().await, 1008);
    server.stop().await;
}

#[tokio::test]
async fn capitals_make_no_other_name() {
    let server = Server::start().await;
    let (_ada, _) = come(&server, "name=Ada").await;
    let mut other = server.chat("room?name=ADA").await;
    assert_eq!(other.expect("error").await["code"], "name_taken");
    server.stop().await;
}
