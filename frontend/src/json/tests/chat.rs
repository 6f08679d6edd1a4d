//! Messages of a chat.

use spillway_protocol::chat::{FromClient, FromServer, Said};

use super::*;

fn said() -> Said {
    Said {
        seq: 1,
        id: name(),
        from: name(),
        text: name(),
        at: 2,
    }
}

fn of_everybody() -> Vec<FromServer> {
    vec![
        FromServer::Welcome {
            room: name(),
            you: name(),
            token: name(),
            seq: 1,
            members: vec![name()],
            creator: false,
            pinned: None,
        },
        FromServer::Welcome {
            room: name(),
            you: name(),
            token: name(),
            seq: 1,
            members: vec![name()],
            creator: true,
            pinned: Some(3),
        },
        FromServer::Edited {
            seq: 3,
            of: 1,
            id: name(),
            from: name(),
            text: name(),
            at: 2,
        },
        FromServer::Deleted {
            seq: 3,
            of: 1,
            id: name(),
            from: name(),
            at: 2,
        },
        FromServer::Typing { name: name() },
        FromServer::Joined { name: name() },
        FromServer::Left { name: name() },
        FromServer::Said(said()),
        FromServer::Gap { from: 1, to: 2 },
        FromServer::Error {
            code: name(),
            message: name(),
            id: None,
        },
        FromServer::Error {
            code: name(),
            message: name(),
            id: Some(name()),
        },
    ]
}

fn of_the_creator_and_of_the_past() -> Vec<FromServer> {
    vec![
        FromServer::Pinned {
            seq: 4,
            of: 1,
            on: true,
            id: name(),
            from: name(),
            at: 2,
        },
        FromServer::Muted {
            seq: 5,
            name: name(),
            on: false,
            id: name(),
            from: name(),
            at: 2,
        },
        FromServer::Removed {
            seq: 6,
            name: name(),
            id: name(),
            from: name(),
            at: 2,
        },
        FromServer::History {
            before: Some(9),
            messages: vec![FromServer::Said(said())],
            more: true,
        },
        FromServer::History {
            before: None,
            messages: Vec::new(),
            more: false,
        },
    ]
}

#[test]
fn messages_of_the_server_are_read_as_serde_does() {
    for expect in [of_everybody(), of_the_creator_and_of_the_past()].concat() {
        let text = serde_json::to_vec(&expect).expect("a message is JSON");
        assert_eq!(from_server(&text), Some(expect));
    }
}

#[test]
fn a_page_with_something_unreadable_in_it_is_none() {
    let bad = br#"{"type": "history", "messages": [{"type": "said", "seq": 1}], "more": false}"#;
    assert_eq!(from_server(bad), None);
}

#[test]
fn messages_of_a_client_are_written_as_serde_does() {
    let expect = FromClient::Say {
        id: name(),
        text: "\"quoted\"".to_owned(),
    };
    assert_eq!(from_client(say(&expect).as_bytes()), Some(expect.clone()));
    let (id, seq, text) = (name(), 7, "new".to_owned());
    let edit = FromClient::Edit { id, seq, text };
    let delete = FromClient::Delete { id: name(), seq };
    let before = |before| FromClient::History { before, limit: 50 };
    let pin = |on| FromClient::Pin {
        id: name(),
        seq,
        on,
    };
    let mute = |on| FromClient::Mute {
        id: name(),
        name: name(),
        on,
    };
    let remove = FromClient::Remove {
        id: name(),
        name: name(),
    };
    let all = [expect, edit, delete, FromClient::Typing, before(None)];
    let creators = [before(Some(7)), pin(true), pin(false), mute(true), remove];
    for expect in all.into_iter().chain(creators) {
        let read: FromClient = serde_json::from_str(&say(&expect)).expect("serde reads it too");
        assert_eq!(read, expect);
    }
}
