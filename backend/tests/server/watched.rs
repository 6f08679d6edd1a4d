//! What a page sees of a connection that it watches is what crossed: the whole way from the socket
//! through the control channel to the dissector.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use spillway_websocket::{
    Damage, Deflater, Dissector, DissectorConfig, Endpoint, Item, ItemKind, Opcode,
};

use crate::control::{Control, is_answer};
use crate::support::{RawSocket, Server, frame, upgrade_request};

/// A page, and what it was told of the connections it watches.
struct Page {
    control: Control,
    /// To the server, to the client.
    seen: [Vec<u8>; 2],
    lost: Option<u64>,
}

impl Page {
    async fn open(server: &Server) -> Self {
        Self {
            control: Control::open(server).await,
            seen: Default::default(),
            lost: None,
        }
    }

    async fn ask(&mut self, request: Value) -> Value {
        self.control.send(request).await;
        loop {
            let message = self.control.next().await;
            if is_answer(&message) {
                return message;
            }
            self.take(&message);
        }
    }

    async fn watch_token(&mut self) -> String {
        let answer = self.ask(json!({"type": "watch"})).await;
        answer["token"].as_str().unwrap().to_owned()
    }

    fn take(&mut self, message: &Value) {
        match message["type"].as_str() {
            Some("wire") => {
                for piece in message["pieces"].as_array().unwrap() {
                    let way = usize::from(piece["direction"] == "to_client");
                    let bytes = STANDARD.decode(piece["base64"].as_str().unwrap()).unwrap();
                    self.seen[way].extend_from_slice(&bytes);
                }
            }
            Some("wire_closed") => self.lost = message["lost"].as_u64(),
            _ => {}
        }
    }

    /// Reads until the watched connection is over.
    async fn read_to_the_end(&mut self) {
        while self.lost.is_none() {
            let message = self.control.next().await;
            self.take(&message);
        }
    }
}

/// Both directions taken apart as the page does it, in pieces of three bytes.
fn dissected(seen: &[Vec<u8>; 2]) -> [Vec<Item>; 2] {
    let config = DissectorConfig::default();
    let mut server = Dissector::new(Endpoint::Server, config);
    let mut client = Dissector::new(Endpoint::Client, config);
    let mut items = [Vec::new(), Vec::new()];
    for (way, dissector) in [(1, &mut server), (0, &mut client)] {
        for piece in seen[way].chunks(3) {
            dissector.handle_bytes(piece, 0);
        }
    }
    client_agrees(&mut client, &server, &seen[0]);
    for (way, dissector) in [(0, &mut client), (1, &mut server)] {
        dissector.handle_end();
        items[way].extend(std::iter::from_fn(|| dissector.poll_item()));
    }
    items
}

/// Whether the client's messages are compressed is in the server's answer.
fn client_agrees(client: &mut Dissector, server: &Dissector, sent: &[u8]) {
    if let Some(params) = server.deflate() {
        *client = Dissector::new(Endpoint::Client, DissectorConfig::default());
        client.expect_deflate(params);
        client.handle_bytes(sent, 0);
    }
}

fn raw_bytes(items: &[Item]) -> Vec<u8> {
    items.iter().flat_map(|item| item.raw.clone()).collect()
}

fn opcodes(items: &[Item]) -> Vec<&'static str> {
    let name = |item: &Item| match &item.kind {
        ItemKind::Frame(frame) => frame.header.opcode.name(),
        ItemKind::Request(_) | ItemKind::Response(_) => "head",
        ItemKind::Damaged(_) => "damaged",
    };
    items.iter().map(name).collect()
}

#[tokio::test]
async fn text_binary_fragments_pings_deflate_and_close_are_seen_as_they_crossed() {
    let server = Server::start().await;
    let mut page = Page::open(&server).await;
    let token = page.watch_token().await;
    let request = upgrade_request(server.addr, &format!("/ws/echo?watch={token}")).replace(
        "Version: 13",
        "Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate",
    );
    let (mut raw, _) = RawSocket::ask(&server, &request).await;
    let squeezed = Deflater::new(15, false).message(&[b'a'; 10_000]);
    let mut sent = [
        frame(0x81, b"Hello"),
        frame(0x82, &vec![7; 70_000]),
        frame(0x01, b"frag"),
        frame(0x89, b"between"),
        frame(0x80, b"ments"),
        frame(0xc1, &squeezed),
    ]
    .concat();
    sent.extend(frame(0x88, &1000_u16.to_be_bytes()));
    for piece in sent.chunks(1_000) {
        raw.write(piece).await;
    }
    raw.expect_close(1000).await;
    let RawSocket {
        stream,
        sent,
        received,
    } = raw;
    drop(stream);
    page.read_to_the_end().await;
    assert_eq!(page.lost, Some(0));
    assert!(page.seen[0] == sent, "what the client sent is seen");
    assert!(page.seen[1] == received, "what the client got is seen");

    let [to_server, to_client] = dissected(&page.seen);
    assert!(raw_bytes(&to_server) == sent, "no byte is left out");
    assert!(raw_bytes(&to_client) == received, "no byte is left out");
    assert_eq!(
        opcodes(&to_server),
        [
            "head",
            "text",
            "binary",
            "text",
            "ping",
            "continuation",
            "text",
            "close"
        ]
    );
    assert_eq!(
        opcodes(&to_client),
        ["head", "text", "binary", "pong", "text", "text", "close"]
    );
    for item in [&to_server[6], &to_client[5]] {
        let ItemKind::Frame(frame) = &item.kind else {
            panic!("a frame");
        };
        assert_eq!(frame.header.opcode, Opcode::Text);
        let inflated = frame.inflated.as_ref().expect("it is compressed");
        assert!(inflated.payload == [b'a'; 10_000]);
        assert!(inflated.ratio() > Some(20.0));
    }
    server.stop().await;
}

#[tokio::test]
async fn a_capture_that_is_cut_in_the_middle_of_a_frame_says_what_is_missing() {
    let server = Server::start().await;
    let mut page = Page::open(&server).await;
    let token = page.watch_token().await;
    let path = format!("/ws/echo?watch={token}");
    let mut raw = RawSocket::connect(&server, &path).await;
    raw.write(&frame(0x81, b"cut here")[..9]).await;
    drop(raw);
    page.read_to_the_end().await;
    let [to_server, _] = dissected(&page.seen);
    let ItemKind::Damaged(damage) = &to_server[1].kind else {
        panic!("{:?}", to_server[1]);
    };
    assert!(
        matches!(damage, Damage::FrameCut { missing: 5, .. }),
        "{damage:?}"
    );
    assert!(damage.words().contains('5'), "{}", damage.words());
    server.stop().await;
}

#[tokio::test]
async fn a_watch_token_is_good_once_and_shows_nothing_to_another_session() {
    let server = Server::start().await;
    let (mut ann, mut bob) = (Page::open(&server).await, Page::open(&server).await);
    let token = ann.watch_token().await;
    let path = format!("/ws/echo?watch={token}");
    let mut first = RawSocket::connect(&server, &path).await;
    // Somebody else who has learned the token, and somebody who guesses one.
    for path in [path.as_str(), "/ws/echo?watch=guess"] {
        let mut refused = RawSocket::connect(&server, path).await;
        let (first, payload) = refused.read_frame().await;
        assert_eq!((first, &payload[..2]), (0x88, &1008_u16.to_be_bytes()[..]));
        let reason = String::from_utf8_lossy(&payload[2..]);
        assert!(reason.contains("was used"), "{reason}");
    }
    first.write(&frame(0x81, b"for Ann's eyes")).await;
    first.read_frame().await;
    first.write(&frame(0x88, &1000_u16.to_be_bytes())).await;
    first.expect_close(1000).await;
    let sent = first.sent.clone();
    drop(first);
    ann.read_to_the_end().await;
    assert_eq!(ann.seen[0], sent);
    // Whatever was pushed to Bob would have come before this answer.
    bob.watch_token().await;
    assert!(bob.seen.iter().all(Vec::is_empty));
    server.stop().await;
}
