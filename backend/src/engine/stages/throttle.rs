//! `throttle`: a Transform that lets so many bytes a second through, like a PassThrough whose
//! `_transform` waits before it calls back.
//!
//! What waits is the task of the stage: the bytes that come out are paid for at the stage's speed.
//! A chunk that would come out in one lump after a long wait is cut, so that bytes come out about
//! ten times a second.

use bytes::Bytes;
use serde::Deserialize;
use spillway_protocol::stages::Side;

use super::documented::{BOTH, size};
use super::{Inside, Kind, Options, Plan, StageError, Transform, Word};

pub(super) const KIND: Kind = Kind {
    name: "throttle",
    about: "Transform that lets `bytes_per_s` through (20000), in pieces of about a tenth of a \
            second. `high_water_mark` and `readable_high_water_mark` (16384), `label`",
    side: Side::Transform,
    options: &[
        &[size("bytes_per_s", 1, None, "bytes a second").or(20_000)],
        BOTH,
    ],
    word: Some(Word {
        name: "throttle",
        usage: "throttle:BYTES_PER_S",
        help: "lets so many bytes a second through",
        options: |speed| match speed {
            Some(_) => Word::number("bytes_per_s", speed),
            None => Err("it needs a number of bytes a second after a colon".to_owned()),
        },
    }),
    plan,
};

/// Speed when none is given.
const DEFAULT_SPEED: u64 = 20_000;

/// Smallest and largest piece, bytes: a speed changed while it runs changes no sizes.
const PIECES: (u64, u64) = (16, 16 * 1024);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ThrottleOptions {
    bytes_per_s: Option<u64>,
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: ThrottleOptions = options.own()?;
    let speed = options.speed(parsed.bytes_per_s)?.unwrap_or(DEFAULT_SPEED);
    let piece = (speed / 10).clamp(PIECES.0, PIECES.1) as usize;
    Ok(Plan {
        speed: Some(Some(speed)),
        ..options.transform("throttle", move |_| {
            Ok(Throttle {
                piece,
                rest: Bytes::new(),
            })
        })?
    })
}

struct Throttle {
    /// Largest piece it gives, bytes.
    piece: usize,
    /// What is left of the chunk it works on.
    rest: Bytes,
}

impl Transform for Throttle {
    fn transform(&mut self, chunk: &Bytes) -> Result<Vec<Bytes>, StageError> {
        self.rest = chunk.clone();
        self.more()
    }

    fn has_more(&self) -> bool {
        !self.rest.is_empty()
    }

    fn more(&mut self) -> Result<Vec<Bytes>, StageError> {
        let piece = self.piece.min(self.rest.len());
        Ok(vec![self.rest.split_to(piece)])
    }

    fn flush(&mut self) -> Result<Vec<Bytes>, StageError> {
        Ok(Vec::new())
    }

    fn inside(&self) -> Inside {
        Inside::holding(self.rest.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::stages::tests_support::{drive, refusal, transform};

    #[test]
    fn bytes_come_out_in_pieces_of_a_tenth_of_a_second() {
        let mut throttle = transform(r#"{"id":"t","kind":"throttle","bytes_per_s":1000}"#);
        let out = drive(&mut *throttle, [[1; 250].as_slice(), &[2; 50]]).unwrap();
        let sizes: Vec<usize> = out.iter().map(Bytes::len).collect();
        assert_eq!(sizes, [100, 100, 50, 50]);
        assert_eq!(out.concat(), [[1; 250].as_slice(), &[2; 50]].concat());
    }

    #[test]
    fn a_speed_of_nothing_is_refused() {
        let error = refusal(r#"{"id":"t","kind":"throttle","bytes_per_s":0}"#);
        assert!(error.contains("at least 1"), "{error}");
    }
}
