//! The heads of deflate's blocks (RFC 1951 §3.2.3).

use super::code::{Code, FIXED_DISTANCES, FIXED_LENGTHS};
use super::{DeflateDamage, DeflateReader, State, Step};

impl DeflateReader {
    pub(super) fn block(&mut self) -> Step {
        let Some(bits) = self.take(3) else {
            return Ok(false);
        };
        self.last = bits & 1 != 0;
        self.state = match bits >> 1 {
            0 => {
                self.align();
                State::StoredLength
            }
            1 => {
                self.lengths = Code::new(&FIXED_LENGTHS)?;
                self.distances = Code::new(&FIXED_DISTANCES)?;
                State::Symbol
            }
            2 => State::CodeCounts,
            _ => return Err(DeflateDamage::BlockType),
        };
        Ok(true)
    }

    pub(super) fn stored_length(&mut self) -> Step {
        let Some(bits) = self.take(32) else {
            return Ok(false);
        };
        let (len, inverse) = (bits as u16, (bits >> 16) as u16);
        if len != !inverse {
            return Err(DeflateDamage::StoredLength { len, inverse });
        }
        self.state = State::Stored { left: len };
        Ok(true)
    }

    pub(super) fn code_counts(&mut self) -> Step {
        let Some(bits) = self.take(14) else {
            return Ok(false);
        };
        let header = &mut self.header;
        header.literals = (bits & 31) as usize + 257;
        header.distances = (bits >> 5 & 31) as usize + 1;
        header.code_lengths = (bits >> 10) as usize + 4;
        header.lengths = [0; 320];
        if header.literals > 286 || header.distances > 30 {
            return Err(DeflateDamage::TooManyCodes);
        }
        self.state = State::CodeLengthLengths { read: 0 };
        Ok(true)
    }

    pub(super) fn code_length_lengths(&mut self, read: usize) -> Step {
        if read == self.header.code_lengths {
            self.lengths = Code::complete(&self.header.lengths[..19])?;
            self.header.lengths = [0; 320];
            self.state = State::CodeLengths { read: 0 };
            return Ok(true);
        }
        let Some(bits) = self.take(3) else {
            return Ok(false);
        };
        self.header.lengths[ORDER[read]] = bits as u8;
        self.state = State::CodeLengthLengths { read: read + 1 };
        Ok(true)
    }

    pub(super) fn code_lengths(&mut self, read: usize) -> Step {
        let wanted = self.header.literals + self.header.distances;
        if read == wanted {
            return self.codes_are_whole();
        }
        let Some((symbol, used)) = self.lengths.decode(self.bits, self.count)? else {
            return Ok(false);
        };
        let (extra, base) = match symbol {
            16 => (2, 3),
            17 => (3, 3),
            18 => (7, 11),
            _ => (0, 1),
        };
        if self.count < used + extra {
            return Ok(false);
        }
        self.drop_bits(used);
        let times = base + self.take(extra).unwrap_or(0) as usize;
        let length = match symbol {
            16 if read == 0 => return Err(DeflateDamage::NothingToRepeat),
            16 => self.header.lengths[read - 1],
            17 | 18 => 0,
            length => length as u8,
        };
        if read + times > wanted {
            return Err(DeflateDamage::TooManyCodes);
        }
        self.header.lengths[read..read + times].fill(length);
        self.state = State::CodeLengths { read: read + times };
        Ok(true)
    }

    fn codes_are_whole(&mut self) -> Step {
        let lengths = &self.header.lengths[..self.header.literals + self.header.distances];
        if lengths[256] == 0 {
            return Err(DeflateDamage::NoEndOfBlock);
        }
        let (literals, distances) = lengths.split_at(self.header.literals);
        self.lengths = Code::new(literals)?;
        self.distances = Code::new(distances)?;
        self.state = State::Symbol;
        Ok(true)
    }
}

/// The order in which the lengths of the code lengths' own code are written (RFC 1951 §3.2.7).
const ORDER: [usize; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];
