//! A fact as the columns of a row.

use std::fmt::Write;

use sqlx::error::BoxDynError;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, Row};

use crate::chat::store::{Entry, Fact, Key, StoreError, What};

/// What differs between the kinds of facts, besides the text.
struct Columns<'a> {
    of: Option<i64>,
    whom: Option<&'a Key>,
    /// Whether it is taken back: such a row has minus its kind.
    off: bool,
}

/// What [`entry`] reads.
pub(super) const COLUMNS: &str = "seq, kind, token, id, sender, text, target, whom, at, digest";

fn columns(what: &What) -> Columns<'_> {
    let (of, whom, on) = match what {
        What::Said { .. } => (None, None, true),
        What::Edited { of, .. } | What::Deleted { of } => (Some(signed(*of)), None, true),
        What::Pinned { of, on } => (Some(signed(*of)), None, *on),
        What::Muted { whom, on, .. } => (None, Some(whom), *on),
        What::Removed { whom, .. } => (None, Some(whom), true),
    };
    Columns { of, whom, off: !on }
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
    let of = || {
        let of = row
            .try_get::<i64, _>(6)
            .map_err(|error| super::failed(&error));
        Ok::<_, StoreError>(of?.unsigned_abs())
    };
    let whom = || Ok::<_, StoreError>(Key::kept(&text(7)?));
    let (kind, text_of_it) = (number(1)?, text(5)?);
    let (name, on) = (text_of_it.clone(), kind > 0);
    let what = match kind.abs() {
        1 => What::Said { text: text_of_it },
        2 => What::Edited {
            of: of()?,
            text: text_of_it,
        },
        3 => What::Deleted { of: of()? },
        4 => What::Pinned { of: of()?, on },
        5 => What::Muted {
            name,
            whom: whom()?,
            on,
        },
        6 => What::Removed {
            name,
            whom: whom()?,
        },
        _ => {
            let message = format!("an entry has the kind {kind}, which is none");
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
    let kind = i64::from(fact.what.kind());
    values.add(if columns.off { -kind } else { kind })?;
    values.add(fact.key.as_str().to_owned())?;
    values.add(fact.id.clone())?;
    values.add(fact.from.clone())?;
    values.add(fact.what.text().to_owned())?;
    values.add(columns.of)?;
    values.add(columns.whom.map(|key| key.as_str().to_owned()))?;
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
