//! Rows as text: CSV, or a JSON object a line.

use bytes::BytesMut;
use csv_core::{WriteResult, Writer};

use super::dialect::Class;
use super::select::Column;

/// How rows are written as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// CSV with a header.
    #[default]
    Csv,
    /// A JSON object a line.
    Json,
}

/// Writes rows.
pub(super) struct RowWriter {
    format: Format,
    /// For JSON: what comes before each value, the names being the same in every row.
    keys: Vec<Vec<u8>>,
    classes: Vec<Class>,
}

impl RowWriter {
    pub(super) fn new(format: Format, columns: &[Column]) -> Self {
        let key = |(at, column): (usize, &Column)| {
            let opening = if at == 0 { '{' } else { ',' };
            format!("{opening}{}:", quoted(&column.name)).into_bytes()
        };
        Self {
            format,
            keys: columns.iter().enumerate().map(key).collect(),
            classes: columns.iter().map(|column| column.class).collect(),
        }
    }

    /// Writes the header, if the format has one.
    pub(super) fn header(&self, columns: &[Column], out: &mut BytesMut) {
        if self.format == Format::Csv {
            csv_row(columns.iter().map(|column| &*column.name), out);
        }
    }

    /// Writes a row; `None` is SQL's NULL, which CSV shows as an empty field.
    pub(super) fn row(&self, cells: &[Option<&str>], out: &mut BytesMut) {
        match self.format {
            Format::Csv => csv_row(cells.iter().map(|cell| cell.unwrap_or_default()), out),
            Format::Json => {
                for ((key, class), cell) in self.keys.iter().zip(&self.classes).zip(cells) {
                    out.extend_from_slice(key);
                    json_value(*class, *cell, out);
                }
                out.extend_from_slice(b"}\n");
            }
        }
    }
}

fn json_value(class: Class, cell: Option<&str>, out: &mut BytesMut) {
    match (class, cell) {
        (_, None) => out.extend_from_slice(b"null"),
        (Class::Number, Some(text)) if serde_json::from_str::<serde_json::Number>(text).is_ok() => {
            out.extend_from_slice(text.trim().as_bytes());
        }
        (Class::Boolean, Some(text @ ("true" | "false"))) => out.extend_from_slice(text.as_bytes()),
        (_, Some(text)) => out.extend_from_slice(quoted(text).as_bytes()),
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn csv_row<'a>(cells: impl Iterator<Item = &'a str>, out: &mut BytesMut) {
    let mut writer = Writer::new();
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            fill(out, 8, |space| writer.delimiter(space));
        }
        let mut rest = cell.as_bytes();
        // At worst every byte is a quote, which is doubled.
        fill(out, cell.len() * 2 + 8, |space| {
            let (result, read, wrote) = writer.field(rest, space);
            rest = &rest[read..];
            (result, wrote)
        });
    }
    fill(out, 8, |space| writer.terminator(space));
}

/// Lets `write` write into room made at the end, until it says that it is done.
fn fill(out: &mut BytesMut, room: usize, mut write: impl FnMut(&mut [u8]) -> (WriteResult, usize)) {
    loop {
        let start = out.len();
        out.resize(start + room, 0);
        let (result, wrote) = write(&mut out[start..]);
        out.truncate(start + wrote);
        if matches!(result, WriteResult::InputEmpty) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: Format, rows: &[&[Option<&str>]]) -> String {
        let column = |name: &str, class| Column {
            name: name.to_owned(),
            class,
        };
        let columns = [
            column("name", Class::Text),
            column("a \"count\"", Class::Number),
            column("open", Class::Boolean),
        ];
        let writer = RowWriter::new(format, &columns);
        let mut out = BytesMut::new();
        writer.header(&columns, &mut out);
        rows.iter().for_each(|row| writer.row(row, &mut out));
        String::from_utf8(out.to_vec()).unwrap()
    }

    const ROWS: [&[Option<&str>]; 2] = [
        &[Some("a, \"b\"\nc"), Some("-1.50"), Some("true")],
        &[None, Some("NaN"), None],
    ];

    #[test]
    fn csv_quotes_what_needs_it() {
        assert_eq!(
            written(Format::Csv, &ROWS),
            "name,\"a \"\"count\"\"\",open\n\"a, \"\"b\"\"\nc\",-1.50,true\n,NaN,\n"
        );
    }

    #[test]
    fn json_keeps_numbers_and_nulls_what_they_are() {
        assert_eq!(
            written(Format::Json, &ROWS),
            "{\"name\":\"a, \\\"b\\\"\\nc\",\"a \\\"count\\\"\":-1.50,\"open\":true}\n\
             {\"name\":null,\"a \\\"count\\\"\":\"NaN\",\"open\":null}\n"
        );
    }

    #[test]
    fn a_field_of_quotes_alone_fits() {
        let quotes = "\"".repeat(3_000);
        let text = written(Format::Csv, &[&[Some(&quotes), None, None]]);
        assert!(text.ends_with(&format!("\"{}\",,\n", quotes.repeat(2))));
    }
}
