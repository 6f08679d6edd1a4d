//! Autobahn's sections 1, 3 and 4: lengths, reserved bits, reserved opcodes, and masks.

use spillway_websocket::{Closed, Failure, FrameHeader, LengthForm, Message, Opcode, Violation};

use crate::client::Echo;

fn check_broken(bytes: &[u8], violation: Violation) {
    // Byte by byte, the server must answer before it is sent one more than it needs.
    let mut echo = Echo::new();
    for byte in bytes {
        assert!(echo.server.is_open(), "answered too early");
        echo.bytes(&[*byte]);
    }
    assert_eq!(
        echo.messages,
        [Message::Closed(Closed::Failed(Failure::Violation(
            violation
        )))]
    );
    assert_eq!(echo.close_code(), Some(1002));
}

#[test]
fn messages_of_every_length_form_come_back_as_they_went() {
    for len in [0, 1, 125, 126, 127, 128, 65_535, 65_536, 1_000_000] {
        let text = "*".repeat(len).into_bytes();
        let binary = vec![0xFE; len];
        let mut echo = Echo::new();
        echo.whole(Opcode::Text, &text)
            .whole(Opcode::Binary, &binary);
        assert_eq!(
            echo.payloads(),
            [(Opcode::Text, text), (Opcode::Binary, binary)]
        );
    }
}

#[test]
fn a_message_cut_anywhere_is_the_same_message() {
    let frame = FrameHeader::new(Opcode::Text, 300)
        .masked([1, 2, 3, 4])
        .encode_frame(&[b'x'; 300]);
    for cut in [1, 2, 7, 997] {
        let mut echo = Echo::new();
        for part in frame.chunks(cut) {
            echo.bytes(part);
        }
        assert_eq!(echo.payloads(), [(Opcode::Text, vec![b'x'; 300])]);
    }
}

#[test]
fn a_reserved_bit_is_answered_after_two_bytes() {
    for (bit, first) in [(1, 0xC1), (2, 0xA1), (3, 0x91)] {
        check_broken(&[first, 0x80], Violation::ReservedBit { bit });
    }
}

#[test]
fn a_reserved_opcode_is_answered_after_two_bytes() {
    for opcode in (3..=7).chain(0xB..=0xF) {
        check_broken(&[0x80 | opcode, 0x80], Violation::ReservedOpcode { opcode });
    }
}

#[test]
fn an_unmasked_frame_is_answered_after_two_bytes() {
    check_broken(&[0x81, 0x05], Violation::ClientNotMasked);
}

#[test]
fn what_came_before_the_broken_frame_is_answered_and_what_comes_after_is_not() {
    let mut echo = Echo::new();
    echo.whole(Opcode::Text, b"before");
    echo.bytes(&[0x83, 0x80]);
    echo.whole(Opcode::Text, b"after");
    let answers = echo.payloads();
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[0], (Opcode::Text, b"before".to_vec()));
    assert_eq!(answers[1].0, Opcode::Close);
}

#[test]
fn a_length_not_in_its_shortest_form_is_refused() {
    for (form, bits, len) in [
        (LengthForm::Sixteen, 16, 125),
        (LengthForm::SixtyFour, 64, 65_535),
    ] {
        let header = FrameHeader {
            length_form: form,
            ..FrameHeader::new(Opcode::Binary, len)
        };
        check_broken(
            &header.masked([0; 4]).encode(),
            Violation::LengthNotMinimal { len, bits },
        );
    }
}

#[test]
fn a_length_with_its_highest_bit_is_refused() {
    let len = 1 << 63;
    check_broken(
        &FrameHeader::new(Opcode::Binary, len)
            .masked([0; 4])
            .encode(),
        Violation::LengthHighBit { len },
    );
}
