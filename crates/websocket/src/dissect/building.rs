//! The item under construction.

use super::message::Messages;
use super::{Item, ItemKind};
use crate::frame::{Fault, FrameHeader, apply_mask};

/// What is kept of an item until it is whole.
#[derive(Debug, Default)]
pub(super) struct Building {
    /// Its bytes; of a payload as many as the limit allows. Empty: no item has begun.
    pub(super) raw: Vec<u8>,
    /// The payload, unmasked, as far as it is stored.
    pub(super) payload: Vec<u8>,
    /// Bytes of the payload that have come, stored or not.
    pub(super) received: u64,
    /// What is wrong with the frame so far.
    pub(super) faults: Vec<Fault>,
    /// Stream offset of the first byte.
    pub(super) offset: u64,
    /// When the first byte came.
    pub(super) at_us: u64,
    /// When the last byte came.
    pub(super) until_us: u64,
}

impl Building {
    /// Keeps bytes of a head or of a frame's header. `position` is the stream offset of the first of them.
    pub(super) fn keep_raw(&mut self, bytes: &[u8], position: u64, at_us: u64) {
        if self.raw.is_empty() {
            self.offset = position;
            self.at_us = at_us;
        }
        self.until_us = at_us;
        self.raw.extend_from_slice(bytes);
    }

    /// Keeps bytes of a frame's payload up to `limit`, and checks all of them. Storage grows with what came,
    /// never with what the header promised.
    pub(super) fn keep_payload(
        &mut self,
        header: &FrameHeader,
        bytes: &[u8],
        limit: usize,
        at_us: u64,
        messages: &mut Messages,
    ) {
        self.until_us = at_us;
        let header_len = header.header_len() as u64;
        let mut block = [0; BLOCK];
        for masked in bytes.chunks(BLOCK) {
            let plain = &mut block[..masked.len()];
            plain.copy_from_slice(masked);
            if let Some(key) = header.mask {
                // The key repeats every four bytes, so the offset's low two bits are all that matters.
                apply_mask(plain, key, (self.received & 3) as usize);
            }
            let offset = header_len + self.received;
            messages.take(header, plain, offset, &mut self.faults);
            let room = limit.saturating_sub(self.payload.len()).min(plain.len());
            self.payload.extend_from_slice(&plain[..room]);
            self.raw.extend_from_slice(&masked[..room]);
            self.received += plain.len() as u64;
        }
    }

    /// The item, whole; the next one begins from nothing.
    pub(super) fn finish(&mut self, kind: ItemKind) -> Item {
        let done = std::mem::take(self);
        Item {
            at_us: done.at_us,
            until_us: done.until_us,
            offset: done.offset,
            raw: done.raw,
            kind,
        }
    }
}

/// How much is unmasked at a time, on the stack.
const BLOCK: usize = 1024;
