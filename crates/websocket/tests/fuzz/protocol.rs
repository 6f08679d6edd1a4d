//! The server's end of the protocol on any stream.

use allocation_counter::measure;
use proptest::prelude::*;
use spillway_websocket::{
    Closed, Endpoint, Failure, FrameHeader, Item, ItemKind, Message, Opcode, ServerConfig,
    ServerProtocol,
};

use crate::dissector::items;
use crate::stream::{Stream, stream};

const LIMIT: usize = 2_500;

/// What an echo server made of a stream: what it heard, and what it sent.
#[derive(Debug, PartialEq)]
struct Served {
    messages: Vec<Message>,
    sent: Vec<u8>,
}

fn serve(stream: &Stream, pieces: &[&[u8]], max_message: usize) -> Served {
    let mut server = ServerProtocol::new(ServerConfig {
        max_message,
        deflate: stream.deflate,
    });
    let mut served = Served {
        messages: Vec::new(),
        sent: Vec::new(),
    };
    for piece in pieces {
        server.handle_bytes(piece);
        while let Some(message) = server.poll_message() {
            match &message {
                Message::Text(text) => server.send_text(text),
                Message::Binary(bytes) => server.send_binary(bytes),
                Message::Ping(_) | Message::Pong(_) | Message::Closed(_) => {}
            }
            served.messages.push(message);
        }
        served.sent.extend(server.poll_bytes().unwrap_or_default());
    }
    served.messages.extend(server.handle_end());
    served
}

/// What is heard and sent does not depend on the cuts, and what is sent is lawful.
pub(crate) fn check_served(stream: &Stream) {
    let whole = serve(stream, &[&stream.bytes], LIMIT);
    assert_eq!(serve(stream, &stream.pieces(), LIMIT), whole);
    let singles: Vec<&[u8]> = stream.bytes.chunks(1).collect();
    assert_eq!(serve(stream, &singles, LIMIT), whole);

    let mut rest = &whole.sent[..];
    let mut closed = false;
    while let Some(header) = FrameHeader::parse(rest) {
        assert_eq!(
            header.faults(Endpoint::Server, stream.deflate.is_some()),
            []
        );
        assert!(!closed, "a frame after the close");
        closed = header.opcode == Opcode::Close;
        rest = &rest[header.header_len() + header.payload_len as usize..];
    }
    assert!(rest.is_empty());
    let ends = |message: &Message| matches!(message, Message::Closed(_));
    let end = whole.messages.iter().position(ends);
    assert_eq!(
        end,
        whole.messages.len().checked_sub(1),
        "closed is the last thing heard"
    );
}

/// Where the server fails a connection for a rule, the dissector shows that rule in that frame, and nothing before it.
pub(crate) fn check_agreement(stream: &Stream) {
    let plain = Stream {
        deflate: None,
        ..stream.clone()
    };
    let served = serve(&plain, &[&plain.bytes], 1 << 30);
    let seen = items(&plain, &[&plain.bytes], Endpoint::Client);
    let first = seen
        .iter()
        .find_map(|item| faults(item).filter(|rules| !rules.is_empty()));
    match (served.messages.last(), first) {
        (Some(Message::Closed(Closed::Failed(Failure::Violation(violation)))), rules) => {
            let rules = rules.unwrap_or_default();
            assert!(
                rules.contains(&violation.rule()),
                "{violation}, but the dissector saw {rules:?}"
            );
        }
        // A close ends it before anything that comes after; a length may promise more than a test can hold.
        (Some(Message::Closed(Closed::ByClient(_) | Closed::Failed(Failure::TooLarge(_)))), _) => {}
        (_, rules) => assert_eq!(rules, None),
    }
}

/// The rules that an item breaks.
fn faults(item: &Item) -> Option<Vec<&'static str>> {
    let faults = match &item.kind {
        ItemKind::Frame(frame) => &frame.faults,
        ItemKind::Damaged(
            spillway_websocket::Damage::Header { faults, .. }
            | spillway_websocket::Damage::FrameCut { faults, .. },
        ) => faults,
        _ => return None,
    };
    Some(faults.iter().map(|fault| fault.violation.rule()).collect())
}

/// What is kept has its bound, whatever comes.
pub(crate) fn check_memory(stream: &Stream) {
    let pieces = stream.pieces();
    let used = measure(|| {
        let mut server = ServerProtocol::new(ServerConfig {
            max_message: LIMIT,
            deflate: stream.deflate,
        });
        for piece in &pieces {
            for piece in piece.chunks(500) {
                server.handle_bytes(piece);
                while server.poll_message().is_some() {}
                drop(server.poll_bytes());
            }
        }
    });
    // A message as it grows, what waits to be sent, and an inflater with its window.
    assert!(used.bytes_max < 150_000, "{used:?}");
    assert_eq!(used.bytes_current, 0);
}

proptest! {
    #[test]
    fn the_server_hears_and_says_the_same_wherever_the_stream_is_cut(stream in stream()) {
        check_served(&stream);
    }

    #[test]
    fn server_and_dissector_see_the_same_rules_broken(stream in stream()) {
        check_agreement(&stream);
    }

    #[test]
    fn the_server_keeps_no_more_than_its_bounds(stream in stream()) {
        check_memory(&stream);
    }
}
