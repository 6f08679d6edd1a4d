//! `brotli`: a Transform that compresses, like `zlib.createBrotliCompress()`.

use std::io;

use brotli::CompressorWriter;
use serde::Deserialize;
use spillway_protocol::stages::Side;

use super::documented::{BOTH, number};
use super::encoding::{Encoder, Encoding};
use super::{Kind, Options, Plan, StageError, Word};

pub(super) const KIND: Kind = Kind {
    name: "brotli",
    about: "Transform that compresses. `level` (0 to 11; 5. Node's is 11, which is very slow), \
            `high_water_mark` and `readable_high_water_mark` (16384), `label`",
    side: Side::Transform,
    options: &[
        &[number("level", 0, Some(11), "11 is smallest and very slow").or(5)],
        BOTH,
    ],
    word: Some(Word {
        name: "brotli",
        usage: "brotli[:LEVEL]",
        help: "compresses; LEVEL is 0 to 11, 5 when left out",
        options: |level| Word::number("level", level),
    }),
    plan,
};

/// Window, as a power of two: Node's, and the format's usual one.
const WINDOW_BITS: u32 = 22;

/// Bytes the encoder gives its writer at once.
const BUFFER: usize = 16 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BrotliOptions {
    level: Option<u32>,
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: BrotliOptions = options.own()?;
    let level = parsed.level.unwrap_or(5);
    if level > 11 {
        return Err(options.wrong(format!(
            "brotli level {level} does not exist; allowed are 0 to 11"
        )));
    }
    let chunk = options.defaults.chunk;
    options.transform(format!("brotli, level {level}"), move |_| {
        let encoder = CompressorWriter::new(Vec::new(), BUFFER, level, WINDOW_BITS);
        Ok(Encoding::new(encoder, chunk))
    })
}

impl Encoder for CompressorWriter<Vec<u8>> {
    const NAME: &'static str = "brotli";

    fn written(&mut self) -> &mut Vec<u8> {
        self.get_mut()
    }

    fn finish(self) -> io::Result<Vec<u8>> {
        Ok(self.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::stages::tests_support::{drive, refusal, run, transform};

    #[test]
    fn what_comes_out_gives_back_what_went_in() {
        let text = b"a line of a file\n".repeat(50_000);
        for level in [0, 5, 9] {
            let spec = format!(r#"{{"id":"b","kind":"brotli","level":{level}}}"#);
            let out = drive(&mut *transform(&spec), text.chunks(10_000)).unwrap();
            assert!(out.iter().all(|piece| piece.len() <= 16 * 1024));
            let back = run(r#"{"id":"u","kind":"unbrotli"}"#, &out.concat(), 1_000).unwrap();
            assert!(back == text, "level {level}");
        }
    }

    #[test]
    fn a_level_that_does_not_exist_is_refused() {
        let error = refusal(r#"{"id":"b","kind":"brotli","level":12}"#);
        assert!(error.contains("allowed are 0 to 11"), "{error}");
    }
}
