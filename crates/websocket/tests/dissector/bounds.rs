//! Limits, and streams that stop in the middle.

use spillway_websocket::{
    Damage, Dissector, DissectorConfig, Endpoint, FrameHeader, HeadError, HeadFault, ItemKind,
    Opcode, Start, Stop, Violation,
};

use crate::support::{check_tiled, drain, frame, framed};

#[test]
fn a_length_with_its_highest_bit_set_stops_the_dissector() {
    let mut dissector = framed(Endpoint::Server);
    dissector.handle_bytes(b"\x81\x01a\x82\x7F\x80\0\0\0\0\0\0\x01rest", 0);
    let items = drain(&mut dissector);
    let ItemKind::Damaged(damage) = &items[1].kind else {
        panic!("not damaged: {items:?}");
    };
    assert!(matches!(damage, Damage::Header { .. }));
    assert_eq!(
        (damage.at(items[1].raw.len()), damage.section()),
        (2, "RFC 6455 §5.2")
    );
    assert_eq!((items[1].offset, items[1].raw.len()), (3, 10));
    assert_eq!(
        (dissector.stopped(), dissector.ignored_bytes()),
        (Some(Stop::Damaged), 4)
    );
    dissector.handle_bytes(b"more", 0);
    dissector.handle_end();
    assert_eq!(
        (dissector.poll_item(), dissector.ignored_bytes()),
        (None, 8)
    );
}

#[test]
fn a_head_has_a_limit() {
    let mut dissector = Dissector::client();
    dissector.handle_bytes(b"GET / HTTP/1.1\r\nX: ", 0);
    for _ in 0..40 {
        dissector.handle_bytes(&[b'x'; 1000], 0);
    }
    let items = drain(&mut dissector);
    let expected = HeadFault {
        error: HeadError::TooLong { limit: 16 << 10 },
        at: 16 << 10,
    };
    assert_eq!(items[0].kind, ItemKind::Damaged(Damage::Head(expected)));
    assert_eq!((items.len(), items[0].raw.len()), (1, 16 << 10));
}

#[test]
fn a_long_payload_is_counted_but_not_stored_beyond_the_limit() {
    let config = DissectorConfig {
        start: Start::Frames,
        max_payload: 1000,
        ..DissectorConfig::default()
    };
    let mut dissector = Dissector::new(Endpoint::Server, config);
    let mut payload = vec![b'a'; 200_000];
    payload[150_000] = 0xFF;
    let header = FrameHeader::new(Opcode::Text, payload.len() as u64);
    dissector.handle_bytes(&header.encode_frame(&payload), 0);
    dissector.handle_bytes(b"\x89\x00", 0);
    let items = drain(&mut dissector);
    let long = frame(&items[0]);
    assert_eq!(
        (long.truncated, long.payload.len(), items[0].raw.len()),
        (true, 1000, 1010)
    );
    assert_eq!(long.header.payload_len, 200_000);
    // What is not stored is checked all the same, and the stream goes on at the right byte.
    assert_eq!(long.faults[0].offset, 150_010);
    assert_eq!(
        (items[1].offset, frame(&items[1]).header.opcode),
        (200_010, Opcode::Ping)
    );
    check_tiled(&items[0]);
}

#[test]
fn a_promise_of_a_huge_frame_takes_no_memory() {
    let mut dissector = framed(Endpoint::Server);
    dissector.handle_bytes(
        &FrameHeader::new(Opcode::Binary, u64::MAX >> 1).encode_frame(b"little"),
        0,
    );
    let pending = dissector.pending().unwrap();
    assert_eq!(
        (pending.received, pending.expected),
        (16, Some((u64::MAX >> 1) + 10))
    );
    dissector.handle_end();
    let items = drain(&mut dissector);
    assert!(
        matches!(items[0].kind, ItemKind::Damaged(Damage::FrameCut { missing, .. }) if missing == (u64::MAX >> 1) - 6)
    );
}

#[test]
fn a_stream_cut_in_the_middle_says_so() {
    let cut = |mut dissector: Dissector, bytes: &[u8]| {
        dissector.handle_bytes(bytes, 0);
        dissector.handle_end();
        let items = drain(&mut dissector);
        check_tiled(items.last().unwrap());
        items.last().unwrap().kind.clone()
    };
    let unfinished = HeadFault {
        error: HeadError::Unfinished,
        at: 9,
    };
    assert_eq!(
        cut(Dissector::client(), b"GET / HTT"),
        ItemKind::Damaged(Damage::Head(unfinished))
    );
    let header_cut = Damage::FrameCut {
        header: None,
        missing: 0,
        faults: Vec::new(),
    };
    assert_eq!(
        cut(framed(Endpoint::Server), b"\x81"),
        ItemKind::Damaged(header_cut)
    );
    let ItemKind::Damaged(damage) = cut(framed(Endpoint::Server), b"\x81\x05\xFFel") else {
        panic!("not damaged");
    };
    assert_eq!(
        damage.words(),
        "the stream ended inside a frame whose payload lacks 2 bytes"
    );
    let Damage::FrameCut { faults, .. } = damage else {
        panic!("no cut frame: {damage:?}");
    };
    assert_eq!(faults[0].violation, Violation::TextNotUtf8 { byte: 0xFF });

    let mut whole = framed(Endpoint::Server);
    whole.handle_bytes(b"\x81\x01a", 0);
    whole.handle_end();
    assert_eq!(
        (drain(&mut whole).len(), whole.stopped()),
        (1, Some(Stop::Ended))
    );
}
