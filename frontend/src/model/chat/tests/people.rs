//! Who writes, and what a room's creator does.

use super::*;

fn creator() -> Chat {
    let mut chat = Chat::new("den", "x");
    chat.join("ann");
    let FromServer::Welcome {
        room,
        you,
        token,
        seq,
        members,
        pinned,
        ..
    } = welcome(0, &["ann", "bob"])
    else {
        panic!("a welcome");
    };
    chat.handle(FromServer::Welcome {
        room,
        you,
        token,
        seq,
        members,
        pinned,
        creator: true,
    });
    chat
}

fn typing(name: &str) -> FromServer {
    let name = name.to_owned();
    FromServer::Typing { name }
}

fn pinned(seq: u64, of: u64, on: bool) -> FromServer {
    let [id, from] = ["b-9", "bob"].map(str::to_owned);
    FromServer::Pinned {
        seq,
        of,
        on,
        id,
        from,
        at: 0,
    }
}

fn muted(seq: u64, name: &str, on: bool) -> FromServer {
    let [id, from, name] = ["b-9", "bob", name].map(str::to_owned);
    FromServer::Muted {
        seq,
        name,
        on,
        id,
        from,
        at: 0,
    }
}

fn typists(chat: &Chat) -> Vec<&str> {
    chat.typists().collect()
}

#[test]
fn who_writes_is_told_until_they_speak_go_or_stop() {
    let mut chat = creator();
    chat.at(1_000);
    chat.handle(typing("bob"));
    chat.handle(typing("bob"));
    assert_eq!(typists(&chat), ["bob"]);
    chat.at(5_000);
    assert_eq!(typists(&chat), ["bob"]);
    chat.at(5_500);
    assert!(typists(&chat).is_empty());
    chat.handle(typing("bob"));
    chat.handle(said(1, "b", "bob", "hi"));
    assert!(typists(&chat).is_empty());
    chat.handle(typing("bob"));
    let name = "bob".to_owned();
    chat.handle(FromServer::Left { name });
    assert!(typists(&chat).is_empty());
    for name in 0..100 {
        chat.handle(typing(&name.to_string()));
    }
    assert_eq!(typists(&chat).len(), 20, "a crowd is bounded");
}

#[test]
fn the_others_are_told_that_one_writes_every_few_seconds_and_only_if_there_are_any() {
    let mut chat = joined();
    assert_eq!(chat.typed(), None, "nobody else is here");
    let mut chat = creator();
    chat.at(1_000);
    assert_eq!(chat.typed(), Some(FromClient::Typing));
    chat.at(3_000);
    assert_eq!(chat.typed(), None);
    chat.at(3_500);
    assert_eq!(chat.typed(), Some(FromClient::Typing));
    chat.say("done").expect("short");
    assert_eq!(
        chat.typed(),
        Some(FromClient::Typing),
        "the next is another message"
    );
    chat.handle(muted(1, "ann", true));
    chat.at(60_000);
    assert_eq!(chat.typed(), None, "nobody hears who is muted");
    chat.handle_closed(1006, "");
    assert_eq!(chat.typed(), None);
}

#[test]
fn only_the_creator_pins_mutes_and_removes() {
    let mut chat = joined();
    assert_eq!(
        (
            chat.pin(1, true),
            chat.mute("bob", true),
            chat.remove("bob")
        ),
        (None, None, None)
    );
    let mut chat = creator();
    assert!(matches!(
        chat.pin(1, true),
        Some(FromClient::Pin {
            seq: 1,
            on: true,
            ..
        })
    ));
    assert!(matches!(
        chat.mute("bob", true),
        Some(FromClient::Mute { on: true, .. })
    ));
    assert!(matches!(
        chat.remove("bob"),
        Some(FromClient::Remove { .. })
    ));
    chat.handle_closed(1006, "");
    assert_eq!(chat.remove("bob"), None, "there is no connection");
}

#[test]
fn what_the_creator_did_is_a_line_once() {
    let mut chat = joined();
    chat.handle(said(1, "b", "bob", "read me"));
    for _ in 0..2 {
        chat.handle(pinned(2, 1, true));
        chat.handle(muted(3, "eve", true));
    }
    assert_eq!(texts(&chat)[2..], ["pin 1 true", "mute eve true"]);
    assert_eq!(chat.pinned(), Some((1, Some(("bob", "read me")))));
    assert!(chat.is_muted("eve"));
    chat.handle(pinned(4, 1, false));
    chat.handle(muted(5, "eve", false));
    assert_eq!((chat.pinned(), chat.is_muted("eve")), (None, false));
}

#[test]
fn a_pinned_message_that_is_not_here_is_asked_for() {
    let mut chat = joined();
    chat.handle(FromServer::Gap { from: 1, to: 40 });
    let asked = chat.handle(pinned(41, 7, true));
    let expect = FromClient::History {
        before: Some(8),
        limit: 1,
    };
    assert_eq!(asked, [Action::Send(expect)]);
    assert_eq!(chat.pinned(), Some((7, None)));
    chat.handle(FromServer::History {
        before: Some(8),
        messages: vec![said(7, "b", "bob", "<b>rules</b>")],
        more: true,
    });
    assert_eq!(chat.pinned(), Some((7, Some(("bob", "<b>rules</b>")))));
    assert_eq!(
        chat.lines().filter_map(Line::spoken).count(),
        0,
        "it is no line"
    );
}

#[test]
fn a_refused_act_says_that_nothing_was_changed() {
    let mut chat = creator();
    chat.remove("eve");
    chat.handle(refusal("unknown_person", Some("x-1")));
    assert_eq!(chat.notice(), Some("nothing was changed: unknown_person!"));
}

#[test]
fn a_message_may_be_edited_for_a_quarter_of_an_hour_by_the_pages_own_clock() {
    let mut chat = joined();
    let id = id_of(&chat.say("helo").unwrap().unwrap());
    chat.at(1_000);
    // The server's clock tells another time.
    chat.handle(said(1, &id, "ann", "helo"));
    let key = chat.last_editable().expect("it is young");
    let edit = |chat: &Chat| {
        chat.marks(chat.line(key).unwrap(), &Look::default())
            .editable
    };
    chat.at(EDIT_WINDOW_MS);
    assert!(edit(&chat));
    chat.at(EDIT_WINDOW_MS + 1_000);
    assert!(!edit(&chat));
    assert_eq!(
        (chat.last_editable(), chat.edit(key, "hello")),
        (None, Err(Unsaid::TooLate))
    );
    assert!(chat.take_back(key).is_some(), "it can always be taken back");
    // A clock that is put back changes nothing.
    chat.at(0);
    assert!(!edit(&chat));
}

#[test]
fn a_row_is_drawn_again_when_something_about_it_changes_and_only_then() {
    let mut chat = creator();
    chat.handle(said(1, "b-1", "bob", "one"));
    chat.handle(said(2, "b-2", "bob", "two"));
    let changed = |before: &[Row], chat: &Chat, look: &Look| -> Vec<u64> {
        let differs = |row: &&Row| !before.contains(row);
        let rows = chat.rows(look);
        let keys: Vec<u64> = rows.iter().filter(differs).map(|row| row.key).collect();
        keys.into_iter()
            .filter_map(|key| chat.line(key)?.spoken()?.seq())
            .collect()
    };
    let (mut look, before) = (Look::default(), chat.rows(&Look::default()));
    assert!(changed(&before, &chat, &look).is_empty());
    chat.handle(pinned(3, 2, true));
    assert_eq!(changed(&before, &chat, &look), [2]);
    let before = chat.rows(&look);
    look.lit = chat
        .lines()
        .filter_map(Line::spoken)
        .map(Spoken::reference)
        .next();
    assert_eq!(changed(&before, &chat, &look), [1]);
    let (before, name) = (chat.rows(&look), "bob".to_owned());
    chat.handle(FromServer::Left { name });
    assert_eq!(
        changed(&before, &chat, &look),
        [1, 2],
        "who is gone cannot be muted"
    );
}
