//! Streams of a client: mostly lawful, so that they get far before something is wrong.

use proptest::prelude::*;
use proptest::sample::Index;
use spillway_websocket::{DeflateParams, Deflater, FrameHeader, LengthForm, Opcode};

/// A stream of a client after its handshake, and where it is cut.
#[derive(Debug, Clone)]
pub(crate) struct Stream {
    pub(crate) bytes: Vec<u8>,
    pub(crate) cuts: Vec<usize>,
    pub(crate) deflate: Option<DeflateParams>,
}

impl Stream {
    /// The stream in the pieces it is cut into.
    pub(crate) fn pieces(&self) -> Vec<&[u8]> {
        let mut pieces = Vec::new();
        let mut from = 0;
        for &cut in &self.cuts {
            pieces.push(&self.bytes[from..cut]);
            from = cut;
        }
        pieces.push(&self.bytes[from..]);
        pieces
    }
}

/// What a stream is made of.
#[derive(Debug, Clone)]
enum Part {
    Frame(Opcode, bool, Vec<u8>),
    Compressed(Opcode, Vec<u8>, Index),
    Odd(FrameHeader, Vec<u8>),
    Rubbish(Vec<u8>),
}

fn payload() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => "[a-zé€🌊]{0,40}".prop_map(String::into_bytes),
        2 => prop::collection::vec(any::<u8>(), 0..40),
        1 => (any::<u8>(), 0_usize..3_000).prop_map(|(byte, len)| vec![byte; len]),
    ]
}

fn opcode() -> impl Strategy<Value = Opcode> {
    prop_oneof![
        6 => Just(Opcode::Text),
        3 => Just(Opcode::Binary),
        6 => Just(Opcode::Continuation),
        2 => Just(Opcode::Ping),
        1 => Just(Opcode::Pong),
        1 => Just(Opcode::Close),
    ]
}

fn odd_header() -> impl Strategy<Value = FrameHeader> {
    let form = prop_oneof![
        Just(LengthForm::Seven),
        Just(LengthForm::Sixteen),
        Just(LengthForm::SixtyFour)
    ];
    let len = prop_oneof![0_u64..200, any::<u64>()];
    (
        any::<[bool; 4]>(),
        0_u8..16,
        any::<Option<[u8; 4]>>(),
        form,
        len,
    )
        .prop_map(
            |([fin, rsv1, rsv2, rsv3], opcode, mask, length_form, payload_len)| FrameHeader {
                fin,
                rsv1,
                rsv2,
                rsv3,
                opcode: Opcode::from_bits(opcode),
                mask,
                length_form,
                payload_len,
            },
        )
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![
        8 => (opcode(), prop::bool::weighted(0.7), payload())
            .prop_map(|(opcode, fin, payload)| Part::Frame(opcode, fin, payload)),
        4 => (prop_oneof![Just(Opcode::Text), Just(Opcode::Binary)], payload(), any::<Index>())
            .prop_map(|(opcode, payload, cut)| Part::Compressed(opcode, payload, cut)),
        1 => (odd_header(), payload()).prop_map(|(header, payload)| Part::Odd(header, payload)),
        1 => prop::collection::vec(any::<u8>(), 0..30).prop_map(Part::Rubbish),
    ]
}

fn deflate() -> impl Strategy<Value = Option<DeflateParams>> {
    let params =
        (any::<bool>(), prop::option::of(9_u8..=15)).prop_map(|(forgets, bits)| DeflateParams {
            client_no_context_takeover: forgets,
            client_max_window_bits: bits,
            ..DeflateParams::PLAIN
        });
    prop::option::of(params)
}

fn written(parts: Vec<Part>, deflate: Option<DeflateParams>) -> Vec<u8> {
    const KEY: [u8; 4] = [0x12, 0xE4, 0x00, 0x9C];
    let params = deflate.unwrap_or(DeflateParams::PLAIN);
    let mut deflater = Deflater::new(
        params.client_max_window_bits.unwrap_or(15),
        params.client_no_context_takeover,
    );
    let mut bytes = Vec::new();
    for part in parts {
        match part {
            Part::Frame(opcode, fin, payload) => {
                let header = FrameHeader {
                    fin,
                    ..FrameHeader::new(opcode, payload.len() as u64)
                };
                bytes.extend(header.masked(KEY).encode_frame(&payload));
            }
            Part::Compressed(opcode, message, cut) => {
                let payload = deflater.message(&message);
                let (first, rest) = payload.split_at(cut.index(payload.len()));
                let header = FrameHeader {
                    rsv1: true,
                    ..FrameHeader::new(opcode, first.len() as u64).unfinished()
                };
                bytes.extend(header.masked(KEY).encode_frame(first));
                let header = FrameHeader::new(Opcode::Continuation, rest.len() as u64);
                bytes.extend(header.masked(KEY).encode_frame(rest));
            }
            Part::Odd(header, payload) => bytes.extend(header.encode_frame(&payload)),
            Part::Rubbish(rubbish) => bytes.extend(rubbish),
        }
    }
    bytes
}

/// Streams, some of them spoiled, and cuts through them.
pub(crate) fn stream() -> impl Strategy<Value = Stream> {
    let spoiled = prop_oneof![
        3 => Just(Vec::new()),
        1 => prop::collection::vec((any::<Index>(), any::<u8>()), 1..4),
    ];
    let cuts = prop::collection::vec(any::<Index>(), 0..12);
    (
        prop::collection::vec(part(), 0..8),
        deflate(),
        spoiled,
        cuts,
    )
        .prop_map(|(parts, deflate, spoiled, cuts)| {
            let mut bytes = written(parts, deflate);
            for (at, byte) in spoiled {
                if !bytes.is_empty() {
                    let at = at.index(bytes.len());
                    bytes[at] = byte;
                }
            }
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            cuts.sort_unstable();
            Stream {
                bytes,
                cuts,
                deflate,
            }
        })
}
