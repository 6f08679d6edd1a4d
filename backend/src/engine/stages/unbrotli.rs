//! `unbrotli`: a Transform that decompresses, like `zlib.createBrotliDecompress()`.
//!
//! What comes after the end of the data is ignored, as Node does; how much that was, it tells at
//! the end.

use brotli::enc::StandardAlloc;
use brotli::{BrotliDecompressStream, BrotliResult, BrotliState};
use spillway_protocol::stages::Side;

use super::decoding::{Decoder, Decoding, Step};
use super::documented::BOTH;
use super::{Kind, Options, Plan, StageError, Word};

pub(super) const KIND: Kind = Kind {
    name: "unbrotli",
    about: "Transform that decompresses brotli. `high_water_mark` and `readable_high_water_mark` \
            (16384), `label`",
    side: Side::Transform,
    options: &[BOTH],
    word: Some(Word {
        name: "unbrotli",
        usage: "unbrotli",
        help: "decompresses what brotli made",
        options: Word::alone,
    }),
    plan,
};

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let piece = options.defaults.chunk;
    options.plain_transform("unbrotli", move |_| {
        Ok(Decoding::new(Unbrotli::default(), piece))
    })
}

struct Unbrotli {
    state: Box<BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>>,
    ended: bool,
    /// Bytes after the end.
    ignored: u64,
}

impl Default for Unbrotli {
    fn default() -> Self {
        let alloc = StandardAlloc::default;
        Self {
            // Strict: a window beyond the 16 MiB of RFC 7932 is refused, whatever the data asks.
            state: Box::new(BrotliState::new_strict(alloc(), alloc(), alloc())),
            ended: false,
            ignored: 0,
        }
    }
}

impl Decoder for Unbrotli {
    fn decode(&mut self, input: &[u8], room: &mut [u8]) -> Result<Step, String> {
        if self.ended {
            self.ignored += input.len() as u64;
            return Ok(Step {
                read: input.len(),
                wrote: 0,
            });
        }
        let mut step = Step::default();
        let (mut left, mut free) = (input.len(), room.len());
        let result = BrotliDecompressStream(
            &mut left,
            &mut step.read,
            input,
            &mut free,
            &mut step.wrote,
            room,
            &mut 0,
            &mut self.state,
        );
        match result {
            BrotliResult::ResultFailure => {
                Err("this is no brotli data, or it is damaged".to_owned())
            }
            BrotliResult::ResultSuccess => {
                self.ended = true;
                Ok(step)
            }
            BrotliResult::NeedsMoreInput | BrotliResult::NeedsMoreOutput => Ok(step),
        }
    }

    fn finish(&mut self) -> Result<(), String> {
        if self.ended {
            Ok(())
        } else {
            Err("unexpected end of file: the brotli data was cut off".to_owned())
        }
    }

    fn ignored(&self) -> u64 {
        self.ignored
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use crate::engine::stages::tests_support::{drive, run, transform};

    const UNBROTLI: &str = r#"{"id":"b","kind":"unbrotli"}"#;

    fn brotli(text: &[u8]) -> Vec<u8> {
        run(r#"{"id":"b","kind":"brotli"}"#, text, 65_536).unwrap()
    }

    #[test]
    fn an_input_that_was_cut_off_is_an_error_at_its_end() {
        let whole = brotli(&b"a text of some length".repeat(100));
        for cut in 0..whole.len() {
            let error = run(UNBROTLI, &whole[..cut], 7).unwrap_err();
            let expect = format!("at byte {cut}: unexpected end of file");
            assert!(error.starts_with(&expect), "{error}");
        }
    }

    #[test]
    fn what_is_no_brotli_is_an_error() {
        let error = run(UNBROTLI, &[0xff; 100], 16).unwrap_err();
        assert!(
            error.contains("no brotli data, or it is damaged"),
            "{error}"
        );
    }

    #[test]
    fn what_comes_after_the_end_is_ignored_and_counted() {
        let input = [brotli(b"text"), b"and more".to_vec()].concat();
        for size in 1..=input.len() {
            let mut unbrotli = transform(UNBROTLI);
            let out = drive(&mut *unbrotli, input.chunks(size)).unwrap();
            assert_eq!(out.concat(), b"text");
            let finding = unbrotli.finding().unwrap();
            assert_eq!(finding, "ignored 8 bytes after the end of the data");
        }
    }

    #[test]
    fn a_bomb_comes_in_pieces() {
        let bomb = Bytes::from(brotli(&vec![0; 20_000_000]));
        assert!(bomb.len() < 1_000);
        let mut unbrotli = transform(UNBROTLI);
        let mut pieces = unbrotli.transform(&bomb).unwrap();
        let mut total = 0;
        while unbrotli.has_more() {
            assert!(pieces.concat().len() <= 16 * 1024);
            total += pieces.concat().len();
            pieces = unbrotli.more().unwrap();
        }
        assert_eq!(total + pieces.concat().len(), 20_000_000);
    }
}
