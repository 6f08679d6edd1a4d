//! Questions answered by real frames.

use spillway_websocket::{Endpoint, FrameHeader, Opcode};

use super::super::testing::question_of;
use super::super::vary::Picked;
use super::super::{Answer, Question};
use super::KINDS;
use crate::wire::Crossing;

use Endpoint::{Client, Server};

fn question(kind: &str, options: &[&str], says: &[&str]) -> Question {
    Question {
        frames: Some(String::new()),
        ..question_of(&KINDS, kind, options, says)
    }
}

/// A text and two pings from the client, their answers, and the end by the server.
fn frames() -> Vec<(Endpoint, Vec<u8>)> {
    let of = |opcode, payload: &[u8]| {
        FrameHeader::new(opcode, payload.len() as u64).encode_frame(payload)
    };
    let masked = |opcode, payload: &[u8]| {
        let header = FrameHeader::new(opcode, payload.len() as u64);
        header.masked([1, 2, 3, 4]).encode_frame(payload)
    };
    vec![
        (
            Client,
            b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n".to_vec(),
        ),
        (Server, b"HTTP/1.1 101 \r\n\r\n".to_vec()),
        (Client, masked(Opcode::Text, b"Hello")),
        (Client, masked(Opcode::Ping, b"")),
        (Client, masked(Opcode::Ping, b"a")),
        (Server, of(Opcode::Text, b"Hello")),
        (Server, of(Opcode::Pong, b"")),
        (Server, of(Opcode::Pong, b"a")),
    ]
}

/// What this connection answers.
fn told(question: &Question, prediction: &str) -> Answer {
    let mut asked = question.posed(1, 0).unwrap().predict(prediction).unwrap();
    let mut crossing = Crossing::default();
    let mut told = None;
    let all = frames();
    for step in 0..=all.len() {
        match all.get(step) {
            Some((from, bytes)) => crossing.handle_bytes(*from, bytes),
            None => crossing.handle_end(Server),
        }
        while let Some(event) = crossing.poll() {
            if asked.handle_wire(&event) {
                assert_eq!(told, None, "answered twice");
                told = asked.answer().cloned();
            }
        }
    }
    told.expect("the connection answers it")
}

fn check(told: &Answer, was: &str, right: bool, parts_at: u64, says: &str) {
    assert_eq!(
        (told.was.as_deref(), told.right, told.parts_at),
        (Some(was), right, Some(parts_at)),
        "{told:?}"
    );
    assert!(told.html.contains(says), "{}", told.html);
}

#[test]
fn things_are_counted_to_the_end_of_the_connection() {
    let pongs = question("how_many", &["server.pong", ""], &[]);
    let right = "After the 2nd <code>server.pong</code>, the connection is over.";
    check(&told(&pongs, "2"), "2", true, 8, right);
    check(
        &told(&pongs, "1"),
        "2",
        false,
        7,
        "the 1st <code>server.pong</code>, and more follow",
    );
    check(&told(&pongs, "0"), "2", false, 7, "Here is the 1st");
    check(
        &told(&pongs, "9"),
        "2",
        false,
        8,
        "2 <code>server.pong</code> have crossed, of the 9",
    );
    let none = question("how_many", &["server.close", ""], &[]);
    check(
        &told(&none, "0"),
        "0",
        true,
        8,
        "no <code>server.close</code> has crossed",
    );
}

#[test]
fn things_are_counted_until_another_one() {
    let pings = question("how_many", &["client.frame", "server.frame"], &[]);
    check(
        &told(&pings, "3"),
        "3",
        true,
        6,
        "<code>server.frame</code> crosses",
    );
}

#[test]
fn the_place_of_an_answer_is_where_that_thing_begins() {
    let pongs = question("how_many", &["server.pong", ""], &[]);
    // Behind the answer's 17 bytes and the text's 7.
    assert_eq!(told(&pongs, "1").on_wire, Some((Server, 24)));
}

#[test]
fn a_number_is_that_of_the_first_such_thing() {
    let bytes = question("how_much", &["client.text.bytes", ""], &[]);
    let answer = told(&bytes, "11");
    check(
        &answer,
        "11 bytes",
        true,
        3,
        "Here <code>client.text.bytes</code> is 11 bytes.",
    );
    assert!(!told(&bytes, "5 bytes").right);
    let second = question("how_much", &["server.pong.length", "2"], &[]);
    check(&told(&second, "1"), "1 byte", true, 8, "is 1 byte.");
    let status = question("how_much", &["server.answer.status", ""], &[]);
    check(
        &told(&status, "200"),
        "101",
        false,
        2,
        "You said 200; it is 101.",
    );
    let with = question("how_much", &["client.ping.bytes && length = 1", ""], &[]);
    check(&told(&with, "7"), "7 bytes", true, 5, "is 7 bytes.");
}

#[test]
fn what_crosses_first_is_told() {
    let says = ["the pong", "the text"];
    let first = question("which_first", &["server.pong", "server.text"], &says);
    check(&told(&first, "2"), "“the text”", true, 6, "Here it crosses");
    check(
        &told(&first, "1"),
        "“the text”",
        false,
        6,
        "You said “the pong”",
    );
    let tie = question("which_first", &["server.frame", "server.text"], &says);
    let answer = told(&tie, "1");
    assert!(
        answer.was.is_none() && answer.html.contains("neither was first"),
        "{answer:?}"
    );
}

#[test]
fn what_never_comes_is_said() {
    let close = question("how_much", &["server.close.code", ""], &[]);
    let answer = told(&close, "1000");
    assert_eq!((answer.was, answer.on_wire), (None, None));
    assert!(
        answer.html.contains("<code>server.close</code> never came"),
        "{}",
        answer.html
    );
    let mut asked = close.posed(1, 0).unwrap().predict("1000").unwrap();
    assert!(asked.handle_lost(3) && !asked.handle_lost(4));
}

#[test]
fn options_that_are_wrong_are_named() {
    let wrong = |kind: &str, options: &[&str]| {
        let (at, problem) = question(kind, options, &["a"])
            .posed_with(&Picked::by(0, 1, &[]))
            .unwrap_err();
        format!("{at}: {problem}")
    };
    assert!(wrong("how_many", &["server.pnog", ""]).starts_with("0: the server sends no `pnog`"));
    assert!(wrong("how_many", &["server.pong", "x"]).starts_with("1: `x` is nothing"));
    assert!(wrong("how_much", &["client.text", ""]).contains("is no amount"));
    assert!(wrong("how_much", &["client.text.fin", ""]).contains("true or false"));
    assert!(wrong("which_first", &["ping"]).starts_with("0: `ping` is nothing"));
}
