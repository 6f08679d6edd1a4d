//! Answers that begin in the middle (RFC 9110, section 14): `Range: bytes=N-`, and no other form.

use axum::http::HeaderMap;
use axum::http::header::RANGE;
use bytes::BytesMut;

use crate::data::{Sample, Size};

/// The first byte that is asked for. A server may ignore a range, so any other form is none.
pub(super) fn asked_from(headers: &HeaderMap) -> Option<u64> {
    let range = headers.get(RANGE)?.to_str().ok()?;
    let from = range.strip_prefix("bytes=")?.strip_suffix('-')?;
    from.parse().ok()
}

/// Whether a sample of this size may be asked for in part: it is made once to be measured.
pub(super) const fn allows(size: Size) -> bool {
    match size {
        Size::Rows(rows) => rows <= MAX_ROWS,
        Size::Bytes(bytes) => bytes <= MAX_BYTES,
    }
}

/// How many bytes a sample has.
pub(super) fn length(sample: &mut Sample) -> u64 {
    let mut length = 0;
    let mut piece = BytesMut::new();
    loop {
        piece.clear();
        sample.fill(&mut piece, PIECE);
        if piece.is_empty() {
            return length;
        }
        length += piece.len() as u64;
    }
}

/// Bytes made at a time.
const PIECE: usize = 64 * 1024;

/// The largest sample that is measured: some tens of milliseconds.
const MAX_ROWS: u64 = 500_000;

/// About as many bytes.
const MAX_BYTES: u64 = 32 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn from(range: &'static str) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, HeaderValue::from_static(range));
        asked_from(&headers)
    }

    #[test]
    fn a_range_that_begins_somewhere_and_goes_on_to_the_end_is_known() {
        assert_eq!(from("bytes=65536-"), Some(65_536));
        for other in [
            "bytes=0-9",
            "bytes=-9",
            "bytes=1-2,5-",
            "rows=1-",
            "bytes=+1-x",
        ] {
            assert_eq!(from(other), None, "{other}");
        }
        assert_eq!(asked_from(&HeaderMap::new()), None);
    }
}
