//! Reading frames allocates nothing; only what is handed out is made.

use allocation_counter::measure;
use spillway_websocket::{
    Dissector, DissectorConfig, Endpoint, FrameHeader, Message, Opcode, ServerConfig,
    ServerProtocol, Start, apply_mask,
};

const FRAMES: u64 = 10_000;
const KEY: [u8; 4] = [1, 2, 3, 4];

/// Masked frames of all kinds and all forms of length.
fn stream() -> Vec<u8> {
    (0..FRAMES)
        .flat_map(|number| {
            let (opcode, len) = match number % 4 {
                0 => (Opcode::Binary, 10),
                1 => (Opcode::Ping, 125),
                2 => (Opcode::Binary, 126 + number as usize % 100),
                _ => (Opcode::Text, if number % 1_000 == 3 { 66_000 } else { 20 }),
            };
            FrameHeader::new(opcode, len as u64)
                .masked(KEY)
                .encode_frame(&vec![b'a'; len])
        })
        .collect()
}

#[test]
fn the_parser_of_frames_allocates_nothing() {
    let mut bytes = stream();
    let mut frames = 0;
    let used = measure(|| {
        let mut rest = &mut bytes[..];
        while let Some(header) = FrameHeader::parse(rest) {
            assert!(header.faults(Endpoint::Client, false).is_empty());
            let (frame, after) =
                rest.split_at_mut(header.header_len() + header.payload_len as usize);
            apply_mask(&mut frame[header.header_len()..], KEY, 0);
            rest = after;
            frames += 1;
        }
    });
    assert_eq!((frames, used.count_total), (FRAMES, 0));
}

#[test]
fn the_dissector_allocates_the_items_it_hands_out_and_nothing_more() {
    let bytes = stream();
    let mut dissector = Dissector::new(
        Endpoint::Client,
        DissectorConfig {
            start: Start::Frames,
            ..DissectorConfig::default()
        },
    );
    // Once through, so that what is kept between frames is there.
    dissector.handle_bytes(&bytes, 0);
    while dissector.poll_item().is_some() {}
    let used = measure(|| {
        for piece in bytes.chunks(4_096) {
            dissector.handle_bytes(piece, 0);
            while dissector.poll_item().is_some() {}
        }
    });
    // An item has the bytes as they crossed and the payload; the two grow as bytes come.
    assert!(used.count_total < 8 * FRAMES, "{used:?}");
    assert_eq!(used.count_current, 0, "{used:?}");
    assert!(used.bytes_max < 1 << 20, "{used:?}");
}

#[test]
fn the_server_allocates_one_message_for_each_that_comes() {
    let bytes = stream();
    let mut server = ServerProtocol::new(ServerConfig {
        max_message: 1 << 20,
        deflate: None,
    });
    let mut messages = 0;
    let used = measure(|| {
        for piece in bytes.chunks(4_096) {
            server.handle_bytes(piece);
            while let Some(message) = server.poll_message() {
                assert!(!matches!(message, Message::Closed(_)));
                messages += 1;
            }
            drop(server.poll_bytes());
        }
    });
    assert_eq!(messages, FRAMES);
    assert!(used.count_total < 3 * FRAMES, "{used:?}");
    assert!(used.bytes_max < 1 << 20, "{used:?}");
}
