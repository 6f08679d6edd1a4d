//! `database_insert`: a Writable that inserts rows in batches inside one transaction, as one would
//! write it with Node's drivers: `_write` gathers rows and sends a batch, `_final` commits, and an
//! error rolls everything back. The table is the run's own and goes with the stage.

mod records;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Deserialize;

use self::records::{Record, Records};
use super::documented::{END, choice, map, number, text};
use super::{Inside, Kind, LiveSink, Options, Plan, StageError, Worker};
use crate::database::{
    ColumnType, DatabaseError, Databases, Format, RunTable, SAMPLE, TableColumn, Value,
};
use spillway_protocol::stages::Side;

pub(super) const KIND: Kind = Kind {
    name: "database_insert",
    about: "Writable that inserts rows into a table of the run's own, in one transaction: all of \
            them or, after an error, none. The columns are those of the input. `database` (sample, \
            or one of the server's `--database`), `format` (`csv` or `json`, an object a line; csv), \
            `types` (such as `{ population = \"integer\" }`: integer, real or text; text), `key` (a \
            column in which no value comes twice), `batch` (rows a statement, 1 to 5000; 500), \
            `bytes_per_s` (full speed when left out), `high_water_mark` (16384), `label`",
    side: Side::Writable,
    options: &[
        &[
            text("database", "`sample`, or one of the server's").or_text("sample"),
            choice("format", &["csv", "json"], "CSV, or an object a line").or_text("csv"),
            map(
                "types",
                "integer, real or text by column; text when left out",
            )
            .such_as_map(&[("population", "integer")]),
            text("key", "a column in which no value comes twice").such_as_text("name"),
            number("batch", 1, Some(MAX_BATCH as u64), "rows a statement").or(500),
        ],
        END,
    ],
    word: None,
    plan,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DatabaseInsertOptions {
    database: Option<String>,
    #[serde(default)]
    format: Format,
    #[serde(default)]
    types: BTreeMap<String, ColumnType>,
    key: Option<String>,
    batch: Option<usize>,
    label: Option<String>,
    bytes_per_s: Option<u64>,
    high_water_mark: Option<u64>,
}

/// Rows of a statement: enough that the way to the database costs little.
const BATCH: usize = 500;

/// Larger statements gain nothing.
const MAX_BATCH: usize = 5_000;

/// Bytes of a statement; a server refuses more than 16 MiB.
const MAX_BATCH_BYTES: u64 = 4 << 20;

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: DatabaseInsertOptions = options.parse()?;
    let batch = parsed.batch.unwrap_or(BATCH);
    if !(1..=MAX_BATCH).contains(&batch) {
        return Err(options.wrong(format!(
            "batch {batch} is not allowed; allowed are 1 to {MAX_BATCH}"
        )));
    }
    let database = parsed.database.unwrap_or_else(|| SAMPLE.to_owned());
    // No output of a learner's can have a name that begins with a dot.
    let file = format!(".{}.sqlite", options.spec.id);
    let shape = Shape {
        types: parsed.types,
        key: parsed.key,
        batch,
    };
    Ok(Plan {
        speed: Some(options.speed(parsed.bytes_per_s)?),
        ..Plan::writable(
            parsed
                .label
                .unwrap_or_else(|| format!("insert into {database}")),
            options.mark(parsed.high_water_mark, options.defaults.mark)?,
            Box::new(move |places| {
                let databases = places.reach()?.databases.counted_in(&places.ledger);
                databases.check_name(&database)?;
                Ok(Worker::LiveSink(Box::new(DatabaseInsert {
                    databases,
                    database,
                    file: (places.output)(&file),
                    shape,
                    records: Records::new(parsed.format),
                    waiting: Vec::new(),
                    waiting_bytes: 0,
                    open: None,
                    batches: 0,
                    finished: false,
                })))
            }),
        )
    })
}

/// What is said about the rows before they come.
struct Shape {
    types: BTreeMap<String, ColumnType>,
    key: Option<String>,
    batch: usize,
}

struct DatabaseInsert {
    databases: Databases,
    database: String,
    file: PathBuf,
    shape: Shape,
    records: Records,
    /// Rows for the next batch.
    waiting: Vec<Record>,
    waiting_bytes: u64,
    /// `None` until the columns are known.
    open: Option<Open>,
    batches: u64,
    finished: bool,
}

struct Open {
    table: RunTable,
    columns: Vec<TableColumn>,
    batch: usize,
}

impl DatabaseInsert {
    /// Inserts the rows that wait, as far as they fill batches, or all of them.
    async fn insert(&mut self, all: bool) -> Result<(), StageError> {
        if self.open.is_none() {
            let Some(names) = self.records.columns() else {
                return Ok(());
            };
            let columns = self.shape.columns(names)?;
            let table =
                RunTable::create(&self.databases, &self.database, &self.file, &columns).await?;
            let batch = self.shape.batch.min(table.most_rows());
            self.open = Some(Open {
                table,
                columns,
                batch,
            });
        }
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        while self.waiting.len() >= open.batch
            || self.waiting_bytes > MAX_BATCH_BYTES
            || all && !self.waiting.is_empty()
        {
            let rows = batch_of(&self.waiting, open.batch);
            let batch: Vec<Record> = self.waiting.drain(..rows).collect();
            self.waiting_bytes -= batch.iter().map(|record| record.bytes).sum::<u64>();
            open.insert(&batch).await?;
            self.batches += 1;
        }
        Ok(())
    }

    async fn take(&mut self, chunk: Option<Bytes>) -> Result<(), StageError> {
        let before = self.waiting.len();
        let taken = match &chunk {
            Some(chunk) => self.records.take(chunk, &mut self.waiting),
            None => self.records.end(&mut self.waiting),
        };
        let new = &self.waiting[before..];
        self.waiting_bytes += new.iter().map(|record| record.bytes).sum::<u64>();
        taken?;
        self.insert(chunk.is_none()).await
    }

    /// Takes everything back; what went wrong is the answer in any case.
    async fn take_back(&mut self, error: StageError) -> StageError {
        self.waiting.clear();
        self.waiting_bytes = 0;
        if let Some(open) = &mut self.open {
            // A database that has gone away has rolled back by itself.
            let _gone = open.table.roll_back().await;
        }
        error
    }
}

/// How many of the first rows go into one statement.
fn batch_of(waiting: &[Record], most: usize) -> usize {
    let mut bytes = 0;
    let fits = waiting.iter().take(most).take_while(|record| {
        bytes += record.bytes;
        bytes <= MAX_BATCH_BYTES
    });
    fits.count().max(1)
}

impl Open {
    async fn insert(&mut self, batch: &[Record]) -> Result<(), StageError> {
        let mut values = Vec::with_capacity(batch.len() * self.columns.len());
        for record in batch {
            for (column, field) in self.columns.iter().zip(&record.fields) {
                let value = value(column, field.as_deref());
                values.push(value.map_err(|reason| StageError::at(record.offset, reason))?);
            }
        }
        let bytes = batch.iter().map(|record| record.bytes).sum();
        let keep = batch.len() == self.batch;
        let done = self.table.insert(values, bytes, keep).await;
        done.map_err(|error| match (&error, batch.first()) {
            (DatabaseError::Refused { .. }, Some(first)) => {
                StageError::at(first.offset, format!("{error}; nothing was inserted"))
            }
            _ => error.into(),
        })
    }
}

/// A field as the column wants it. An empty field is no number.
fn value(column: &TableColumn, field: Option<&str>) -> Result<Value, String> {
    let wrong = |what: &str, field: &str| {
        let field: String = field.chars().take(40).collect();
        format!("'{field}' in the column '{}' is no {what}", column.name)
    };
    let field = field.filter(|field| column.kind == ColumnType::Text || !field.is_empty());
    Ok(match column.kind {
        ColumnType::Text => Value::Text(field.map(str::to_owned)),
        ColumnType::Integer => {
            let parse = |field: &str| field.parse().map_err(|_| wrong("whole number", field));
            Value::Integer(field.map(parse).transpose()?)
        }
        ColumnType::Real => {
            let parse = |field: &str| match field.parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(number),
                _ => Err(wrong("number", field)),
            };
            Value::Real(field.map(parse).transpose()?)
        }
    })
}

impl Shape {
    /// The columns of the table, of those that the input has.
    fn columns(&self, names: &[String]) -> Result<Vec<TableColumn>, StageError> {
        let asked = self.types.keys().chain(&self.key);
        for asked in asked {
            if !names.contains(asked) {
                let error = super::unknown_column(asked, names);
                return Err(StageError::at(0, error.to_string()));
            }
        }
        let column = |name: &String| TableColumn {
            name: name.clone(),
            kind: self.types.get(name).copied().unwrap_or(ColumnType::Text),
            is_key: self.key.as_ref() == Some(name),
        };
        Ok(names.iter().map(column).collect())
    }
}

impl LiveSink for DatabaseInsert {
    fn write(&mut self, chunk: Bytes) -> BoxFuture<'_, Result<(), StageError>> {
        async move {
            match self.take(Some(chunk)).await {
                Ok(()) => Ok(()),
                Err(error) => Err(self.take_back(error).await),
            }
        }
        .boxed()
    }

    fn finish(&mut self) -> BoxFuture<'_, Result<(), StageError>> {
        async move {
            let mut done = self.take(None).await;
            if let (Ok(()), Some(open)) = (&done, &mut self.open) {
                done = open.table.commit().await.map_err(StageError::from);
            }
            match done {
                Ok(()) => {
                    self.finished = true;
                    Ok(())
                }
                Err(error) => Err(self.take_back(error).await),
            }
        }
        .boxed()
    }

    fn inside(&self) -> Inside {
        Inside::holding(self.waiting_bytes + self.records.held())
    }

    fn finding(&self) -> Option<String> {
        let rows = self.open.as_ref().map_or(0, |open| open.table.rows());
        self.finished.then(|| {
            format!(
                "{rows} rows in {} batches, committed together",
                self.batches
            )
        })
    }
}
