//! `open`: a Transform that decrypts what `seal` made, and gives out no byte that it has not
//! checked. The format is described in `sealing.rs`.

use aead_stream::DecryptorBE32;
use aes_gcm::Aes256Gcm;
use bytes::{Bytes, BytesMut};
use spillway_protocol::stages::Side;

use super::documented::{BOTH, text};
use super::key::EXAMPLE_KEY;
use super::seal::KeyOptions;
use super::sealing::{HEADER, Key, MAGIC, SEGMENT, TAG, decryptor};
use super::{Inside, Kind, Options, Plan, StageError, Transform, Word};

pub(super) const KIND: Kind = Kind {
    name: "open",
    about: "Transform that decrypts what `seal` made; bytes that were changed, moved or cut off \
            are an error. `key` (64 hexadecimal digits), `high_water_mark` and \
            `readable_high_water_mark` (16384), `label`",
    side: Side::Transform,
    options: &[
        &[text("key", "64 hexadecimal digits")
            .required()
            .such_as_text(EXAMPLE_KEY)],
        BOTH,
    ],
    word: Some(Word {
        name: "open",
        usage: "open:KEYHEX",
        help: "decrypts what seal made; changed or missing bytes are an error",
        options: |key| Word::text("key", key, "a key of 64 hexadecimal digits"),
    }),
    plan,
};

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let key = KeyOptions::read(options)?;
    options.transform("open", move |_| {
        Ok(Open {
            key,
            decryptor: None,
            gathered: BytesMut::with_capacity(SEGMENT + TAG),
            segments: 0,
        })
    })
}

struct Open {
    key: Key,
    /// `None` until the header was read, and after the end.
    decryptor: Option<DecryptorBE32<Aes256Gcm>>,
    /// The header or the segment being gathered.
    gathered: BytesMut,
    /// Segments given so far.
    segments: u64,
}

impl Open {
    /// What is gathered is the whole header.
    fn read_header(&mut self) -> Result<(), StageError> {
        if self.gathered[..MAGIC.len()] != MAGIC {
            return Err(StageError::at(0, "this is not what seal makes"));
        }
        self.decryptor = Some(decryptor(&self.key, &self.gathered[MAGIC.len()..])?);
        self.gathered.clear();
        Ok(())
    }

    /// What is gathered is a segment, and more follows it.
    fn open_next(&mut self) -> Result<Bytes, StageError> {
        let next = BytesMut::with_capacity(SEGMENT + TAG);
        let mut segment = std::mem::replace(&mut self.gathered, next);
        let opened = self
            .decryptor
            .as_mut()
            .map(|decryptor| decryptor.decrypt_next_in_place(b"", &mut segment));
        let Some(Ok(())) = opened else {
            return Err(self.failure("its bytes or the order of the segments were changed"));
        };
        self.segments += 1;
        Ok(segment.freeze())
    }

    fn failure(&self, reason: &str) -> StageError {
        let number = self.segments;
        let offset = HEADER as u64 + number * (SEGMENT + TAG) as u64;
        let key = if number == 0 {
            "the key is another, or "
        } else {
            ""
        };
        let reason = format!("segment {number} does not pass its check: {key}{reason}");
        StageError::at(offset, reason)
    }
}

impl Transform for Open {
    fn transform(&mut self, chunk: &Bytes) -> Result<Vec<Bytes>, StageError> {
        let mut out = Vec::new();
        let mut rest = chunk.as_ref();
        while !rest.is_empty() {
            let whole = match self.decryptor {
                Some(_) if self.gathered.len() == SEGMENT + TAG => {
                    out.push(self.open_next()?);
                    SEGMENT + TAG
                }
                Some(_) => SEGMENT + TAG,
                None => HEADER,
            };
            let (fits, left) = rest.split_at(rest.len().min(whole - self.gathered.len()));
            self.gathered.extend_from_slice(fits);
            rest = left;
            if self.decryptor.is_none() && self.gathered.len() == HEADER {
                self.read_header()?;
            }
        }
        Ok(out)
    }

    fn flush(&mut self) -> Result<Vec<Bytes>, StageError> {
        let Some(decryptor) = self.decryptor.take() else {
            let reason = "the input ends before the first segment: it was cut off, or is not what \
                          seal makes";
            return Err(StageError::at(self.gathered.len() as u64, reason));
        };
        let mut segment = self.gathered.split();
        let opened = decryptor.decrypt_last_in_place(b"", &mut segment);
        opened
            .map_err(|_| self.failure("its bytes were changed, or the input was cut off here"))?;
        Ok(if segment.is_empty() {
            vec![]
        } else {
            vec![segment.freeze()]
        })
    }

    fn inside(&self) -> Inside {
        Inside::holding(self.gathered.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::stages::tests_support::{drive, run, transform};

    const SEALED: usize = SEGMENT + TAG;

    fn spec(kind: &str, key: &str) -> String {
        format!(r#"{{"id":"s","kind":"{kind}","key":"{}"}}"#, key.repeat(32))
    }

    /// Three segments and their text.
    fn sealed() -> (Vec<u8>, Vec<u8>) {
        let text: Vec<u8> = (0..2 * SEGMENT + 100).map(|at| (at % 251) as u8).collect();
        (run(&spec("seal", "0b"), &text, 30_000).unwrap(), text)
    }

    fn error_of(input: &[u8]) -> String {
        run(&spec("open", "0b"), input, 30_000).unwrap_err()
    }

    #[test]
    fn what_was_sealed_is_opened_wherever_it_is_cut() {
        let (input, text) = sealed();
        for size in [1, 35, 36, 37, 4_096, SEALED, SEALED + HEADER, input.len()] {
            let back = run(&spec("open", "0b"), &input, size).unwrap();
            assert!(back == text, "in chunks of {size}");
        }
        let empty = run(&spec("seal", "0b"), b"", 1).unwrap();
        assert_eq!(run(&spec("open", "0b"), &empty, 1).unwrap(), b"");
    }

    #[test]
    fn an_input_that_was_cut_off_is_an_error_wherever_that_was() {
        let (input, _) = sealed();
        for cut in [0, 3, HEADER - 1, HEADER, HEADER + 5, HEADER + TAG] {
            let error = error_of(&input[..cut]);
            assert!(error.contains("cut off"), "{cut}: {error}");
        }
        // Between two segments the rest looks whole; what tells it is the mark of the last one.
        let error = error_of(&input[..HEADER + 2 * SEALED]);
        assert!(error.starts_with("at byte 65588: segment 1"), "{error}");
        assert!(error_of(&input[..input.len() - 1]).contains("segment 2"));
    }

    #[test]
    fn a_flipped_bit_is_an_error_and_nothing_of_its_segment_comes_out() {
        let (input, text) = sealed();
        for at in [0, MAGIC.len(), HEADER, HEADER + SEALED, input.len() - 1] {
            let mut changed = input.clone();
            changed[at] ^= 0x10;
            let mut open = transform(&spec("open", "0b"));
            let (out, _) = drive(&mut *open, changed.chunks(10_000)).unwrap_err();
            let good = at.saturating_sub(HEADER) / SEALED * SEGMENT;
            assert!(out.concat() == text[..good], "flipped at {at}");
        }
    }

    #[test]
    fn segments_that_changed_places_or_are_missing_are_an_error() {
        let (input, _) = sealed();
        let (header, segments) = input.split_at(HEADER);
        let (first, others) = segments.split_at(SEALED);
        let (second, last) = others.split_at(SEALED);
        for order in [
            [second, first, last].as_slice(),
            &[first, last],
            &[first, first, second, last],
            &[first, second, last, last],
        ] {
            let error = error_of(&[header, &order.concat()].concat());
            assert!(error.contains("does not pass its check"), "{error}");
        }
    }

    #[test]
    fn another_key_is_an_error_that_says_so() {
        let (input, _) = sealed();
        let error = run(&spec("open", "0c"), &input, 10_000).unwrap_err();
        assert!(error.starts_with("at byte 36: segment 0"), "{error}");
        assert!(error.contains("the key is another"), "{error}");
    }

    #[test]
    fn what_was_never_sealed_says_so() {
        let error = error_of(&b"id,name\n".repeat(100));
        assert_eq!(error, "at byte 0: this is not what seal makes");
    }
}
