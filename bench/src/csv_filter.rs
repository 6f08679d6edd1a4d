//! The filter on `csv-core`: its parser finds the ends of fields and rows, the bytes of a row go out
//! as they came.

use std::io;

use anyhow::{Context as _, Result};
use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};

use crate::pipe::Sink;

/// Keeps the header and the rows whose column is above a number.
pub(crate) struct CsvFilter {
    parser: Reader,
    condition: Condition,
    /// The fields of the row that is being read, unquoted, one after the other.
    fields: Vec<u8>,
    /// Where each of them ends.
    ends: Vec<usize>,
    /// How much of the two is filled.
    filled: (usize, usize),
    /// What came of that row in earlier chunks.
    begun: Vec<u8>,
    /// Rows to pass on, collected for each chunk.
    kept: Vec<u8>,
    next: Box<dyn Sink>,
}

/// `COLUMN>NUMBER`; the column's place is known from the header on.
struct Condition {
    column: String,
    place: Option<usize>,
    above: f64,
}

impl CsvFilter {
    pub(crate) fn new(expression: &str, next: Box<dyn Sink>) -> Result<Self> {
        let (column, above) = expression.split_once('>').context("csv:COLUMN>NUMBER")?;
        Ok(Self {
            parser: ReaderBuilder::new()
                .terminator(Terminator::Any(b'\n'))
                .build(),
            condition: Condition {
                column: column.to_owned(),
                place: None,
                above: above.parse().context("csv:COLUMN>NUMBER")?,
            },
            fields: vec![0; 1024],
            ends: vec![0; 16],
            filled: (0, 0),
            begun: Vec::new(),
            kept: Vec::new(),
            next,
        })
    }

    /// Whether the row that is complete is to be kept.
    fn keeps(&mut self) -> io::Result<bool> {
        let (_, fields) = self.filled;
        if let Some(place) = self.condition.place {
            let above = self.condition.above;
            let number = (place < fields).then(|| std::str::from_utf8(self.field(place)));
            return Ok(number.is_some_and(|text| {
                text.is_ok_and(|text| text.parse().is_ok_and(|number: f64| number > above))
            }));
        }
        let column = self.condition.column.as_bytes();
        self.condition.place = (0..fields).find(|&place| self.field(place) == column);
        match self.condition.place {
            Some(_) => Ok(true),
            None => Err(io::Error::other("the file has no such column")),
        }
    }

    fn field(&self, place: usize) -> &[u8] {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.fields[start..self.ends[place]]
    }

    /// Decides over the complete row, whose last bytes these are.
    fn row(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.keeps()? {
            self.kept.extend_from_slice(&self.begun);
            self.kept.extend_from_slice(bytes);
        }
        self.begun.clear();
        self.filled = (0, 0);
        Ok(())
    }
}

impl Sink for CsvFilter {
    fn take(&mut self, chunk: &mut [u8]) -> io::Result<()> {
        let (mut row, mut at) = (0, 0);
        while at < chunk.len() {
            let (bytes, fields) = self.filled;
            let (result, read, made, ended) = self.parser.read_record(
                &chunk[at..],
                &mut self.fields[bytes..],
                &mut self.ends[fields..],
            );
            at += read;
            self.filled = (bytes + made, fields + ended);
            match result {
                ReadRecordResult::Record => {
                    self.row(&chunk[row..at])?;
                    row = at;
                }
                ReadRecordResult::OutputFull => self.fields.resize(self.fields.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
            }
        }
        self.begun.extend_from_slice(&chunk[row..]);
        self.next.take(&mut self.kept)?;
        self.kept.clear();
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        if !self.begun.is_empty() {
            // An empty input ends the last row, whose line end is missing.
            let (bytes, fields) = self.filled;
            let (_, _, made, ended) =
                self.parser
                    .read_record(&[], &mut self.fields[bytes..], &mut self.ends[fields..]);
            self.filled = (bytes + made, fields + ended);
            self.row(&[])?;
            self.next.take(&mut self.kept)?;
        }
        self.next.finish()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    impl Sink for Rc<RefCell<Vec<u8>>> {
        fn take(&mut self, chunk: &mut [u8]) -> io::Result<()> {
            self.borrow_mut().extend_from_slice(chunk);
            Ok(())
        }

        fn finish(self: Box<Self>) -> io::Result<()> {
            Ok(())
        }
    }

    /// However the text is cut into chunks.
    fn check(text: &str, kept: &str) {
        for size in 1..=text.len() {
            let output = Rc::new(RefCell::new(Vec::new()));
            let mut filter = CsvFilter::new("m>9", Box::new(Rc::clone(&output))).unwrap();
            for chunk in text.as_bytes().chunks(size) {
                filter.take(&mut chunk.to_vec()).unwrap();
            }
            Box::new(filter).finish().unwrap();
            let output = output.borrow();
            assert_eq!(String::from_utf8_lossy(&output), kept, "chunks of {size}");
        }
    }

    #[test]
    fn rows_above_the_number_are_kept_as_they_came() {
        check(
            "n,m\na,9\nb,10\n\"c\",\"11\"\nd,x\n",
            "n,m\nb,10\n\"c\",\"11\"\n",
        );
    }

    #[test]
    fn quoted_fields_may_hold_anything() {
        let row = "\"a \"\"b\"\", c\nd\",12\n";
        check(
            &format!("n,m\n{row}x,1\n{row}"),
            &format!("n,m\n{row}{row}"),
        );
    }

    #[test]
    fn the_last_row_needs_no_line_end() {
        check("n,m\na,10", "n,m\na,10");
        check("n,m\na,1", "n,m\n");
    }

    #[test]
    fn rows_may_be_long_and_have_many_fields() {
        let row = format!("{},10{}\n", "a".repeat(3000), ",b".repeat(40));
        let text = format!("n,m\n{row}");
        let output = Rc::new(RefCell::new(Vec::new()));
        let mut filter = CsvFilter::new("m>9", Box::new(Rc::clone(&output))).unwrap();
        filter.take(&mut text.clone().into_bytes()).unwrap();
        assert_eq!(output.borrow().as_slice(), text.as_bytes());
    }

    #[test]
    fn a_file_without_the_column_is_an_error() {
        let mut filter = CsvFilter::new("m>9", Box::new(Rc::default())).unwrap();
        assert!(filter.take(&mut b"a,b\n".to_owned()).is_err());
    }
}
