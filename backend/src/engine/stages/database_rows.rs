//! `database_rows`: a Readable over the rows of a query, as Node's drivers give one
//! (`client.query(new QueryStream(sql))` of `pg-query-stream`, `connection.query(sql).stream()` of
//! `mysql2`). The cursor moves when the Readable asks: paused, the database holds the rest.

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use spillway_protocol::stages::Side;

use super::documented::{END, choice, list, number, text};
use super::{Expression, Kind, LiveSource, Options, Plan, StageError, Worker, unknown_column};
use crate::data::COLUMNS;
use crate::database::{Cursor, Format, SAMPLE, SAMPLE_TABLE, Select};

pub(super) const KIND: Kind = Kind {
    name: "database_rows",
    about: "Readable over the rows of a database query, as text. `table` (cities), `database` \
            (sample, or one of the server's `--database`), `columns` (all), `where` (such as \
            `population>500000`, as in `csv_filter`), `limit`, `format` (`csv` or `json`, an object a \
            line; csv), `bytes_per_s` (full speed when left out), `high_water_mark` (16384), `label`",
    side: Side::Readable,
    options: &[
        &[
            text("table", "which table").or_text("cities"),
            text("database", "`sample`, or one of the server's").or_text("sample"),
            list("columns", "which columns; all when left out")
                .such_as_list(&["name", "population"]),
            text(
                "where",
                "which rows, as `population>500000`; all when left out",
            )
            .such_as_text("population>500000"),
            number("limit", 1, None, "at most so many rows").such_as(100),
            choice("format", &["csv", "json"], "CSV, or an object a line").or_text("csv"),
        ],
        END,
    ],
    word: None,
    plan,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DatabaseRowsOptions {
    database: Option<String>,
    table: Option<String>,
    #[serde(default)]
    columns: Vec<String>,
    #[serde(rename = "where")]
    filter: Option<String>,
    limit: Option<u64>,
    #[serde(default)]
    format: Format,
    label: Option<String>,
    bytes_per_s: Option<u64>,
    high_water_mark: Option<u64>,
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: DatabaseRowsOptions = options.parse()?;
    let filter = parsed.filter.as_deref().map(Expression::parse).transpose();
    let select = Select {
        table: parsed.table.unwrap_or_else(|| SAMPLE_TABLE.to_owned()),
        columns: parsed.columns,
        filter: filter.map_err(|error| options.wrong(error))?,
        limit: parsed.limit,
    };
    if select.limit == Some(0) {
        return Err(options.wrong("limit must be at least 1; leave it out for all rows"));
    }
    let database = parsed.database.unwrap_or_else(|| SAMPLE.to_owned());
    let is_sample = database == SAMPLE;
    if is_sample {
        check_sample(options, &select)?;
    }
    let gives_all = is_sample && select.columns.is_empty() && parsed.format == Format::Csv;
    let name = format!("{} in {database}", select.table);
    Ok(Plan {
        speed: Some(options.speed(parsed.bytes_per_s)?),
        gives_columns: gives_all.then_some(&COLUMNS),
        ..Plan::readable(
            parsed.label.unwrap_or(name),
            options.mark(parsed.high_water_mark, options.defaults.mark)?,
            Box::new(move |places| {
                let databases = places.reach()?.databases.counted_in(&places.ledger);
                databases.check_name(&database)?;
                let cursor = Cursor::new(databases, database, select, parsed.format);
                Ok(Worker::LiveSource(Box::new(DatabaseRows { cursor })))
            }),
        )
    })
}

/// The sample is known before anything is opened.
fn check_sample(options: &Options<'_>, select: &Select) -> Result<(), StageError> {
    if select.table != SAMPLE_TABLE {
        return Err(options.wrong(format!(
            "the database '{SAMPLE}' has no table '{}'; its table is {SAMPLE_TABLE}",
            select.table.chars().take(80).collect::<String>()
        )));
    }
    let asked = select.filter.iter().flat_map(Expression::columns);
    for column in asked.chain(select.columns.iter().cloned()) {
        if !COLUMNS.contains(&&*column) {
            return Err(options.wrong(unknown_column(&column, &COLUMNS)));
        }
    }
    Ok(())
}

struct DatabaseRows {
    cursor: Cursor,
}

impl LiveSource for DatabaseRows {
    fn read(&mut self, n: usize) -> BoxFuture<'_, Result<Option<Bytes>, StageError>> {
        async move { Ok(self.cursor.next(n).await?) }.boxed()
    }
}
