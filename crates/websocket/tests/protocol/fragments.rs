//! Autobahn's section 5: messages in fragments, and control frames between them.

use spillway_websocket::{FrameHeader, Opcode};

use crate::client::Echo;

#[test]
fn fragments_become_one_message_even_empty_ones() {
    let mut echo = Echo::new();
    echo.part(Opcode::Text, b"")
        .part(Opcode::Continuation, b"one ")
        .part(Opcode::Continuation, b"")
        .whole(Opcode::Continuation, b"message");
    assert_eq!(echo.payloads(), [(Opcode::Text, b"one message".to_vec())]);
}

#[test]
fn a_ping_between_fragments_is_answered_before_the_message_ends() {
    let mut echo = Echo::new();
    echo.part(Opcode::Binary, b"a").whole(Opcode::Ping, b"now");
    assert_eq!(echo.payloads(), [(Opcode::Pong, b"now".to_vec())]);
    echo.whole(Opcode::Continuation, b"b");
    assert_eq!(echo.payloads(), [(Opcode::Binary, b"ab".to_vec())]);
}

#[test]
fn a_control_frame_in_fragments_is_refused() {
    for opcode in [Opcode::Ping, Opcode::Pong, Opcode::Close] {
        let mut echo = Echo::new();
        echo.part(opcode, b"");
        assert_eq!(echo.close_code(), Some(1002));
    }
}

#[test]
fn a_continuation_of_nothing_is_refused() {
    for fin in [false, true] {
        let mut echo = Echo::new();
        let header = FrameHeader {
            fin,
            ..FrameHeader::new(Opcode::Continuation, 2)
        };
        echo.frame(header, b"ab");
        assert_eq!(echo.close_code(), Some(1002));
    }
}

#[test]
fn a_continuation_after_the_end_is_refused() {
    let mut echo = Echo::new();
    echo.part(Opcode::Text, b"a")
        .whole(Opcode::Continuation, b"b");
    assert_eq!(echo.payloads(), [(Opcode::Text, b"ab".to_vec())]);
    echo.whole(Opcode::Continuation, b"c");
    assert_eq!(echo.close_code(), Some(1002));
}

#[test]
fn a_new_message_inside_an_open_one_is_refused() {
    for opcode in [Opcode::Text, Opcode::Binary] {
        let mut echo = Echo::new();
        echo.part(Opcode::Text, b"a").whole(opcode, b"b");
        assert_eq!(echo.close_code(), Some(1002));
    }
}
