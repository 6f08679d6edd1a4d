//! `upper`: a Transform that makes text upper case, the first Transform of every course on streams.
//!
//! The text is UTF-8 and the letters are Unicode's, so that `ß` becomes `SS`. A character that two
//! chunks share waits for its second half, as in Node's `StringDecoder`; bytes that are no UTF-8
//! are an error, as in a `TextDecoder` that is `fatal`.

use bytes::{Bytes, BytesMut};
use spillway_protocol::stages::Side;

use super::documented::BOTH;
use super::{Inside, Kind, Options, Plan, StageError, Transform, Word};

pub(super) const KIND: Kind = Kind {
    name: "upper",
    about: "Transform that makes UTF-8 text upper case. `high_water_mark` and \
            `readable_high_water_mark` (16384), `label`",
    side: Side::Transform,
    options: &[BOTH],
    word: Some(Word {
        name: "upper",
        usage: "upper",
        help: "makes UTF-8 text upper case",
        options: Word::alone,
    }),
    plan,
};

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    options.plain_transform("upper case", |_| Ok(Upper::default()))
}

#[derive(Default)]
struct Upper {
    /// The first bytes of a character that the next chunk goes on with: three at most.
    begun: BytesMut,
    /// Bytes of the input before those.
    offset: u64,
}

impl Transform for Upper {
    fn transform(&mut self, chunk: &Bytes) -> Result<Vec<Bytes>, StageError> {
        if self.begun.is_empty() && chunk.is_ascii() {
            self.offset += chunk.len() as u64;
            return Ok(vec![chunk.to_ascii_uppercase().into()]);
        }
        self.begun.extend_from_slice(chunk);
        let bytes = self.begun.split().freeze();
        let whole = match std::str::from_utf8(&bytes) {
            Ok(text) => text.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(error) => {
                let offset = self.offset + error.valid_up_to() as u64;
                return Err(StageError::at(offset, "this is not UTF-8 text"));
            }
        };
        self.offset += whole as u64;
        self.begun.extend_from_slice(&bytes[whole..]);
        // Seen valid just now.
        let text = std::str::from_utf8(&bytes[..whole]).unwrap_or_default();
        let out = Bytes::from(text.to_uppercase());
        Ok(if out.is_empty() { vec![] } else { vec![out] })
    }

    fn flush(&mut self) -> Result<Vec<Bytes>, StageError> {
        if self.begun.is_empty() {
            Ok(Vec::new())
        } else {
            Err(StageError::at(
                self.offset,
                "the text ends inside a character",
            ))
        }
    }

    fn inside(&self) -> Inside {
        Inside::holding(self.begun.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::stages::tests_support::run;

    const UPPER: &str = r#"{"id":"u","kind":"upper"}"#;

    #[test]
    fn characters_that_two_chunks_share_stay_whole() {
        let text = "straße, żółć, 日本 and ﬁsh 🐟!";
        for size in 1..=text.len() {
            let out = run(UPPER, text.as_bytes(), size).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), text.to_uppercase());
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_an_error_where_they_are() {
        for size in 1..=12 {
            let error = run(UPPER, b"caf\xC3\xA9 \xFF or so", size).unwrap_err();
            assert_eq!(
                error, "at byte 6: this is not UTF-8 text",
                "in chunks of {size}"
            );
        }
    }

    #[test]
    fn text_that_ends_inside_a_character_is_an_error() {
        let error = run(UPPER, b"caf\xC3", 2).unwrap_err();
        assert_eq!(error, "at byte 3: the text ends inside a character");
    }
}
