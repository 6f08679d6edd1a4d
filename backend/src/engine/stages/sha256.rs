//! `sha256`: a Transform that changes nothing and finds the digest of what passed, like a
//! PassThrough beside `crypto.createHash('sha256')`.

use std::fmt::Write;

use bytes::Bytes;
use sha2::{Digest, Sha256};
use spillway_protocol::stages::Side;

use super::documented::BOTH;
use super::{Kind, Options, Plan, StageError, Transform, Word};

pub(super) const KIND: Kind = Kind {
    name: "sha256",
    about: "Transform that passes each chunk on as it is and finds the SHA-256 of all of them. \
            `high_water_mark` and `readable_high_water_mark` (16384), `label`",
    side: Side::Transform,
    options: &[BOTH],
    word: Some(Word {
        name: "sha256",
        usage: "sha256",
        help: "passes everything on as it is and tells its SHA-256 at the end",
        options: Word::alone,
    }),
    plan,
};

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    options.plain_transform("SHA-256", |_| Ok(Tap::default()))
}

#[derive(Default)]
struct Tap {
    hasher: Sha256,
    /// The digest in hexadecimal, at the end.
    digest: Option<String>,
}

impl Transform for Tap {
    fn transform(&mut self, chunk: &Bytes) -> Result<Vec<Bytes>, StageError> {
        self.hasher.update(chunk);
        Ok(vec![chunk.clone()])
    }

    fn flush(&mut self) -> Result<Vec<Bytes>, StageError> {
        let mut hex = String::with_capacity(64);
        for byte in self.hasher.finalize_reset() {
            // Writing to a String cannot fail.
            let _always_ok = write!(hex, "{byte:02x}");
        }
        self.digest = Some(hex);
        Ok(Vec::new())
    }

    fn finding(&self) -> Option<String> {
        self.digest.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::stages::tests_support::{drive, transform};

    #[test]
    fn the_digest_of_all_chunks_is_found_at_the_end() {
        let mut tap = transform(r#"{"id":"h","kind":"sha256"}"#);
        assert_eq!(tap.finding(), None);
        drive(&mut *tap, [b"a".as_slice(), b"bc"]).unwrap();
        // The first example of FIPS 180-4, "abc".
        assert_eq!(
            tap.finding().unwrap(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn a_chunk_passes_without_being_copied() {
        let mut tap = transform(r#"{"id":"h","kind":"sha256"}"#);
        let chunk = Bytes::from(vec![7; 1_000]);
        assert_eq!(tap.transform(&chunk).unwrap()[0].as_ptr(), chunk.as_ptr());
    }
}
