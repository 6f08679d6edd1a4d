//! Deflate (RFC 1951) read byte by byte, for looking at it: where a stream stops being one is known to the byte,
//! wherever its bytes were cut. It is small, so that the page can carry it; the server's connections are inflated
//! by a faster one.

mod blocks;
mod code;
mod damage;
mod table;

use code::Code;
pub use damage::DeflateDamage;
use table::{distance_of, length_of};

/// Inflates the messages of one direction of a connection.
#[derive(Debug, Clone)]
pub struct DeflateReader {
    /// Bits that have come and were not read, the next one lowest.
    bits: u64,
    count: u32,
    state: State,
    /// The present block says that it is the last one of its stream.
    last: bool,
    /// What was inflated, as far back as a distance may reach. A ring once it is full.
    window: Vec<u8>,
    /// Where the next byte goes in a full window.
    at: usize,
    /// How far back a distance may reach: what was agreed, a power of two.
    reach: usize,
    lengths: Code,
    distances: Code,
    /// The code lengths of a block whose header is being read.
    header: BlockCodes,
}

/// What is read next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Block,
    StoredLength,
    Stored { left: u16 },
    CodeCounts,
    CodeLengthLengths { read: usize },
    CodeLengths { read: usize },
    Symbol,
    Distance { length: usize },
    Damaged(DeflateDamage),
}

/// The lengths of a dynamic block's codes.
#[derive(Debug, Clone)]
struct BlockCodes {
    literals: usize,
    distances: usize,
    code_lengths: usize,
    lengths: [u8; 320],
}

/// Whether a step could be taken with the bits at hand.
type Step = Result<bool, DeflateDamage>;

impl DeflateReader {
    /// A reader for a sender with a window of `bits` (8 to 15).
    #[must_use]
    pub fn new(bits: u8) -> Self {
        Self {
            bits: 0,
            count: 0,
            state: State::Block,
            last: false,
            window: Vec::new(),
            at: 0,
            reach: 1 << bits.clamp(8, 15),
            lengths: Code::default(),
            distances: Code::default(),
            header: BlockCodes {
                literals: 0,
                distances: 0,
                code_lengths: 0,
                lengths: [0; 320],
            },
        }
    }

    /// Takes the next byte of a message and puts what it gives behind `out`: at most some 1,300 bytes.
    ///
    /// # Errors
    /// When no deflate stream goes on with this byte. The reader has nothing more to say after that, until
    /// [`forget`](Self::forget).
    pub fn push(&mut self, byte: u8, out: &mut Vec<u8>) -> Result<(), DeflateDamage> {
        if let State::Damaged(damage) = self.state {
            return Err(damage);
        }
        self.bits |= u64::from(byte) << self.count;
        self.count += 8;
        loop {
            match self.step(out) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(damage) => {
                    self.state = State::Damaged(damage);
                    return Err(damage);
                }
            }
        }
    }

    /// The message is over: adds the four bytes that no sender sends (RFC 7692 §7.2.2), and sees whether it was whole.
    ///
    /// # Errors
    /// When it was not, or was damaged before.
    pub fn end_message(&mut self, out: &mut Vec<u8>) -> Result<(), DeflateDamage> {
        for byte in [0, 0, 0xFF, 0xFF] {
            self.push(byte, out)?;
        }
        if self.state == State::Block && self.count == 0 {
            return Ok(());
        }
        self.state = State::Damaged(DeflateDamage::Unfinished);
        Err(DeflateDamage::Unfinished)
    }

    /// Begins afresh: what a sender without context takeover does after each message.
    pub fn forget(&mut self) {
        self.bits = 0;
        self.count = 0;
        self.state = State::Block;
        self.window.clear();
        self.at = 0;
    }

    fn step(&mut self, out: &mut Vec<u8>) -> Step {
        match self.state {
            State::Block => self.block(),
            State::StoredLength => self.stored_length(),
            State::Stored { left } => Ok(self.stored(left, out)),
            State::CodeCounts => self.code_counts(),
            State::CodeLengthLengths { read } => self.code_length_lengths(read),
            State::CodeLengths { read } => self.code_lengths(read),
            State::Symbol => self.symbol(out),
            State::Distance { length } => self.distance(length, out),
            State::Damaged(damage) => Err(damage),
        }
    }

    fn stored(&mut self, left: u16, out: &mut Vec<u8>) -> bool {
        if left == 0 {
            self.end_block();
            return true;
        }
        let Some(byte) = self.take(8) else {
            return false;
        };
        self.give(byte as u8, out);
        self.state = State::Stored { left: left - 1 };
        true
    }

    fn symbol(&mut self, out: &mut Vec<u8>) -> Step {
        let Some((symbol, used)) = self.lengths.decode(self.bits, self.count)? else {
            return Ok(false);
        };
        match symbol {
            0..256 => {
                self.drop_bits(used);
                self.give(symbol as u8, out);
            }
            256 => {
                self.drop_bits(used);
                self.end_block();
            }
            257..=285 => {
                let (base, extra) = length_of(symbol - 257);
                if self.count < used + extra {
                    return Ok(false);
                }
                self.drop_bits(used);
                let length = base + self.take(extra).unwrap_or(0) as usize;
                self.state = State::Distance { length };
            }
            _ => return Err(DeflateDamage::Symbol),
        }
        Ok(true)
    }

    fn distance(&mut self, length: usize, out: &mut Vec<u8>) -> Step {
        let Some((symbol, used)) = self.distances.decode(self.bits, self.count)? else {
            return Ok(false);
        };
        if symbol > 29 {
            return Err(DeflateDamage::Symbol);
        }
        let (base, extra) = distance_of(symbol);
        if self.count < used + extra {
            return Ok(false);
        }
        self.drop_bits(used);
        let distance = base + self.take(extra).unwrap_or(0) as usize;
        if distance > self.window.len() {
            return Err(DeflateDamage::Distance {
                distance,
                known: self.window.len(),
            });
        }
        for _ in 0..length {
            // Before the window is full, `at` is its length: both forms look back from the next place.
            let from = (self.at + self.reach - distance) & (self.reach - 1);
            self.give(self.window[from], out);
        }
        self.state = State::Symbol;
        Ok(true)
    }

    fn end_block(&mut self) {
        if self.last {
            // The stream has ended; a new one begins at the next byte (RFC 7692 §7.2.3.4), with nothing before it.
            self.align();
            self.window.clear();
            self.at = 0;
        }
        self.state = State::Block;
    }

    fn give(&mut self, byte: u8, out: &mut Vec<u8>) {
        out.push(byte);
        if self.window.len() < self.reach {
            self.window.push(byte);
        } else {
            self.window[self.at] = byte;
        }
        self.at = (self.at + 1) & (self.reach - 1);
    }

    /// The next `count` bits, the first one lowest, if they have come.
    fn take(&mut self, count: u32) -> Option<u32> {
        if self.count < count {
            return None;
        }
        let bits = (self.bits & ((1 << count) - 1)) as u32;
        self.drop_bits(count);
        Some(bits)
    }

    fn drop_bits(&mut self, count: u32) {
        self.bits >>= count;
        self.count -= count;
    }

    /// Drops what is left of the byte that is being read.
    fn align(&mut self) {
        self.drop_bits(self.count % 8);
    }
}

#[cfg(test)]
mod tests {
    use super::{DeflateDamage, DeflateReader};

    /// What a message inflates to, or its damage and the byte that showed it.
    fn message(
        reader: &mut DeflateReader,
        payload: &[u8],
    ) -> Result<Vec<u8>, (usize, DeflateDamage)> {
        let mut out = Vec::new();
        for (at, &byte) in payload.iter().enumerate() {
            reader.push(byte, &mut out).map_err(|damage| (at, damage))?;
        }
        let end = reader.end_message(&mut out);
        end.map(|()| out).map_err(|damage| (payload.len(), damage))
    }

    fn check_damage(payload: &[u8], at: usize, damage: DeflateDamage) {
        let seen = message(&mut DeflateReader::new(15), payload);
        assert_eq!(seen, Err((at, damage)), "{payload:x?}");
    }

    #[test]
    fn the_examples_of_the_rfc_are_inflated() {
        let mut reader = DeflateReader::new(15);
        for payload in [
            &[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00][..],
            // Refers to the one before (§7.2.3.2).
            &[0xf2, 0x00, 0x11, 0x00, 0x00],
            &[
                0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00,
            ],
            &[0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00],
            &[
                0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00,
            ],
        ] {
            assert_eq!(message(&mut reader, payload).unwrap(), b"Hello");
        }
        assert_eq!(message(&mut reader, &[0]).unwrap(), b"");
    }

    #[test]
    fn a_reader_that_forgot_cannot_look_back() {
        let mut reader = DeflateReader::new(15);
        message(&mut reader, &[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]).unwrap();
        reader.forget();
        let seen = message(&mut reader, &[0xf2, 0x00, 0x11, 0x00, 0x00]);
        let damage = DeflateDamage::Distance {
            distance: 5,
            known: 1,
        };
        assert_eq!(seen, Err((2, damage)));
    }

    #[test]
    fn each_damage_is_named_at_its_byte() {
        check_damage(&[0x07], 0, DeflateDamage::BlockType);
        check_damage(
            &[0x00, 1, 0, 2, 0],
            4,
            DeflateDamage::StoredLength { len: 1, inverse: 2 },
        );
        // 257 + 31 literals.
        check_damage(&[0b1111_1100, 0, 0], 2, DeflateDamage::TooManyCodes);
        check_damage(&[0x04, 0, 0, 0, 0, 0], 3, DeflateDamage::CodeLengths);
        check_damage(&[0xf2, 0x48], 2, DeflateDamage::Unfinished);
        check_damage(b"", 0, DeflateDamage::Unfinished);
        assert_eq!(DeflateDamage::Unfinished.section(), "RFC 7692 §7.2.2");
    }
}
