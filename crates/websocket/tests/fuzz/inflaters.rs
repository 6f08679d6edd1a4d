//! The two inflaters, the fast one and the exact one, held against each other.

use proptest::prelude::*;
use spillway_websocket::{DeflateReader, Deflater, Inflater};

const LIMIT: usize = 1 << 20;

fn fast(inflater: &mut Inflater, payload: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    inflater.push(payload, &mut out, LIMIT).ok()?;
    inflater.end_message(&mut out, LIMIT).ok()?;
    Some(out)
}

fn exact(reader: &mut DeflateReader, payload: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for &byte in payload {
        let before = out.len();
        reader.push(byte, &mut out).ok()?;
        assert!(out.len() - before < 1_300, "one byte gave too much");
    }
    reader.end_message(&mut out).ok()?;
    Some(out)
}

/// Bytes that repeat themselves now and then, as messages do.
fn message() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300),
        (any::<u8>(), 0_usize..3_000).prop_map(|(byte, len)| vec![byte; len]),
        Just(b"streams and sockets, chunks and frames; ".repeat(20)),
    ];
    prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn what_was_deflated_inflates_to_the_same_in_both(
        messages in prop::collection::vec(message(), 1..6),
        bits in 9_u8..=15,
        forgets: bool,
    ) {
        let mut deflater = Deflater::new(bits, forgets);
        let mut inflater = Inflater::new(bits, forgets);
        let mut reader = DeflateReader::new(bits);
        for message in messages {
            let payload = deflater.message(&message);
            prop_assert_eq!(fast(&mut inflater, &payload), Some(message.clone()));
            prop_assert_eq!(exact(&mut reader, &payload), Some(message));
            if forgets {
                reader.forget();
            }
        }
    }

    #[test]
    fn both_refuse_the_same_and_take_the_rest_as_the_same(
        message in message(),
        spoiled in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut payload = Deflater::new(15, true).message(&message);
        for (at, byte) in spoiled {
            let at = at.index(payload.len());
            payload[at] = byte;
        }
        if let Some(cut) = cut {
            payload.truncate(cut.index(payload.len() + 1));
        }
        check(&payload)?;
    }

    #[test]
    fn any_bytes_are_read_or_refused_by_both(payload in prop::collection::vec(any::<u8>(), 0..400)) {
        check(&payload)?;
    }
}

/// Without the bytes in the message of a failure: proptest shows those it shrank to.
fn check(payload: &[u8]) -> Result<(), TestCaseError> {
    let exact = exact(&mut DeflateReader::new(15), payload);
    let fast = fast(&mut Inflater::new(15, false), payload);
    prop_assert!(
        fast == exact,
        "the fast one: {:?}",
        fast.map(|out| out.len())
    );
    Ok(())
}
