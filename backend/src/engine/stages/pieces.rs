//! Cuts what came out of a compressor.

use bytes::Bytes;

/// Chunks of at most `chunk` bytes.
pub(super) fn pieces(out: Vec<u8>, chunk: usize) -> Vec<Bytes> {
    let mut rest = Bytes::from(out);
    let mut pieces = Vec::with_capacity(rest.len().div_ceil(chunk));
    while !rest.is_empty() {
        pieces.push(rest.split_to(rest.len().min(chunk)));
    }
    pieces
}
