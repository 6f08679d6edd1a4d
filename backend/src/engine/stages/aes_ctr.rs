//! `aes_ctr`: a Transform that encrypts or decrypts with AES-256 in counter mode, like
//! `crypto.createCipheriv('aes-256-ctr', key, iv)`.
//!
//! Counter mode turns a key and an `iv` into an endless row of bytes that are added to the text, so
//! that the same stage does both ways, and every byte passes at once. Nothing is authenticated: who
//! flips a bit of what is sent flips that bit of the text, unseen. A key and `iv` used for two
//! texts give both away. `seal` has neither weakness.

use aes::Aes256;
use bytes::{Bytes, BytesMut};
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit, StreamCipher};
use serde::Deserialize;
use spillway_protocol::stages::Side;

use super::documented::{BOTH, text};
use super::key::{EXAMPLE_KEY, bytes_of_hex};
use super::word::WordOptions;
use super::{Kind, Options, Plan, StageError, Transform, Word};

pub(super) const KIND: Kind = Kind {
    name: "aes_ctr",
    about: "Transform that encrypts, or decrypts, with AES-256-CTR. `key` (64 hexadecimal \
            digits), `iv` (32), `high_water_mark` and `readable_high_water_mark` (16384), `label`",
    side: Side::Transform,
    options: &[
        &[
            text("key", "64 hexadecimal digits")
                .required()
                .such_as_text(EXAMPLE_KEY),
            text("iv", "32 hexadecimal digits")
                .required()
                .such_as_text("000102030405060708090a0b0c0d0e0f"),
        ],
        BOTH,
    ],
    word: Some(Word {
        name: "aes-ctr",
        usage: "aes-ctr:KEYHEX:IVHEX",
        help: "encrypts or decrypts with AES-256-CTR; KEYHEX is 64 hexadecimal digits, IVHEX 32",
        options: word_options,
    }),
    plan,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AesCtrOptions {
    key: String,
    iv: String,
}

fn word_options(argument: Option<&str>) -> WordOptions {
    let both = argument.and_then(|argument| argument.split_once(':'));
    let (key, iv) = both.ok_or("it needs a key and an iv, as aes-ctr:KEYHEX:IVHEX")?;
    let option = |name: &str, value: &str| (name.to_owned(), value.into());
    Ok([option("key", key), option("iv", iv)].into_iter().collect())
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: AesCtrOptions = options.own()?;
    let key: [u8; 32] = bytes_of_hex(&parsed.key, "key").map_err(|error| options.wrong(error))?;
    let iv: [u8; 16] = bytes_of_hex(&parsed.iv, "iv").map_err(|error| options.wrong(error))?;
    options.transform("AES-256-CTR", move |_| Ok(AesCtr::new(&key, &iv)))
}

struct AesCtr {
    cipher: Ctr128BE<Aes256>,
}

impl AesCtr {
    fn new(key: &[u8; 32], iv: &[u8; 16]) -> Self {
        Self {
            cipher: Ctr128BE::new(key.into(), iv.into()),
        }
    }

    fn apply(&mut self, mut chunk: BytesMut) -> Result<Vec<Bytes>, StageError> {
        let applied = self.cipher.try_apply_keystream(&mut chunk);
        applied.map_err(|_| StageError::Data("the counter has come to its end".to_owned()))?;
        Ok(vec![chunk.freeze()])
    }
}

impl Transform for AesCtr {
    fn transform(&mut self, chunk: &Bytes) -> Result<Vec<Bytes>, StageError> {
        self.apply(BytesMut::from(chunk.as_ref()))
    }

    fn take(&mut self, chunk: Bytes, spent: &dyn Fn(Bytes)) -> Result<Vec<Bytes>, StageError> {
        match chunk.try_into_mut() {
            Ok(chunk) => self.apply(chunk),
            // Another destination has it as well.
            Err(chunk) => {
                let given = self.transform(&chunk);
                spent(chunk);
                given
            }
        }
    }

    fn flush(&mut self) -> Result<Vec<Bytes>, StageError> {
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::stages::tests_support::{refusal, run};

    #[test]
    fn it_encrypts_as_the_standard_says_wherever_the_input_is_cut() {
        // NIST SP 800-38A, F.5.5, CTR-AES256.Encrypt.
        let spec = r#"{"id":"a","kind":"aes_ctr",
            "key":"603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
            "iv":"f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"}"#;
        let text: [u8; 32] = bytes_of_hex(
            "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51",
            "text",
        )
        .unwrap();
        let secret: [u8; 32] = bytes_of_hex(
            "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5",
            "secret",
        )
        .unwrap();
        for size in 1..=text.len() {
            assert_eq!(run(spec, &text, size).unwrap(), secret);
            assert_eq!(run(spec, &secret, size).unwrap(), text);
        }
    }

    #[test]
    fn a_chunk_that_nobody_else_has_is_encrypted_in_its_place() {
        let mut alone = AesCtr::new(&[1; 32], &[2; 16]);
        let mut shared = AesCtr::new(&[1; 32], &[2; 16]);
        let chunk = Bytes::from(b"a chunk".to_vec());
        let place = chunk.as_ptr();
        let held = Bytes::copy_from_slice(&chunk);
        let in_place = alone.take(chunk, &drop).unwrap();
        assert_eq!(in_place[0].as_ptr(), place);
        assert_eq!(shared.take(held.clone(), &drop).unwrap(), in_place);
        assert_eq!(held, "a chunk");
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        let error = refusal(r#"{"id":"a","kind":"aes_ctr","key":"00","iv":"00"}"#);
        assert!(error.contains("key is 64 hexadecimal digits"), "{error}");
    }

    #[test]
    fn the_word_has_a_key_and_an_iv() {
        let options = word_options(Some("k:i")).unwrap();
        assert_eq!(
            serde_json::Value::Object(options).to_string(),
            r#"{"iv":"i","key":"k"}"#
        );
        assert!(
            word_options(Some("k"))
                .unwrap_err()
                .contains("aes-ctr:KEYHEX:IVHEX")
        );
    }
}
