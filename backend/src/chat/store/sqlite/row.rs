//! A fact as the columns of a row.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::chat::store::{Entry, Fact, Key, StoreError, What};

/// The columns of a fact, in the order of [`COLUMNS`], without those of the room.
pub(super) struct Columns<'a> {
    pub(super) kind: i64,
    pub(super) text: &'a str,
    pub(super) target: Option<i64>,
    pub(super) whom: Option<&'a str>,
}

/// What [`entry`] reads.
pub(super) const COLUMNS: &str = "seq, kind, token, id, sender, text, target, whom, at, digest";

pub(super) fn columns(what: &What) -> Columns<'_> {
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

/// A number as SQLite keeps it; none of ours gets near the largest.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

const SAID: i64 = 1;
