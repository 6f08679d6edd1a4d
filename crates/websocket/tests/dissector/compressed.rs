//! permessage-deflate as the dissector shows it.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

use spillway_websocket::{
    DeflateDamage, DeflateParams, Deflater, Dissector, DissectorConfig, Endpoint, Fault, Frame,
    FrameHeader, InflateStop, Inflated, Opcode, Start, TextState, Violation,
};

use crate::support::{check_tiled, drain, frame};

fn dissector(params: DeflateParams) -> Dissector {
    let config = DissectorConfig {
        start: Start::Frames,
        ..DissectorConfig::default()
    };
    let mut dissector = Dissector::new(Endpoint::Server, config);
    dissector.expect_deflate(params);
    dissector
}

fn compressed(opcode: Opcode, payload: &[u8]) -> FrameHeader {
    FrameHeader {
        rsv1: true,
        ..FrameHeader::new(opcode, payload.len() as u64)
    }
}

fn text(payload: &[u8]) -> Vec<u8> {
    compressed(Opcode::Text, payload).encode_frame(payload)
}

fn frames(dissector: &mut Dissector, bytes: &[u8]) -> Vec<Frame> {
    dissector.handle_bytes(bytes, 0);
    let items = drain(dissector);
    items
        .iter()
        .map(|item| {
            check_tiled(item);
            frame(item).clone()
        })
        .collect()
}

fn inflated(frame: &Frame) -> &Inflated {
    frame.inflated.as_ref().unwrap()
}

const HELLO: [u8; 7] = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
/// Refers to the hello before it.
const HELLO_AGAIN: [u8; 5] = [0xf2, 0x00, 0x11, 0x00, 0x00];

#[test]
fn messages_are_inflated_with_what_the_ones_before_them_left() {
    let both = [text(&HELLO), text(&HELLO_AGAIN)].concat();
    let seen = frames(&mut dissector(DeflateParams::PLAIN), &both);
    for (frame, crossed) in seen.iter().zip([7, 5]) {
        assert_eq!(frame.faults, []);
        assert_eq!(
            *inflated(frame),
            Inflated {
                payload: b"Hello".to_vec(),
                len: 5,
                message_compressed: crossed,
                message_len: 5,
                stop: None,
            }
        );
        assert_eq!(frame.part.unwrap().text, TextState::Whole);
    }
    assert_eq!(inflated(&seen[1]).ratio(), Some(1.0));
    let meaning = &seen[0].fields()[7].meaning;
    assert_eq!(
        meaning,
        "compressed data (RFC 7692), inflates to 5 bytes: Hello"
    );
}

#[test]
fn without_context_takeover_a_message_stands_alone() {
    let params = DeflateParams {
        server_no_context_takeover: true,
        ..DeflateParams::PLAIN
    };
    let three = [text(&HELLO), text(&HELLO_AGAIN), text(&HELLO)].concat();
    let seen = frames(&mut dissector(params), &three);
    let damage = DeflateDamage::Distance {
        distance: 5,
        known: 1,
    };
    assert_eq!(
        seen[1].faults,
        [Fault {
            violation: Violation::NotDeflate { damage },
            offset: 4,
        }]
    );
    assert_eq!(inflated(&seen[1]).stop, Some(InflateStop::Damaged(damage)));
    // The next one owes nothing to it.
    assert_eq!(inflated(&seen[2]).payload, b"Hello");
}

#[test]
fn after_a_damaged_message_those_that_may_refer_to_it_are_not_guessed() {
    let three = [text(&HELLO), text(&[0x07]), text(&HELLO)].concat();
    let seen = frames(&mut dissector(DeflateParams::PLAIN), &three);
    let violation = Violation::NotDeflate {
        damage: DeflateDamage::BlockType,
    };
    assert_eq!(
        seen[1].faults,
        [Fault {
            violation,
            offset: 2
        }]
    );
    assert_eq!(
        (violation.answer().0, violation.section()),
        (1007, "RFC 1951 §3.2.3")
    );
    assert_eq!(seen[2].faults, []);
    assert_eq!(inflated(&seen[2]).stop, Some(InflateStop::ContextLost));
    assert_eq!(seen[2].part.unwrap().text, TextState::Unchecked);
}

#[test]
fn a_compressed_message_in_fragments_with_a_ping_between_them_is_inflated_part_by_part() {
    let (first, rest) = HELLO.split_at(3);
    let bytes = [
        compressed(Opcode::Text, first)
            .unfinished()
            .encode_frame(first),
        FrameHeader::new(Opcode::Ping, 1).encode_frame(b"p"),
        FrameHeader::new(Opcode::Continuation, 4).encode_frame(rest),
    ]
    .concat();
    let seen = frames(&mut dissector(DeflateParams::PLAIN), &bytes);
    assert!(seen.iter().all(|frame| frame.faults.is_empty()));
    assert_eq!(seen[1].inflated, None);
    let whole = [&inflated(&seen[0]).payload[..], &inflated(&seen[2]).payload].concat();
    assert_eq!(whole, b"Hello");
    let last = inflated(&seen[2]);
    assert_eq!((last.message_compressed, last.message_len), (7, 5));
}

#[test]
fn compressed_text_is_checked_and_the_byte_on_the_wire_is_named() {
    // Stored blocks, so that the bytes can be counted: "a", 0xFF, "b".
    let payload = [0, 3, 0, 0xFC, 0xFF, b'a', 0xFF, b'b', 0];
    let seen = frames(&mut dissector(DeflateParams::PLAIN), &text(&payload));
    assert_eq!(
        seen[0].faults,
        [Fault {
            violation: Violation::TextNotUtf8 { byte: 0xFF },
            offset: 8,
        }]
    );
    let cut_off = [0, 1, 0, 0xFE, 0xFF, 0xE2, 0];
    let seen = frames(&mut dissector(DeflateParams::PLAIN), &text(&cut_off));
    assert_eq!(
        seen[0].faults,
        [Fault {
            violation: Violation::TextCutOff { missing: 2 },
            offset: 9,
        }]
    );
}

#[test]
fn a_message_that_ends_inside_a_block_is_named() {
    let seen = frames(&mut dissector(DeflateParams::PLAIN), &text(&HELLO[..3]));
    let violation = Violation::NotDeflate {
        damage: DeflateDamage::Unfinished,
    };
    assert_eq!(
        seen[0].faults,
        [Fault {
            violation,
            offset: 5
        }]
    );
}

#[test]
fn a_bomb_is_inflated_to_the_limit_and_stored_to_a_smaller_one() {
    let bomb = Deflater::new(15, true).message(&vec![b'a'; 30 << 20]);
    let seen = frames(&mut dissector(DeflateParams::PLAIN), &text(&bomb));
    let inflated = inflated(&seen[0]);
    assert_eq!(
        inflated.stop,
        Some(InflateStop::TooLarge { limit: 16 << 20 })
    );
    assert!((16 << 20..(16 << 20) + 2_000).contains(&inflated.len));
    assert_eq!(
        (inflated.payload.len(), inflated.truncated()),
        (1 << 20, true)
    );
}

#[test]
fn the_answer_itself_tells_the_servers_dissector_what_was_agreed() {
    let answer =
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Extensions: \
        permessage-deflate; server_no_context_takeover; client_max_window_bits=10\r\n\r\n";
    let mut server = Dissector::server();
    server.handle_bytes(answer, 0);
    let agreed = server.deflate().unwrap();
    assert!(agreed.server_no_context_takeover);
    assert_eq!(agreed.client_max_window_bits, Some(10));
    server.handle_bytes(&text(&HELLO), 0);
    let last = drain(&mut server).pop().unwrap();
    assert_eq!(inflated(frame(&last)).payload, b"Hello");
}

#[test]
fn a_reference_beyond_the_agreed_window_is_named() {
    let params = DeflateParams {
        server_max_window_bits: Some(9),
        ..DeflateParams::PLAIN
    };
    let mut far: Vec<u8> = (0..2_000_u32).map(|at| (at * at / 7) as u8).collect();
    far.extend_from_within(..600);
    let payload = Deflater::new(15, true).message(&far);
    let binary = compressed(Opcode::Binary, &payload).encode_frame(&payload);
    let seen = frames(&mut dissector(params), &binary);
    assert!(matches!(
        inflated(&seen[0]).stop,
        Some(InflateStop::Damaged(DeflateDamage::Distance {
            known: 512,
            ..
        }))
    ));
    let seen = frames(&mut dissector(DeflateParams::PLAIN), &binary);
    assert_eq!(inflated(&seen[0]).payload, far);
}
