//! Rows out of chunks: CSV with a header, or a JSON object a line.

use bytes::BytesMut;
use csv_core::{ReadRecordResult, Reader};
use serde_json::{Map, Value};

use super::StageError;
use crate::database::Format;

/// A row, its fields in the order of the columns.
pub(super) struct Record {
    /// Where it begins in the input.
    pub(super) offset: u64,
    /// Bytes it takes there.
    pub(super) bytes: u64,
    /// `None` is SQL's NULL.
    pub(super) fields: Vec<Option<String>>,
}

/// Longest row, bytes.
const MAX_ROW: usize = 1 << 20;

/// Most columns, and the longest name of one in bytes: what every database takes.
const MAX_COLUMNS: usize = 100;
const MAX_NAME: usize = 63;

/// Finds the rows of an input that comes in chunks.
pub(super) struct Records {
    columns: Option<Vec<String>>,
    parser: Parser,
    /// Bytes of the input before what comes next.
    read: u64,
    /// Where the row begins that is being read.
    begins: u64,
}

enum Parser {
    Csv {
        reader: Box<Reader>,
        fields: Vec<u8>,
        filled: usize,
        ends: Vec<usize>,
        ended: usize,
    },
    Json {
        line: BytesMut,
    },
}

impl Records {
    pub(super) fn new(format: Format) -> Self {
        let parser = match format {
            Format::Csv => Parser::Csv {
                reader: Box::new(Reader::new()),
                fields: vec![0; 1_024],
                filled: 0,
                // One more than may be, to see that it is too many.
                ends: vec![0; MAX_COLUMNS + 1],
                ended: 0,
            },
            Format::Json => Parser::Json {
                line: BytesMut::new(),
            },
        };
        Self {
            columns: None,
            parser,
            read: 0,
            begins: 0,
        }
    }

    /// The columns, once they are known: the header of CSV, the first object's names in JSON.
    pub(super) fn columns(&self) -> Option<&[String]> {
        self.columns.as_deref()
    }

    /// Bytes of a row that has not come to its end.
    pub(super) fn held(&self) -> u64 {
        self.read - self.begins
    }

    /// Takes a chunk and gives the rows that end in it.
    pub(super) fn take(&mut self, chunk: &[u8], out: &mut Vec<Record>) -> Result<(), StageError> {
        match &mut self.parser {
            _ if chunk.is_empty() => Ok(()),
            Parser::Csv { .. } => self.take_csv(chunk, out),
            Parser::Json { .. } => self.take_json(chunk, out),
        }
    }

    /// The input is over: the last row need not have an end of line.
    pub(super) fn end(&mut self, out: &mut Vec<Record>) -> Result<(), StageError> {
        match &mut self.parser {
            Parser::Csv { .. } => self.take_csv(&[], out)?,
            Parser::Json { line } => {
                let line = line.split();
                self.end_line(&line, out)?;
            }
        }
        if self.columns.is_none() {
            return Err(StageError::at(self.read, "there are no rows and no header"));
        }
        Ok(())
    }

    fn take_csv(&mut self, mut input: &[u8], out: &mut Vec<Record>) -> Result<(), StageError> {
        let at_end = input.is_empty();
        loop {
            let Parser::Csv {
                reader,
                fields,
                filled,
                ends,
                ended,
            } = &mut self.parser
            else {
                return Ok(());
            };
            if self.begins == self.read {
                // The line feed behind a carriage return, and empty lines, belong to no row.
                let empty = input
                    .iter()
                    .take_while(|byte| b"\r\n".contains(byte))
                    .count();
                if empty > 0 {
                    // The parser is told, for it may wait for that line feed.
                    reader.read_record(&input[..empty], &mut fields[..], &mut ends[..]);
                    input = &input[empty..];
                    self.read += empty as u64;
                    self.begins = self.read;
                }
            }
            let (result, read, wrote, fresh) =
                reader.read_record(input, &mut fields[*filled..], &mut ends[*ended..]);
            input = &input[read..];
            self.read += read as u64;
            *filled += wrote;
            *ended += fresh;
            match result {
                ReadRecordResult::Record => self.end_row(out)?,
                ReadRecordResult::OutputFull => fields.resize(fields.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => {
                    let reason = format!("a row has more than {MAX_COLUMNS} columns");
                    return Err(StageError::at(self.begins, reason));
                }
                ReadRecordResult::InputEmpty if at_end => {}
                ReadRecordResult::InputEmpty | ReadRecordResult::End => break,
            }
            if self.held() > MAX_ROW as u64 {
                return Err(too_long(self.begins));
            }
        }
        Ok(())
    }

    /// A row of CSV is complete: it is the header or a record.
    fn end_row(&mut self, out: &mut Vec<Record>) -> Result<(), StageError> {
        let (begins, bytes) = (self.begins, self.read - self.begins);
        self.begins = self.read;
        let Parser::Csv {
            fields,
            filled,
            ends,
            ended,
            ..
        } = &mut self.parser
        else {
            return Ok(());
        };
        let mut start = 0;
        let mut row = Vec::with_capacity(*ended);
        for end in &ends[..*ended] {
            let field = std::str::from_utf8(&fields[start..*end])
                .map_err(|_| StageError::at(begins, "a field of this row is not UTF-8"))?;
            row.push(field.to_owned());
            start = *end;
        }
        (*filled, *ended) = (0, 0);
        match &self.columns {
            None => self.columns = Some(checked(begins, row)?),
            Some(columns) if columns.len() != row.len() => {
                return Err(StageError::at(
                    begins,
                    format!(
                        "this row has {} fields and the header {}",
                        row.len(),
                        columns.len()
                    ),
                ));
            }
            Some(_) => out.push(Record {
                offset: begins,
                bytes,
                fields: row.into_iter().map(Some).collect(),
            }),
        }
        Ok(())
    }

    fn take_json(&mut self, mut input: &[u8], out: &mut Vec<Record>) -> Result<(), StageError> {
        loop {
            let Parser::Json { line } = &mut self.parser else {
                return Ok(());
            };
            let Some(end) = memchr::memchr(b'\n', input) else {
                line.extend_from_slice(input);
                self.read += input.len() as u64;
                if line.len() > MAX_ROW {
                    return Err(too_long(self.begins));
                }
                return Ok(());
            };
            line.extend_from_slice(&input[..end]);
            input = &input[end + 1..];
            self.read += end as u64 + 1;
            let line = line.split();
            self.end_line(&line, out)?;
        }
    }

    fn end_line(&mut self, line: &[u8], out: &mut Vec<Record>) -> Result<(), StageError> {
        let (begins, bytes) = (self.begins, self.read - self.begins);
        self.begins = self.read;
        if line.trim_ascii().is_empty() {
            return Ok(());
        }
        if line.len() > MAX_ROW {
            return Err(too_long(begins));
        }
        let mut object: Map<String, Value> = serde_json::from_slice(line)
            .map_err(|error| StageError::at(begins, format!("no JSON object: {error}")))?;
        let columns = match &self.columns {
            Some(columns) => columns,
            None => {
                let names = object.keys().cloned().collect();
                self.columns.insert(checked(begins, names)?)
            }
        };
        let fields = columns
            .iter()
            .map(|name| object.remove(name).and_then(text_of))
            .collect();
        if let Some(name) = object.keys().next() {
            let error = super::super::unknown_column(name, columns);
            return Err(StageError::at(begins, error.to_string()));
        }
        out.push(Record {
            offset: begins,
            bytes,
            fields,
        });
        Ok(())
    }
}

fn text_of(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        value => Some(value.to_string()),
    }
}

/// The names of columns, if every database takes them; two that differ in case alone are one there.
fn checked(begins: u64, names: Vec<String>) -> Result<Vec<String>, StageError> {
    let wrong = |reason: String| Err(StageError::at(begins, reason));
    if names.is_empty() || names.len() > MAX_COLUMNS {
        return wrong(format!(
            "there are {} columns; allowed are 1 to {MAX_COLUMNS}",
            names.len()
        ));
    }
    for (at, name) in names.iter().enumerate() {
        if name.trim().is_empty() || name.len() > MAX_NAME || name.contains(char::is_control) {
            let name: String = name.chars().take(80).collect();
            return wrong(format!(
                "{name:?} cannot be the name of a column: use 1 to {MAX_NAME} bytes of text"
            ));
        }
        if names[..at]
            .iter()
            .any(|other| other.to_lowercase() == name.to_lowercase())
        {
            return wrong(format!("two columns are called '{name}'"));
        }
    }
    Ok(names)
}

fn too_long(begins: u64) -> StageError {
    StageError::at(
        begins,
        format!("a row is longer than {MAX_ROW} bytes; is a quote left open?"),
    )
}
