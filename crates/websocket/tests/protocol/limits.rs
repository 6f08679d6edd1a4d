//! Autobahn's sections 9 and 10: large messages and many fragments; and what is too much.

use spillway_websocket::{Closed, Failure, FrameHeader, Message, Opcode};

use crate::client::{Echo, KEY, LIMIT};

#[test]
fn a_message_as_large_as_allowed_comes_back() {
    let bytes: Vec<u8> = (0..LIMIT).map(|at| at as u8).collect();
    let frame = FrameHeader::new(Opcode::Binary, LIMIT as u64)
        .masked(KEY)
        .encode_frame(&bytes);
    let mut echo = Echo::new();
    for part in frame.chunks(64 * 1024) {
        echo.bytes(part);
    }
    assert!(echo.payloads() == [(Opcode::Binary, bytes)]);
}

#[test]
fn a_message_of_65537_fragments_comes_back() {
    let mut echo = Echo::new();
    echo.part(Opcode::Text, b"a");
    for _ in 0..65_535 {
        echo.part(Opcode::Continuation, b"b");
    }
    echo.whole(Opcode::Continuation, b"c");
    let [(Opcode::Text, text)] = &echo.payloads()[..] else {
        panic!("not one text")
    };
    assert_eq!(text.len(), 65_537);
}

#[test]
fn one_byte_too_many_is_refused_before_it_is_sent() {
    let mut echo = Echo::new();
    echo.bytes(
        &FrameHeader::new(Opcode::Binary, LIMIT as u64 + 1)
            .masked(KEY)
            .encode(),
    );
    assert_eq!(
        echo.messages,
        [Message::Closed(Closed::Failed(Failure::TooLarge(LIMIT)))]
    );
    assert_eq!(echo.close_code(), Some(1009));
}

#[test]
fn fragments_that_add_up_to_too_much_are_refused() {
    let mut echo = Echo::new();
    let half = vec![0; LIMIT / 2 + 1];
    echo.part(Opcode::Binary, &half)
        .part(Opcode::Continuation, &half);
    assert_eq!(echo.close_code(), Some(1009));
}

#[test]
fn a_length_that_is_only_promised_takes_no_memory() {
    let mut echo = Echo::new();
    echo.bytes(
        &FrameHeader::new(Opcode::Binary, LIMIT as u64)
            .masked(KEY)
            .encode(),
    );
    assert_eq!(echo.server.waiting_bytes(), 0);
    assert!(echo.server.is_open());
}
