//! The bytes of both directions, taken apart.

use std::collections::VecDeque;

use spillway_websocket::{
    Damage, Dissector, DissectorConfig, Endpoint, Frame, Item, ItemKind, Start,
};

use super::{WireEvent, WireFrame, WireThing};

/// Takes both directions of a watched connection apart: bytes in, as they cross, what they are out.
/// What it keeps is bounded: a head, and the first bytes of a frame's payload.
#[derive(Debug)]
pub struct Crossing {
    client: Dissector,
    server: Dissector,
    /// Bytes that each of them has sent.
    sent: [u64; 2],
    found: VecDeque<WireEvent>,
    seq: u64,
}

/// Bytes of a payload that are kept: a Close frame has no more.
const MAX_PAYLOAD: usize = 125;

/// Bytes that a compressed message is inflated to; of a longer one so many are counted.
const MAX_INFLATED: u64 = 1 << 20;

/// The longest head that is waited for: that of the tap.
const MAX_HEAD: usize = 16 << 10;

impl Default for Crossing {
    fn default() -> Self {
        let config = DissectorConfig {
            max_payload: MAX_PAYLOAD,
            max_inflated: MAX_INFLATED,
            max_head: MAX_HEAD,
            start: Start::Head,
        };
        Self {
            client: Dissector::new(Endpoint::Client, config),
            server: Dissector::new(Endpoint::Server, config),
            sent: [0, 0],
            found: VecDeque::new(),
            seq: 0,
        }
    }
}

impl Crossing {
    /// Bytes crossed.
    pub fn handle_bytes(&mut self, from: Endpoint, bytes: &[u8]) {
        let dissector = match from {
            Endpoint::Client => &mut self.client,
            Endpoint::Server => &mut self.server,
        };
        // Nothing here asks when.
        dissector.handle_bytes(bytes, 0);
        let mut items = Vec::new();
        while let Some(item) = dissector.poll_item() {
            items.push(item);
        }
        self.sent[from as usize] += bytes.len() as u64;
        for item in items {
            if let ItemKind::Response(_) = item.kind
                && let Some(agreed) = self.server.deflate()
            {
                self.client.expect_deflate(agreed);
            }
            if let Some(thing) = thing(&item) {
                self.push(from, item.offset, thing);
            }
        }
    }

    /// The TCP connection is over; this side ended it.
    pub fn handle_end(&mut self, by: Endpoint) {
        self.push(by, self.sent[by as usize], WireThing::End);
    }

    /// What crossed, in the order in which it was whole.
    pub fn poll(&mut self) -> Option<WireEvent> {
        self.found.pop_front()
    }

    fn push(&mut self, from: Endpoint, offset: u64, thing: WireThing) {
        self.seq += 1;
        self.found.push_back(WireEvent {
            from,
            offset,
            seq: self.seq,
            thing,
        });
    }
}

fn thing(item: &Item) -> Option<WireThing> {
    let bytes = item.raw.len() as u64;
    Some(match &item.kind {
        ItemKind::Request(head) => WireThing::Request {
            bytes,
            deflate: head
                .headers
                .extensions()
                .any(|name| name.eq_ignore_ascii_case("permessage-deflate")),
        },
        ItemKind::Response(head) => WireThing::Answer {
            bytes,
            status: head.status,
            deflate: head.status == 101 && head.deflate().is_some(),
        },
        ItemKind::Frame(frame) => WireThing::Frame(judged(frame)),
        // Its header crossed, and what it says of the rest cannot be.
        ItemKind::Damaged(Damage::Header { header, .. }) => WireThing::Frame(WireFrame {
            header: *header,
            code: None,
            inflated: None,
            lawful: false,
        }),
        ItemKind::Damaged(Damage::Head(_) | Damage::FrameCut { .. }) => return None,
    })
}

fn judged(frame: &Frame) -> WireFrame {
    WireFrame {
        header: frame.header,
        code: frame
            .close()
            .and_then(|close| close.code)
            .map(|code| code.0),
        inflated: frame.inflated.as_ref().map(|inflated| inflated.len),
        lawful: frame.faults.is_empty(),
    }
}
