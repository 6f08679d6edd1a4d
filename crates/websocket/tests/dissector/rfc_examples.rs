//! The examples that RFC 6455 itself gives, through the dissector.

use spillway_websocket::{
    Dissector, DissectorConfig, Endpoint, Fault, Frame, ItemKind, MessagePart, Opcode, Start,
    TextState,
};

fn frames(from: Endpoint, bytes: &[u8]) -> Vec<Frame> {
    let config = DissectorConfig {
        start: Start::Frames,
        ..DissectorConfig::default()
    };
    let mut dissector = Dissector::new(from, config);
    dissector.handle_bytes(bytes, 7);
    dissector.handle_end();
    let mut frames = Vec::new();
    let mut offset = 0;
    while let Some(item) = dissector.poll_item() {
        assert_eq!((item.at_us, item.until_us, item.offset), (7, 7, offset));
        offset += item.raw.len() as u64;
        let ItemKind::Frame(frame) = item.kind else {
            panic!("no frame: {:?}", item.kind);
        };
        frames.push(frame);
    }
    assert_eq!(offset, bytes.len() as u64);
    frames
}

fn check(from: Endpoint, bytes: &[u8], opcode: Opcode, payload: &[u8]) {
    let frames = frames(from, bytes);
    let [frame] = frames.as_slice() else {
        panic!("not one frame: {frames:?}");
    };
    assert_eq!((frame.header.fin, frame.header.opcode), (true, opcode));
    assert_eq!(
        (frame.payload.as_slice(), frame.truncated),
        (payload, false)
    );
    assert_eq!(frame.faults, [] as [Fault; 0]);
    assert_eq!(frame.header.encode_frame(payload), bytes);
}

#[test]
fn a_single_unmasked_text() {
    check(Endpoint::Server, b"\x81\x05Hello", Opcode::Text, b"Hello");
}

#[test]
fn a_single_masked_text() {
    let bytes = [
        0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58,
    ];
    check(Endpoint::Client, &bytes, Opcode::Text, b"Hello");
}

#[test]
fn a_text_in_two_fragments() {
    let frames = frames(
        Endpoint::Server,
        &[0x01, 0x03, 0x48, 0x65, 0x6c, 0x80, 0x02, 0x6c, 0x6f],
    );
    let payloads: Vec<_> = frames
        .iter()
        .map(|frame| frame.payload.as_slice())
        .collect();
    assert_eq!(payloads, [b"Hel".as_slice(), b"lo"]);
    let part = MessagePart {
        message: 1,
        fragment: 1,
        opcode: Opcode::Text,
        last: false,
        bytes_before: 0,
        compressed: false,
        text: TextState::Whole,
    };
    assert_eq!(frames[0].part, Some(part));
    assert_eq!(
        frames[1].part,
        Some(MessagePart {
            fragment: 2,
            last: true,
            bytes_before: 3,
            ..part
        })
    );
    assert!(frames.iter().all(|frame| frame.faults.is_empty()));
}

#[test]
fn a_ping_and_its_masked_pong() {
    check(Endpoint::Server, b"\x89\x05Hello", Opcode::Ping, b"Hello");
    let pong = [
        0x8a, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58,
    ];
    check(Endpoint::Client, &pong, Opcode::Pong, b"Hello");
}

#[test]
fn a_binary_message_of_256_bytes() {
    let payload = [0xAB; 256];
    let bytes = [&[0x82, 0x7E, 0x01, 0x00], payload.as_slice()].concat();
    check(Endpoint::Server, &bytes, Opcode::Binary, &payload);
}

#[test]
fn a_binary_message_of_64_kib() {
    let payload = vec![0xAB; 65_536];
    let bytes = [&[0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0], payload.as_slice()].concat();
    check(Endpoint::Server, &bytes, Opcode::Binary, &payload);
}
