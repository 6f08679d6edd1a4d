//! Captures as a pcapng file.

use std::net::SocketAddrV4;

use super::blocks::Blocks;
use super::packet::{ACK, FIN, HEADERS, MOST, PUSH, SYN, TcpHeader};
use crate::dissect::{Damage, Item, ItemKind};
use crate::frame::Endpoint;

/// One TCP connection of a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connection {
    /// The client's address and port; made up where they are not known.
    pub client: SocketAddrV4,
    /// The server's.
    pub server: SocketAddrV4,
    /// Microseconds from 1970 to the moment from which segments count.
    pub since_unix_us: u64,
    /// Whether the file has the whole connection, so that it begins with the three packets that open a TCP
    /// connection and ends with those that close one.
    pub whole: bool,
}

/// Bytes that one end sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment<'a> {
    /// Who sent them.
    pub from: Endpoint,
    /// When they came, counted as [`Connection::since_unix_us`] says.
    pub at_us: u64,
    /// The bytes, as far as they were kept.
    pub bytes: &'a [u8],
    /// How many more came after them that were not kept.
    pub lost: u64,
}

impl<'a> Segment<'a> {
    /// The bytes of a dissected item. Its time is that of its first byte; what the dissector did not store is counted
    /// as lost.
    #[must_use]
    pub fn of(from: Endpoint, item: &'a Item) -> Self {
        let crossed = match &item.kind {
            ItemKind::Frame(frame) => frame.header.header_len() as u64 + frame.header.payload_len,
            ItemKind::Damaged(Damage::FrameCut {
                header: Some(header),
                missing,
                ..
            }) => header.header_len() as u64 + (header.payload_len - missing),
            ItemKind::Request(_) | ItemKind::Response(_) | ItemKind::Damaged(_) => 0,
        };
        Self {
            from,
            at_us: item.at_us,
            bytes: &item.raw,
            lost: crossed.saturating_sub(item.raw.len() as u64),
        }
    }
}

/// A pcapng file under construction: bytes that were captured at a socket, in packets that other tools can read.
#[derive(Debug)]
pub struct Pcapng {
    blocks: Blocks,
}

/// One end of a connection.
#[derive(Debug, Clone, Copy)]
struct End {
    address: SocketAddrV4,
    /// The sequence number of its next byte.
    next: u32,
}

impl Pcapng {
    /// A file without packets yet.
    #[must_use]
    pub fn new() -> Self {
        let mut blocks = Blocks::section(SYNTHESISED);
        blocks.interface("spillway", SYNTHESISED);
        Self { blocks }
    }

    /// Adds a connection. Its segments come in the order in which they crossed.
    pub fn add(&mut self, connection: &Connection, segments: &[Segment<'_>]) {
        let mut writer = Writer {
            blocks: &mut self.blocks,
            since: connection.since_unix_us,
            client: End {
                address: connection.client,
                next: FIRST,
            },
            server: End {
                address: connection.server,
                next: FIRST,
            },
        };
        let (Some(first), Some(last)) = (segments.first(), segments.last()) else {
            return;
        };
        if connection.whole {
            writer.open(first.at_us);
        }
        for segment in segments {
            writer.segment(segment);
        }
        if connection.whole {
            writer.close(last.from, last.at_us);
        }
    }

    /// The file.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.blocks.0
    }
}

impl Default for Pcapng {
    fn default() -> Self {
        Self::new()
    }
}

/// Writes one connection.
struct Writer<'a> {
    blocks: &'a mut Blocks,
    since: u64,
    client: End,
    server: End,
}

impl Writer<'_> {
    /// The three packets that open a connection.
    fn open(&mut self, at_us: u64) {
        self.client.next = FIRST.wrapping_sub(1);
        self.server.next = FIRST.wrapping_sub(1);
        let made_up = "synthesised: opens the TCP connection";
        self.bare(Endpoint::Client, SYN, at_us, made_up);
        self.client.next = FIRST;
        self.bare(Endpoint::Server, SYN | ACK, at_us, made_up);
        self.server.next = FIRST;
        self.bare(Endpoint::Client, ACK, at_us, made_up);
    }

    /// The packets that close it, begun by the end that spoke last.
    fn close(&mut self, first: Endpoint, at_us: u64) {
        let made_up = "synthesised: closes the TCP connection";
        self.bare(first, FIN | ACK, at_us, made_up);
        self.end(first).next = self.end(first).next.wrapping_add(1);
        let second = first.other();
        self.bare(second, FIN | ACK, at_us, made_up);
        self.end(second).next = self.end(second).next.wrapping_add(1);
        self.bare(first, ACK, at_us, made_up);
    }

    fn segment(&mut self, segment: &Segment<'_>) {
        let mut kept = segment.bytes;
        let mut lost = segment.lost;
        while !kept.is_empty() {
            let (payload, rest) = kept.split_at(kept.len().min(MOST));
            kept = rest;
            // What was lost first belongs to the packet whose beginning was kept.
            let absent = lost.min((MOST - payload.len()) as u64) as usize;
            lost -= absent as u64;
            let len = payload.len() + absent;
            let packet = self.header(segment.from, PUSH | ACK).packet(payload, len);
            let comment = if absent > 0 {
                "the end of this packet crossed, but was not kept"
            } else {
                ""
            };
            let at = self.since.saturating_add(segment.at_us);
            self.blocks.packet(at, &packet, HEADERS + len, comment);
            let end = self.end(segment.from);
            end.next = end.next.wrapping_add(len as u32);
        }
        // A gap in the sequence numbers: a reader sees that bytes are missing.
        let end = self.end(segment.from);
        end.next = end.next.wrapping_add(lost as u32);
    }

    /// A packet without a payload.
    fn bare(&mut self, from: Endpoint, flags: u8, at_us: u64, comment: &str) {
        let packet = self.header(from, flags).packet(&[], 0);
        let at = self.since.saturating_add(at_us);
        self.blocks.packet(at, &packet, packet.len(), comment);
    }

    fn header(&mut self, from: Endpoint, flags: u8) -> TcpHeader {
        let (sender, receiver) = (*self.end(from), *self.end(from.other()));
        TcpHeader {
            from: sender.address,
            to: receiver.address,
            sequence: sender.next,
            acknowledged: if flags & ACK == 0 { 0 } else { receiver.next },
            flags,
        }
    }

    fn end(&mut self, which: Endpoint) -> &mut End {
        match which {
            Endpoint::Client => &mut self.client,
            Endpoint::Server => &mut self.server,
        }
    }
}

/// What a file says of itself.
pub const SYNTHESISED: &str = "Captured by Spillway above TCP: payloads and times are what the server read and wrote. \
    The IPv4 and TCP headers, the packets that open and close a connection, and the limits of packets are synthesised.";

/// The sequence number of an end's first byte, as if it had begun with 0.
const FIRST: u32 = 1;
