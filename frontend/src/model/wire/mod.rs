//! The bytes of a watched connection, taken apart: a fold of what the tap saw.

mod detail;
mod export;
mod filter;
mod listing;
mod row;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use spillway_protocol::chat::{FromClient, FromServer};
use spillway_protocol::control::{Direction, Message, WirePiece, WirePlace};
use spillway_websocket::{AcceptKey, Dissector, DissectorConfig, Endpoint, Frame, Item, ItemKind};

use crate::json;
use crate::model::chat::MessageRef;

pub use detail::{Bit, Column, bits, tint, unmasking};
pub use export::{json_of, pcapng_of};
pub use filter::{Filter, holds};
pub use listing::{Extent, Listing, Wanted, in_view};
pub use row::{Mask, Row, Tag};

/// Items that are kept.
pub const MAX_ITEMS: usize = 20_000;

/// Bytes of items that are kept: a chat of long texts must not fill the browser's memory.
pub const MAX_BYTES: usize = 8 << 20;

/// Bytes of one frame's payload that are kept: more than the longest message of a chat.
const MAX_PAYLOAD: usize = 256 << 10;

/// What crossed the watched connections of a page, one after the other.
#[derive(Debug, Default)]
pub struct WireLog {
    capture: Option<Capture>,
    connections: u32,
    entries: VecDeque<Entry>,
    bytes_kept: usize,
    let_go: u64,
    lost: u64,
    next_key: u64,
}

/// The connection that is being watched.
#[derive(Debug)]
struct Capture {
    id: u64,
    client: Dissector,
    server: Dissector,
    accept: Option<AcceptKey>,
    open: bool,
    since_unix_us: u64,
}

/// One thing that crossed.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Tells it from all others of this page; rises.
    pub key: u64,
    /// Which of the page's watched connections, from 1.
    pub connection: u32,
    /// When that connection began to be watched, by the page's clock, microseconds since 1970.
    pub since_unix_us: u64,
    /// Who sent it.
    pub direction: Direction,
    /// What it is.
    pub item: Item,
    /// The chat message that it carries.
    pub message: Option<MessageRef>,
    /// For the two heads: the accept key that follows from the request, with its steps.
    pub accept: Option<AcceptKey>,
}

impl WireLog {
    /// A message of the control channel; others than those of the tap are passed over.
    ///
    /// `now_us` is the page's clock, microseconds since 1970.
    pub fn handle(&mut self, message: &Message, now_us: u64) {
        match message {
            Message::WireOpen { capture } => self.open(*capture, now_us),
            Message::Wire { capture, pieces } if self.is_of(*capture) => {
                for piece in pieces {
                    self.take(piece);
                }
            }
            Message::WireClosed { capture, lost } if self.is_of(*capture) => self.close(*lost),
            _ => {}
        }
    }

    /// Forgets what crossed, before another connection begins. Keys go on rising.
    pub fn clear(&mut self) {
        *self = Self {
            next_key: self.next_key,
            ..Self::default()
        };
    }

    /// What crossed, oldest first.
    #[must_use]
    pub const fn entries(&self) -> &VecDeque<Entry> {
        &self.entries
    }

    /// One thing that crossed.
    #[must_use]
    pub fn entry(&self, key: u64) -> Option<&Entry> {
        let at = self.entries.binary_search_by_key(&key, |entry| entry.key);
        at.ok().and_then(|at| self.entries.get(at))
    }

    /// What begins at a place of the connection that is being watched.
    #[must_use]
    pub fn at(&self, place: WirePlace) -> Option<u64> {
        let there = |entry: &&Entry| {
            entry.connection == self.connections
                && entry.direction == place.direction
                && entry.item.offset == place.offset
        };
        let known = self.is_of(place.capture);
        let found = self.entries.iter().rev().find(there);
        found.filter(|_| known).map(|entry| entry.key)
    }

    /// The frames that carry a chat message, oldest first.
    pub fn frames_of<'a>(&'a self, message: &'a MessageRef) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(|entry| {
            let carried = entry.message.as_ref();
            carried.is_some_and(|carried| carried.is(message))
        })
    }

    /// How many old items were let go.
    #[must_use]
    pub const fn let_go(&self) -> u64 {
        self.let_go
    }

    /// Bytes that the tap saw cross but could not show.
    #[must_use]
    pub const fn lost(&self) -> u64 {
        self.lost
    }

    /// Whether a connection is being watched now.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.capture.as_ref().is_some_and(|capture| capture.open)
    }

    /// How many connections have been watched.
    #[must_use]
    pub const fn connections(&self) -> u32 {
        self.connections
    }

    /// Whether a message is about the connection that is being watched, and not an older one.
    fn is_of(&self, capture: u64) -> bool {
        self.capture.as_ref().is_some_and(|now| now.id == capture)
    }

    fn open(&mut self, id: u64, since_unix_us: u64) {
        let config = DissectorConfig {
            max_payload: MAX_PAYLOAD,
            ..DissectorConfig::default()
        };
        self.connections += 1;
        self.capture = Some(Capture {
            id,
            client: Dissector::new(Endpoint::Client, config),
            server: Dissector::new(Endpoint::Server, config),
            accept: None,
            open: true,
            since_unix_us,
        });
    }

    fn take(&mut self, piece: &WirePiece) {
        let (Some(capture), Ok(bytes)) = (&mut self.capture, STANDARD.decode(&piece.base64)) else {
            return;
        };
        let dissector = match piece.direction {
            Direction::ToServer => &mut capture.client,
            Direction::ToClient => &mut capture.server,
        };
        dissector.handle_bytes(&bytes, piece.at_us);
        // The server's answer says whether the client's messages may be compressed as well.
        if let (Some(params), None) = (capture.server.deflate(), capture.client.deflate()) {
            capture.client.expect_deflate(params);
        }
        self.poll(piece.direction);
    }

    fn close(&mut self, lost: u64) {
        self.lost += lost;
        let Some(capture) = &mut self.capture else {
            return;
        };
        capture.open = false;
        if lost == 0 {
            capture.client.handle_end();
            capture.server.handle_end();
            self.poll(Direction::ToServer);
            self.poll(Direction::ToClient);
        }
    }

    /// Takes over what the dissector of one direction has made out.
    fn poll(&mut self, direction: Direction) {
        let Some(capture) = &mut self.capture else {
            return;
        };
        let mut items = Vec::new();
        let dissector = match direction {
            Direction::ToServer => &mut capture.client,
            Direction::ToClient => &mut capture.server,
        };
        while let Some(item) = dissector.poll_item() {
            items.push(item);
        }
        for item in items {
            let accept = match (&item.kind, &mut self.capture) {
                (ItemKind::Request(head), Some(capture)) => {
                    capture.accept = head.accept_key();
                    capture.accept.clone()
                }
                (ItemKind::Response(_), Some(capture)) => capture.accept.clone(),
                _ => None,
            };
            self.keep(direction, item, accept);
        }
    }

    fn keep(&mut self, direction: Direction, item: Item, accept: Option<AcceptKey>) {
        self.next_key += 1;
        self.bytes_kept += weight(&item);
        let message = match &item.kind {
            ItemKind::Frame(frame) => message_of(direction, frame),
            ItemKind::Request(_) | ItemKind::Response(_) | ItemKind::Damaged(_) => None,
        };
        self.entries.push_back(Entry {
            key: self.next_key,
            connection: self.connections,
            since_unix_us: self.capture.as_ref().map_or(0, |it| it.since_unix_us),
            direction,
            item,
            message,
            accept,
        });
        while self.entries.len() > MAX_ITEMS
            || (self.bytes_kept > MAX_BYTES && self.entries.len() > 1)
        {
            if let Some(old) = self.entries.pop_front() {
                self.bytes_kept -= weight(&old.item);
                self.let_go += 1;
            }
        }
    }
}

/// Bytes that an item keeps.
fn weight(item: &Item) -> usize {
    let inflated = match &item.kind {
        ItemKind::Frame(frame) => frame.inflated.as_ref().map_or(0, |it| it.payload.len()),
        ItemKind::Request(_) | ItemKind::Response(_) | ItemKind::Damaged(_) => 0,
    };
    item.raw.len() + inflated
}

/// The chat message that a frame carries whole.
fn message_of(direction: Direction, frame: &Frame) -> Option<MessageRef> {
    let part = frame.part?;
    if frame.truncated || part.fragment > 1 || !part.last {
        return None;
    }
    match direction {
        Direction::ToServer => {
            let FromClient::Say { id, .. } = json::from_client(&frame.payload)? else {
                return None;
            };
            Some(MessageRef { id, seq: None })
        }
        Direction::ToClient => match json::from_server(&frame.payload)? {
            FromServer::Said(said) => Some(MessageRef {
                id: said.id,
                seq: Some(said.seq),
            }),
            _ => None,
        },
    }
}
