//! UTF-8 checked as it arrives, so that a wrong byte is noticed at that byte and not at the end of the message.

use std::str::from_utf8;

/// Checks a text that arrives in pieces, cut anywhere, even inside a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Utf8Check {
    /// Bytes still owed by the character that has begun.
    missing: u8,
    /// Lowest value the next byte may have: the first byte of a character narrows it for the second.
    lower: u8,
    /// Highest value the next byte may have.
    upper: u8,
}

impl Utf8Check {
    /// A check at the start of a text.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            missing: 0,
            lower: 0x80,
            upper: 0xBF,
        }
    }

    /// Takes the next piece. `Err` is the place in it of the first byte that no UTF-8 text could have there;
    /// after that the check has no more to say.
    ///
    /// # Errors
    /// The index of the first wrong byte.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), usize> {
        let mut at = 0;
        while at < bytes.len() {
            if self.missing == 0 {
                // The library's check is fast; it stops at the character that is wrong or cut.
                at += match from_utf8(&bytes[at..]) {
                    Ok(_) => return Ok(()),
                    Err(stop) => stop.valid_up_to(),
                };
            }
            if !self.step(bytes[at]) {
                return Err(at);
            }
            at += 1;
        }
        Ok(())
    }

    /// How many bytes the last character still lacks; 0 when the text so far is whole.
    #[must_use]
    pub const fn missing(&self) -> u8 {
        self.missing
    }

    /// Takes one byte; says whether it may stand here (Unicode, table 3-7).
    fn step(&mut self, byte: u8) -> bool {
        if self.missing > 0 {
            let fits = (self.lower..=self.upper).contains(&byte);
            *self = Self {
                missing: self.missing - 1,
                ..Self::new()
            };
            return fits;
        }
        let (missing, lower, upper) = match byte {
            0x00..=0x7F => (0, 0x80, 0xBF),
            0xC2..=0xDF => (1, 0x80, 0xBF),
            0xE0 => (2, 0xA0, 0xBF),
            0xED => (2, 0x80, 0x9F),
            0xE1..=0xEF => (2, 0x80, 0xBF),
            0xF0 => (3, 0x90, 0xBF),
            0xF1..=0xF3 => (3, 0x80, 0xBF),
            0xF4 => (3, 0x80, 0x8F),
            0x80..=0xC1 | 0xF5..=0xFF => return false,
        };
        *self = Self {
            missing,
            lower,
            upper,
        };
        true
    }
}

impl Default for Utf8Check {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::Utf8Check;

    fn check(bytes: &[u8], expected: Result<u8, usize>) {
        for cut in 0..=bytes.len() {
            let (left, right) = bytes.split_at(cut);
            let mut check = Utf8Check::new();
            let seen = check
                .push(left)
                .and_then(|()| check.push(right).map_err(|at| at + cut));
            assert_eq!(
                seen.map(|()| check.missing()),
                expected,
                "{bytes:x?} cut at {cut}"
            );
        }
    }

    #[test]
    fn whole_text_passes_wherever_it_is_cut() {
        check("Grüße, κόσμε, 🌊, \u{10FFFF}\u{FFFF}\0".as_bytes(), Ok(0));
    }

    #[test]
    fn a_cut_character_says_what_it_lacks() {
        check(&[b'a', 0xF0, 0x9F, 0x8C], Ok(1));
        check(&[0xE2], Ok(2));
    }

    #[test]
    fn the_first_impossible_byte_is_named() {
        check(&[b'a', 0xFF], Err(1)); // never a first byte
        check(&[0xC0, 0xAF], Err(0)); // overlong
        check(&[0xE0, 0x80, 0x80], Err(1)); // overlong, seen at the second byte
        check(&[0xED, 0xA0, 0x80], Err(1)); // a surrogate
        check(&[0xF4, 0x90, 0x80, 0x80], Err(1)); // above U+10FFFF
        check(&[0xE2, 0x28, 0xA1], Err(1)); // a character broken off
    }

    #[test]
    fn it_agrees_with_the_standard_library_on_every_two_bytes() {
        for first in 0..=255 {
            for second in 0..=255 {
                let bytes = [first, second];
                let mut check = Utf8Check::new();
                let ours = check.push(&bytes[..1]).is_ok()
                    && check.push(&bytes[1..]).is_ok()
                    && check.missing() == 0;
                assert_eq!(ours, std::str::from_utf8(&bytes).is_ok(), "{bytes:x?}");
            }
        }
    }
}
