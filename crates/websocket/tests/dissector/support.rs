//! What the tests of the dissector share.

use spillway_websocket::{
    Dissector, DissectorConfig, Endpoint, Field, Frame, Item, ItemKind, Start, Violation,
};

pub(crate) const REQUEST: &[u8] =
    b"GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
pub(crate) const RESPONSE: &[u8] =
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
pub(crate) const KEY: [u8; 4] = [0xa1, 0xb2, 0xc3, 0xd4];

pub(crate) fn drain(dissector: &mut Dissector) -> Vec<Item> {
    std::iter::from_fn(|| dissector.poll_item()).collect()
}

pub(crate) fn framed(from: Endpoint) -> Dissector {
    Dissector::new(
        from,
        DissectorConfig {
            start: Start::Frames,
            ..DissectorConfig::default()
        },
    )
}

pub(crate) fn server_items(bytes: &[u8]) -> Vec<Item> {
    let mut dissector = framed(Endpoint::Server);
    dissector.handle_bytes(bytes, 0);
    drain(&mut dissector)
}

pub(crate) fn frame(item: &Item) -> &Frame {
    let ItemKind::Frame(frame) = &item.kind else {
        panic!("no frame: {:?}", item.kind);
    };
    frame
}

/// Checks what each frame of a server's stream breaks.
pub(crate) fn check_faults(bytes: &[u8], expected: &[&[(Violation, u64)]]) {
    let items = server_items(bytes);
    let seen: Vec<Vec<_>> = items
        .iter()
        .map(|item| {
            frame(item)
                .faults
                .iter()
                .map(|fault| (fault.violation, fault.offset))
                .collect()
        })
        .collect();
    assert_eq!(seen, expected);
}

/// Every bit of `raw` is in exactly one field, in order.
pub(crate) fn check_tiled(item: &Item) -> Vec<Field> {
    let fields = item.fields();
    let mut at = 0;
    for field in &fields {
        assert_eq!(field.bits.start, at, "{field:?}");
        assert!(field.bits.end > field.bits.start, "{field:?}");
        assert!(!field.meaning.is_empty(), "{field:?}");
        at = field.bits.end;
    }
    assert_eq!(at, item.raw.len() * 8);
    fields
}
