//! Autobahn's sections 12 and 13: permessage-deflate with every parameter.

use spillway_websocket::{
    Closed, DeflateOffer, DeflateParams, Deflater, Failure, FrameHeader, Inflater, Message, Opcode,
};

use crate::client::{Echo, LIMIT};

/// The client's half of the compression.
struct Client {
    deflater: Deflater,
    inflater: Inflater,
}

impl Client {
    fn new(params: DeflateParams) -> Self {
        let bits = params.client_max_window_bits.unwrap_or(15).max(9);
        Self {
            deflater: Deflater::new(bits, params.client_no_context_takeover),
            inflater: Inflater::new(
                params.server_max_window_bits.unwrap_or(15),
                params.server_no_context_takeover,
            ),
        }
    }

    fn inflate(&mut self, payload: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        self.inflater.push(payload, &mut out, LIMIT).unwrap();
        self.inflater.end_message(&mut out, LIMIT).unwrap();
        out
    }
}

fn compressed(opcode: Opcode, payload: &[u8]) -> FrameHeader {
    FrameHeader {
        rsv1: true,
        ..FrameHeader::new(opcode, payload.len() as u64)
    }
}

fn texts() -> Vec<Vec<u8>> {
    [0, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 131_072]
        .map(|len| "streams and sockets, ".bytes().cycle().take(len).collect())
        .to_vec()
}

fn check_echo(offer: &str) {
    let params = DeflateOffer::parse(offer).answer.unwrap();
    let mut client = Client::new(params);
    let mut echo = Echo::with(Some(params));
    for _ in 0..3 {
        for text in texts() {
            let payload = client.deflater.message(&text);
            echo.frame(compressed(Opcode::Text, &payload), &payload);
            let [(header, answer)] = &echo.answers()[..] else {
                panic!("not one answer to {} bytes with {offer}", text.len())
            };
            assert!(header.rsv1 && header.opcode == Opcode::Text);
            assert!(client.inflate(answer) == text, "{offer}");
        }
    }
}

#[test]
fn messages_come_back_with_every_agreement() {
    for offer in [
        "permessage-deflate",
        "permessage-deflate; client_max_window_bits",
        "permessage-deflate; server_no_context_takeover",
        "permessage-deflate; client_no_context_takeover",
        "permessage-deflate; server_max_window_bits=9",
        "permessage-deflate; server_max_window_bits=9; server_no_context_takeover",
        "permessage-deflate; client_max_window_bits=9; server_max_window_bits=15",
        "permessage-deflate; client_no_context_takeover; server_no_context_takeover; \
         client_max_window_bits=8; server_max_window_bits=10",
    ] {
        check_echo(offer);
    }
}

#[test]
fn a_compressed_message_may_come_in_fragments_and_between_plain_ones() {
    let params = DeflateParams::PLAIN;
    let mut client = Client::new(params);
    let mut echo = Echo::with(Some(params));
    let payload = client
        .deflater
        .message(b"fragments of one compressed message");
    let (first, rest) = payload.split_at(3);
    echo.whole(Opcode::Text, b"plain");
    echo.frame(compressed(Opcode::Text, first).unfinished(), first)
        .whole(Opcode::Ping, b"")
        .whole(Opcode::Continuation, rest);
    let answers = echo.answers();
    assert_eq!(client.inflate(&answers[0].1), b"plain");
    assert_eq!(answers[1].0.opcode, Opcode::Pong);
    assert_eq!(
        client.inflate(&answers[2].1),
        b"fragments of one compressed message"
    );
}

#[test]
fn rsv1_means_nothing_on_a_continuation_or_a_control_frame() {
    for opcode in [Opcode::Continuation, Opcode::Ping] {
        let mut echo = Echo::with(Some(DeflateParams::PLAIN));
        echo.part(Opcode::Binary, b"")
            .frame(compressed(opcode, b""), b"");
        assert_eq!(echo.close_code(), Some(1002));
    }
}

#[test]
fn rsv1_means_nothing_when_nothing_was_agreed() {
    let mut echo = Echo::new();
    echo.frame(compressed(Opcode::Text, b"\0"), b"\0");
    assert_eq!(echo.close_code(), Some(1002));
}

#[test]
fn what_inflates_to_no_utf_8_is_refused() {
    let params = DeflateParams::PLAIN;
    let payload = Client::new(params).deflater.message(b"\xC0\xAF");
    let mut echo = Echo::with(Some(params));
    echo.frame(compressed(Opcode::Text, &payload), &payload);
    assert_eq!(echo.close_code(), Some(1007));
}

#[test]
fn rubbish_is_refused() {
    let mut echo = Echo::with(Some(DeflateParams::PLAIN));
    let payload = [0xFF; 20];
    echo.frame(compressed(Opcode::Binary, &payload), &payload);
    assert_eq!(
        echo.messages,
        [Message::Closed(Closed::Failed(Failure::NotDeflate))]
    );
    assert_eq!(echo.close_code(), Some(1007));
}

#[test]
fn a_bomb_is_refused_at_the_limit() {
    let params = DeflateParams::PLAIN;
    let payload = Client::new(params).deflater.message(&vec![0; LIMIT + 1]);
    assert!(payload.len() < 200_000);
    let mut echo = Echo::with(Some(params));
    echo.frame(compressed(Opcode::Binary, &payload), &payload);
    assert_eq!(
        echo.messages,
        [Message::Closed(Closed::Failed(Failure::TooLarge(LIMIT)))]
    );
    assert_eq!(echo.close_code(), Some(1009));
}
