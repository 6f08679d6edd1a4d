//! Whatever bytes come, and however they are cut, the dissector neither panics nor changes its mind.

use spillway_websocket::{
    Dissector, DissectorConfig, Endpoint, FrameHeader, Item, LengthForm, Opcode, RequestHead,
    ResponseHead, Start,
};

use crate::support::check_tiled;

/// SplitMix64: small, seeded, and good enough to reach every branch.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    fn below(&mut self, limit: u64) -> usize {
        (self.next() % limit) as usize
    }

    fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.next() as u8).collect()
    }

    fn one_in(&mut self, odds: u64) -> bool {
        self.below(odds) == 0
    }
}

/// A frame that is mostly lawful, so that the dissector gets far before something is wrong.
fn some_frame(chance: &mut Chance, from: Endpoint) -> Vec<u8> {
    let len = if chance.one_in(8) {
        chance.below(70_000)
    } else {
        chance.below(140)
    };
    let payload = if chance.one_in(2) {
        chance.bytes(len)
    } else {
        "é€🌊a".bytes().cycle().take(len).collect()
    };
    let mut header = FrameHeader::new(Opcode::from_bits(chance.next() as u8), payload.len() as u64);
    header.fin = !chance.one_in(3);
    header.rsv1 = chance.one_in(10);
    header.rsv2 = chance.one_in(20);
    let forms = [
        LengthForm::Seven,
        LengthForm::Sixteen,
        LengthForm::SixtyFour,
    ];
    if chance.one_in(10) {
        header.length_form = forms[chance.below(3)];
    }
    if (from == Endpoint::Client) != chance.one_in(20) {
        header.mask = Some((chance.next() as u32).to_be_bytes());
    }
    if chance.one_in(40) {
        header.payload_len = chance.next();
    }
    header.encode_frame(&payload)
}

fn some_stream(chance: &mut Chance, from: Endpoint, start: Start) -> Vec<u8> {
    let mut bytes = match (start, from) {
        (Start::Frames, _) => Vec::new(),
        (Start::Head, Endpoint::Client) => {
            b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n".to_vec()
        }
        (Start::Head, Endpoint::Server) => {
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n".to_vec()
        }
    };
    for _ in 0..chance.below(6) {
        bytes.extend(some_frame(chance, from));
    }
    if chance.one_in(3) {
        bytes = if chance.one_in(2) {
            chance.bytes(300)
        } else {
            bytes
        };
        for _ in 0..chance.below(20) {
            let at = chance.below(bytes.len().max(1) as u64);
            let byte = if chance.one_in(3) {
                b"\r\n :,"[chance.below(5)]
            } else {
                chance.next() as u8
            };
            bytes.splice(at.min(bytes.len())..at.min(bytes.len()), [byte]);
        }
    }
    bytes.truncate(
        bytes.len()
            - if chance.one_in(2) {
                chance.below(20).min(bytes.len())
            } else {
                0
            },
    );
    bytes
}

fn dissect(from: Endpoint, config: DissectorConfig, pieces: &[&[u8]]) -> Vec<Item> {
    let mut dissector = Dissector::new(from, config);
    let mut items = Vec::new();
    for piece in pieces {
        dissector.handle_bytes(piece, 5);
        let begun = dissector.pending().is_some();
        assert!(!begun || dissector.stopped().is_none());
        items.extend(std::iter::from_fn(|| dissector.poll_item()));
    }
    dissector.handle_end();
    items.extend(std::iter::from_fn(|| dissector.poll_item()));
    items
}

fn cut_anywhere<'a>(chance: &mut Chance, mut bytes: &'a [u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    while !bytes.is_empty() {
        let (piece, rest) = bytes.split_at(chance.below(bytes.len() as u64 + 1));
        pieces.push(piece);
        bytes = rest;
    }
    pieces
}

/// What holds for every item: its fields name every bit once, its bytes are those of the stream.
fn check_item(item: &Item, bytes: &[u8]) {
    let start = item.offset as usize;
    assert_eq!(bytes[start..start + item.raw.len()], item.raw);
    check_tiled(item);
}

#[test]
fn the_items_are_the_same_wherever_the_bytes_are_cut() {
    for seed in 0..400 {
        let mut chance = Chance(seed);
        let from = if chance.one_in(2) {
            Endpoint::Client
        } else {
            Endpoint::Server
        };
        let start = if chance.one_in(2) {
            Start::Head
        } else {
            Start::Frames
        };
        let max_payload = if chance.one_in(4) {
            chance.below(100)
        } else {
            1 << 20
        };
        let max_head = if chance.one_in(8) {
            chance.below(60)
        } else {
            16 << 10
        };
        let config = DissectorConfig {
            max_payload,
            max_inflated: 16 << 20,
            max_head,
            start,
        };
        let bytes = some_stream(&mut chance, from, start);
        let whole = dissect(from, config, &[&bytes]);
        let singles: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(
            dissect(from, config, &singles),
            whole,
            "byte by byte, seed {seed}"
        );
        let pieces = cut_anywhere(&mut chance, &bytes);
        assert_eq!(
            dissect(from, config, &pieces),
            whole,
            "in pieces, seed {seed}"
        );
        for item in &whole {
            check_item(item, &bytes);
        }
    }
}

#[test]
fn heads_of_any_bytes_are_read_or_refused() {
    let letters = b"GET / HTTP/1.1 101\r\n\r\n:\t,\"\\;=\0\xFFaUpgrade";
    for seed in 0..20_000 {
        let mut chance = Chance(seed);
        let len = chance.below(60);
        let mut bytes: Vec<u8> = (0..len)
            .map(|_| letters[chance.below(letters.len() as u64)])
            .collect();
        let first = [b"GET / HTTP/1.1\r\n".as_slice(), b"HTTP/1.1 101 ", b""][chance.below(3)];
        bytes = [first, &bytes, b"\r\n\r\n"].concat();
        if let Ok(head) = RequestHead::parse(&bytes) {
            assert!(
                head.problems()
                    .iter()
                    .all(|problem| problem.refused_with().is_some())
            );
            assert_eq!(head.fields().len(), head.headers.0.len() + 2);
        }
        if let Ok(head) = ResponseHead::parse(&bytes) {
            assert!(
                head.problems(None)
                    .iter()
                    .all(|problem| !problem.rule().is_empty())
            );
            assert_eq!(head.fields().len(), head.headers.0.len() + 2);
        }
    }
}
