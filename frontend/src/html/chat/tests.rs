use spillway_protocol::chat::{FromServer, Said};

use super::*;

const HOSTILE: &str = "<img src=x onerror=\"alert(1)\">";

fn room(texts: &[&str]) -> Chat {
    let mut chat = Chat::new("den", "x");
    chat.join("ann");
    chat.handle(FromServer::Welcome {
        room: "den".to_owned(),
        you: "ann".to_owned(),
        token: "t".to_owned(),
        seq: 0,
        members: vec![HOSTILE.to_owned(), "ann".to_owned()],
        creator: true,
        pinned: Some(1),
    });
    for (seq, text) in (1..).zip(texts) {
        chat.handle(FromServer::Said(Said {
            seq,
            id: format!("b-{seq}"),
            from: HOSTILE.to_owned(),
            text: (*text).to_owned(),
            at: 0,
        }));
    }
    chat
}

fn newest(chat: &Chat, look: &Look) -> LineHtml {
    let newest = chat.lines().next_back().expect("a line");
    line(chat, newest, look, |_| "10:41".to_owned())
}

#[test]
fn script_in_names_and_texts_is_text() {
    let chat = room(&[HOSTILE]);
    for html in [
        newest(&chat, &Look::default()).inner,
        members(&chat, Some(HOSTILE)),
        pinned(&chat).expect("a pinned message"),
    ] {
        assert!(!html.contains("<img"), "{html}");
        assert!(
            html.contains("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;"),
            "{html}"
        );
    }
}

#[test]
fn a_creator_may_act_on_whoever_is_here_and_not_on_themselves() {
    let mut chat = room(&["hi"]);
    let html = newest(&chat, &Look::default()).inner;
    for act in ["frames", "pin", "mute", "remove"] {
        assert!(
            html.contains(&format!("data-do=\"{act}\"")),
            "{act} in {html}"
        );
    }
    assert!(html.contains(">Unpin<"), "it is pinned: {html}");
    assert!(!html.contains("data-do=\"edit\""), "{html}");
    assert_eq!(members(&chat, None).matches("data-do=\"mute\"").count(), 1);
    chat.handle(FromServer::Left {
        name: HOSTILE.to_owned(),
    });
    assert!(members(&chat, None).contains(">creator<"));
    assert!(!members(&chat, None).contains("data-do"));
}

#[test]
fn what_is_pressed_once_asks_whether_it_is_meant() {
    let chat = room(&["hi"]);
    let key = chat.lines().next_back().expect("a line").key;
    let look = Look {
        sure: Some((key, Sure::Remove)),
        ..Look::default()
    };
    assert!(newest(&chat, &look).inner.contains("Really remove?"));
    assert!(members(&chat, Some(HOSTILE)).contains("Really remove?"));
}

#[test]
fn a_long_message_is_folded_until_it_is_opened() {
    let long = "word ".repeat(300);
    let chat = room(&[&long]);
    let key = chat.lines().next_back().expect("a line").key;
    let folded = newest(&chat, &Look::default());
    assert!(folded.class.contains("folded") && folded.inner.contains("Show all"));
    assert!(
        folded.inner.contains(&long),
        "all of it is there to be read out"
    );
    let look = Look {
        open: vec![key],
        ..Look::default()
    };
    assert!(!newest(&chat, &look).class.contains("folded"));
}

#[test]
fn how_far_an_own_message_is_stands_in_words() {
    let mut chat = room(&[]);
    chat.say("hello").expect("short");
    assert!(newest(&chat, &Look::default()).inner.contains("sending…"));
    let error = FromServer::Error {
        code: "muted".to_owned(),
        message: "you are <muted>".to_owned(),
        id: Some("x-1".to_owned()),
    };
    chat.handle(error);
    let html = newest(&chat, &Look::default()).inner;
    assert!(
        html.contains("not sent") && html.contains("data-do=\"again\""),
        "{html}"
    );
    assert!(html.contains("you are &lt;muted&gt;"), "{html}");
}

#[test]
fn the_two_streams_show_what_was_counted() {
    let mut flow = crate::model::chat::Flow::default();
    flow.sent(5, 11);
    flow.arrived("abc".to_owned());
    let html = duplex(&flow, 1);
    for (id, value) in [
        ("waits", 1),
        ("buffered", 11),
        ("sent", 1),
        ("received", 1),
        ("undrawn", 1),
    ] {
        let figure = format!("duplex-{id}\" data-value=\"{value}\"");
        assert!(html.contains(&figure), "{figure} in {html}");
    }
}
