mod past;
mod people;

use spillway_protocol::MAX_CHAT_TEXT_BYTES;
use spillway_protocol::chat::{FromClient, FromServer, Said};

use super::*;

fn welcome(seq: u64, members: &[&str]) -> FromServer {
    FromServer::Welcome {
        room: "den".to_owned(),
        you: "ann".to_owned(),
        token: "t1".to_owned(),
        seq,
        members: members.iter().map(|name| (*name).to_owned()).collect(),
        creator: false,
        pinned: None,
    }
}

fn said(seq: u64, id: &str, from: &str, text: &str) -> FromServer {
    FromServer::Said(Said {
        seq,
        id: id.to_owned(),
        from: from.to_owned(),
        text: text.to_owned(),
        at: 0,
    })
}

fn refusal(code: &str, id: Option<&str>) -> FromServer {
    FromServer::Error {
        code: code.to_owned(),
        message: format!("{code}!"),
        id: id.map(str::to_owned),
    }
}

fn joined() -> Chat {
    let mut chat = Chat::new("den", "x");
    chat.join("ann");
    assert_eq!(chat.handle(welcome(0, &["ann"])), []);
    chat
}

fn id_of(message: &FromClient) -> String {
    match message {
        FromClient::Say { id, .. } => id.clone(),
        other => panic!("{other:?}"),
    }
}

/// The lines as short text.
fn texts(chat: &Chat) -> Vec<String> {
    let text = |line: &Line| match &line.kind {
        LineKind::Message(spoken) => match &spoken.delivery {
            Delivery::Sending => format!("{}: {} …", spoken.from, spoken.text),
            Delivery::Delivered { seq, .. } => format!("{seq} {}: {}", spoken.from, spoken.text),
            Delivery::Refused { why } => format!("{}: {} ({why})", spoken.from, spoken.text),
        },
        LineKind::Joined { name } => format!("+{name}"),
        LineKind::Left { name } => format!("-{name}"),
        LineKind::Pinned { of, on, .. } => format!("pin {of} {on}"),
        LineKind::Muted { name, on, .. } => format!("mute {name} {on}"),
        LineKind::Removed { name, .. } => format!("remove {name}"),
        LineKind::Back => "back".to_owned(),
        LineKind::Anew => "anew".to_owned(),
    };
    chat.lines().map(text).collect()
}

#[test]
fn an_own_message_is_sending_until_the_room_says_it() {
    let mut chat = joined();
    let message = chat.say("hello").expect("short").expect("joined");
    assert_eq!(texts(&chat), ["+ann", "ann: hello …"]);
    chat.handle(said(1, &id_of(&message), "ann", "hello"));
    assert_eq!(texts(&chat), ["+ann", "1 ann: hello"]);
}

#[test]
fn lines_stand_in_the_order_of_the_room() {
    let mut chat = joined();
    let message = chat.say("mine").expect("short").expect("joined");
    chat.handle(said(1, "b", "bob", "his"));
    assert_eq!(texts(&chat), ["+ann", "1 bob: his", "ann: mine …"]);
    chat.handle(said(2, &id_of(&message), "ann", "mine"));
    assert_eq!(texts(&chat), ["+ann", "1 bob: his", "2 ann: mine"]);
}

#[test]
fn a_reconnect_asks_for_what_is_missing_and_shows_nothing_twice() {
    let mut chat = joined();
    chat.handle(said(1, "b", "bob", "one"));
    let message = chat.say("mine").expect("short").expect("joined");
    assert!(chat.handle_closed(1006, ""));
    chat.try_again();
    assert_eq!(
        chat.address(Some("w")),
        "/ws/chat/den?name=ann&after=1&token=t1&watch=w"
    );
    let again = chat.handle(welcome(2, &["ann"]));
    assert_eq!(again, [Action::Send(message.clone())]);
    chat.handle(said(2, &id_of(&message), "ann", "mine"));
    chat.handle(said(2, &id_of(&message), "ann", "mine"));
    chat.handle(said(1, "b", "bob", "one"));
    assert_eq!(texts(&chat), ["+ann", "1 bob: one", "back", "2 ann: mine"]);
}

#[test]
fn what_is_said_without_a_connection_is_sent_when_it_is_back() {
    let mut chat = joined();
    chat.handle_closed(1001, "the server stops");
    assert_eq!(chat.say("later"), Ok(None));
    let actions = chat.handle(welcome(0, &["ann"]));
    assert!(
        matches!(&actions[..], [Action::Send(FromClient::Say { text, .. })] if text == "later")
    );
}

#[test]
fn a_taken_name_leads_back_to_the_question() {
    let mut chat = Chat::new("den", "x");
    chat.join(" ann ");
    chat.handle(refusal("name_taken", None));
    assert_eq!(chat.phase().problem(), Some("name_taken!"));
    assert!(matches!(chat.phase(), Phase::Asking { taken: true, .. }));
    assert!(!chat.handle_closed(1008, ""));
    chat.join("ann 2");
    assert_eq!(chat.address(None), "/ws/chat/den?name=ann%202&after=0");
}

#[test]
fn where_the_name_is_not_what_was_wrong_it_stays() {
    for code in ["removed", "room_full", "too_long"] {
        let mut chat = Chat::new("den", "x");
        chat.join("ann");
        chat.handle(refusal(code, None));
        let wrong = format!("{code}!");
        assert_eq!(chat.phase().problem(), Some(&*wrong));
        let kept = matches!(chat.phase(), Phase::Asking { taken: false, .. });
        assert!(kept, "{code}");
        assert_eq!(chat.name(), "ann");
    }
}

#[test]
fn a_connection_that_a_newer_one_replaced_does_not_come_back_by_itself() {
    let mut chat = joined();
    assert!(!chat.handle_closed(4001, "replaced"));
    assert!(chat.phase().problem().is_some());
}

#[test]
fn a_refused_message_says_why_and_can_be_said_again() {
    let mut chat = joined();
    let message = chat.say("fast").expect("short").expect("joined");
    chat.handle(refusal("rate_limited", Some(&id_of(&message))));
    assert_eq!(texts(&chat), ["+ann", "ann: fast (rate_limited!)"]);
    assert_eq!(chat.notice(), Some("rate_limited!"));
    let key = chat.lines().last().expect("a line").key;
    assert_eq!(chat.say_again(key), Some(message));
    assert_eq!(chat.say_again(key), None);
}

#[test]
fn a_text_that_is_too_long_is_not_said() {
    let mut chat = joined();
    let bytes = MAX_CHAT_TEXT_BYTES + 1;
    assert_eq!(chat.say(&"a".repeat(bytes)), Err(Unsaid::TooLong { bytes }));
    assert_eq!(chat.say(" \n"), Err(Unsaid::Empty));
    assert_eq!(texts(&chat), ["+ann"]);
}

#[test]
fn people_come_and_go_once_each() {
    let mut chat = joined();
    for name in ["ann", "bob", "bob"] {
        let name = name.to_owned();
        chat.handle(FromServer::Joined { name });
    }
    assert_eq!(chat.members(), ["ann", "bob"]);
    for name in ["bob", "bob"] {
        let name = name.to_owned();
        chat.handle(FromServer::Left { name });
    }
    assert_eq!(texts(&chat), ["+ann", "+bob", "-bob"]);
}

#[test]
fn a_server_that_was_started_anew_is_asked_from_the_beginning() {
    let mut chat = joined();
    chat.handle(said(41, "b", "bob", "old"));
    chat.handle_closed(1006, "");
    assert_eq!(chat.handle(welcome(2, &["ann"])), [Action::Reconnect]);
    assert!(chat.address(None).contains("after=0"));
    chat.handle(said(1, "c", "bob", "new"));
    assert_eq!(texts(&chat), ["+ann", "41 bob: old", "anew", "1 bob: new"]);
}

#[test]
fn a_message_of_an_older_page_of_the_same_name_is_not_taken_for_an_own_one() {
    let mut chat = joined();
    chat.handle(said(1, "y-2", "ann", "older"));
    let line = chat.lines().last().expect("a line");
    assert!(matches!(&line.kind, LineKind::Message(spoken) if !spoken.own));
}

#[test]
fn old_lines_are_let_go_and_counted() {
    let mut chat = joined();
    for seq in 1..=1_100 {
        chat.handle(said(seq, &seq.to_string(), "bob", "x"));
    }
    assert_eq!(chat.lines().count(), MAX_LINES);
    assert_eq!(chat.older(), Older::More, "they can be read again");
}

#[test]
fn a_message_is_itself_by_id_and_by_number_where_it_has_one() {
    let of = |id: &str, seq| MessageRef {
        id: id.to_owned(),
        seq,
    };
    assert!(of("a", None).is(&of("a", Some(3))));
    assert!(!of("a", Some(2)).is(&of("a", Some(3))));
    assert!(!of("a", None).is(&of("b", None)));
    assert!(!of("a", Some(1)).is(&of("b", Some(1))));
}

#[test]
fn a_message_that_was_edited_or_taken_back_has_the_text_that_holds() {
    let mut chat = joined();
    chat.handle(said(1, "b-1", "bob", "helo"));
    chat.handle(said(2, "b-2", "bob", "oops"));
    let [id, from, text] = ["b-3", "bob", "hello"].map(str::to_owned);
    let (seq, of, at) = (3, 1, 0);
    chat.handle(FromServer::Edited {
        seq,
        of,
        id,
        from,
        text,
        at,
    });
    let [id, from] = ["b-4", "bob"].map(str::to_owned);
    let (seq, of) = (4, 2);
    chat.handle(FromServer::Deleted {
        seq,
        of,
        id,
        from,
        at,
    });
    let spoken: Vec<(&str, bool)> = chat
        .lines()
        .filter_map(|line| match &line.kind {
            LineKind::Message(spoken) => Some((spoken.text.as_str(), spoken.edited)),
            _ => None,
        })
        .collect();
    assert_eq!(spoken, [("hello", true), ("", true)]);
    // A connection that comes back asks for nothing that was heard.
    assert!(chat.address(None).contains("after=4"));
}

#[test]
fn who_was_made_to_go_does_not_come_back_by_itself() {
    let mut chat = joined();
    assert!(!chat.handle_closed(4003, "removed by the room's creator"));
    assert!(chat.phase().problem().is_some());
    assert!(!chat.address(None).contains("token"));
}

#[test]
fn an_own_message_that_the_room_has_can_be_changed() {
    let mut chat = joined();
    let waiting = id_of(&chat.say("helo").unwrap().unwrap());
    let key = chat.lines().next_back().unwrap().key;
    assert_eq!(chat.changeable(key), None, "the room does not have it");
    chat.handle(said(1, &waiting, "ann", "helo"));
    chat.handle(said(2, "b-1", "bob", "hi"));
    assert_eq!(chat.last_editable(), Some(key));
    assert_eq!(chat.edit(key, "  "), Err(Unsaid::Empty));
    let edit = chat.edit(key, "hello").unwrap();
    assert!(matches!(&edit, FromClient::Edit { seq: 1, id, .. } if *id != waiting));
    assert!(matches!(
        chat.take_back(key),
        Some(FromClient::Delete { seq: 1, .. })
    ));
    let [id, from] = ["x-3", "ann"].map(str::to_owned);
    let (seq, of, at) = (3, 1, 0);
    chat.handle(FromServer::Deleted {
        seq,
        of,
        id,
        from,
        at,
    });
    assert_eq!(chat.last_editable(), None, "it is taken back");
}
