//! `flip`: a Transform that changes one bit on the way, as a bad cable does, or an attacker.

use bytes::{Bytes, BytesMut};
use serde::Deserialize;
use spillway_protocol::stages::Side;

use super::documented::{BOTH, number, size};
use super::{Kind, Options, Plan, StageError, Transform};

pub(super) const KIND: Kind = Kind {
    name: "flip",
    about: "Transform that changes one bit and passes everything else on. `at_byte` (of which byte, \
            counted from 0), `bit` (0 to 7, 0 is worth 1; 0), `high_water_mark` and \
            `readable_high_water_mark` (16384), `label`",
    side: Side::Transform,
    options: &[
        &[
            size("at_byte", 0, None, "of which byte, counted from 0")
                .required()
                .such_as(1_000),
            number("bit", 0, Some(7), "which of its bits; 0 is worth 1").or(0),
        ],
        BOTH,
    ],
    word: None,
    plan,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FlipOptions {
    at_byte: u64,
    bit: Option<u8>,
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let FlipOptions { at_byte, bit } = options.own()?;
    let bit = bit.unwrap_or(0);
    if bit > 7 {
        return Err(options.wrong(format!("bit {bit} is not allowed; allowed are 0 to 7")));
    }
    let label = format!("a bit flips at byte {at_byte}");
    options.transform(label, move |_| {
        Ok(Flip {
            left: Some(at_byte),
            mask: 1 << bit,
        })
    })
}

struct Flip {
    /// Bytes before the one that is changed; `None` once it was.
    left: Option<u64>,
    mask: u8,
}

impl Transform for Flip {
    fn transform(&mut self, chunk: &Bytes) -> Result<Vec<Bytes>, StageError> {
        let length = chunk.len() as u64;
        match self.left {
            Some(left) if left < length => {
                self.left = None;
                let mut changed = BytesMut::from(&**chunk);
                // Smaller than the chunk is long.
                changed[left as usize] ^= self.mask;
                return Ok(vec![changed.freeze()]);
            }
            Some(left) => self.left = Some(left - length),
            None => {}
        }
        Ok(vec![chunk.clone()])
    }

    fn flush(&mut self) -> Result<Vec<Bytes>, StageError> {
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::stages::tests_support::{drive, refusal, transform};

    fn flipped(options: &str) -> Vec<u8> {
        let mut flip = transform(&format!(r#"{{"id":"f","kind":"flip",{options}}}"#));
        let given = drive(&mut *flip, [b"abc".as_slice(), b"def", b"ghi"]).unwrap();
        given.concat()
    }

    #[test]
    fn one_bit_of_one_byte_is_changed_and_nothing_else() {
        assert_eq!(flipped(r#""at_byte":0"#), b"`bcdefghi");
        assert_eq!(flipped(r#""at_byte":3,"bit":5"#), b"abcDefghi");
        assert_eq!(flipped(r#""at_byte":9"#), b"abcdefghi");
    }

    #[test]
    fn a_byte_has_eight_bits() {
        let error = refusal(r#"{"id":"f","kind":"flip","at_byte":1,"bit":8}"#);
        assert!(error.contains("0 to 7"), "{error}");
    }
}
