//! What the dissector says of lawful and unlawful streams.

use spillway_websocket::{
    Damage, Dissector, DissectorConfig, Endpoint, Field, Frame, FrameHeader, HeadError, HeadFault,
    Item, ItemKind, LengthForm, Opcode, Pending, Start, Stop, TextState, UpgradeProblem, Violation,
};

const REQUEST: &[u8] =
    b"GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
const RESPONSE: &[u8] =
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
const KEY: [u8; 4] = [0xa1, 0xb2, 0xc3, 0xd4];

fn drain(dissector: &mut Dissector) -> Vec<Item> {
    std::iter::from_fn(|| dissector.poll_item()).collect()
}

fn framed(from: Endpoint) -> Dissector {
    Dissector::new(
        from,
        DissectorConfig {
            start: Start::Frames,
            ..DissectorConfig::default()
        },
    )
}

fn server_items(bytes: &[u8]) -> Vec<Item> {
    let mut dissector = framed(Endpoint::Server);
    dissector.handle_bytes(bytes, 0);
    drain(&mut dissector)
}

fn frame(item: &Item) -> &Frame {
    let ItemKind::Frame(frame) = &item.kind else {
        panic!("no frame: {:?}", item.kind);
    };
    frame
}

/// Checks what each frame of a server's stream breaks.
fn check_faults(bytes: &[u8], expected: &[&[(Violation, u64)]]) {
    let items = server_items(bytes);
    let seen: Vec<Vec<_>> = items
        .iter()
        .map(|item| {
            frame(item)
                .faults
                .iter()
                .map(|fault| (fault.violation, fault.offset))
                .collect()
        })
        .collect();
    assert_eq!(seen, expected);
}

#[test]
fn a_client_is_read_from_its_request_on() {
    let masked = FrameHeader::new(Opcode::Text, 5)
        .masked(KEY)
        .encode_frame(b"Hello");
    assert_eq!(masked[6..], [0xe9, 0xd7, 0xaf, 0xb8, 0xce]);
    let mut dissector = Dissector::client();
    dissector.handle_bytes(&[REQUEST, &masked].concat(), 3);
    let items = drain(&mut dissector);
    assert_eq!(items.len(), 2);
    assert!(matches!(&items[0].kind, ItemKind::Request(head) if head.problems().is_empty()));
    assert_eq!((items[0].raw.as_slice(), items[0].offset), (REQUEST, 0));
    assert_eq!(
        (items[1].raw.as_slice(), items[1].offset),
        (masked.as_slice(), REQUEST.len() as u64)
    );
    assert_eq!(frame(&items[1]).payload, b"Hello");
    assert_eq!(dissector.stopped(), None);
}

#[test]
fn a_server_is_read_from_its_answer_on() {
    let mut dissector = Dissector::server();
    dissector.handle_bytes(
        &[b"HTTP/1.1 100 Continue\r\n\r\n", RESPONSE, b"\x81\x02hi"].concat(),
        3,
    );
    let items = drain(&mut dissector);
    assert!(matches!(&items[0].kind, ItemKind::Response(head) if head.status == 100));
    assert!(matches!(&items[1].kind, ItemKind::Response(head) if head.problems(None).is_empty()));
    assert_eq!(frame(&items[2]).payload, b"hi");
}

#[test]
fn time_is_that_of_the_first_and_of_the_last_byte() {
    let mut dissector = framed(Endpoint::Server);
    dissector.handle_bytes(b"\x81", 10);
    let pending = Pending {
        offset: 0,
        at_us: 10,
        received: 1,
        expected: None,
    };
    assert_eq!(dissector.pending(), Some(pending));
    dissector.handle_bytes(b"\x05Hel", 20);
    assert_eq!(
        dissector.pending(),
        Some(Pending {
            received: 5,
            expected: Some(7),
            ..pending
        })
    );
    dissector.handle_bytes(b"lo", 30);
    assert_eq!(dissector.pending(), None);
    let item = dissector.poll_item().unwrap();
    assert_eq!((item.at_us, item.until_us), (10, 30));
}

#[test]
fn what_is_no_upgrade_is_not_read_as_frames() {
    let mut client = Dissector::client();
    client.handle_bytes(b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /more", 0);
    assert_eq!(client.stopped(), Some(Stop::NotAnUpgrade));
    assert_eq!((drain(&mut client).len(), client.ignored_bytes()), (1, 9));

    let mut server = Dissector::server();
    server.handle_bytes(b"HTTP/1.1 403 Forbidden\r\n\r\nforeign", 0);
    assert_eq!(server.stopped(), Some(Stop::Refused { status: 403 }));
    let items = drain(&mut server);
    let ItemKind::Response(head) = &items[0].kind else {
        panic!("no answer: {items:?}");
    };
    assert_eq!(
        head.problems(None),
        [UpgradeProblem::NotSwitching { status: 403 }]
    );
    assert_eq!((items.len(), server.ignored_bytes()), (1, 7));
}

#[test]
fn each_broken_rule_is_named_on_its_frame() {
    check_faults(b"\x80\x01a", &[&[(Violation::ContinuationWithoutStart, 0)]]);
    check_faults(
        b"\x01\x01a\x81\x01b",
        &[&[], &[(Violation::MessageNotFinished { open: 1 }, 0)]],
    );
    check_faults(
        b"\x81\x81\x00\x00\x00\x00a",
        &[&[(Violation::ServerMasked, 1)]],
    );
    check_faults(
        b"\x83\x00",
        &[&[(Violation::ReservedOpcode { opcode: 3 }, 0)]],
    );
    check_faults(b"\x88\x01a", &[&[(Violation::ClosePayloadOneByte, 2)]]);
    check_faults(
        b"\x88\x02\x03\xED",
        &[&[(Violation::CloseCodeNeverSent { code: 1005 }, 2)]],
    );
    check_faults(
        b"\x88\x02\x07\xD0",
        &[&[(Violation::CloseCodeUnassigned { code: 2000 }, 2)]],
    );
    check_faults(
        b"\x88\x04\x03\xE8a\xFF",
        &[&[(Violation::CloseReasonNotUtf8, 5)]],
    );
    check_faults(
        b"\x88\x00\x81\x00\x89\x00",
        &[&[], &[(Violation::DataAfterClose, 0)], &[]],
    );
}

#[test]
fn an_unmasked_client_is_named() {
    let mut dissector = framed(Endpoint::Client);
    dissector.handle_bytes(b"\x81\x02hi", 0);
    let items = drain(&mut dissector);
    let fault = frame(&items[0]).faults[0];
    assert_eq!(
        (fault.violation, fault.offset),
        (Violation::ClientNotMasked, 1)
    );
    assert_eq!(
        (fault.violation.section(), fault.violation.answer().0),
        ("RFC 6455 §5.1", 1002)
    );
    assert_eq!(frame(&items[0]).payload, b"hi");
}

#[test]
fn a_character_may_be_cut_between_fragments_with_a_ping_between_them() {
    let items = server_items(b"\x01\x02a\xE2\x89\x01p\x80\x02\x82\xAC");
    assert!(items.iter().all(|item| frame(item).faults.is_empty()));
    let texts: Vec<_> = items
        .iter()
        .map(|item| frame(item).part.map(|part| part.text))
        .collect();
    assert_eq!(
        texts,
        [
            Some(TextState::Open { missing: 2 }),
            None,
            Some(TextState::Whole)
        ]
    );
}

#[test]
fn text_that_is_not_utf8_is_named_at_its_byte_once() {
    let broken = Violation::TextNotUtf8 { byte: 0x28 };
    check_faults(
        b"\x01\x02a\xE2\x00\x02\x28\xFF\x80\x01\xFF",
        &[&[], &[(broken, 2)], &[]],
    );
    check_faults(
        b"\x81\x02a\xE2",
        &[&[(Violation::TextCutOff { missing: 2 }, 4)]],
    );
    // A next message is judged on its own.
    check_faults(
        b"\x81\x01\xFF\x81\x01a",
        &[&[(Violation::TextNotUtf8 { byte: 0xFF }, 2)], &[]],
    );
    check_faults(b"\x82\x01\xFF", &[&[]]);
}

#[test]
fn rsv1_is_lawful_once_deflate_was_agreed() {
    let answer = String::from_utf8_lossy(RESPONSE).replace(
        "\r\n\r\n",
        "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
    );
    let mut server = Dissector::server();
    server.handle_bytes(&[answer.as_bytes(), b"\xC1\x01\xFF"].concat(), 0);
    let mut client = framed(Endpoint::Client);
    client.expect_deflate();
    client.handle_bytes(&[0xC1, 0x81, 0, 0, 0, 0, 0xFF], 0);
    for last in [
        drain(&mut server).pop().unwrap(),
        drain(&mut client).pop().unwrap(),
    ] {
        let frame = frame(&last);
        assert_eq!(frame.faults, []);
        assert!(
            frame
                .part
                .is_some_and(|part| part.compressed && part.text == TextState::Unchecked)
        );
    }
    check_faults(
        b"\xC1\x01\xFF",
        &[&[(Violation::ReservedBit { bit: 1 }, 0)]],
    );
}

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

/// Every bit of `raw` is in exactly one field, in order.
fn check_tiled(item: &Item) -> Vec<Field> {
    let fields = item.fields();
    let mut at = 0;
    for field in &fields {
        assert_eq!(field.bits.start, at, "{field:?}");
        assert!(field.bits.end > field.bits.start, "{field:?}");
        assert!(!field.meaning.is_empty(), "{field:?}");
        at = field.bits.end;
    }
    assert_eq!(at, item.raw.len() * 8);
    fields
}

#[test]
fn every_bit_of_a_masked_text_has_a_name() {
    let mut dissector = framed(Endpoint::Client);
    dissector.handle_bytes(
        &FrameHeader::new(Opcode::Text, 5)
            .masked(KEY)
            .encode_frame(b"Hello"),
        0,
    );
    let fields = check_tiled(&dissector.poll_item().unwrap());
    let seen: Vec<_> = fields
        .iter()
        .map(|field| {
            (
                field.name.as_str(),
                field.bits.clone(),
                field.value.as_str(),
            )
        })
        .collect();
    let expected = [
        ("FIN", 0..1, "1"),
        ("RSV1", 1..2, "0"),
        ("RSV2", 2..3, "0"),
        ("RSV3", 3..4, "0"),
        ("Opcode", 4..8, "0x1"),
        ("MASK", 8..9, "1"),
        ("Payload len", 9..16, "5"),
        ("Masking-key", 16..48, "a1 b2 c3 d4"),
        ("Payload data", 48..88, "Hello"),
    ];
    assert_eq!(seen, expected);
    assert_eq!(fields[8].byte_range(), 6..11);
}

#[test]
fn every_bit_of_a_close_frame_has_a_name() {
    let items = server_items(b"\x88\x05\x03\xE9bye");
    let fields = check_tiled(&items[0]);
    assert_eq!(
        (
            fields[7].name.as_str(),
            fields[7].bits.clone(),
            fields[7].value.as_str()
        ),
        ("Status code", 16..32, "1001")
    );
    assert_eq!(
        (
            fields[8].name.as_str(),
            fields[8].bits.clone(),
            fields[8].value.as_str()
        ),
        ("Reason", 32..56, "bye")
    );
    assert_eq!(frame(&items[0]).close().unwrap().reason, "bye");
}

#[test]
fn every_bit_is_named_whatever_the_form_of_the_length_and_in_heads_too() {
    for form in [
        LengthForm::Seven,
        LengthForm::Sixteen,
        LengthForm::SixtyFour,
    ] {
        for mask in [None, Some(KEY)] {
            for (opcode, payload) in [
                (Opcode::Close, b"x".as_slice()),
                (Opcode::Text, b""),
                (Opcode::Reserved(4), b"xy"),
            ] {
                let header = FrameHeader {
                    length_form: form,
                    mask,
                    ..FrameHeader::new(opcode, payload.len() as u64)
                };
                for item in server_items(&header.encode_frame(payload)) {
                    check_tiled(&item);
                }
            }
        }
    }
    let mut client = Dissector::client();
    client.handle_bytes(&[b"\r\n", REQUEST].concat(), 0);
    let fields = check_tiled(&client.poll_item().unwrap());
    assert_eq!(
        (fields[0].name.as_str(), fields[0].value.as_str()),
        ("Request line", "GET /chat HTTP/1.1")
    );
    assert_eq!(fields[4].value, "dGhlIHNhbXBsZSBub25jZQ==");
    let mut server = Dissector::server();
    server.handle_bytes(RESPONSE, 0);
    check_tiled(&server.poll_item().unwrap());
}
