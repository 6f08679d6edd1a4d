//! From messages to the bytes that are sent.

use crate::deflate::DeflateParams;
#[cfg(feature = "deflate")]
use crate::deflate::Deflater;
use crate::frame::{FrameHeader, Opcode};

/// What waits to be sent.
#[derive(Debug)]
pub(super) struct Outgoing {
    waiting: Vec<u8>,
    /// Made for the first message: a compressor takes some 260 KB.
    #[cfg(feature = "deflate")]
    deflater: Option<Deflater>,
    deflate: Option<DeflateParams>,
}

impl Outgoing {
    pub(super) fn new(deflate: Option<DeflateParams>) -> Self {
        Self {
            waiting: Vec::new(),
            #[cfg(feature = "deflate")]
            deflater: None,
            deflate: deflate.filter(|_| cfg!(feature = "deflate")),
        }
    }

    /// All of it, so that what waits together goes out in one write.
    pub(super) fn poll(&mut self) -> Option<Vec<u8>> {
        (!self.waiting.is_empty()).then(|| std::mem::take(&mut self.waiting))
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// A message in one frame, compressed when that was agreed.
    pub(super) fn message(&mut self, opcode: Opcode, payload: &[u8]) {
        match self.deflate {
            #[cfg(feature = "deflate")]
            Some(params) => {
                let deflater = self.deflater.get_or_insert_with(|| {
                    let bits = params.server_max_window_bits.unwrap_or(15);
                    Deflater::new(bits, params.server_no_context_takeover)
                });
                let payload = deflater.message(payload);
                let header = FrameHeader {
                    rsv1: true,
                    ..FrameHeader::new(opcode, payload.len() as u64)
                };
                self.push(&header, &payload);
            }
            _ => self.frame(opcode, payload),
        }
    }

    /// A lawful frame with this payload.
    pub(super) fn frame(&mut self, opcode: Opcode, payload: &[u8]) {
        self.push(&FrameHeader::new(opcode, payload.len() as u64), payload);
    }

    fn push(&mut self, header: &FrameHeader, payload: &[u8]) {
        self.waiting.extend_from_slice(&header.encode());
        self.waiting.extend_from_slice(payload);
    }
}
