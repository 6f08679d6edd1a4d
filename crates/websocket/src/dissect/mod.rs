//! One direction of one connection, taken apart as its bytes arrive.

mod building;
mod fields;
mod inflating;
mod item;
mod message;

use std::collections::VecDeque;

use building::Building;
use inflating::Inflating;
pub use inflating::{InflateStop, Inflated};
pub use item::{Damage, Frame, Item, ItemKind};
use message::Messages;
pub use message::{MessagePart, TextState};

use crate::deflate::DeflateParams;
use crate::frame::{ClosePayload, Endpoint, Fault, FrameHeader, Opcode, Violation};
use crate::handshake::{HeadError, HeadFault, HeadScan, RequestHead, ResponseHead};

/// Takes one direction of one connection apart: bytes in, in pieces cut anywhere, named items out.
///
/// Feed it with [`handle_bytes`](Self::handle_bytes), then call [`poll_item`](Self::poll_item) until it gives
/// `None`. It keeps at most one unfinished item, bounded by its [`DissectorConfig`], and the items not yet polled.
#[derive(Debug)]
pub struct Dissector {
    from: Endpoint,
    config: DissectorConfig,
    state: State,
    /// The item under construction.
    building: Building,
    /// Bytes of the stream taken so far, ignored ones not counted.
    position: u64,
    /// Bytes that came after the dissector stopped.
    ignored: u64,
    /// permessage-deflate as it was agreed on, which gives RSV1 its meaning.
    deflate: Option<DeflateParams>,
    messages: Messages,
    items: VecDeque<Item>,
}

/// What a dissector keeps, and where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DissectorConfig {
    /// Bytes of a frame's payload that are kept; the rest is checked and counted, but not stored.
    pub max_payload: usize,
    /// Bytes that one compressed message is inflated to; a longer one is named, and inflated no further.
    pub max_inflated: u64,
    /// The longest head that is waited for.
    pub max_head: usize,
    /// What the stream begins with.
    pub start: Start,
}

impl Default for DissectorConfig {
    fn default() -> Self {
        Self {
            max_payload: 1 << 20,
            max_inflated: 16 << 20,
            max_head: 16 << 10,
            start: Start::Head,
        }
    }
}

/// What a stream begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// The HTTP head of the handshake.
    Head,
    /// A frame: the handshake is already over.
    Frames,
}

/// Why a dissector takes no more bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The request does not ask for a WebSocket: what follows is not frames.
    NotAnUpgrade,
    /// The server refused: what follows is an HTTP body.
    Refused {
        /// The status it answered.
        status: u16,
    },
    /// The last item is damaged so that what follows cannot be told apart.
    Damaged,
    /// The stream has ended.
    Ended,
}

/// The item that has begun but not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// Stream offset of its first byte.
    pub offset: u64,
    /// When that byte came.
    pub at_us: u64,
    /// Bytes of it that have come.
    pub received: u64,
    /// Bytes it will have; unknown in a head, or in a frame whose header is not whole.
    pub expected: Option<u64>,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Head(HeadScan),
    Header,
    Payload(FrameHeader),
    Stopped(Stop),
}

impl Dissector {
    /// A dissector of what `from` sends.
    #[must_use]
    pub fn new(from: Endpoint, mut config: DissectorConfig) -> Self {
        // Fields count bits in a usize, which has 32 bits in the page: bits of a whole frame must fit.
        config.max_payload = config.max_payload.min(usize::MAX / 16);
        let state = match config.start {
            Start::Head => State::Head(HeadScan::default()),
            Start::Frames => State::Header,
        };
        Self {
            from,
            config,
            state,
            building: Building::default(),
            position: 0,
            ignored: 0,
            deflate: None,
            messages: Messages::default(),
            items: VecDeque::new(),
        }
    }

    /// A dissector of what the client sends, from its request on.
    #[must_use]
    pub fn client() -> Self {
        Self::new(Endpoint::Client, DissectorConfig::default())
    }

    /// A dissector of what the server sends, from its answer on.
    #[must_use]
    pub fn server() -> Self {
        Self::new(Endpoint::Server, DissectorConfig::default())
    }

    /// Says that permessage-deflate was agreed on. A server's dissector reads that from the answer itself; the
    /// client's must be told, before its first frame.
    pub fn expect_deflate(&mut self, params: DeflateParams) {
        self.deflate = Some(params);
        self.messages.inflate(Inflating::new(
            self.from,
            params,
            self.config.max_payload,
            self.config.max_inflated,
        ));
    }

    /// permessage-deflate as it was agreed on, for the dissector of the other direction.
    #[must_use]
    pub const fn deflate(&self) -> Option<DeflateParams> {
        self.deflate
    }

    /// Takes the next bytes of the stream, which came at `at_us`.
    pub fn handle_bytes(&mut self, mut bytes: &[u8], at_us: u64) {
        while !bytes.is_empty() {
            let used = match self.state {
                State::Head(scan) => self.take_head(scan, bytes, at_us),
                State::Header => self.take_header(bytes, at_us),
                State::Payload(header) => self.take_payload(header, bytes, at_us),
                State::Stopped(_) => {
                    self.ignored += bytes.len() as u64;
                    return;
                }
            };
            self.position += used as u64;
            bytes = &bytes[used..];
        }
    }

    /// Says that no more bytes come. What had begun but not ended becomes a damaged item.
    pub fn handle_end(&mut self) {
        if self.pending().is_some() {
            let damage = match self.state {
                State::Payload(header) => Damage::FrameCut {
                    header: Some(header),
                    missing: header.payload_len - self.building.received,
                    faults: std::mem::take(&mut self.building.faults),
                },
                State::Header => Damage::FrameCut {
                    header: None,
                    missing: 0,
                    faults: FrameHeader::early_faults(
                        &self.building.raw,
                        self.from,
                        self.deflate.is_some(),
                    ),
                },
                State::Head(_) | State::Stopped(_) => Damage::Head(HeadFault {
                    error: HeadError::Unfinished,
                    at: self.building.raw.len(),
                }),
            };
            self.damaged(damage);
        }
        if !matches!(self.state, State::Stopped(_)) {
            self.state = State::Stopped(Stop::Ended);
        }
    }

    /// The next item, in the order of the stream.
    pub fn poll_item(&mut self) -> Option<Item> {
        self.items.pop_front()
    }

    /// The item that has begun but not ended.
    #[must_use]
    pub fn pending(&self) -> Option<Pending> {
        if self.building.raw.is_empty() {
            return None;
        }
        let header = match self.state {
            State::Payload(header) => Some(header),
            State::Head(_) | State::Header | State::Stopped(_) => None,
        };
        Some(Pending {
            offset: self.building.offset,
            at_us: self.building.at_us,
            received: match header {
                Some(header) => header.header_len() as u64 + self.building.received,
                None => self.building.raw.len() as u64,
            },
            expected: header.map(|header| header.header_len() as u64 + header.payload_len),
        })
    }

    /// Why no more bytes are taken; `None` while they are.
    #[must_use]
    pub const fn stopped(&self) -> Option<Stop> {
        match self.state {
            State::Stopped(stop) => Some(stop),
            State::Head(_) | State::Header | State::Payload(_) => None,
        }
    }

    /// How many bytes came after the dissector stopped.
    #[must_use]
    pub const fn ignored_bytes(&self) -> u64 {
        self.ignored
    }

    /// Takes bytes of a head; says how many.
    fn take_head(&mut self, mut scan: HeadScan, bytes: &[u8], at_us: u64) -> usize {
        let limit = self.config.max_head;
        let room = limit.saturating_sub(self.building.raw.len());
        let within = &bytes[..room.min(bytes.len())];
        let end = scan.push(within);
        self.state = State::Head(scan);
        let used = end.unwrap_or(within.len());
        self.building.keep_raw(&bytes[..used], self.position, at_us);
        if end.is_some() {
            self.end_head();
        } else if self.building.raw.len() >= limit {
            self.damaged(Damage::Head(HeadFault {
                error: HeadError::TooLong { limit },
                at: limit,
            }));
        }
        used
    }

    /// Takes bytes of a frame's header; says how many.
    fn take_header(&mut self, bytes: &[u8], at_us: u64) -> usize {
        let lacking =
            FrameHeader::needed(&self.building.raw).saturating_sub(self.building.raw.len());
        let used = lacking.min(bytes.len());
        self.building.keep_raw(&bytes[..used], self.position, at_us);
        if let Some(header) = FrameHeader::parse(&self.building.raw) {
            self.end_header(header);
        }
        used
    }

    /// Takes bytes of a frame's payload; says how many.
    fn take_payload(&mut self, header: FrameHeader, bytes: &[u8], at_us: u64) -> usize {
        let lacking = header.payload_len - self.building.received;
        // What does not fit in a usize is more than any slice has.
        let used = usize::try_from(lacking).map_or(bytes.len(), |lacking| lacking.min(bytes.len()));
        let limit = self.config.max_payload;
        self.building
            .keep_payload(&header, &bytes[..used], limit, at_us, &mut self.messages);
        if self.building.received == header.payload_len {
            self.end_frame(header);
        }
        used
    }

    fn end_head(&mut self) {
        let raw = &self.building.raw;
        let parsed = match self.from {
            Endpoint::Client => RequestHead::parse(raw).map(ItemKind::Request),
            Endpoint::Server => ResponseHead::parse(raw).map(ItemKind::Response),
        };
        let kind = match parsed {
            Ok(kind) => kind,
            Err(fault) => return self.damaged(Damage::Head(fault)),
        };
        self.state = match &kind {
            // Only a client that meant no WebSocket at all goes on with HTTP; a faulty upgrade is worth watching.
            ItemKind::Request(head) if !head.asks_for_websocket() => {
                State::Stopped(Stop::NotAnUpgrade)
            }
            // 100 Continue and its like announce another head.
            ItemKind::Response(head) if head.status < 200 && head.status != 101 => {
                State::Head(HeadScan::default())
            }
            ItemKind::Response(head) if head.status != 101 => State::Stopped(Stop::Refused {
                status: head.status,
            }),
            _ => State::Header,
        };
        if let ItemKind::Response(head) = &kind
            && head.status == 101
            && let Some(agreed) = head.deflate()
        {
            // With parameters that cannot be, the largest window reads whatever comes.
            self.expect_deflate(agreed.unwrap_or(DeflateParams::PLAIN));
        }
        self.items.push_back(self.building.finish(kind));
    }

    fn end_header(&mut self, header: FrameHeader) {
        let faults = header.faults(self.from, self.deflate.is_some());
        if faults
            .iter()
            .any(|fault| matches!(fault.violation, Violation::LengthHighBit { .. }))
        {
            return self.damaged(Damage::Header { header, faults });
        }
        self.building.faults = faults;
        self.building.faults.extend(self.messages.begin(&header));
        self.state = State::Payload(header);
        if header.payload_len == 0 {
            self.end_frame(header);
        }
    }

    fn end_frame(&mut self, header: FrameHeader) {
        let header_len = header.header_len() as u64;
        let mut faults = std::mem::take(&mut self.building.faults);
        let (part, inflated) = self.messages.end(&header, &mut faults);
        let payload = std::mem::take(&mut self.building.payload);
        let truncated = (payload.len() as u64) < header.payload_len;
        // A truncated reason may end inside a character, which is our doing and not the sender's.
        if header.opcode == Opcode::Close && !truncated {
            let (_, close_faults) = ClosePayload::parse(&payload);
            faults.extend(close_faults.iter().map(|fault| Fault {
                offset: fault.offset + header_len,
                ..*fault
            }));
        }
        faults.sort_by_key(|fault| fault.offset);
        self.state = State::Header;
        let frame = Frame {
            header,
            payload,
            truncated,
            faults,
            part,
            inflated,
        };
        self.items
            .push_back(self.building.finish(ItemKind::Frame(frame)));
    }

    fn damaged(&mut self, damage: Damage) {
        self.state = State::Stopped(Stop::Damaged);
        self.items
            .push_back(self.building.finish(ItemKind::Damaged(damage)));
    }
}
