//! `gunzip`: a Transform that decompresses, like `zlib.createGunzip()`.
//!
//! As `gunzip` does, it takes several members in a row as one text, and ignores what comes after
//! the last one if it does not begin like a member; how much that was, it tells at the end.

use flate2::{Decompress, FlushDecompress, Status};
use spillway_protocol::stages::Side;

use super::decoding::{Decoder, Decoding, Step};
use super::documented::BOTH;
use super::{Kind, Options, Plan, StageError, Word};

pub(super) const KIND: Kind = Kind {
    name: "gunzip",
    about: "Transform that decompresses gzip. `high_water_mark` and `readable_high_water_mark` \
            (16384), `label`",
    side: Side::Transform,
    options: &[BOTH],
    word: Some(Word {
        name: "gunzip",
        usage: "gunzip",
        help: "decompresses what gzip made",
        options: Word::alone,
    }),
    plan,
};

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let piece = options.defaults.chunk;
    options.plain_transform("gunzip", move |_| {
        Ok(Decoding::new(Gunzip::default(), piece))
    })
}

/// How a member begins.
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Window of the format, as a power of two.
const WINDOW_BITS: u8 = 15;

struct Gunzip {
    inflate: Box<Decompress>,
    place: Place,
    /// Bytes after the last member.
    ignored: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Inside a member, or before the first.
    Member,
    /// After a member, with so many bytes seen of the beginning of another.
    Between(usize),
    /// In what comes after the last one.
    After,
}

impl Default for Gunzip {
    fn default() -> Self {
        Self {
            inflate: Box::new(Decompress::new_gzip(WINDOW_BITS)),
            place: Place::Member,
            ignored: 0,
        }
    }
}

impl Gunzip {
    fn inflate(&mut self, input: &[u8], room: &mut [u8]) -> Result<Step, String> {
        let (read, wrote) = (self.inflate.total_in(), self.inflate.total_out());
        let result = self.inflate.decompress(input, room, FlushDecompress::None);
        let status = result.map_err(|error| match error.message() {
            Some(reason) => format!("the gzip data is damaged: {reason}"),
            None => "the gzip data is damaged".to_owned(),
        })?;
        if status == Status::StreamEnd {
            self.place = Place::Between(0);
        }
        Ok(Step {
            read: (self.inflate.total_in() - read) as usize,
            wrote: (self.inflate.total_out() - wrote) as usize,
        })
    }

    /// Looks for the beginning of another member, which two chunks may share.
    fn look(&mut self, input: &[u8], seen: usize) -> Result<Step, String> {
        let Some(first) = input.first() else {
            return Ok(Step::default());
        };
        if MAGIC[seen] != *first {
            self.place = Place::After;
            self.ignored = seen as u64;
            return self.ignore(input);
        }
        self.place = Place::Between(seen + 1);
        if seen + 1 == MAGIC.len() {
            *self.inflate = Decompress::new_gzip(WINDOW_BITS);
            self.place = Place::Member;
            self.inflate(&MAGIC, &mut [])?;
        }
        Ok(Step { read: 1, wrote: 0 })
    }

    fn ignore(&mut self, input: &[u8]) -> Result<Step, String> {
        self.ignored += input.len() as u64;
        Ok(Step {
            read: input.len(),
            wrote: 0,
        })
    }
}

impl Decoder for Gunzip {
    fn decode(&mut self, input: &[u8], room: &mut [u8]) -> Result<Step, String> {
        match self.place {
            Place::Member => self.inflate(input, room),
            Place::Between(seen) => self.look(input, seen),
            Place::After => self.ignore(input),
        }
    }

    fn finish(&mut self) -> Result<(), String> {
        match self.place {
            Place::Member => Err("unexpected end of file: the gzip data was cut off".to_owned()),
            Place::Between(seen) => {
                self.ignored = seen as u64;
                Ok(())
            }
            Place::After => Ok(()),
        }
    }

    fn ignored(&self) -> u64 {
        self.ignored
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use bytes::Bytes;
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use crate::engine::stages::tests_support::{drive, run, transform};

    const GUNZIP: &str = r#"{"id":"g","kind":"gunzip"}"#;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn members_in_a_row_are_one_text_wherever_they_are_cut() {
        let input = [gzip(b"one, "), gzip(b""), gzip(b"two")].concat();
        for size in 1..=input.len() {
            assert_eq!(run(GUNZIP, &input, size).unwrap(), b"one, two");
        }
    }

    #[test]
    fn what_comes_after_the_last_member_is_ignored_and_counted() {
        for after in [b"\0\0\0\0".as_slice(), b"text", b"\x1f", b"\x1fzz"] {
            let input = [gzip(b"text"), after.to_vec()].concat();
            for size in 1..=input.len() {
                let mut gunzip = transform(GUNZIP);
                let out = drive(&mut *gunzip, input.chunks(size)).unwrap();
                assert_eq!(out.concat(), b"text");
                let finding = gunzip.finding().unwrap();
                let count = after.len();
                assert_eq!(
                    finding,
                    format!("ignored {count} bytes after the end of the data")
                );
            }
        }
    }

    #[test]
    fn an_input_that_was_cut_off_is_an_error_at_its_end() {
        let whole = gzip(&b"a text of some length".repeat(100));
        for cut in 0..whole.len() {
            let error = run(GUNZIP, &whole[..cut], 7).unwrap_err();
            let expect = format!("at byte {cut}: unexpected end of file");
            assert!(error.starts_with(&expect), "{error}");
        }
    }

    #[test]
    fn a_flipped_bit_in_the_text_or_its_checksum_is_an_error() {
        let whole = gzip(&b"a text of some length".repeat(100));
        for at in [10, whole.len() - 8, whole.len() - 1] {
            let mut input = whole.clone();
            input[at] ^= 1;
            let error = run(GUNZIP, &input, 16).unwrap_err();
            assert!(error.contains("the gzip data is damaged"), "{at}: {error}");
        }
    }

    #[test]
    fn what_is_no_gzip_is_an_error_at_its_beginning() {
        let error = run(GUNZIP, b"id,name\n1,Marton\n", 100).unwrap_err();
        assert_eq!(
            error,
            "at byte 0: the gzip data is damaged: incorrect header check"
        );
        let error = run(GUNZIP, b"", 1).unwrap_err();
        assert!(error.contains("unexpected end of file"), "{error}");
    }

    #[test]
    fn a_bomb_comes_in_pieces() {
        let bomb = Bytes::from(gzip(&vec![0; 20_000_000]));
        assert!(bomb.len() < 30_000);
        let mut gunzip = transform(GUNZIP);
        let mut pieces = gunzip.transform(&bomb).unwrap();
        assert_eq!(pieces.len(), 1, "no more before it is asked again");
        let mut total = 0;
        while gunzip.has_more() {
            total += pieces.concat().len();
            pieces = gunzip.more().unwrap();
            assert!(pieces.iter().all(|piece| piece.len() <= 16 * 1024));
        }
        assert_eq!(total + pieces.concat().len(), 20_000_000);
    }
}
