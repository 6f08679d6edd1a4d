//! `seal`: a Transform that encrypts and authenticates. The format is described in `sealing.rs`;
//! Node has `crypto.createCipheriv('aes-256-gcm', key, iv)`, whose one tag comes at the very end.

use aead_stream::EncryptorBE32;
use aes_gcm::Aes256Gcm;
use bytes::{Bytes, BytesMut};
use serde::Deserialize;
use spillway_protocol::stages::Side;

use super::documented::{BOTH, text};
use super::key::{EXAMPLE_KEY, bytes_of_hex};
use super::sealing::{Key, MAGIC, SALT, SEGMENT, TAG, encryptor};
use super::{Inside, Kind, Options, Plan, StageError, Transform, Word};

pub(super) const KIND: Kind = Kind {
    name: "seal",
    about: "Transform that encrypts with AES-256-GCM in authenticated segments. `key` (64 \
            hexadecimal digits), `high_water_mark` and `readable_high_water_mark` (16384), `label`",
    side: Side::Transform,
    options: &[
        &[text("key", "64 hexadecimal digits")
            .required()
            .such_as_text(EXAMPLE_KEY)],
        BOTH,
    ],
    word: Some(Word {
        name: "seal",
        usage: "seal:KEYHEX",
        help: "encrypts with AES-256-GCM in authenticated segments; KEYHEX is 64 hexadecimal digits",
        options: |key| Word::text("key", key, "a key of 64 hexadecimal digits"),
    }),
    plan,
};

/// The options of `seal` and of `open`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyOptions {
    key: String,
}

impl KeyOptions {
    /// The key, and what every Transform has.
    pub(super) fn read(options: &Options<'_>) -> Result<Key, StageError> {
        let parsed: Self = options.own()?;
        let key = bytes_of_hex(&parsed.key, "key").map_err(|error| options.wrong(error))?;
        Ok(key)
    }
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let key = KeyOptions::read(options)?;
    options.transform("seal", move |_| Seal::new(&key))
}

struct Seal {
    /// `None` after the end.
    encryptor: Option<EncryptorBE32<Aes256Gcm>>,
    /// What comes before the first segment, until it was given.
    header: BytesMut,
    /// The text of the segment being gathered.
    segment: BytesMut,
}

impl Seal {
    fn new(key: &Key) -> Result<Self, StageError> {
        let mut salt = [0; SALT];
        getrandom::fill(&mut salt).map_err(|error| {
            StageError::io(
                "there is no randomness for a salt",
                std::io::Error::from(error),
            )
        })?;
        let mut header = BytesMut::from(&MAGIC[..]);
        header.extend_from_slice(&salt);
        Ok(Self {
            encryptor: Some(encryptor(key, &salt)?),
            header,
            segment: BytesMut::with_capacity(SEGMENT + TAG),
        })
    }

    fn take_header(&mut self, out: &mut Vec<Bytes>) {
        if !self.header.is_empty() {
            out.push(self.header.split().freeze());
        }
    }
}

impl Transform for Seal {
    fn transform(&mut self, chunk: &Bytes) -> Result<Vec<Bytes>, StageError> {
        let mut out = Vec::new();
        self.take_header(&mut out);
        let mut rest = chunk.as_ref();
        while !rest.is_empty() {
            // Full, and not the last: more text has come.
            if self.segment.len() == SEGMENT {
                let next = BytesMut::with_capacity(SEGMENT + TAG);
                let mut segment = std::mem::replace(&mut self.segment, next);
                let encryptor = self.encryptor.as_mut().ok_or_else(after_end)?;
                let sealed = encryptor.encrypt_next_in_place(b"", &mut segment);
                sealed.map_err(|_| StageError::Data("the text is too long to seal".to_owned()))?;
                out.push(segment.freeze());
            }
            let (fits, left) = rest.split_at(rest.len().min(SEGMENT - self.segment.len()));
            self.segment.extend_from_slice(fits);
            rest = left;
        }
        Ok(out)
    }

    fn flush(&mut self) -> Result<Vec<Bytes>, StageError> {
        let mut out = Vec::new();
        self.take_header(&mut out);
        let encryptor = self.encryptor.take().ok_or_else(after_end)?;
        let sealed = encryptor.encrypt_last_in_place(b"", &mut self.segment);
        sealed.map_err(|_| StageError::Data("the text is too long to seal".to_owned()))?;
        out.push(self.segment.split().freeze());
        Ok(out)
    }

    fn inside(&self) -> Inside {
        Inside::holding(self.segment.len() as u64)
    }
}

fn after_end() -> StageError {
    StageError::Data("it was given data after its end".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::stages::sealing::HEADER;
    use crate::engine::stages::tests_support::{refusal, run};

    fn spec() -> String {
        format!(r#"{{"id":"s","kind":"seal","key":"{}"}}"#, "0b".repeat(32))
    }

    #[test]
    fn segments_have_the_sizes_that_the_format_says() {
        let sealed = |text: usize| run(&spec(), &vec![7; text], 10_000).unwrap().len();
        assert_eq!(sealed(0), HEADER + TAG);
        assert_eq!(sealed(SEGMENT), HEADER + SEGMENT + TAG);
        assert_eq!(sealed(SEGMENT + 1), HEADER + SEGMENT + TAG + 1 + TAG);
    }

    #[test]
    fn a_text_sealed_twice_is_not_the_same() {
        let one = run(&spec(), b"text", 4).unwrap();
        let other = run(&spec(), b"text", 4).unwrap();
        assert_ne!(one[4..HEADER], other[4..HEADER], "the salt");
        assert_ne!(one[HEADER..], other[HEADER..], "what follows from it");
    }

    #[test]
    fn a_key_of_another_length_is_refused_and_not_repeated() {
        let error = refusal(r#"{"id":"s","kind":"seal","key":"0123"}"#);
        assert!(error.contains("64 hexadecimal digits"), "{error}");
        assert!(!error.contains("0123"), "{error}");
    }
}
