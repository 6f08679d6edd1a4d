//! A Huffman code of deflate.

use super::DeflateDamage;

/// A code as RFC 1951 §3.2.2 makes it from the lengths of its symbols.
#[derive(Debug, Clone)]
pub(super) struct Code {
    /// How many symbols have a code of each length.
    counts: [u16; 16],
    /// The symbols in the order of their codes.
    symbols: [u16; 288],
}

impl Default for Code {
    fn default() -> Self {
        Self {
            counts: [0; 16],
            symbols: [0; 288],
        }
    }
}

impl Code {
    /// The code of symbols with these lengths; 0: the symbol is not used.
    pub(super) fn new(lengths: &[u8]) -> Result<Self, DeflateDamage> {
        let (code, left) = Self::with_room(lengths)?;
        let used = lengths.len() - usize::from(code.counts[0]);
        // A code may have room left only when it has one symbol, or none, which is one bit long (§3.2.7).
        if left > 0 && usize::from(code.counts[1]) != used {
            return Err(DeflateDamage::CodeLengths);
        }
        Ok(code)
    }

    /// A code that may have no room left.
    pub(super) fn complete(lengths: &[u8]) -> Result<Self, DeflateDamage> {
        match Self::with_room(lengths)? {
            (code, 0) => Ok(code),
            _ => Err(DeflateDamage::CodeLengths),
        }
    }

    /// The code, and how many codes of 15 bits it has room for.
    fn with_room(lengths: &[u8]) -> Result<(Self, i32), DeflateDamage> {
        let mut code = Self::default();
        for &length in lengths {
            code.counts[usize::from(length & 15)] += 1;
        }
        let mut left = 1;
        let mut starts = [0_u16; 16];
        for length in 1..16 {
            left = left * 2 - i32::from(code.counts[length]);
            if left < 0 {
                return Err(DeflateDamage::CodeLengths);
            }
            if length < 15 {
                starts[length + 1] = starts[length] + code.counts[length];
            }
        }
        for (symbol, &length) in lengths.iter().enumerate() {
            if length != 0 {
                let place = &mut starts[usize::from(length & 15)];
                code.symbols[usize::from(*place)] = symbol as u16;
                *place += 1;
            }
        }
        Ok((code, left))
    }

    /// The symbol at the start of `count` bits, and how many of them it took; `None` when more are needed.
    pub(super) fn decode(
        &self,
        bits: u64,
        count: u32,
    ) -> Result<Option<(u16, u32)>, DeflateDamage> {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for length in 1..16_u32 {
            if length > count {
                return Ok(None);
            }
            code |= (bits >> (length - 1) & 1) as i32;
            let here = i32::from(self.counts[length as usize]);
            if code - here < first {
                let symbol = self.symbols[(index + code - first) as usize];
                return Ok(Some((symbol, length)));
            }
            index += here;
            first = (first + here) << 1;
            code <<= 1;
        }
        Err(DeflateDamage::Symbol)
    }
}

/// The lengths of the fixed code of literals and lengths (RFC 1951 §3.2.6).
pub(super) const FIXED_LENGTHS: [u8; 288] = {
    let mut lengths = [8; 288];
    let mut symbol = 144;
    while symbol < 280 {
        lengths[symbol] = if symbol < 256 { 9 } else { 7 };
        symbol += 1;
    }
    lengths
};

/// The lengths of the fixed code of distances; its last two symbols are never used.
pub(super) const FIXED_DISTANCES: [u8; 32] = [5; 32];
