//! `csv_filter`: a Transform that keeps the header and, byte for byte, the rows that match.

use bytes::{Bytes, BytesMut};
use csv_core::{ReadRecordResult, Reader};
use serde::Deserialize;

use super::expression::{Bound, Expression};
use super::{Inside, Kind, Options, Plan, StageError, Transform, Word, Worker};

pub(super) const KIND: Kind = Kind {
    name: "csv_filter",
    about: "Transform that keeps the header and the rows that match. `expr` (such as \
            `population>500000`; = != < <= > >=, && and ||), `high_water_mark` and \
            `readable_high_water_mark` (16384), `label`",
    word: Some(Word {
        name: "csv",
        usage: "'csv:EXPR'",
        help: "keeps the header and, byte for byte, the rows that match EXPR, such as \
               'csv:population>500000 && country=JP' (= != < <= > >=, && and ||)",
        options: |expr| {
            Word::text(
                "expr",
                expr,
                "an expression such as 'csv:population>500000'",
            )
        },
    }),
    plan,
};

/// Longest row, in bytes. A quote that is never closed would otherwise gather the whole file.
const MAX_ROW: usize = 1024 * 1024;

/// Most columns of a row.
const MAX_FIELDS: usize = 1_024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CsvFilterOptions {
    expr: String,
    label: Option<String>,
    high_water_mark: Option<u64>,
    readable_high_water_mark: Option<u64>,
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: CsvFilterOptions = options.parse()?;
    let expression = Expression::parse(&parsed.expr).map_err(|error| options.wrong(error))?;
    let mark = options.defaults.mark;
    Ok(Plan {
        wants_columns: expression.columns(),
        ..Plan::both(
            parsed.label.unwrap_or_else(|| "filter rows".to_owned()),
            options.mark(parsed.readable_high_water_mark, mark)?,
            options.mark(parsed.high_water_mark, mark)?,
            Box::new(move |_| Ok(Worker::Transform(Box::new(CsvFilter::new(expression))))),
        )
    })
}

struct CsvFilter {
    expression: Expression,
    /// `None` until the header was seen.
    bound: Option<Bound>,
    reader: Reader,
    row: Row,
    /// The row that a chunk cut off ended in a carriage return: its line feed may still come.
    ended_in_cr: Option<bool>,
}

/// The row being read: its own bytes, and its fields as the parser gives them.
#[derive(Default)]
struct Row {
    raw: BytesMut,
    fields: Vec<u8>,
    filled: usize,
    ends: Vec<usize>,
    columns: usize,
}

impl Row {
    fn field(&self, at: usize) -> &[u8] {
        if at >= self.columns {
            return &[];
        }
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.fields[start..self.ends[at]]
    }

    fn clear(&mut self) {
        self.raw.clear();
        self.filled = 0;
        self.columns = 0;
    }
}

impl CsvFilter {
    fn new(expression: Expression) -> Self {
        Self {
            expression,
            bound: None,
            reader: Reader::new(),
            row: Row {
                fields: vec![0; 1_024],
                ends: vec![0; 64],
                ..Row::default()
            },
            ended_in_cr: None,
        }
    }

    /// Reads rows out of `input`; an empty input says that no more comes.
    fn read_rows(&mut self, mut input: &[u8], out: &mut BytesMut) -> Result<(), StageError> {
        let at_end = input.is_empty();
        self.take_late_line_feed(&mut input, out);
        loop {
            let row = &mut self.row;
            let (result, read, wrote, ended) = self.reader.read_record(
                input,
                &mut row.fields[row.filled..],
                &mut row.ends[row.columns..],
            );
            row.raw.extend_from_slice(&input[..read]);
            input = &input[read..];
            row.filled += wrote;
            row.columns += ended;
            match result {
                ReadRecordResult::Record => self.end_row(&mut input, out)?,
                ReadRecordResult::OutputFull => row.fields.resize(row.fields.len() * 2, 0),
                ReadRecordResult::OutputEndsFull if row.ends.len() < MAX_FIELDS => {
                    row.ends.resize(row.ends.len() * 2, 0);
                }
                ReadRecordResult::OutputEndsFull => {
                    return Err(StageError::Data(format!(
                        "a row has more than {MAX_FIELDS} columns"
                    )));
                }
                ReadRecordResult::InputEmpty if at_end => {}
                ReadRecordResult::InputEmpty | ReadRecordResult::End => break,
            }
            if self.row.raw.len() > MAX_ROW {
                return Err(StageError::Data(format!(
                    "a row is longer than {MAX_ROW} bytes; is a quote left open?"
                )));
            }
        }
        Ok(())
    }

    fn end_row(&mut self, input: &mut &[u8], out: &mut BytesMut) -> Result<(), StageError> {
        // The parser ends a row at the carriage return; the line feed behind it is still its own.
        let mut waits = false;
        if self.row.raw.last() == Some(&b'\r') {
            match input.first() {
                Some(b'\n') => {
                    self.row.raw.extend_from_slice(b"\n");
                    *input = &input[1..];
                }
                Some(_) => {}
                None => waits = true,
            }
        }
        let kept = self.keeps_row()?;
        if kept {
            out.extend_from_slice(&self.row.raw);
        }
        self.ended_in_cr = waits.then_some(kept);
        self.row.clear();
        Ok(())
    }

    fn take_late_line_feed(&mut self, input: &mut &[u8], out: &mut BytesMut) {
        if let Some(kept) = self.ended_in_cr.take()
            && input.first() == Some(&b'\n')
        {
            *input = &input[1..];
            if kept {
                out.extend_from_slice(b"\n");
            }
        }
    }

    fn keeps_row(&mut self) -> Result<bool, StageError> {
        let row = &self.row;
        match &self.bound {
            Some(bound) => Ok(bound.matches(|at| row.field(at))),
            None => {
                let name = |at| String::from_utf8_lossy(row.field(at)).into_owned();
                let header: Vec<String> = (0..row.columns).map(name).collect();
                let bound = self.expression.bind(&header);
                self.bound = Some(bound.map_err(|error| StageError::Data(error.to_string()))?);
                Ok(true)
            }
        }
    }
}

impl Transform for CsvFilter {
    fn transform(&mut self, chunk: &Bytes) -> Result<Vec<Bytes>, StageError> {
        let mut out = BytesMut::new();
        if !chunk.is_empty() {
            self.read_rows(chunk, &mut out)?;
        }
        Ok(one(out))
    }

    fn flush(&mut self) -> Result<Vec<Bytes>, StageError> {
        let mut out = BytesMut::new();
        self.read_rows(&[], &mut out)?;
        Ok(one(out))
    }

    fn inside(&self) -> Inside {
        Inside::holding(self.row.raw.len() as u64)
    }
}

fn one(out: BytesMut) -> Vec<Bytes> {
    if out.is_empty() {
        Vec::new()
    } else {
        vec![out.freeze()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::stages::tests_support::transform;

    /// Filters `text` cut into chunks of every size; each cut must give the same.
    fn check(expr: &str, text: &str, expect: &str) {
        for size in 1..=text.len() {
            let spec = serde_json::json!({"id": "f", "kind": "csv_filter", "expr": expr});
            let mut filter = transform(&spec.to_string());
            let mut out = Vec::new();
            for chunk in text.as_bytes().chunks(size) {
                out.extend(filter.transform(&Bytes::copy_from_slice(chunk)).unwrap());
            }
            out.extend(filter.flush().unwrap());
            let out = String::from_utf8(out.concat()).unwrap();
            assert_eq!(out, expect, "in chunks of {size}");
        }
    }

    #[test]
    fn keeps_header_and_matching_rows_byte_for_byte() {
        check("n>5", "id,n\na,5\nb,6\nc,70\n", "id,n\nb,6\nc,70\n");
    }

    #[test]
    fn a_last_row_without_line_feed_stays_without() {
        check("n>5", "id,n\nb,6\nc,7", "id,n\nb,6\nc,7");
    }

    #[test]
    fn quotes_and_lines_inside_them_are_one_row() {
        check(
            "n=1",
            "id,n\n\"a,\n\"\"x\"\"\",1\n\"b\n\",2\n",
            "id,n\n\"a,\n\"\"x\"\"\",1\n",
        );
    }

    #[test]
    fn carriage_returns_stay_with_their_row() {
        check(
            "n=1",
            "id,n\r\na,1\r\nb,2\r\nc,1\r\n",
            "id,n\r\na,1\r\nc,1\r\n",
        );
    }

    #[test]
    fn a_column_the_header_lacks_fails_with_the_columns_there_are() {
        let mut filter = transform(r#"{"id":"f","kind":"csv_filter","expr":"size>1"}"#);
        let error = filter
            .transform(&Bytes::from_static(b"id,n\n1,2\n"))
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no column 'size'; the columns are id, n"
        );
    }

    #[test]
    fn a_quote_that_is_never_closed_does_not_gather_the_whole_file() {
        let mut filter = transform(r#"{"id":"f","kind":"csv_filter","expr":"n>1"}"#);
        let mut chunk = b"id,n\n\"".to_vec();
        chunk.resize(2 * MAX_ROW, b'x');
        let error = filter.transform(&Bytes::from(chunk)).unwrap_err();
        assert!(
            error.to_string().contains("is a quote left open?"),
            "{error}"
        );
    }
}
