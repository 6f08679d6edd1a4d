//! Autobahn's section 2: pings and pongs.

use spillway_websocket::{Closed, Failure, FrameHeader, Message, Opcode, Violation};

use crate::client::Echo;

#[test]
fn each_ping_is_answered_by_a_pong_with_its_payload() {
    let mut echo = Echo::new();
    for payload in [&b""[..], b"hello", &[0, 0xFF, 0xFE], &[7; 125]] {
        echo.whole(Opcode::Ping, payload);
        assert_eq!(echo.payloads(), [(Opcode::Pong, payload.to_vec())]);
    }
}

#[test]
fn ten_pings_at_once_are_answered_in_their_order() {
    let mut echo = Echo::new();
    let pings: Vec<u8> = (0..10)
        .flat_map(|number| {
            FrameHeader::new(Opcode::Ping, 1)
                .masked([9; 4])
                .encode_frame(&[number])
        })
        .collect();
    echo.bytes(&pings);
    let expected: Vec<_> = (0..10).map(|number| (Opcode::Pong, vec![number])).collect();
    assert_eq!(echo.payloads(), expected);
}

#[test]
fn a_pong_nobody_asked_for_is_told_and_not_answered() {
    let mut echo = Echo::new();
    echo.whole(Opcode::Pong, b"unasked");
    assert_eq!(echo.messages, [Message::Pong(b"unasked".to_vec())]);
    assert!(echo.payloads().is_empty());
}

#[test]
fn a_ping_of_126_bytes_is_refused() {
    let mut echo = Echo::new();
    echo.whole(Opcode::Ping, &[0; 126]);
    let violation = Violation::ControlTooLong { len: 126 };
    assert_eq!(
        echo.messages,
        [Message::Closed(Closed::Failed(Failure::Violation(
            violation
        )))]
    );
    assert_eq!(echo.close_code(), Some(1002));
}

#[test]
fn a_server_may_ask_for_a_pong_itself() {
    let mut echo = Echo::new();
    echo.server.send_ping(&[1; 200]);
    echo.bytes(&[]);
    assert_eq!(echo.payloads(), [(Opcode::Ping, vec![1; 125])]);
}
