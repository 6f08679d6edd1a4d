//! `csv_filter`: a Transform that keeps the header and, byte for byte, the rows that match; in Node
//! it would be `csv-parse` piped into a filter.
//!
//! The format is RFC 4180's: commas, rows that end in LF or CRLF, fields with commas, quotes or line
//! ends in quotes. An empty line is no row and is left out. A row whose number of fields differs
//! from the header's is ragged: an error, like broken quotes and a compared field that is no UTF-8.

mod row;
mod scan;
#[cfg(test)]
mod tests;

use std::ops::Range;

use bytes::{Bytes, BytesMut};
use serde::Deserialize;

use self::row::{Needs, Place, Row, lay_out, text_of};
use self::scan::{ORDER_MARK, Scanner};
use super::documented::{BOTH, choice, text};
use super::expression::{Bound, Expression, ExpressionError, unknown_column};
use super::{Inside, Kind, Options, Plan, StageError, Transform, Word};
use crate::engine::Buffers;
use spillway_protocol::stages::Side;

pub(super) const KIND: Kind = Kind {
    name: "csv_filter",
    about: "Transform that keeps the header and the rows that match. `expr` (such as \
            `population>500000`; = != < <= > >=, && and ||), `select` (the columns to keep, such \
            as `name,population`; all when left out), `ragged` (`fail`, or `skip`: rows that are \
            not as wide as the header are left out), `high_water_mark` and \
            `readable_high_water_mark` (16384), `label`",
    side: Side::Transform,
    options: &[
        &[
            text("expr", "the rows to keep: = != < <= > >=, && and ||")
                .such_as_text("population>500000"),
            text("select", "the columns to keep; all when left out")
                .such_as_text("name,population"),
            choice(
                "ragged",
                &["fail", "skip"],
                "what a row does that is not as wide as the header",
            )
            .or_text("fail"),
        ],
        BOTH,
    ],
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
const MAX_ROW: u64 = 1024 * 1024;

/// Most columns of a table.
const MAX_COLUMNS: usize = 1_024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CsvFilterOptions {
    expr: Option<String>,
    select: Option<String>,
    #[serde(default)]
    ragged: Ragged,
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: CsvFilterOptions = options.own()?;
    let asked = Asked {
        expression: match &parsed.expr {
            Some(expr) => Some(Expression::parse(expr).map_err(|error| options.wrong(error))?),
            None => None,
        },
        select: parsed.select.as_deref().map(columns_of),
        ragged: parsed.ragged,
    };
    if asked.expression.is_none() && asked.select.is_none() {
        return Err(options.wrong("it needs expr or select, or both"));
    }
    if asked
        .select
        .as_ref()
        .is_some_and(|names| names.iter().any(String::is_empty))
    {
        return Err(options.wrong("select names columns, with a comma between two of them"));
    }
    Ok(Plan {
        wants_columns: asked.columns(),
        ..options.transform("filter rows", move |places| {
            Ok(CsvFilter::new(asked, places.buffers.clone()))
        })?
    })
}

fn columns_of(select: &str) -> Vec<String> {
    select
        .split(',')
        .map(|name| name.trim().to_owned())
        .collect()
}

/// What to do with a row whose number of fields differs from the header's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Ragged {
    /// The stage fails.
    #[default]
    Fail,
    /// The row is left out and counted: for lessons in which bytes may be lost on the way.
    Skip,
}

/// What the options ask for.
struct Asked {
    expression: Option<Expression>,
    select: Option<Vec<String>>,
    ragged: Ragged,
}

impl Asked {
    fn columns(&self) -> Vec<String> {
        let mut columns = self
            .expression
            .as_ref()
            .map_or_else(Vec::new, Expression::columns);
        columns.extend(self.select.iter().flatten().cloned());
        columns
    }
}

struct CsvFilter {
    asked: Asked,
    /// `None` until the header was seen.
    table: Option<Table>,
    needs: Needs,
    scanner: Scanner,
    row: Row,
    /// Bytes of the row that came in earlier chunks.
    begun: BytesMut,
    /// Bytes of the input so far.
    offset: u64,
    /// Rows to be given.
    out: BytesMut,
    /// Ragged rows left out.
    skipped: u64,
    buffers: Buffers,
}

/// What the header told.
struct Table {
    width: usize,
    filter: Option<Bound>,
    /// The columns that the filter compares.
    compared: Vec<Place>,
    /// The columns to keep; `None` keeps the row as it is.
    selected: Option<Vec<Place>>,
}

impl CsvFilter {
    fn new(asked: Asked, buffers: Buffers) -> Self {
        Self {
            asked,
            table: None,
            needs: Needs::All,
            scanner: Scanner::default(),
            row: Row::default(),
            begun: BytesMut::new(),
            offset: 0,
            out: BytesMut::new(),
            skipped: 0,
            buffers,
        }
    }

    fn read_rows(&mut self, chunk: &[u8]) -> Result<(), StageError> {
        // Rows that stand side by side in the chunk are copied together.
        let mut kept = Kept::default();
        let (blocks, rest) = chunk.as_chunks::<64>();
        for (number, block) in blocks.iter().enumerate() {
            self.read_block(chunk, 64 * number, block, 64, &mut kept)?;
        }
        if !rest.is_empty() {
            let mut block = [0; 64];
            block[..rest.len()].copy_from_slice(rest);
            self.read_block(chunk, 64 * blocks.len(), &block, rest.len(), &mut kept)?;
        }
        kept.copy(chunk, &mut self.out);
        let begun = (self.row.start.saturating_sub(self.offset)) as usize;
        self.begun.extend_from_slice(&chunk[begun..]);
        self.offset += chunk.len() as u64;
        if self.begun.len() as u64 > MAX_ROW {
            return Err(self.too_long());
        }
        Ok(())
    }

    fn read_block(
        &mut self,
        chunk: &[u8],
        start: usize,
        block: &[u8; 64],
        len: usize,
        kept: &mut Kept,
    ) -> Result<(), StageError> {
        let at = self.offset + start as u64;
        let cuts = self.scanner.scan(at, block, len)?;
        let (mut commas, mut ends) = (cuts.commas, cuts.ends);
        while ends != 0 {
            let end = ends.trailing_zeros();
            let up_to_end = (1 << end) - 1;
            self.row.cut(at, commas & up_to_end, &self.needs);
            commas &= !up_to_end;
            ends &= ends - 1;
            self.end_row(chunk, start + end as usize + 1, kept)?;
        }
        self.row.cut(at, commas, &self.needs);
        Ok(())
    }

    /// The row ends before byte `end` of the chunk.
    fn end_row(&mut self, chunk: &[u8], end: usize, kept: &mut Kept) -> Result<(), StageError> {
        if self.begun.is_empty() {
            let start = (self.row.start - self.offset) as usize;
            let row = &chunk[start..end];
            if self.takes_row(row)? {
                if self.asked.select.is_none() {
                    kept.add(start..end, chunk, &mut self.out);
                } else {
                    self.give(row);
                }
            }
        } else {
            self.begun.extend_from_slice(&chunk[..end]);
            self.end_begun_row()?;
        }
        self.row.begin(self.offset + end as u64);
        Ok(())
    }

    fn end_begun_row(&mut self) -> Result<(), StageError> {
        let row = self.begun.split();
        if self.takes_row(&row)? {
            self.give(&row);
        }
        // Its memory is used for the next row that two chunks share.
        self.begun = row;
        self.begun.clear();
        Ok(())
    }

    /// Whether to keep the row of these bytes.
    fn takes_row(&mut self, row: &[u8]) -> Result<bool, StageError> {
        if row.len() as u64 > MAX_ROW {
            return Err(self.too_long());
        }
        let text = without_end(row);
        if text.is_empty() && self.row.commas == 0 {
            return Ok(false);
        }
        let Some(table) = &self.table else {
            self.read_header(text)?;
            return Ok(true);
        };
        let fields = self.row.commas + 1;
        if fields != table.width {
            if self.asked.ragged == Ragged::Skip {
                self.skipped += 1;
                return Ok(false);
            }
            return Err(StageError::at(
                self.row.start,
                format!(
                    "a ragged row: it has {fields} {}, and the header has {}",
                    if fields == 1 { "field" } else { "fields" },
                    table.width
                ),
            ));
        }
        let Some(filter) = &table.filter else {
            return Ok(true);
        };
        let field = |slot: usize| text_of(self.row.field(text, table.compared[slot]));
        filter.matches(field).map_err(|slot| {
            let field = self.row.field(text, table.compared[slot]);
            let into_row = field.as_ptr().addr() - text.as_ptr().addr();
            let good =
                std::str::from_utf8(field).map_or_else(|error| error.valid_up_to(), str::len);
            let offset = self.row.start + (into_row + good) as u64;
            StageError::at(offset, "a field to be compared is not UTF-8 text")
        })
    }

    fn read_header(&mut self, text: &[u8]) -> Result<(), StageError> {
        let width = self.row.commas + 1;
        if width > MAX_COLUMNS {
            let reason = format!("the header has more than {MAX_COLUMNS} columns");
            return Err(StageError::at(self.row.start, reason));
        }
        let mut header = Vec::with_capacity(width);
        for place in self.row.places() {
            let mut field = self.row.field(text, place);
            if header.is_empty() && self.row.start == 0 {
                field = field.strip_prefix(&ORDER_MARK).unwrap_or(field);
            }
            let name = String::from_utf8(text_of(field).into_owned());
            let not_text = |_| StageError::at(self.row.start, "the header is not UTF-8 text");
            header.push(name.map_err(not_text)?);
        }
        let wrong = |error: ExpressionError| StageError::Data(error.to_string());
        let filter = self.asked.expression.as_ref();
        let filter = filter
            .map(|filter| filter.bind(&header))
            .transpose()
            .map_err(wrong)?;
        let mut columns = filter
            .as_ref()
            .map_or_else(Vec::new, |filter| filter.columns().to_vec());
        let filtered = columns.len();
        for name in self.asked.select.iter().flatten() {
            let at = header.iter().position(|known| known == name);
            columns.push(at.ok_or_else(|| wrong(unknown_column(name, &header)))?);
        }
        let (needs, mut compared) = lay_out(&columns, width);
        let selected = compared.split_off(filtered);
        self.row.keep(&needs);
        self.needs = Needs::Commas(needs);
        self.table = Some(Table {
            width,
            filter,
            compared,
            selected: self.asked.select.as_ref().map(|_| selected),
        });
        Ok(())
    }

    /// Gives the row of these bytes: all of it, or the columns that are to be kept.
    fn give(&mut self, row: &[u8]) {
        let selected = self
            .table
            .as_ref()
            .and_then(|table| table.selected.as_ref());
        let Some(selected) = selected else {
            self.out.extend_from_slice(row);
            return;
        };
        let text = without_end(row);
        for (at, place) in selected.iter().enumerate() {
            if at > 0 {
                self.out.extend_from_slice(b",");
            }
            self.out.extend_from_slice(self.row.field(text, *place));
        }
        self.out.extend_from_slice(&row[text.len()..]);
    }

    fn too_long(&self) -> StageError {
        let reason = format!("a row is longer than {MAX_ROW} bytes");
        match self.scanner.open_quote() {
            Some(at) => StageError::at(at, format!("{reason}; is this quote left open?")),
            None => StageError::at(self.row.start, reason),
        }
    }

    /// What is to be given, if there is anything.
    fn given(&mut self, input: usize) -> Vec<Bytes> {
        let out = if self.out.is_empty() {
            return Vec::new();
        } else if 2 * self.out.len() >= input {
            std::mem::take(&mut self.out).freeze()
        } else {
            // Few rows must not keep the memory of many.
            let few = Bytes::copy_from_slice(&self.out);
            self.out.clear();
            few
        };
        vec![out]
    }
}

impl Transform for CsvFilter {
    fn transform(&mut self, chunk: &Bytes) -> Result<Vec<Bytes>, StageError> {
        if self.out.capacity() < chunk.len() {
            self.out = self.buffers.take(chunk.len());
            self.out.clear();
        }
        self.read_rows(chunk)?;
        Ok(self.given(chunk.len()))
    }

    fn flush(&mut self) -> Result<Vec<Bytes>, StageError> {
        if let Some(at) = self.scanner.open_quote() {
            return Err(StageError::at(
                at,
                "broken quotes: this one is never closed",
            ));
        }
        if !self.begun.is_empty() {
            self.end_begun_row()?;
        }
        Ok(self.given(0))
    }

    fn inside(&self) -> Inside {
        Inside::holding(self.begun.len() as u64)
    }

    fn finding(&self) -> Option<String> {
        let rows = if self.skipped == 1 { "row" } else { "rows" };
        (self.skipped > 0).then(|| format!("{} ragged {rows} left out", self.skipped))
    }
}

/// Kept rows of a chunk that stand side by side, to be copied together.
#[derive(Default)]
struct Kept {
    rows: Range<usize>,
}

impl Kept {
    fn add(&mut self, row: Range<usize>, chunk: &[u8], out: &mut BytesMut) {
        if self.rows.end != row.start {
            self.copy(chunk, out);
            self.rows.start = row.start;
        }
        self.rows.end = row.end;
    }

    fn copy(&self, chunk: &[u8], out: &mut BytesMut) {
        out.extend_from_slice(&chunk[self.rows.clone()]);
    }
}

/// A row without its LF or CRLF.
fn without_end(row: &[u8]) -> &[u8] {
    let row = row.strip_suffix(b"\n").unwrap_or(row);
    row.strip_suffix(b"\r").unwrap_or(row)
}
