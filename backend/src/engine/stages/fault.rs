//! `fault`: a Transform that fails where it is told to, like a `_transform` that calls back with an
//! error. On demand, any stage fails by the request `destroy`.

use bytes::Bytes;
use serde::Deserialize;
use spillway_protocol::stages::Side;

use super::documented::{BOTH, number, size};
use super::{Kind, Options, Plan, StageError, Transform, Word};

pub(super) const KIND: Kind = Kind {
    name: "fault",
    about: "Transform that passes everything on and then fails. `at_byte` (after so many bytes) or \
            `at_chunk` (when this chunk comes, counted from 1), `high_water_mark` and \
            `readable_high_water_mark` (16384), `label`",
    side: Side::Transform,
    options: &[
        &[
            size(
                "at_byte",
                0,
                None,
                "after so many bytes; or give `at_chunk`",
            )
            .such_as(100_000),
            number(
                "at_chunk",
                1,
                None,
                "when this chunk comes; or give `at_byte`",
            )
            .such_as(3),
        ],
        BOTH,
    ],
    word: Some(Word {
        name: "fail",
        usage: "fail:AT_BYTE",
        help: "passes so many bytes on and then fails, to see what a failure does",
        options: |at| match at {
            Some(_) => Word::number("at_byte", at),
            None => Err("it needs a number of bytes after a colon".to_owned()),
        },
    }),
    plan,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultOptions {
    at_byte: Option<u64>,
    at_chunk: Option<u64>,
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: FaultOptions = options.own()?;
    let place = match (parsed.at_byte, parsed.at_chunk) {
        (Some(byte), None) => Place::Byte(byte),
        (None, Some(chunk)) if chunk > 0 => Place::Chunk(chunk),
        (None, Some(_)) => return Err(options.wrong("at_chunk counts from 1")),
        _ => return Err(options.wrong("it needs at_byte or at_chunk, one of the two")),
    };
    options.transform("fault", move |_| {
        Ok(Fault {
            place,
            bytes: 0,
            chunks: 0,
            due: false,
        })
    })
}

/// Where it fails.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// Before the byte of this offset passes.
    Byte(u64),
    /// When this chunk comes, counted from 1.
    Chunk(u64),
}

struct Fault {
    place: Place,
    /// Passed on so far.
    bytes: u64,
    /// Taken so far.
    chunks: u64,
    /// What comes before the place was given: now it fails.
    due: bool,
}

impl Fault {
    fn failure(&self) -> StageError {
        let reason = match self.place {
            Place::Byte(_) => "failed on purpose".to_owned(),
            Place::Chunk(chunk) => format!("failed on purpose, at chunk {chunk}"),
        };
        StageError::at(self.bytes, reason)
    }
}

impl Transform for Fault {
    fn transform(&mut self, chunk: &Bytes) -> Result<Vec<Bytes>, StageError> {
        self.chunks += 1;
        let passes = match self.place {
            Place::Byte(at) => chunk.len().min((at - self.bytes) as usize),
            Place::Chunk(at) if self.chunks == at => 0,
            Place::Chunk(_) => chunk.len(),
        };
        self.bytes += passes as u64;
        if passes == chunk.len() {
            return Ok(vec![chunk.clone()]);
        }
        if passes == 0 {
            return Err(self.failure());
        }
        self.due = true;
        Ok(vec![chunk.slice(..passes)])
    }

    fn has_more(&self) -> bool {
        self.due
    }

    fn more(&mut self) -> Result<Vec<Bytes>, StageError> {
        self.due = false;
        Err(self.failure())
    }

    fn flush(&mut self) -> Result<Vec<Bytes>, StageError> {
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::stages::tests_support::{drive, refusal, transform};

    #[test]
    fn what_comes_before_the_byte_passes_and_the_rest_does_not() {
        let mut fault = transform(r#"{"id":"f","kind":"fault","at_byte":7}"#);
        let chunks = [b"abcde".as_slice(), b"fghij", b"klm"];
        let (out, error) = drive(&mut *fault, chunks).unwrap_err();
        assert_eq!(out.concat(), b"abcdefg");
        assert_eq!(error, "at byte 7: failed on purpose");
    }

    #[test]
    fn the_chunk_that_was_named_does_not_pass() {
        let mut fault = transform(r#"{"id":"f","kind":"fault","at_chunk":2}"#);
        let (out, error) = drive(&mut *fault, [b"abc".as_slice(), b"d"]).unwrap_err();
        assert_eq!(out.concat(), b"abc");
        assert_eq!(error, "at byte 3: failed on purpose, at chunk 2");
    }

    #[test]
    fn an_input_that_ends_before_the_place_passes_whole() {
        let mut fault = transform(r#"{"id":"f","kind":"fault","at_byte":3}"#);
        assert_eq!(
            drive(&mut *fault, [b"abc".as_slice()]).unwrap().concat(),
            b"abc"
        );
    }

    #[test]
    fn one_place_is_needed() {
        for options in ["", r#","at_byte":1,"at_chunk":1"#] {
            let error = refusal(&format!(r#"{{"id":"f","kind":"fault"{options}}}"#));
            assert!(error.contains("at_byte or at_chunk"), "{error}");
        }
        assert!(refusal(r#"{"id":"f","kind":"fault","at_chunk":0}"#).contains("from 1"));
    }
}
