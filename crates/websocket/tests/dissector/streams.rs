//! What the dissector says of lawful and unlawful streams.

use spillway_websocket::{
    DeflateParams, Dissector, Endpoint, FrameHeader, ItemKind, Opcode, Pending, Stop, TextState,
    UpgradeProblem, Violation,
};

use crate::support::{KEY, REQUEST, RESPONSE, check_faults, drain, frame, framed, server_items};

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
    server.handle_bytes(&[answer.as_bytes(), b"\xC1\x01\x00"].concat(), 0);
    let mut client = framed(Endpoint::Client);
    client.expect_deflate(DeflateParams::PLAIN);
    client.handle_bytes(&[0xC1, 0x81, 0, 0, 0, 0, 0], 0);
    for last in [
        drain(&mut server).pop().unwrap(),
        drain(&mut client).pop().unwrap(),
    ] {
        let frame = frame(&last);
        assert_eq!(frame.faults, []);
        assert!(
            frame
                .part
                .is_some_and(|part| part.compressed && part.text == TextState::Whole)
        );
    }
    check_faults(
        b"\xC1\x01\xFF",
        &[&[(Violation::ReservedBit { bit: 1 }, 0)]],
    );
}
