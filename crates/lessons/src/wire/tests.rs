//! From real bytes to what is judged of them.

use spillway_websocket::{CloseCode, ClosePayload, Endpoint, FrameHeader, Opcode};

use super::{Crossing, What};
use crate::goal::{Judge, Order, testing::goal_on_wire};

const REQUEST: &[u8] =
    b"GET /ws/echo HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n";

const ANSWER: &[u8] =
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\
    Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";

const REFUSED: &[u8] = b"HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n";

const KEY: [u8; 4] = [1, 2, 3, 4];

type Sent<'a> = (Endpoint, &'a [u8]);

fn client(header: FrameHeader, payload: &[u8]) -> Vec<u8> {
    header.masked(KEY).encode_frame(payload)
}

fn frame(opcode: Opcode, payload: &[u8]) -> FrameHeader {
    FrameHeader::new(opcode, payload.len() as u64)
}

/// How many of the things that these bytes are, whatever they are cut into, the condition means.
#[track_caller]
fn check(what: &str, sent: &[Sent<'_>], count: usize) {
    for size in [1, 7, 100_000] {
        let what = What::parse(what).unwrap();
        let mut crossing = Crossing::default();
        for (from, bytes) in sent {
            for piece in bytes.chunks(size) {
                crossing.handle_bytes(*from, piece);
            }
        }
        let mut found = Vec::new();
        while let Some(event) = crossing.poll() {
            found.push(event);
        }
        let is = found.iter().filter(|event| what.is(event)).count();
        assert_eq!(is, count, "{found:#?}");
    }
}

/// The condition means this frame, and does not mean the other one.
#[track_caller]
fn tells(what: &str, from: Endpoint, frame: &[u8], other: &[u8]) {
    let before = [(Endpoint::Client, REQUEST), (Endpoint::Server, ANSWER)];
    let with = |frame| [before[0], before[1], (from, frame)];
    check(what, &with(frame), 1);
    check(what, &with(other), 0);
}

#[test]
fn each_kind_of_frame_is_told_from_the_others() {
    use Opcode::{Binary, Close, Continuation, Ping, Pong, Text};
    let all = [Text, Binary, Continuation, Ping, Pong, Close];
    for (at, opcode) in all.into_iter().enumerate() {
        let other = all[(at + 1) % all.len()];
        let name = opcode.name();
        let of = |opcode| client(FrameHeader::new(opcode, 0), b"");
        tells(
            &format!("client.{name}"),
            Endpoint::Client,
            &of(opcode),
            &of(other),
        );
        let of = |opcode| FrameHeader::new(opcode, 0).encode_frame(b"");
        tells(
            &format!("server.{name}"),
            Endpoint::Server,
            &of(opcode),
            &of(other),
        );
        tells("server.frame", Endpoint::Server, &of(opcode), b"");
    }
}

#[test]
fn the_handshake_has_its_lengths_its_status_and_what_was_agreed() {
    let sent = [(Endpoint::Client, REQUEST), (Endpoint::Server, ANSWER)];
    check("client.request && deflate", &sent, 1);
    check(
        &format!("client.request && bytes = {}", REQUEST.len()),
        &sent,
        1,
    );
    check("server.answer && status = 101 && deflate", &sent, 1);
    check(
        &format!("server.answer && bytes >= {}", ANSWER.len() + 1),
        &sent,
        0,
    );
    let refused = [(Endpoint::Client, REQUEST), (Endpoint::Server, REFUSED)];
    check("server.answer && status = 426 && !deflate", &refused, 1);
    check("server.answer && status = 101", &refused, 0);
}

#[test]
fn each_property_of_a_frame_is_read_from_its_bytes() {
    let hello = || client(frame(Opcode::Text, b"Hello"), b"Hello");
    let same = |change: fn(&mut FrameHeader)| {
        let mut header = frame(Opcode::Text, b"Hello");
        change(&mut header);
        client(header, b"Hello")
    };
    let unmasked = frame(Opcode::Text, b"Hello").encode_frame(b"Hello");
    let unfinished = same(|header| header.fin = false);
    let from = Endpoint::Client;
    tells("client.text && fin", from, &hello(), &unfinished);
    tells("client.text && !fin", from, &unfinished, &hello());
    tells("client.text && masked", from, &hello(), &unmasked);
    tells("client.text && !lawful", from, &unmasked, &hello());
    tells(
        "client.text && rsv1",
        from,
        &same(|header| header.rsv1 = true),
        &hello(),
    );
    tells(
        "client.text && rsv2",
        from,
        &same(|header| header.rsv2 = true),
        &hello(),
    );
    tells(
        "client.text && rsv3",
        from,
        &same(|header| header.rsv3 = true),
        &hello(),
    );
    let long = client(frame(Opcode::Text, &[b'a'; 126]), &[b'a'; 126]);
    tells("client.text && length >= 126", from, &long, &hello());
    tells("client.text && length <= 125", from, &hello(), &long);
    tells("client.text && bytes = 134", from, &long, &hello());
    tells(
        "client.frame && opcode = 1",
        from,
        &hello(),
        &client(frame(Opcode::Ping, b""), b""),
    );
    let reserved = client(frame(Opcode::Reserved(3), b""), b"");
    tells(
        "client.frame && opcode = 3 && !lawful",
        from,
        &reserved,
        &hello(),
    );
}

#[test]
fn a_compressed_frame_says_what_it_inflates_to() {
    // RFC 7692 §7.2.3.1: "Hello".
    let deflated = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
    let mut header = frame(Opcode::Text, &deflated);
    header.rsv1 = true;
    let plain = client(frame(Opcode::Text, b"Hello"), b"Hello");
    let sent = client(header, &deflated);
    let what = "client.text && rsv1 && inflated = 5 && length = 7 && lawful";
    tells(what, Endpoint::Client, &sent, &plain);
}

#[test]
fn a_close_frame_has_its_code_or_none() {
    let close = |code: Option<u16>| {
        let payload = ClosePayload {
            code: code.map(CloseCode),
            reason: String::new(),
        };
        let payload = payload.encode();
        frame(Opcode::Close, &payload).encode_frame(&payload)
    };
    let (normal, none) = (close(Some(1000)), close(None));
    tells(
        "server.close && code = 1000",
        Endpoint::Server,
        &normal,
        &none,
    );
    tells(
        "server.close && length = 0",
        Endpoint::Server,
        &none,
        &normal,
    );
    tells(
        "server.close && code >= 1001",
        Endpoint::Server,
        &close(Some(1001)),
        &normal,
    );
}

#[test]
fn a_header_that_cannot_be_crossed_too() {
    // A length of 64 bits with its highest bit set.
    let bytes = [0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4];
    let lawful = client(frame(Opcode::Binary, b""), b"");
    tells(
        "client.binary && !lawful",
        Endpoint::Client,
        &bytes,
        &lawful,
    );
}

#[test]
fn the_end_is_the_one_of_who_ended_first_behind_all_that_it_sent() {
    let mut crossing = Crossing::default();
    crossing.handle_bytes(Endpoint::Server, REFUSED);
    crossing.handle_end(Endpoint::Server);
    let what = What::parse("server.end").unwrap();
    assert!(!what.is(&crossing.poll().unwrap()));
    let end = crossing.poll().unwrap();
    assert!(what.is(&end) && !What::parse("client.end").unwrap().is(&end));
    assert_eq!((end.seq, end.offset), (2, REFUSED.len() as u64));
    assert_eq!(crossing.poll(), None);
}

#[test]
fn what_is_nothing_that_crosses_says_what_would_be() {
    let refused = |text: &str, wanted: &str| {
        let problem = What::parse(text).unwrap_err();
        assert!(problem.contains(wanted), "{problem}");
    };
    refused("ping", "write `SIDE.THING`");
    refused("clinet.ping", "did you mean `client`?");
    refused("browser.ping", "Sides: `client`, `server`.");
    refused(
        "server.request",
        "the server sends no `request`. There are `answer`",
    );
    refused("client.tetx", "did you mean `text`?");
    refused(
        "client.text && code = 1000",
        "`client.text` has no property `code`",
    );
    refused("client.end && fin", "It has none.");
    refused("client.text && maskd", "did you mean `masked`?");
    refused(
        "client.text && fin = 1",
        "is true or false; write `fin` or `!fin`",
    );
    refused("client.text && length", "write `length = NUMBER`");
    refused("client.text && length > 5", "write `length = NUMBER`");
    refused("client.text && !length = 5", "takes no `!`");
}

#[test]
fn a_goal_is_reached_by_what_crosses_in_its_turn_the_last_of_so_many() {
    let goals = [
        goal_on_wire("crossed", "client.text", 1),
        goal_on_wire("crossed", "server.text", 3),
    ];
    let mut judge = Judge::new(&goals, Order::AsListed);
    let mut crossing = Crossing::default();
    crossing.handle_bytes(Endpoint::Client, REQUEST);
    crossing.handle_bytes(Endpoint::Server, ANSWER);
    let mut cross = |from, bytes: &[u8]| {
        crossing.handle_bytes(from, bytes);
        let mut changed = false;
        while let Some(event) = crossing.poll() {
            changed |= judge.handle_wire(&event);
        }
        (changed, judge.reached().to_vec())
    };
    let text = frame(Opcode::Text, b"a").encode_frame(b"a");
    let asked = client(frame(Opcode::Text, b"a"), b"a");
    for _ in 0..5 {
        assert_eq!(cross(Endpoint::Server, &text), (false, vec![false, false]));
    }
    assert_eq!(cross(Endpoint::Client, &asked), (true, vec![true, false]));
    assert_eq!(cross(Endpoint::Server, &text), (true, vec![true, true]));
}
