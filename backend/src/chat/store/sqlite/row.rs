//! A fact as the columns of a row.

use std::fmt::Write;

use sqlx::error::BoxDynError;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, Row};

use crate::chat::store::{Entry, Fact, Key, StoreError, What};

/// What differs between the kinds of facts.
struct Columns<'a> {
    kind: i64,
    text: &'a str,
    target: Option<i64>,
    whom: Option<&'a str>,
}

/// What [`entry`] reads.
pub(super) const COLUMNS: &str = "seq, kind, token, id, sender, text, target, whom, at, digest";

fn columns(what: &What) -> Columns<'_> {
    match what {
        What::Said { text } => Columns {
            kind: SAID,
            text,
            target: None,
            whom: None,
        },
    }
}

/// Reads a row.
pub(super) fn entry(row: &SqliteRow) -> Result<Entry, StoreError> {
    let text = |at: usize| {
        row.try_get::<String, _>(at)
            .map_err(|error| super::failed(&error))
    };
    let number = |at: usize| {
        row.try_get::<i64, _>(at)
            .map_err(|error| super::failed(&error))
    };
    let what = match number(1)? {
        SAID => What::Said { text: text(5)? },
        other => {
            let message = format!("an entry has the kind {other}, which is none");
            return Err(StoreError::Failed(message));
        }
    };
    Ok(Entry {
        seq: number(0)?.unsigned_abs(),
        digest: number(9)?,
        fact: Fact {
            key: Key::kept(&text(2)?),
            id: text(3)?,
            from: text(4)?,
            what,
            at: number(8)?.unsigned_abs(),
        },
    })
}

/// Binds the values of a row of [`insert_sql`].
pub(super) fn bind(
    values: &mut SqliteArguments,
    room: i64,
    entry: &Entry,
) -> Result<(), BoxDynError> {
    let fact = &entry.fact;
    let columns = columns(&fact.what);
    values.add(room)?;
    values.add(signed(entry.seq))?;
    values.add(columns.kind)?;
    values.add(fact.key.as_str().to_owned())?;
    values.add(fact.id.clone())?;
    values.add(fact.from.clone())?;
    values.add(columns.text.to_owned())?;
    values.add(columns.target)?;
    values.add(columns.whom.map(str::to_owned))?;
    values.add(signed(fact.at))?;
    values.add(entry.digest)
}

/// Inserts so many rows.
pub(super) fn insert_sql(rows: usize) -> String {
    let mut sql = format!("INSERT INTO entries (room, {COLUMNS}) VALUES ");
    for row in 0..rows {
        let comma = if row == 0 { "" } else { ", " };
        // Writing to a String does not fail.
        let _ = write!(sql, "{comma}(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    }
    sql
}

/// A number as SQLite keeps it; none of ours gets near the largest.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

const SAID: i64 = 1;
