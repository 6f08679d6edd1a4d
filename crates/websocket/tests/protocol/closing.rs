//! Autobahn's section 7: the closing handshake.

use spillway_websocket::{CloseCode, ClosePayload, Closed, FrameHeader, Message, Opcode};

use crate::client::{Echo, KEY};

fn payload(code: u16, reason: &[u8]) -> Vec<u8> {
    [&code.to_be_bytes(), reason].concat()
}

#[test]
fn a_lawful_code_is_answered_with_itself() {
    for code in [
        1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999,
    ] {
        let mut echo = Echo::new();
        echo.whole(Opcode::Close, &payload(code, b"bye"));
        assert_eq!(
            echo.messages,
            [Message::Closed(Closed::ByClient(ClosePayload {
                code: Some(CloseCode(code)),
                reason: "bye".to_owned(),
            }))]
        );
        assert_eq!(echo.payloads(), [(Opcode::Close, payload(code, b""))]);
    }
}

#[test]
fn a_close_without_a_code_is_answered_without_one() {
    let mut echo = Echo::new();
    echo.whole(Opcode::Close, b"");
    assert_eq!(echo.payloads(), [(Opcode::Close, Vec::new())]);
}

#[test]
fn codes_that_are_never_sent_are_refused() {
    for code in [
        0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535,
    ] {
        let mut echo = Echo::new();
        echo.whole(Opcode::Close, &payload(code, b""));
        assert_eq!(echo.close_code(), Some(1002), "{code}");
    }
}

#[test]
fn one_byte_is_no_code_and_a_reason_is_utf_8() {
    let mut echo = Echo::new();
    echo.whole(Opcode::Close, &[3]);
    assert_eq!(echo.close_code(), Some(1002));
    let mut echo = Echo::new();
    echo.whole(
        Opcode::Close,
        &payload(
            1000,
            b"\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5\xED\xA0\x80",
        ),
    );
    assert_eq!(echo.close_code(), Some(1007));
}

#[test]
fn nothing_after_a_close_is_answered() {
    let mut echo = Echo::new();
    let close = FrameHeader::new(Opcode::Close, 2)
        .masked(KEY)
        .encode_frame(&payload(1000, b""));
    let ping = FrameHeader::new(Opcode::Ping, 0)
        .masked(KEY)
        .encode_frame(b"");
    echo.bytes(&[close.clone(), ping, close].concat());
    assert_eq!(echo.payloads(), [(Opcode::Close, payload(1000, b""))]);
    assert_eq!(echo.server.handle_end(), None);
}

#[test]
fn a_close_between_fragments_closes() {
    let mut echo = Echo::new();
    echo.part(Opcode::Text, b"half ")
        .whole(Opcode::Close, &payload(1000, b""));
    assert_eq!(echo.payloads(), [(Opcode::Close, payload(1000, b""))]);
}

#[test]
fn the_server_closes_and_waits_for_the_answer() {
    let mut echo = Echo::new();
    echo.server.close(CloseCode(1001), "the server stops");
    assert!(!echo.server.is_open());
    echo.whole(Opcode::Text, b"crossed it on the way")
        .whole(Opcode::Ping, b"");
    assert_eq!(echo.messages, []);
    assert_eq!(
        echo.payloads(),
        [(Opcode::Close, payload(1001, b"the server stops"))]
    );
    echo.whole(Opcode::Close, &payload(1001, b""));
    assert_eq!(
        echo.messages,
        [Message::Closed(Closed::ByServer(ClosePayload {
            code: Some(CloseCode(1001)),
            reason: String::new(),
        }))]
    );
    assert!(echo.payloads().is_empty(), "a close is answered once");
}

#[test]
fn a_reason_is_cut_to_what_a_close_frame_can_hold() {
    let mut echo = Echo::new();
    echo.server.close(CloseCode(1011), &"ü".repeat(100));
    echo.bytes(&[]);
    let [(Opcode::Close, payload)] = &echo.payloads()[..] else {
        panic!("no close")
    };
    assert_eq!(payload.len(), 2 + 122);
    assert!(std::str::from_utf8(&payload[2..]).is_ok());
}

#[test]
fn a_connection_cut_off_is_told_as_lost() {
    let mut echo = Echo::new();
    echo.bytes(&[0x81]);
    assert_eq!(
        echo.server.handle_end(),
        Some(Message::Closed(Closed::Lost))
    );
    assert_eq!(echo.server.handle_end(), None);
}
