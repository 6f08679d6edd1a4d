//! Autobahn's section 6: UTF-8, refused at the byte that breaks it.

use spillway_websocket::{Closed, Failure, FrameHeader, Message, Opcode, Violation};

use crate::client::{Echo, KEY};

#[test]
fn a_character_may_be_cut_between_fragments_and_between_bytes() {
    let text = "Grüße κόσμε 🌊\u{10FFFF}".as_bytes();
    for cut in 1..text.len() {
        let mut echo = Echo::new();
        echo.part(Opcode::Text, &text[..cut])
            .whole(Opcode::Continuation, &text[cut..]);
        assert_eq!(echo.payloads(), [(Opcode::Text, text.to_vec())]);
    }
    let frame = FrameHeader::new(Opcode::Text, text.len() as u64)
        .masked(KEY)
        .encode_frame(text);
    let mut echo = Echo::new();
    for byte in frame {
        echo.bytes(&[byte]);
    }
    assert_eq!(echo.payloads(), [(Opcode::Text, text.to_vec())]);
}

#[test]
fn the_first_impossible_byte_is_answered_before_the_next_is_sent() {
    // "κ", then a byte that no character has there, and a thousand more that are promised.
    let payload = b"\xCE\xBA\xF4\x90";
    let frame = FrameHeader::new(Opcode::Text, 1_000)
        .masked(KEY)
        .encode_frame(payload);
    let mut echo = Echo::new();
    for (at, byte) in frame.iter().enumerate() {
        assert!(echo.server.is_open(), "answered before byte {at}");
        echo.bytes(&[*byte]);
    }
    let violation = Violation::TextNotUtf8 { byte: 0x90 };
    assert_eq!(
        echo.messages,
        [Message::Closed(Closed::Failed(Failure::Violation(
            violation
        )))]
    );
    assert_eq!(echo.close_code(), Some(1007));
}

#[test]
fn what_no_utf_8_text_has_is_refused() {
    for wrong in [
        &b"\xC0\xAF"[..],                            // overlong
        b"\xED\xA0\x80",                             // a surrogate
        b"\xF5\x80\x80\x80",                         // beyond Unicode
        b"\x80",                                     // a continuation of nothing
        b"\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE", // cut off
    ] {
        let mut echo = Echo::new();
        echo.whole(Opcode::Text, wrong);
        assert_eq!(echo.close_code(), Some(1007), "{wrong:x?}");
    }
}

#[test]
fn bytes_need_not_be_text() {
    let mut echo = Echo::new();
    echo.whole(Opcode::Binary, b"\xC0\xAF");
    assert_eq!(echo.payloads(), [(Opcode::Binary, b"\xC0\xAF".to_vec())]);
}
