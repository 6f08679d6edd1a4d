//! The dissector on any stream.

use allocation_counter::measure;
use proptest::prelude::*;
use spillway_websocket::{Damage, Dissector, DissectorConfig, Endpoint, Item, ItemKind, Start};

use crate::stream::{Stream, stream};

pub(crate) const CONFIG: DissectorConfig = DissectorConfig {
    max_payload: 2_000,
    max_inflated: 2_500,
    max_head: 300,
    start: Start::Frames,
};

pub(crate) fn items(stream: &Stream, pieces: &[&[u8]], from: Endpoint) -> Vec<Item> {
    let mut dissector = Dissector::new(from, CONFIG);
    if let Some(params) = stream.deflate {
        dissector.expect_deflate(params);
    }
    let mut items = Vec::new();
    for piece in pieces {
        dissector.handle_bytes(piece, 5);
        items.extend(std::iter::from_fn(|| dissector.poll_item()));
    }
    dissector.handle_end();
    items.extend(std::iter::from_fn(|| dissector.poll_item()));
    items
}

/// The items do not depend on the cuts, their fields name each bit once, and their bytes are those of the stream.
pub(crate) fn check_items(stream: &Stream) {
    for from in [Endpoint::Client, Endpoint::Server] {
        let whole = items(stream, &[&stream.bytes], from);
        assert_eq!(items(stream, &stream.pieces(), from), whole);
        let singles: Vec<&[u8]> = stream.bytes.chunks(1).collect();
        assert_eq!(items(stream, &singles, from), whole);
        for item in &whole {
            check_item(item, &stream.bytes);
        }
    }
}

fn check_item(item: &Item, stream: &[u8]) {
    let start = item.offset as usize;
    assert_eq!(stream[start..start + item.raw.len()], item.raw);
    let mut at = 0;
    for field in item.fields() {
        assert_eq!(field.bits.start, at, "{field:?}");
        at = field.bits.end;
    }
    assert_eq!(at, item.raw.len() * 8);
    if let ItemKind::Damaged(damage) = &item.kind {
        assert!(damage.at(item.raw.len()) <= item.raw.len() as u64);
        assert!(!damage.words().is_empty());
        assert!(!matches!(damage, Damage::Head(_)), "no head was asked for");
    }
}

/// What is kept has its bound, whatever comes.
pub(crate) fn check_memory(stream: &Stream) {
    let pieces = stream.pieces();
    let used = measure(|| {
        let mut dissector = Dissector::new(Endpoint::Client, CONFIG);
        if let Some(params) = stream.deflate {
            dissector.expect_deflate(params);
        }
        for piece in &pieces {
            for piece in piece.chunks(500) {
                dissector.handle_bytes(piece, 5);
                while dissector.poll_item().is_some() {}
            }
        }
    });
    // Twice the payload (as it crossed, and unmasked), what it inflates to, the window and room to grow; some 250
    // empty frames in a piece.
    assert!(used.bytes_max < 250_000, "{used:?}");
    assert_eq!(used.bytes_current, 0);
}

proptest! {
    #[test]
    fn the_items_are_the_same_wherever_the_stream_is_cut(stream in stream()) {
        check_items(&stream);
    }

    #[test]
    fn the_dissector_keeps_no_more_than_its_bounds(stream in stream()) {
        check_memory(&stream);
    }
}
