//! `gzip`: a Transform that compresses, like `zlib.createGzip()`. A lesson has the serial form;
//! `spillway pipe` compresses blocks on all cores.

mod blocks;

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Deserialize;

use self::blocks::Blocks;
use super::pieces::pieces;
use super::{Defaults, Inside, Kind, Options, Plan, StageError, Transform, Word, Worker};

pub(super) const KIND: Kind = Kind {
    name: "gzip",
    about: "Transform that compresses. `level` (0 to 9; 6), `high_water_mark` and \
            `readable_high_water_mark` (16384), `label`",
    word: Some(Word {
        name: "gzip",
        usage: "gzip[:LEVEL]",
        help: "compresses; LEVEL is 0 to 9, 6 when left out",
        options: |level| Word::number("level", level),
    }),
    plan,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GzipOptions {
    level: Option<u32>,
    label: Option<String>,
    high_water_mark: Option<u64>,
    readable_high_water_mark: Option<u64>,
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: GzipOptions = options.parse()?;
    let level = parsed.level.unwrap_or(6);
    if level > 9 {
        return Err(options.wrong(format!(
            "gzip level {level} does not exist; allowed are 0 to 9"
        )));
    }
    let Defaults {
        mark,
        chunk,
        parallel,
        ..
    } = options.defaults;
    Ok(Plan::both(
        parsed
            .label
            .unwrap_or_else(|| format!("gzip, level {level}")),
        options.mark(parsed.readable_high_water_mark, mark)?,
        options.mark(parsed.high_water_mark, mark)?,
        Box::new(move |places| {
            let transform: Box<dyn Transform> = if parallel {
                Box::new(Blocks::new(level, chunk, places.buffers.clone()))
            } else {
                Box::new(Gzip {
                    encoder: Some(GzEncoder::new(Vec::new(), Compression::new(level))),
                    in_work: 0,
                    chunk,
                })
            };
            Ok(Worker::Transform(transform))
        }),
    ))
}

struct Gzip {
    /// `None` after the end.
    encoder: Option<GzEncoder<Vec<u8>>>,
    /// Bytes taken in since compressed bytes last came out.
    in_work: u64,
    /// Largest chunk it gives, bytes.
    chunk: usize,
}

impl Transform for Gzip {
    fn transform(&mut self, chunk: &Bytes) -> Result<Vec<Bytes>, StageError> {
        let Some(encoder) = &mut self.encoder else {
            return Err(StageError::Data(
                "gzip was given data after its end".to_owned(),
            ));
        };
        encoder.write_all(chunk).map_err(failed)?;
        let out = std::mem::take(encoder.get_mut());
        if out.is_empty() {
            self.in_work += chunk.len() as u64;
        } else {
            self.in_work = 0;
        }
        Ok(pieces(out, self.chunk))
    }

    fn flush(&mut self) -> Result<Vec<Bytes>, StageError> {
        self.in_work = 0;
        match self.encoder.take() {
            Some(encoder) => {
                let out = encoder.finish().map_err(failed)?;
                Ok(pieces(out, self.chunk))
            }
            None => Ok(Vec::new()),
        }
    }

    fn inside(&self) -> Inside {
        Inside::holding(self.in_work)
    }
}

fn failed(source: std::io::Error) -> StageError {
    StageError::Io {
        what: "gzip failed".to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::engine::stages::tests_support::transform;

    #[test]
    fn what_comes_out_is_one_gzip_member_of_what_went_in() {
        let mut gzip = transform(r#"{"id":"z","kind":"gzip"}"#);
        let text = Bytes::from("a line of a file\n".repeat(50_000));
        let mut out = Vec::new();
        for chunk in text.chunks(10_000) {
            out.extend(gzip.transform(&Bytes::copy_from_slice(chunk)).unwrap());
        }
        out.extend(gzip.flush().unwrap());
        assert!(
            out.iter()
                .all(|piece| piece.len() <= 16 * 1024 && !piece.is_empty())
        );
        let mut back = Vec::new();
        flate2::read::GzDecoder::new(out.concat().as_slice())
            .read_to_end(&mut back)
            .unwrap();
        assert_eq!(back, text);
    }
}
