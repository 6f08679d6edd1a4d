//! What was said before, and what came while nobody looked.

use super::*;

/// Messages from one number to another, as a page of history has them.
fn page(from: u64, to: u64) -> Vec<FromServer> {
    (from..=to)
        .map(|seq| said(seq, &format!("b-{seq}"), "bob", &format!("text {seq}")))
        .collect()
}

fn history(before: u64, messages: Vec<FromServer>, more: bool) -> FromServer {
    let before = Some(before);
    FromServer::History {
        before,
        messages,
        more,
    }
}

/// In a room of sixty messages, of which the first fifty-five did not come by themselves.
fn far_down() -> Chat {
    let mut chat = Chat::new("den", "x");
    chat.join("ann");
    chat.handle(welcome(60, &["ann", "bob"]));
    chat.handle(FromServer::Gap { from: 1, to: 55 });
    for message in page(56, 60) {
        chat.handle(message);
    }
    chat
}

#[test]
fn what_was_said_before_one_came_stands_above_that_one_came() {
    let mut chat = Chat::new("den", "x");
    chat.join("ann");
    chat.handle(welcome(1, &["ann"]));
    chat.handle(said(1, "b", "bob", "old"));
    chat.handle(said(2, "c", "bob", "new"));
    assert_eq!(texts(&chat), ["1 bob: old", "+ann", "2 bob: new"]);
    assert_eq!(chat.older(), Older::Beginning);
}

#[test]
fn older_messages_are_asked_for_one_page_at_a_time_until_the_beginning() {
    let mut chat = far_down();
    let asked = chat.read_on();
    let expect = FromClient::History {
        before: Some(56),
        limit: 50,
    };
    assert_eq!(asked, Some(expect));
    assert_eq!((chat.older(), chat.read_on()), (Older::Loading, None));
    chat.handle(history(56, page(6, 55), true));
    assert_eq!(chat.lines().count(), 56, "with the line that one came");
    assert_eq!(texts(&chat)[0], "6 bob: text 6");
    assert!(matches!(
        chat.read_on(),
        Some(FromClient::History {
            before: Some(6),
            ..
        })
    ));
    // Something that was not asked for, or comes twice, changes nothing.
    chat.handle(history(9, page(1, 8), true));
    chat.handle(history(6, page(1, 5), false));
    chat.handle(history(6, page(1, 5), false));
    assert_eq!(texts(&chat)[..2], ["1 bob: text 1", "2 bob: text 2"]);
    assert_eq!((chat.lines().count(), chat.older()), (61, Older::Beginning));
}

#[test]
fn what_the_room_does_not_keep_is_said() {
    let mut chat = far_down();
    chat.read_on();
    chat.handle(history(56, page(50, 55), false));
    assert_eq!(chat.older(), Older::NotKept);
}

#[test]
fn a_page_that_is_lost_with_its_connection_can_be_asked_for_again() {
    let mut chat = far_down();
    chat.read_on();
    chat.handle_closed(1006, "");
    assert_eq!(chat.read_on(), None, "there is no connection");
    chat.handle(welcome(60, &["ann"]));
    assert!(chat.read_on().is_some());
    chat.handle(refusal("rate_limited", None));
    assert_eq!(
        (chat.older(), chat.notice()),
        (Older::More, Some("rate_limited!"))
    );
}

#[test]
fn an_older_message_is_marked_as_edited_where_the_edit_is_known() {
    let mut chat = far_down();
    let edit = |seq, of| FromServer::Edited {
        seq,
        of,
        id: format!("e-{seq}"),
        from: "bob".to_owned(),
        text: "new".to_owned(),
        at: 0,
    };
    chat.handle(edit(61, 54));
    chat.read_on();
    chat.handle(history(
        56,
        [page(53, 54), vec![edit(55, 53)]].concat(),
        false,
    ));
    let edited: Vec<bool> = chat
        .lines()
        .filter_map(Line::spoken)
        .map(|it| it.edited)
        .collect();
    assert_eq!(edited, [true, true, false, false, false, false, false]);
}

#[test]
fn more_missed_than_comes_by_itself_is_read_page_by_page() {
    let mut chat = joined();
    chat.handle(said(1, "b", "bob", "one"));
    chat.say("mine").expect("short");
    chat.handle_closed(1006, "");
    chat.handle(welcome(2_000, &["ann"]));
    chat.handle(FromServer::Gap { from: 2, to: 1_000 });
    chat.handle(said(1_001, "c", "bob", "late"));
    assert_eq!(
        texts(&chat),
        ["+ann", "ann: mine …", "back", "1001 bob: late"]
    );
    assert_eq!(chat.older(), Older::More);
}

#[test]
fn what_comes_while_nobody_looks_is_counted_and_marked() {
    let mut chat = joined();
    chat.handle(said(1, "b-1", "bob", "seen"));
    assert_eq!((chat.unread(), chat.first_unread()), (0, None));
    chat.look(false);
    chat.handle(said(2, "b-2", "bob", "one"));
    chat.handle(said(3, "b-3", "bob", "two"));
    assert_eq!((chat.unread(), chat.seen()), (2, 1));
    let mark = chat.first_unread().expect("a mark");
    assert!(chat.line(mark).is_some_and(|line| line.is_number(2)));
    let rows = chat.rows(&Look::default());
    assert_eq!(rows.iter().position(|row| row.key == 0), Some(2));
    chat.look(true);
    assert_eq!((chat.unread(), chat.seen()), (0, 3));
    assert_eq!(chat.first_unread(), Some(mark), "it stays while one reads");
    chat.say("hello").expect("short");
    assert_eq!(chat.first_unread(), None);
}

#[test]
fn what_was_said_since_an_earlier_visit_is_new() {
    let mut chat = Chat::new("den", "x");
    chat.was_here(2);
    chat.join("ann");
    chat.handle(welcome(4, &["ann"]));
    for message in page(1, 4) {
        chat.handle(message);
    }
    let mark = chat.first_unread().and_then(|mark| chat.line(mark));
    assert!(mark.is_some_and(|line| line.is_number(3)));
    // A number beyond the room's is of another room.
    let mut chat = Chat::new("den", "x");
    chat.was_here(100);
    chat.join("ann");
    chat.handle(welcome(1, &["ann"]));
    chat.handle(said(1, "b", "bob", "one"));
    assert_eq!(chat.first_unread(), None);
}
