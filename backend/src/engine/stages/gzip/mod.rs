//! `gzip`: a Transform that compresses, like `zlib.createGzip()`. A lesson has the serial form;
//! `spillway pipe` compresses blocks on all cores.

mod blocks;

use std::io;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Deserialize;

use self::blocks::Blocks;
use super::documented::{BOTH, number};
use super::encoding::{Encoder, Encoding};
use super::{Kind, Options, Plan, StageError, Word};
use spillway_protocol::stages::Side;

pub(super) const KIND: Kind = Kind {
    name: "gzip",
    about: "Transform that compresses. `level` (0 to 9; 6), `high_water_mark` and \
            `readable_high_water_mark` (16384), `label`",
    side: Side::Transform,
    options: &[
        &[number("level", 0, Some(9), "9 is smallest and slowest").or(6)],
        BOTH,
    ],
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
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let GzipOptions { level } = options.own()?;
    let level = level.unwrap_or(6);
    if level > 9 {
        return Err(options.wrong(format!(
            "gzip level {level} does not exist; allowed are 0 to 9"
        )));
    }
    let label = format!("gzip, level {level}");
    let chunk = options.defaults.chunk;
    if options.defaults.parallel {
        return options.transform(label, move |places| {
            Ok(Blocks::new(level, chunk, places.buffers.clone()))
        });
    }
    options.transform(label, move |_| {
        let encoder = GzEncoder::new(Vec::new(), Compression::new(level));
        Ok(Encoding::new(encoder, chunk))
    })
}

impl Encoder for GzEncoder<Vec<u8>> {
    const NAME: &'static str = "gzip";

    fn written(&mut self) -> &mut Vec<u8> {
        self.get_mut()
    }

    fn finish(self) -> io::Result<Vec<u8>> {
        Self::finish(self)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use bytes::Bytes;

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
