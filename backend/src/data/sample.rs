//! Samples of cities, of any size, made while they are read.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use bytes::BytesMut;

use super::COLUMNS;
use super::cities::Cities;

/// The seed of `cities.csv`, and of every sample that asks for no other.
pub(crate) const SEED: u64 = 0x5eed_c171_e500_0001;

/// How the cities are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Rows of CSV below a header.
    Csv,
    /// A JSON object on each line.
    JsonLines,
    /// One JSON array.
    JsonArray,
}

/// How much of it there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// So many cities.
    Rows(u64),
    /// Whole cities until there are at least so many bytes.
    Bytes(u64),
}

/// A sample that is being made. One seed gives the same bytes always and everywhere.
#[derive(Debug)]
pub(crate) struct Sample {
    form: Form,
    size: Size,
    cities: Cities,
    rows: u64,
    bytes: u64,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Begins,
    GoesOn,
    Ended,
}

impl Sample {
    /// A sample of which nothing is made yet.
    pub(crate) const fn new(form: Form, size: Size, seed: u64) -> Self {
        Self {
            form,
            size,
            cities: Cities::new(seed),
            rows: 0,
            bytes: 0,
            state: State::Begins,
        }
    }

    /// Appends whole rows until `out` has at least `wanted` bytes, or the sample ends.
    pub(crate) fn fill(&mut self, out: &mut BytesMut, wanted: usize) {
        out.reserve(wanted.saturating_sub(out.len()) + LONGEST_ROW);
        while out.len() < wanted && self.state != State::Ended {
            let before = out.len();
            self.step(out);
            self.bytes += (out.len() - before) as u64;
        }
    }

    fn step(&mut self, out: &mut BytesMut) {
        match self.state {
            State::Begins => {
                self.open(out);
                self.state = State::GoesOn;
            }
            State::GoesOn if self.is_enough() => {
                self.close(out);
                self.state = State::Ended;
            }
            State::GoesOn => self.row(out),
            State::Ended => {}
        }
    }

    fn is_enough(&self) -> bool {
        match self.size {
            Size::Rows(rows) => self.rows >= rows,
            Size::Bytes(bytes) => self.bytes >= bytes,
        }
    }

    fn open(&self, out: &mut BytesMut) {
        match self.form {
            Form::Csv => {
                out.extend_from_slice(COLUMNS.join(",").as_bytes());
                out.extend_from_slice(b"\n");
            }
            Form::JsonLines => {}
            Form::JsonArray => out.extend_from_slice(b"["),
        }
    }

    fn row(&mut self, out: &mut BytesMut) {
        let city = self.cities.next();
        match self.form {
            Form::Csv => city.csv(out),
            Form::JsonLines => {
                city.json(out);
                out.extend_from_slice(b"\n");
            }
            Form::JsonArray => {
                let before: &[u8] = if self.rows == 0 { b"\n" } else { b",\n" };
                out.extend_from_slice(before);
                city.json(out);
            }
        }
        self.rows += 1;
    }

    fn close(&self, out: &mut BytesMut) {
        if self.form == Form::JsonArray {
            out.extend_from_slice(b"\n]\n");
        }
    }
}

/// Room for the row that goes beyond what was wanted; a longer one would only cost time.
const LONGEST_ROW: usize = 128;

/// Makes `cities.csv` unless it is there. It appears whole or not at all.
pub(super) fn make_once(path: &Path, bytes: u64) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let half = path.with_extension("half");
    let made = make(&half, bytes).and_then(|()| std::fs::rename(&half, path));
    if made.is_err() {
        // It holds room that a full disk could do with; that it may not exist is no matter.
        std::fs::remove_file(&half).ok();
    }
    made
}

fn make(path: &Path, bytes: u64) -> io::Result<()> {
    let mut file = File::create(path)?;
    let mut sample = Sample::new(Form::Csv, Size::Bytes(bytes), SEED);
    let mut piece = BytesMut::new();
    loop {
        piece.clear();
        sample.fill(&mut piece, PIECE);
        if piece.is_empty() {
            return Ok(());
        }
        file.write_all(&piece)?;
    }
}

/// Bytes made before they are written.
const PIECE: usize = 1 << 16;

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use sha2::{Digest, Sha256};

    use super::*;

    fn text(form: Form, size: Size, seed: u64) -> String {
        let mut out = BytesMut::new();
        Sample::new(form, size, seed).fill(&mut out, 1 << 20);
        String::from_utf8(out.to_vec()).unwrap()
    }

    #[test]
    fn one_seed_gives_the_same_bytes_however_they_are_read() {
        let whole = text(Form::Csv, Size::Rows(1_000), 7);
        let mut sample = Sample::new(Form::Csv, Size::Rows(1_000), 7);
        let mut pieces = BytesMut::new();
        loop {
            let before = pieces.len();
            sample.fill(&mut pieces, before + 17);
            if pieces.len() == before {
                break;
            }
        }
        assert_eq!(pieces, whole.as_bytes());
        assert_ne!(text(Form::Csv, Size::Rows(1_000), 8), whole);
    }

    #[test]
    fn a_sample_has_as_much_as_was_asked_for() {
        assert_eq!(text(Form::Csv, Size::Rows(12), SEED).lines().count(), 13);
        let bytes = text(Form::Csv, Size::Bytes(5_000), SEED).len();
        assert!((5_000..5_100).contains(&bytes), "{bytes}");
        assert_eq!(text(Form::JsonLines, Size::Rows(0), SEED), "");
    }

    #[test]
    fn the_forms_tell_of_the_same_cities() {
        let csv = text(Form::Csv, Size::Rows(20), 3);
        let array = text(Form::JsonArray, Size::Rows(20), 3);
        let array: Vec<serde_json::Value> = serde_json::from_str(&array).unwrap();
        let lines = text(Form::JsonLines, Size::Rows(20), 3);
        let lines: Vec<serde_json::Value> = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(array, lines);
        assert_eq!(array.len(), 20);
        for (row, city) in csv.lines().skip(1).zip(&array) {
            let fields: Vec<&str> = row.split(',').collect();
            assert_eq!(city["id"].to_string(), fields[0]);
            assert_eq!(city["name"], fields[1]);
            assert_eq!(city["country"], fields[2]);
            assert_eq!(city["lat"].as_f64(), fields[3].parse().ok());
            assert_eq!(city["population"].to_string(), fields[5]);
        }
    }

    #[test]
    fn an_array_without_cities_is_still_an_array() {
        let text = text(Form::JsonArray, Size::Rows(0), SEED);
        let array: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        assert!(array.is_empty());
    }

    #[test]
    fn the_cities_are_those_that_lessons_were_written_for() {
        let text = text(Form::Csv, Size::Bytes(100_000), SEED);
        let digest = Sha256::digest(text)
            .iter()
            .fold(String::new(), |mut hex, byte| {
                write!(hex, "{byte:02x}").unwrap();
                hex
            });
        assert_eq!(
            digest,
            "63efe26515735c31b4fae2ba11d4f2e30704bb715693c0356af75162ead86117"
        );
    }
}
