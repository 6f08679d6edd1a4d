//! Compressed messages (RFC 7692 §7.2).

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use thiserror::Error;

/// Compresses messages in one direction of a connection.
#[derive(Debug)]
pub struct Deflater {
    compress: Compress,
    forgets: bool,
}

/// Inflates messages of one direction of a connection, as their bytes arrive.
#[derive(Debug)]
pub struct Inflater {
    decompress: Decompress,
    forgets: bool,
    /// The deflate stream has ended with a final block; what follows begins a new one.
    ended: bool,
}

/// Why a compressed message cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InflateError {
    /// It is no deflate stream.
    #[error("the payload is not what deflate gives")]
    Damaged,
    /// It grows beyond what is allowed.
    #[error("the message inflates to more than {limit} bytes")]
    TooLarge {
        /// What is allowed.
        limit: usize,
    },
}

impl Deflater {
    /// A compressor with a window of `bits` (9 to 15), which starts afresh with each message when it
    /// `forgets`.
    #[must_use]
    pub fn new(bits: u8, forgets: bool) -> Self {
        let bits = bits.clamp(9, 15);
        Self {
            compress: Compress::new_with_window_bits(Compression::fast(), false, bits),
            forgets,
        }
    }

    /// The compressed form of a whole message, without the four bytes that every one would end in.
    #[must_use]
    pub fn message(&mut self, message: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(message.len() / 2 + 64);
        let mut rest = message;
        loop {
            let before = self.compress.total_in();
            // An in-memory compressor has no error to give: its buffers are lawful.
            let _ok = self
                .compress
                .compress_vec(rest, &mut out, FlushCompress::Sync);
            rest = &rest[(self.compress.total_in() - before) as usize..];
            // Room left over means that everything was flushed.
            if rest.is_empty() && out.len() < out.capacity() {
                break;
            }
            out.reserve(out.capacity().max(64));
        }
        if self.forgets {
            self.compress.reset();
        }
        out.truncate(out.len().saturating_sub(TAIL.len()));
        if out.is_empty() {
            // An empty message is one empty block (RFC 7692 §7.2.3.6).
            out.push(0);
        }
        out
    }
}

impl Inflater {
    /// An inflater for a sender with a window of `bits` (8 to 15), which starts afresh with each
    /// message when the sender `forgets`.
    #[must_use]
    pub fn new(bits: u8, forgets: bool) -> Self {
        Self {
            decompress: Decompress::new_with_window_bits(false, bits.clamp(9, 15)),
            forgets,
            ended: false,
        }
    }

    /// Inflates the next bytes of a message behind what `out` holds of it, which may not grow beyond
    /// `limit`.
    ///
    /// # Errors
    /// When the bytes are damaged, or there is too much.
    pub fn push(
        &mut self,
        mut bytes: &[u8],
        out: &mut Vec<u8>,
        limit: usize,
    ) -> Result<(), InflateError> {
        loop {
            if self.ended {
                if bytes.is_empty() {
                    return Ok(());
                }
                self.decompress.reset(false);
                self.ended = false;
            }
            if out.len() == out.capacity() {
                out.reserve(out.len().clamp(256, 1 << 20));
            }
            let (consumed, made) = (self.decompress.total_in(), out.len());
            let status = self
                .decompress
                .decompress_vec(bytes, out, FlushDecompress::Sync)
                .map_err(|_| InflateError::Damaged)?;
            bytes = &bytes[(self.decompress.total_in() - consumed) as usize..];
            if out.len() > limit {
                return Err(InflateError::TooLarge { limit });
            }
            self.ended = status == Status::StreamEnd;
            let stuck = out.len() == made && self.decompress.total_in() == consumed;
            if bytes.is_empty() && (out.len() < out.capacity() || self.ended) || stuck {
                return Ok(());
            }
        }
    }

    /// The message is over: inflates what its last bytes still owe, and sees whether it ended where a message may.
    ///
    /// # Errors
    /// When the bytes are damaged, or there is too much.
    pub fn end_message(&mut self, out: &mut Vec<u8>, limit: usize) -> Result<(), InflateError> {
        let before = out.len();
        let mut done = self.push(&TAIL, out, limit);
        if done.is_ok() {
            done = self.push(&NOTHING, out, limit);
        }
        // A message that was cut inside a block takes these bytes for something else.
        if done.is_ok() && (out.len() > before || self.ended) {
            done = Err(InflateError::Damaged);
        }
        if self.forgets {
            self.decompress.reset(false);
            self.ended = false;
        }
        done
    }
}

/// The end of an empty stored block, which every flushed message ends in and none sends
/// (RFC 7692 §7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xFF, 0xFF];

/// Empty stored blocks, which mean nothing between two blocks, and are as long as the longest head of a block: whatever
/// else the decoder was reading is over by their end, and gave bytes or an error.
const NOTHING: [u8; 320] = {
    let mut blocks = [0; 320];
    let mut at = 0;
    while at < blocks.len() {
        blocks[at + 3] = 0xFF;
        blocks[at + 4] = 0xFF;
        at += 5;
    }
    blocks
};

#[cfg(test)]
mod tests {
    use super::{Deflater, InflateError, Inflater};

    const LIMIT: usize = 1 << 20;

    fn inflated(inflater: &mut Inflater, payload: &[u8]) -> Result<Vec<u8>, InflateError> {
        let mut out = Vec::new();
        inflater.push(payload, &mut out, LIMIT)?;
        inflater.end_message(&mut out, LIMIT)?;
        Ok(out)
    }

    #[test]
    fn hello_is_inflated_as_the_rfc_shows() {
        let mut inflater = Inflater::new(15, false);
        let first = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
        assert_eq!(inflated(&mut inflater, &first).unwrap(), b"Hello");
        // The second one refers to the first (§7.2.3.2).
        let second = [0xf2, 0x00, 0x11, 0x00, 0x00];
        assert_eq!(inflated(&mut inflater, &second).unwrap(), b"Hello");
    }

    #[test]
    fn a_stored_block_a_final_block_and_two_blocks_are_inflated_as_the_rfc_shows() {
        for payload in [
            &[
                0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00,
            ][..],
            &[0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00],
            &[
                0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00,
            ],
        ] {
            let mut inflater = Inflater::new(15, false);
            assert_eq!(inflated(&mut inflater, payload).unwrap(), b"Hello");
            assert_eq!(inflated(&mut inflater, &[0]).unwrap(), b"");
        }
    }

    #[test]
    fn what_is_deflated_inflates_again_with_any_window_and_memory() {
        let messages: [&[u8]; 5] = [b"", b"a", &[7; 100_000], b"Hello, Hello, Hello", b""];
        for bits in 9..=15 {
            for forgets in [false, true] {
                let mut deflater = Deflater::new(bits, forgets);
                let mut inflater = Inflater::new(bits, forgets);
                for message in messages {
                    let payload = deflater.message(message);
                    assert_eq!(inflated(&mut inflater, &payload).unwrap(), message);
                }
            }
        }
    }

    #[test]
    fn only_a_sender_that_remembers_refers_to_earlier_messages() {
        let text = b"the same words in every message, the same words";
        let mut remembers = Deflater::new(15, false);
        let mut forgets = Deflater::new(15, true);
        let (first, second) = (remembers.message(text), remembers.message(text));
        assert!(second.len() < first.len() / 2);
        assert_eq!(forgets.message(text), forgets.message(text));
    }

    #[test]
    fn a_bomb_is_stopped_at_the_limit() {
        let bomb = Deflater::new(15, true).message(&vec![0; 50 << 20]);
        assert!(bomb.len() < LIMIT);
        let mut out = Vec::new();
        let stopped = Inflater::new(15, true).push(&bomb, &mut out, LIMIT);
        assert_eq!(stopped, Err(InflateError::TooLarge { limit: LIMIT }));
        assert!(out.capacity() <= 3 * LIMIT);
    }

    #[test]
    fn a_message_that_ends_inside_a_block_is_damaged() {
        let hello = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
        let stored = [
            0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00,
        ];
        for payload in [&hello[..], &stored] {
            for cut in 0..payload.len() {
                let cut = &payload[..cut];
                // This one is the empty message.
                if cut != [0] {
                    let seen = inflated(&mut Inflater::new(15, false), cut);
                    assert_eq!(seen, Err(InflateError::Damaged), "{cut:x?}");
                }
            }
        }
    }

    #[test]
    fn rubbish_is_named() {
        let mut inflater = Inflater::new(15, false);
        assert_eq!(
            inflated(&mut inflater, &[0xFF; 20]),
            Err(InflateError::Damaged)
        );
    }
}
