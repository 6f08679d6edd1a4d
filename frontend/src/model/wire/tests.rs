use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use spillway_protocol::control::{Direction, Message, WirePiece};
use spillway_websocket::{FrameHeader, ItemKind, Opcode};

use super::*;

const REQUEST: &str = "GET /ws/chat/den?name=ann HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
const RESPONSE: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

fn wire(direction: Direction, bytes: &[u8]) -> Message {
    Message::Wire {
        capture: 7,
        pieces: vec![WirePiece {
            direction,
            at_us: 2_000,
            base64: STANDARD.encode(bytes),
        }],
    }
}

fn opened() -> WireLog {
    let mut log = WireLog::default();
    log.handle(&Message::WireOpen { capture: 7 }, 0);
    log.handle(&wire(Direction::ToServer, REQUEST.as_bytes()), 0);
    log.handle(&wire(Direction::ToClient, RESPONSE.as_bytes()), 0);
    log
}

fn text(payload: &str) -> Vec<u8> {
    FrameHeader::new(Opcode::Text, payload.len() as u64).encode_frame(payload.as_bytes())
}

fn masked(opcode: Opcode, payload: &str) -> Vec<u8> {
    FrameHeader::new(opcode, payload.len() as u64)
        .masked([0x37, 0xfa, 0x21, 0x3d])
        .encode_frame(payload.as_bytes())
}

/// A chat as it crosses: a say and its said, a ping and its pong.
fn chatted() -> WireLog {
    let mut log = opened();
    let say = masked(Opcode::Text, r#"{"type":"say","id":"a1","text":"Hello"}"#);
    log.handle(&wire(Direction::ToServer, &say[..5]), 0);
    log.handle(&wire(Direction::ToServer, &say[5..]), 0);
    let said = r#"{"type":"said","seq":41,"id":"a1","from":"ann","text":"Hello","at":0}"#;
    log.handle(&wire(Direction::ToClient, &text(said)), 0);
    let ping = FrameHeader::new(Opcode::Ping, 0).encode_frame(b"");
    log.handle(&wire(Direction::ToClient, &ping), 0);
    log.handle(&wire(Direction::ToServer, &masked(Opcode::Pong, "")), 0);
    log
}

fn wanted(filter: Filter, text: &str) -> Wanted {
    let text = text.to_owned();
    Wanted { filter, text }
}

fn tags(log: &WireLog, filter: Filter) -> Vec<String> {
    let mut listing = Listing::default();
    let rows = listing.update(log, &wanted(filter, ""), None).rows;
    let row = |key: &u64| log.entry(*key).map(Row::of).expect("it is kept");
    let words = |row: Row| format!("{} {}", row.direction_words(), row.tag.name());
    listing.keys(0..rows).iter().map(row).map(words).collect()
}

#[test]
fn every_item_has_a_row_and_filters_choose_among_them() {
    let log = chatted();
    let all = [
        "→ to server handshake",
        "← to client handshake",
        "→ to server text",
        "← to client text",
        "← to client ping",
        "→ to server pong",
    ];
    assert_eq!(tags(&log, Filter::All), all);
    assert_eq!(tags(&log, Filter::Sent), [all[0], all[2], all[5]]);
    assert_eq!(tags(&log, Filter::Received), [all[1], all[3], all[4]]);
    assert_eq!(tags(&log, Filter::Control), [all[4], all[5]]);
}

#[test]
fn a_row_says_what_a_frame_is() {
    let log = chatted();
    let row = Row::of(&log.entries()[2]);
    assert_eq!(row.time, "0.002");
    assert_eq!(row.preview, r#"{"type":"say","id":"a1","text":"Hello"}"#);
    assert_eq!(row.mask.map(Mask::words), Some("37fa213d".to_owned()));
    assert_eq!((row.fin, row.bytes), (Some(true), 45));
    assert_eq!(row.tag.tone(), "data");
    let row = Row::of(&log.entries()[1]);
    assert_eq!(
        row.preview,
        "101 Switching Protocols · Accept s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    );
}

#[test]
fn a_message_finds_its_frames_and_a_frame_its_message() {
    let log = chatted();
    let message = MessageRef {
        id: "a1".to_owned(),
        seq: Some(41),
    };
    let keys: Vec<u64> = log.frames_of(&message).map(|entry| entry.key).collect();
    assert_eq!(keys, [3, 4]);
    assert_eq!(log.entries()[3].message, Some(message));
}

#[test]
fn both_heads_carry_the_steps_of_the_accept_key() {
    let log = opened();
    for entry in log.entries() {
        let steps = entry.accept.as_ref().expect("a head of a handshake");
        assert_eq!(steps.accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }
}

#[test]
fn a_new_connection_begins_with_its_own_handshake() {
    let mut log = chatted();
    let lost = 0;
    log.handle(&Message::WireClosed { capture: 7, lost }, 0);
    assert!(!log.is_open());
    log.handle(&Message::WireOpen { capture: 8 }, 0);
    log.handle(&wire(Direction::ToServer, b"bytes of the old one"), 0);
    assert_eq!(log.entries().len(), 6);
    let Message::Wire { pieces, .. } = wire(Direction::ToServer, REQUEST.as_bytes()) else {
        unreachable!("it was just made")
    };
    log.handle(&Message::Wire { capture: 8, pieces }, 0);
    let last = log.entries().back().expect("the request");
    assert_eq!((last.connection, last.item.offset), (2, 0));
}

#[test]
fn bytes_the_tap_could_not_show_are_counted_and_not_taken_for_a_broken_frame() {
    let mut log = opened();
    let cut = masked(Opcode::Text, "Hello");
    log.handle(&wire(Direction::ToServer, &cut[..7]), 0);
    let lost = 900;
    log.handle(&Message::WireClosed { capture: 7, lost }, 0);
    assert_eq!((log.lost(), log.entries().len()), (900, 2));
}

#[test]
fn a_connection_that_ends_inside_a_frame_says_so() {
    let mut log = opened();
    let cut = masked(Opcode::Text, "Hello");
    log.handle(&wire(Direction::ToServer, &cut[..7]), 0);
    let lost = 0;
    log.handle(&Message::WireClosed { capture: 7, lost }, 0);
    let last = log.entries().back().expect("the damaged frame");
    assert!(matches!(last.item.kind, ItemKind::Damaged(_)));
    assert!(Row::of(last).faulty);
}

#[test]
fn old_items_are_let_go_and_counted() {
    let mut log = opened();
    for _ in 0..MAX_ITEMS + 100 {
        log.handle(&wire(Direction::ToClient, &text("x")), 0);
    }
    assert_eq!((log.entries().len(), log.let_go()), (MAX_ITEMS, 102));
    assert_eq!(log.entry(102), None);
    assert_eq!(log.entry(103).map(|entry| entry.key), Some(103));
    let mut log = opened();
    let long = text(&"x".repeat(100_000));
    for _ in 0..100 {
        log.handle(&wire(Direction::ToClient, &long), 0);
    }
    assert_eq!(log.entries().len(), MAX_BYTES / long.len());
}

#[test]
fn a_search_finds_what_heads_and_payloads_carry() {
    let log = chatted();
    let found = |text: &str| {
        let mut listing = Listing::default();
        let rows = listing.update(&log, &wanted(Filter::All, text), None).rows;
        listing.keys(0..rows)
    };
    assert_eq!(found("HELLO"), [3, 4]);
    assert_eq!(found("switching"), [2]);
    assert_eq!(found("nowhere"), Vec::<u64>::new());
    let mut listing = Listing::default();
    let extent = listing.update(&log, &wanted(Filter::Received, "hello"), None);
    assert_eq!((extent.rows, listing.keys(0..1)), (1, vec![4]));
}

#[test]
fn a_view_that_is_held_loses_nothing_and_counts_what_waits() {
    let mut log = chatted();
    let mut listing = Listing::default();
    let all = wanted(Filter::All, "");
    let held = Some(listing.update(&log, &all, None).seen);
    for _ in 0..40 {
        log.handle(&wire(Direction::ToClient, &text("x")), 0);
    }
    let extent = listing.update(&log, &all, held);
    assert_eq!((extent.rows, extent.waiting), (6, 40));
    let extent = listing.update(&log, &all, None);
    assert_eq!((extent.rows, extent.waiting), (46, 0));
    assert_eq!(listing.row_of(46), Some(45));
}

#[test]
fn rows_follow_what_is_let_go_and_a_log_that_was_emptied() {
    let mut log = opened();
    let mut listing = Listing::default();
    let all = wanted(Filter::All, "");
    listing.update(&log, &all, None);
    for _ in 0..MAX_ITEMS {
        log.handle(&wire(Direction::ToClient, &text("x")), 0);
    }
    let extent = listing.update(&log, &all, None);
    assert_eq!((extent.rows, extent.gone), (MAX_ITEMS, 2));
    assert_eq!(listing.keys(0..1), [3]);
    log.clear();
    assert_eq!(listing.update(&log, &all, None).rows, 0);
    log.handle(&Message::WireOpen { capture: 8 }, 0);
    let Message::Wire { pieces, .. } = wire(Direction::ToServer, REQUEST.as_bytes()) else {
        unreachable!("it was just made")
    };
    log.handle(&Message::Wire { capture: 8, pieces }, 0);
    assert_eq!(listing.update(&log, &all, None).rows, 1);
}

#[test]
fn few_rows_are_drawn_of_many() {
    let rows = in_view(3_200.0, 400.0, 32.0, 10_000);
    assert!(rows.contains(&100) && rows.contains(&112), "{rows:?}");
    assert!(rows.len() < 50, "{rows:?}");
    assert_eq!(in_view(0.0, 400.0, 32.0, 3), 0..3);
    // Scrolled to where there are no rows any more, as after a filter.
    assert_eq!(in_view(90_000.0, 400.0, 32.0, 5), 5..5);
}

#[test]
fn an_export_has_every_byte_and_says_what_it_made_up() {
    let log = chatted();
    let file = pcapng_of(&log);
    let has = |bytes: &[u8]| file.windows(bytes.len()).any(|part| part == bytes);
    assert!(has(b"synthesised") && has(REQUEST.as_bytes()) && has(RESPONSE.as_bytes()));
    for entry in log.entries() {
        assert!(has(&entry.item.raw), "{entry:?}");
    }
    let json: serde_json::Value = serde_json::from_str(&json_of(&log)).expect("it is JSON");
    assert_eq!(json["items"].as_array().map(Vec::len), Some(6));
}

#[test]
fn the_mask_is_undone_byte_by_byte() {
    // RFC 6455 §5.7: "Hello" masked with 37 fa 21 3d.
    let raw = masked(Opcode::Text, "Hello");
    let mut log = opened();
    log.handle(&wire(Direction::ToServer, &raw), 0);
    let item = &log.entries()[2].item;
    let ItemKind::Frame(frame) = &item.kind else {
        unreachable!("a frame was sent")
    };
    let columns = unmasking(frame, &item.raw, 3);
    let bytes: Vec<_> = columns
        .iter()
        .map(|column| (column.at, column.wire, column.mask, column.letter))
        .collect();
    assert_eq!(
        bytes,
        [
            (6, 0x7f, Some(0x37), Some('H')),
            (7, 0x9f, Some(0xfa), Some('e')),
            (8, 0x4d, Some(0x21), Some('l')),
        ]
    );
}

#[test]
fn bytes_that_mean_no_letters_are_shown_as_none() {
    let letters = |opcode, payload: &str| -> Vec<bool> {
        let mut log = opened();
        log.handle(&wire(Direction::ToServer, &masked(opcode, payload)), 0);
        let item = &log.entries()[2].item;
        let ItemKind::Frame(frame) = &item.kind else {
            unreachable!("a frame was sent")
        };
        let columns = unmasking(frame, &item.raw, 4);
        columns.iter().map(|it| it.letter.is_some()).collect()
    };
    assert_eq!(letters(Opcode::Binary, "Hi"), [false, false]);
    assert_eq!(
        letters(Opcode::Close, "\u{3}@no"),
        [false, false, true, true]
    );
}

#[test]
fn the_first_two_bytes_are_shown_bit_by_bit() {
    let set: String = bits(&[0x81, 0x85, 0x37])
        .iter()
        .map(|bit| if bit.set { '1' } else { '0' })
        .collect();
    assert_eq!(set, "1000000110000101");
    assert_eq!(bits(&[0x81, 0x85])[10].label, "=5");
}

#[test]
fn once_compression_was_agreed_the_messages_of_both_ends_are_inflated() {
    let mut log = WireLog::default();
    log.handle(&Message::WireOpen { capture: 7 }, 0);
    log.handle(&wire(Direction::ToServer, REQUEST.as_bytes()), 0);
    let agreed = "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
    let answer = RESPONSE.replace("\r\n\r\n", &format!("\r\n{agreed}"));
    log.handle(&wire(Direction::ToClient, answer.as_bytes()), 0);
    // RFC 7692 §7.2.3.1.
    let hello = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
    let header = FrameHeader {
        rsv1: true,
        ..FrameHeader::new(Opcode::Text, 7)
    };
    let masked = header.masked([1, 2, 3, 4]).encode_frame(&hello);
    log.handle(&wire(Direction::ToServer, &masked), 0);
    log.handle(&wire(Direction::ToClient, &header.encode_frame(&hello)), 0);
    for entry in log.entries().iter().skip(2) {
        let ItemKind::Frame(frame) = &entry.item.kind else {
            panic!("no frame: {entry:?}");
        };
        assert_eq!(frame.faults, []);
        let inflated = frame.inflated.as_ref().expect("it is inflated");
        assert_eq!(inflated.payload, b"Hello");
    }
    assert_eq!(log.entries().len(), 4);
}
