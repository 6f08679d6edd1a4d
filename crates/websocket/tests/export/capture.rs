//! A capture with a bit of everything: text, binary, fragments, pings, deflate and a close.

use spillway_websocket::{
    Answer, Connection, Deflater, Dissector, Endpoint, FrameHeader, HeadDraft, Item, Opcode,
    Pcapng, RequestHead, Segment, ServerOffer,
};

/// Pieces as they crossed: who sent them, when, and what.
pub(crate) type Pieces = Vec<(Endpoint, u64, Vec<u8>)>;

const KEY: [u8; 4] = [0xa1, 0xb2, 0xc3, 0xd4];

pub(crate) fn connection() -> Connection {
    Connection {
        client: "127.0.0.1:50001".parse().expect("an address"),
        server: "127.0.0.1:3000".parse().expect("an address"),
        since_unix_us: 1_795_000_000_000_000,
        whole: true,
    }
}

pub(crate) fn pieces() -> Pieces {
    let request = HeadDraft::upgrade("127.0.0.1:3000", "/ws/echo", *b"the sample nonce")
        .with("Sec-WebSocket-Extensions", "permessage-deflate")
        .encode();
    let head = RequestHead::parse(&request).expect("a request");
    let server = ServerOffer {
        subprotocols: &[],
        deflate: true,
    };
    let answer = Answer::new(&head, server).encode();
    let masked = |header: FrameHeader, payload: &[u8]| header.masked(KEY).encode_frame(payload);
    let whole =
        |opcode, payload: &[u8]| masked(FrameHeader::new(opcode, payload.len() as u64), payload);
    let compressed = Deflater::new(15, false).message(b"Hello, Hello, Hello");
    let rsv1 = FrameHeader {
        rsv1: true,
        ..FrameHeader::new(Opcode::Text, compressed.len() as u64)
    };
    let long: Vec<u8> = (0..100_000_u32).map(|at| at as u8).collect();
    vec![
        (Endpoint::Client, 0, request),
        (Endpoint::Server, 900, answer),
        (
            Endpoint::Client,
            2_000,
            whole(Opcode::Text, "Grüße".as_bytes()),
        ),
        (
            Endpoint::Client,
            3_000,
            [
                masked(FrameHeader::new(Opcode::Text, 3).unfinished(), b"Hel"),
                whole(Opcode::Ping, b"p"),
                whole(Opcode::Continuation, b"lo"),
            ]
            .concat(),
        ),
        (
            Endpoint::Server,
            3_500,
            FrameHeader::new(Opcode::Pong, 1).encode_frame(b"p"),
        ),
        (
            Endpoint::Server,
            4_000,
            FrameHeader::new(Opcode::Binary, 100_000).encode_frame(&long),
        ),
        (Endpoint::Server, 5_000, rsv1.encode_frame(&compressed)),
        (
            Endpoint::Client,
            6_000,
            whole(Opcode::Close, b"\x03\xE8bye"),
        ),
        (
            Endpoint::Server,
            6_500,
            FrameHeader::new(Opcode::Close, 2).encode_frame(b"\x03\xE8"),
        ),
    ]
}

pub(crate) fn segments(pieces: &Pieces) -> Vec<Segment<'_>> {
    let piece = |(from, at_us, bytes): &'_ (Endpoint, u64, Vec<u8>)| (*from, *at_us, bytes.len());
    pieces
        .iter()
        .map(|it| {
            let (from, at_us, _) = piece(it);
            Segment {
                from,
                at_us,
                bytes: &it.2,
                lost: 0,
            }
        })
        .collect()
}

pub(crate) fn file() -> Vec<u8> {
    let pieces = pieces();
    let mut file = Pcapng::new();
    file.add(&connection(), &segments(&pieces));
    file.finish()
}

/// What crossed, dissected, in the order in which it was whole.
pub(crate) fn items() -> Vec<(Endpoint, Item)> {
    let (mut client, mut server) = (Dissector::client(), Dissector::server());
    let mut items = Vec::new();
    for (from, at_us, bytes) in pieces() {
        let dissector = match from {
            Endpoint::Client => &mut client,
            Endpoint::Server => &mut server,
        };
        dissector.handle_bytes(&bytes, at_us);
        items.extend(std::iter::from_fn(|| dissector.poll_item()).map(|item| (from, item)));
        if let (Some(params), Endpoint::Server) = (server.deflate(), from) {
            client.expect_deflate(params);
        }
    }
    items
}
