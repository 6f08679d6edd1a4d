//! `lines`: a Transform that gives one chunk per line, as `split2` does for Node.
//!
//! A line keeps its line feed, so that what comes out is, byte for byte, what went in: only the
//! places where it is cut are others. The last line may lack its line feed.

use bytes::{Bytes, BytesMut};
use memchr::memchr;
use spillway_protocol::stages::Side;

use super::documented::BOTH;
use super::{Inside, Kind, Options, Plan, StageError, Transform, Word};

pub(super) const KIND: Kind = Kind {
    name: "lines",
    about: "Transform that gives one chunk per line, its line feed included. `high_water_mark` and \
            `readable_high_water_mark` (16384), `label`",
    side: Side::Transform,
    options: &[BOTH],
    word: Some(Word {
        name: "lines",
        usage: "lines",
        help: "gives one chunk per line",
        options: Word::alone,
    }),
    plan,
};

/// Longest line, in bytes: a file without line feeds must not be gathered whole.
const MAX_LINE: usize = 1024 * 1024;

/// Most lines given at once.
const MAX_AT_ONCE: usize = 1_024;

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    options.plain_transform("lines", |_| Ok(Lines::default()))
}

#[derive(Default)]
struct Lines {
    /// The line that earlier chunks began.
    begun: BytesMut,
    /// What is left of the chunk it works on.
    rest: Bytes,
    /// Bytes of the input before the line that is being read.
    offset: u64,
}

impl Transform for Lines {
    fn transform(&mut self, chunk: &Bytes) -> Result<Vec<Bytes>, StageError> {
        self.rest = chunk.clone();
        self.more()
    }

    fn has_more(&self) -> bool {
        !self.rest.is_empty()
    }

    fn more(&mut self) -> Result<Vec<Bytes>, StageError> {
        let mut lines = Vec::new();
        while lines.len() < MAX_AT_ONCE {
            let Some(end) = memchr(b'\n', &self.rest) else {
                self.begun.extend_from_slice(&self.rest);
                self.rest.clear();
                break;
            };
            let mut line = self.rest.split_to(end + 1);
            if !self.begun.is_empty() {
                self.begun.extend_from_slice(&line);
                line = self.begun.split().freeze();
            }
            self.offset += line.len() as u64;
            lines.push(line);
        }
        if self.begun.len() > MAX_LINE {
            let reason = format!("a line is longer than {MAX_LINE} bytes");
            return Err(StageError::at(self.offset, reason));
        }
        Ok(lines)
    }

    fn flush(&mut self) -> Result<Vec<Bytes>, StageError> {
        let last = self.begun.split().freeze();
        Ok(if last.is_empty() { vec![] } else { vec![last] })
    }

    fn inside(&self) -> Inside {
        Inside::holding((self.begun.len() + self.rest.len()) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::stages::tests_support::{drive, run, transform};

    const LINES: &str = r#"{"id":"l","kind":"lines"}"#;

    #[test]
    fn each_chunk_is_one_line_wherever_the_input_was_cut() {
        let text = "one\n\nthree\r\nand the last";
        for size in 1..=text.len() {
            let out = drive(&mut *transform(LINES), text.as_bytes().chunks(size)).unwrap();
            assert_eq!(out, ["one\n", "\n", "three\r\n", "and the last"]);
        }
    }

    #[test]
    fn a_line_inside_a_chunk_is_not_copied() {
        let chunk = Bytes::from_static(b"one\ntwo\n");
        let out = transform(LINES).transform(&chunk).unwrap();
        assert_eq!(out[1].as_ptr(), chunk[4..].as_ptr());
    }

    #[test]
    fn a_chunk_of_many_lines_is_given_in_parts() {
        let mut lines = transform(LINES);
        let first = lines.transform(&Bytes::from(vec![b'\n'; 5_000])).unwrap();
        assert_eq!(first.len(), MAX_AT_ONCE);
        assert!(lines.has_more());
        assert_eq!(lines.inside(), Inside::holding(5_000 - MAX_AT_ONCE as u64));
    }

    #[test]
    fn a_line_without_end_is_an_error_where_it_begins() {
        let mut text = b"short\n".to_vec();
        text.resize(MAX_LINE + 100, b'x');
        let error = run(LINES, &text, 65_536).unwrap_err();
        assert_eq!(error, "at byte 6: a line is longer than 1048576 bytes");
    }
}
