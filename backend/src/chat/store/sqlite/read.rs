//! What is read.

use futures_util::TryStreamExt;
use sqlx::sqlite::{SqliteConnection, SqlitePool};
use sqlx::{AssertSqlSafe, Row};

use super::failed;
use super::row::{COLUMNS, entry, signed};
use crate::chat::store::{Entry, Key, MAX_PAGE, MAX_PAGE_BYTES, NEWEST, Opened, Page, StoreError};

pub(super) async fn open(readers: &SqlitePool, room: &str) -> Result<Opened, StoreError> {
    // One transaction, so that what is read is of one moment.
    let mut link = readers.begin().await.map_err(|error| failed(&error))?;
    let found = sqlx::query("SELECT id, creator, pinned FROM rooms WHERE name = ?")
        .bind(room)
        .fetch_optional(&mut *link)
        .await
        .map_err(|error| failed(&error))?;
    let Some(found) = found else {
        return Ok(Opened::default());
    };
    let id: i64 = found.get(0);
    let last = Page::Before {
        seq: u64::MAX,
        limit: NEWEST,
    };
    let newest = entries(&mut link, id, last, usize::MAX).await?;
    Ok(Opened {
        creator: Some(Key::kept(found.get(1))),
        pinned: found.get::<Option<i64>, _>(2).map(i64::unsigned_abs),
        muted: keys(&mut link, id, "muted").await?,
        removed: keys(&mut link, id, "removed").await?,
        newest,
    })
}

async fn keys(link: &mut SqliteConnection, room: i64, which: &str) -> Result<Vec<Key>, StoreError> {
    let sql = format!("SELECT token FROM seats WHERE room = ? AND {which} = 1");
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(room).fetch_all(link);
    let rows = rows.await.map_err(|error| failed(&error))?;
    Ok(rows.iter().map(|row| Key::kept(row.get(0))).collect())
}

pub(super) async fn knows(readers: &SqlitePool, room: &str, key: &Key) -> Result<bool, StoreError> {
    sqlx::query(
        "SELECT 1 FROM seats JOIN rooms ON rooms.id = seats.room \
         WHERE rooms.name = ? AND seats.token = ?",
    )
    .bind(room)
    .bind(key.as_str())
    .fetch_optional(readers)
    .await
    .map(|row| row.is_some())
    .map_err(|error| failed(&error))
}

pub(super) async fn page(
    readers: &SqlitePool,
    room: &str,
    page: Page,
) -> Result<Vec<Entry>, StoreError> {
    let mut link = readers.begin().await.map_err(|error| failed(&error))?;
    let id = sqlx::query_scalar::<_, i64>("SELECT id FROM rooms WHERE name = ?")
        .bind(room)
        .fetch_optional(&mut *link)
        .await
        .map_err(|error| failed(&error))?;
    match id {
        Some(id) => entries(&mut link, id, page, MAX_PAGE_BYTES).await,
        None => Ok(Vec::new()),
    }
}

/// Oldest first. Rows are read one by one, so that no more than the page is ever in memory.
async fn entries(
    link: &mut SqliteConnection,
    room: i64,
    page: Page,
    max_bytes: usize,
) -> Result<Vec<Entry>, StoreError> {
    let (compare, order, seq, limit) = match page {
        Page::Before { seq, limit } => ("<", "DESC", seq, limit),
        Page::After { seq, limit } => (">", "ASC", seq, limit),
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM entries WHERE room = ? AND seq {compare} ? \
         ORDER BY seq {order} LIMIT ?"
    );
    let mut rows = sqlx::query(AssertSqlSafe(sql))
        .bind(room)
        .bind(signed(seq))
        .bind(signed(limit.min(MAX_PAGE) as u64))
        .fetch(link);
    let (mut entries, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.try_next().await.map_err(|error| failed(&error))? {
        let entry = entry(&row)?;
        bytes += entry.fact.what.text().len();
        if bytes > max_bytes && !entries.is_empty() {
            break;
        }
        entries.push(entry);
    }
    if order == "DESC" {
        entries.reverse();
    }
    Ok(entries)
}
