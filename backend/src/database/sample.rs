//! The sample database: the first cities of the sample file, in SQLite.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use sqlx::sqlite::{Sqlite, SqliteConnection};
use sqlx::{ConnectOptions, Connection, raw_sql};
use thiserror::Error;

use super::connection::{Value, prepared};
use super::file;
use crate::data::COLUMNS;

/// What lessons call it.
pub(crate) const SAMPLE: &str = "sample";

/// Its table; the columns are those of the sample file.
pub(crate) const SAMPLE_TABLE: &str = "cities";

/// Most cities it has.
const ROWS: usize = 100_000;

/// Rows of one statement.
const BATCH: usize = 500;

#[derive(Debug, Error)]
pub(super) enum SampleError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Database(#[from] sqlx::Error),
    #[error("'{0}' is no city")]
    City(String),
}

/// Makes the database of the cities in a CSV file unless it is there. It appears whole or not at
/// all: it is made aside and renamed.
pub(super) async fn make_once(cities: &Path, path: &Path) -> Result<(), SampleError> {
    if path.exists() {
        return Ok(());
    }
    let half = path.with_extension("sqlite-half");
    match std::fs::remove_file(&half) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    // Without a journal there is one file; a half made one is thrown away.
    let options = file(&half)
        .create_if_missing(true)
        .pragma("journal_mode", "OFF")
        .pragma("synchronous", "OFF");
    let mut link = options.disable_statement_logging().connect().await?;
    fill(&mut link, cities).await?;
    // Its thread has let go of the file when this is over.
    link.close().await?;
    std::fs::rename(half, path)?;
    Ok(())
}

async fn fill(link: &mut SqliteConnection, cities: &Path) -> Result<(), SampleError> {
    raw_sql(
        "BEGIN; CREATE TABLE cities (id INTEGER PRIMARY KEY, name TEXT NOT NULL, \
         country TEXT NOT NULL, lat REAL NOT NULL, lon REAL NOT NULL, population INTEGER NOT NULL)",
    )
    .execute(&mut *link)
    .await?;
    let mut lines = BufReader::new(File::open(cities)?)
        .lines()
        .skip(1)
        .take(ROWS);
    loop {
        let mut values = Vec::with_capacity(BATCH * COLUMNS.len());
        for line in lines.by_ref().take(BATCH) {
            values.extend(city(&line?)?);
        }
        if values.is_empty() {
            break;
        }
        let rows = values.len() / COLUMNS.len();
        let places = vec!["(?, ?, ?, ?, ?, ?)"; rows].join(", ");
        let insert = prepared!(
            Sqlite,
            format!("INSERT INTO cities VALUES {places}"),
            values
        );
        insert.execute(&mut *link).await?;
    }
    raw_sql("COMMIT").execute(link).await?;
    Ok(())
}

/// A row of the sample file, none of whose fields is quoted.
fn city(line: &str) -> Result<[Value; 6], SampleError> {
    let wrong = || SampleError::City(line.to_owned());
    let fields: Vec<&str> = line.split(',').collect();
    let [id, name, country, lat, lon, population] = fields[..] else {
        return Err(wrong());
    };
    let integer = |text: &str| {
        text.parse()
            .map(|it| Value::Integer(Some(it)))
            .map_err(|_| wrong())
    };
    let real = |text: &str| {
        text.parse()
            .map(|it| Value::Real(Some(it)))
            .map_err(|_| wrong())
    };
    let text = |text: &str| Value::Text(Some(text.to_owned()));
    Ok([
        integer(id)?,
        text(name),
        text(country),
        real(lat)?,
        real(lon)?,
        integer(population)?,
    ])
}
