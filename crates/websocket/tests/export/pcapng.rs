//! The file, read by a reader of our own.

use spillway_websocket::{
    Connection, Dissector, DissectorConfig, Endpoint, FrameHeader, Opcode, Pcapng, Segment, Start,
};

use crate::capture::{connection, file, items, pieces};
use crate::reader::{Packet, read};

/// What one end sent, put together by the sequence numbers.
fn stream(packets: &[Packet], port: u16) -> Vec<u8> {
    let mut next = 1;
    let mut bytes = Vec::new();
    for packet in packets.iter().filter(|packet| packet.ports.0 == port) {
        if packet.payload.is_empty() {
            continue;
        }
        assert_eq!(packet.sequence, next);
        next = next.wrapping_add(packet.payload.len() as u32);
        bytes.extend_from_slice(&packet.payload);
    }
    bytes
}

#[test]
fn both_streams_are_in_the_file_byte_for_byte() {
    let (_, packets) = read(&file());
    for (from, port) in [(Endpoint::Client, 50_001), (Endpoint::Server, 3_000)] {
        let sent: Vec<u8> = pieces()
            .into_iter()
            .filter(|(sender, ..)| *sender == from)
            .flat_map(|(.., bytes)| bytes)
            .collect();
        assert!(stream(&packets, port) == sent);
    }
}

#[test]
fn the_connection_is_opened_and_closed_and_each_end_acknowledges_the_other() {
    let (_, packets) = read(&file());
    let flags: Vec<u8> = packets.iter().map(|packet| packet.flags).collect();
    assert_eq!(flags[..3], [0x02, 0x12, 0x10]);
    assert_eq!(flags[flags.len() - 3..], [0x11, 0x11, 0x10]);
    assert!(flags[3..flags.len() - 3].iter().all(|flags| *flags == 0x18));
    // The next number that each port will send.
    let mut next = [(50_001, 0), (3_000, 0)];
    for packet in &packets {
        let (sender, receiver) = if packet.ports.0 == 50_001 {
            (0, 1)
        } else {
            (1, 0)
        };
        assert_eq!(packet.ports, (next[sender].0, next[receiver].0));
        assert_eq!(packet.sequence, next[sender].1);
        if packet.flags & 0x10 != 0 {
            assert_eq!(packet.acknowledged, next[receiver].1);
        }
        let counts = u32::from(packet.flags & 0x03 != 0) + packet.payload.len() as u32;
        next[sender].1 = next[sender].1.wrapping_add(counts);
    }
}

#[test]
fn times_are_those_of_the_capture_and_what_is_made_up_says_so() {
    let (comment, packets) = read(&file());
    assert!(comment.contains("synthesised"), "{comment}");
    let since = connection().since_unix_us;
    assert_eq!(
        (packets[0].unix_us, packets[4].unix_us),
        (since, since + 900)
    );
    for packet in packets {
        let said = packet
            .comment
            .is_some_and(|comment| comment.starts_with("synthesised"));
        assert_eq!(said, packet.payload.is_empty());
    }
}

#[test]
fn bytes_that_were_not_kept_leave_a_gap_of_their_size() {
    let part = Connection {
        whole: false,
        ..connection()
    };
    let segment = |bytes, lost| Segment {
        from: Endpoint::Client,
        at_us: 5,
        bytes,
        lost,
    };
    let mut file = Pcapng::new();
    file.add(
        &part,
        &[
            segment(b"abc", 100_000),
            segment(b"def", 0),
            segment(b"", 7),
            segment(b"g", 0),
        ],
    );
    let (_, packets) = read(&file.finish());
    let seen: Vec<_> = packets
        .iter()
        .map(|packet| (packet.sequence, packet.payload.as_slice(), packet.absent))
        .collect();
    assert_eq!(
        seen,
        [
            (1, &b"abc"[..], 65_492),
            (100_004, b"def", 0),
            (100_014, b"g", 0)
        ]
    );
}

#[test]
fn dissected_items_make_the_same_streams() {
    let items = items();
    let segments: Vec<_> = items
        .iter()
        .map(|(from, item)| Segment::of(*from, item))
        .collect();
    let mut of_items = Pcapng::new();
    of_items.add(&connection(), &segments);
    let (_, packets) = read(&of_items.finish());
    let (_, whole) = read(&file());
    for port in [50_001, 3_000] {
        assert!(stream(&packets, port) == stream(&whole, port));
    }
}

#[test]
fn what_a_dissector_did_not_store_is_counted() {
    let config = DissectorConfig {
        start: Start::Frames,
        max_payload: 10,
        ..DissectorConfig::default()
    };
    let mut dissector = Dissector::new(Endpoint::Server, config);
    let frame = FrameHeader::new(Opcode::Binary, 100).encode_frame(&[7; 100]);
    dissector.handle_bytes(&frame, 0);
    dissector.handle_bytes(&frame[..52], 0);
    dissector.handle_end();
    let items: Vec<_> = std::iter::from_fn(|| dissector.poll_item()).collect();
    let lost: Vec<_> = items
        .iter()
        .map(|item| Segment::of(Endpoint::Server, item))
        .map(|segment| (segment.bytes.len(), segment.lost))
        .collect();
    assert_eq!(lost, [(12, 90), (12, 40)]);
}

#[test]
fn a_file_may_have_no_packets_or_several_connections() {
    assert_eq!(read(&Pcapng::new().finish()).1, []);
    let mut file = Pcapng::default();
    file.add(&connection(), &[]);
    for port in [50_001, 50_002] {
        let mut connection = connection();
        connection.client.set_port(port);
        let segment = Segment {
            from: Endpoint::Client,
            at_us: 0,
            bytes: b"x",
            lost: 0,
        };
        file.add(&connection, &[segment]);
    }
    let (_, packets) = read(&file.finish());
    assert_eq!(packets.len(), 14);
    assert_eq!(stream(&packets, 50_002), b"x");
}
