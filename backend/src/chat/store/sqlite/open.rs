//! Opens the file, or says why it cannot be used and leaves it as it is.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, raw_sql};

use crate::chat::store::StoreError;
use crate::database::reason;

/// Checks the file, or makes it, and gives the connection that writes.
pub(super) async fn prepare(path: &Path) -> Result<SqliteConnection, StoreError> {
    let unusable = |error: sqlx::Error| {
        let path = path.to_owned();
        match super::failed(&error) {
            StoreError::Corrupt(reason) => StoreError::Damaged { path, reason },
            _ => StoreError::Unusable {
                path,
                reason: reason(&error),
            },
        }
    };
    if check_head(path)? {
        check(path, MAX_WHOLE).await?;
    } else {
        make(path).await.map_err(unusable)?;
    }
    let options = options(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .pragma("wal_autocheckpoint", WAL_PAGES.to_string())
        .pragma("max_page_count", MAX_PAGES.to_string())
        .statement_cache_capacity(128);
    let mut link = options.connect().await.map_err(unusable)?;
    trim(&mut link).await.map_err(unusable)?;
    Ok(link)
}

/// Connections that read, made when they are needed.
pub(super) fn reading(path: &Path) -> SqlitePool {
    SqlitePoolOptions::new()
        .max_connections(READERS)
        .min_connections(0)
        .acquire_timeout(Duration::from_secs(5))
        .idle_timeout(Duration::from_secs(60))
        .connect_lazy_with(options(path).read_only(true))
}

/// A connection that does nothing but write through to the disk.
pub(super) async fn syncing(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    options(path)
        .synchronous(SqliteSynchronous::Normal)
        .connect()
        .await
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(Duration::from_secs(5))
        .disable_statement_logging()
}

/// Whether there is a file of ours, by its first bytes: nothing has touched it so far. A file
/// without any is one whose making was cut off.
fn check_head(path: &Path) -> Result<bool, StoreError> {
    let unusable = |error: io::Error| StoreError::Unusable {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    let mut head = Vec::new();
    match fs::File::open(path) {
        Ok(file) => file.take(100).read_to_end(&mut head).map_err(unusable)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(unusable(error)),
    };
    if head.is_empty() {
        return Ok(false);
    }
    let number = |at: usize| {
        let bytes = head.get(at..at + 4)?;
        Some(u32::from_be_bytes(bytes.try_into().ok()?))
    };
    let path = path.to_owned();
    if !head.starts_with(b"SQLite format 3\0") || number(68) != Some(APPLICATION_ID) {
        return Err(StoreError::Foreign { path });
    }
    match number(60) {
        Some(VERSION) => Ok(true),
        found => Err(StoreError::Newer {
            path,
            found: found.unwrap_or_default(),
            known: VERSION,
        }),
    }
}

/// Reads the file before anything is written to it: all of it up to so many bytes, of a larger one
/// what it says of rooms and people. Damage among its messages is then found when they are read,
/// which ends all writing, too.
pub(super) async fn check(path: &Path, max_whole: u64) -> Result<(), StoreError> {
    let damaged = |reason: String| StoreError::Damaged {
        path: path.to_owned(),
        reason,
    };
    let said = |error: sqlx::Error| damaged(reason(&error));
    let mut link = options(path)
        .read_only(true)
        .connect()
        .await
        .map_err(said)?;
    let is_large = fs::metadata(path).is_ok_and(|file| file.len() > max_whole);
    let checks: &[&'static str] = if is_large {
        &["PRAGMA quick_check('rooms')", "PRAGMA quick_check('seats')"]
    } else {
        &["PRAGMA quick_check(1)"]
    };
    for sql in checks {
        let found: String = sqlx::query_scalar(*sql)
            .fetch_one(&mut link)
            .await
            .map_err(said)?;
        if found != "ok" {
            return Err(damaged(found.replace('\n', " ")));
        }
    }
    link.close().await.map_err(said)
}

/// Makes the file, with all its tables or none.
async fn make(path: &Path) -> Result<(), sqlx::Error> {
    let options = options(path).create_if_missing(true);
    let mut link = options.connect().await?;
    raw_sql(SCHEMA).execute(&mut link).await?;
    link.close().await
}

/// Forgets the rooms that nobody was in for the longest time, and whoever came in before many
/// others did. No room is open yet.
async fn trim(link: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let mut all = link.begin().await?;
    for what in ["entries WHERE room", "seats WHERE room", "rooms WHERE id"] {
        let sql = format!(
            "DELETE FROM {what} IN \
             (SELECT id FROM rooms ORDER BY used DESC, id DESC LIMIT -1 OFFSET {MAX_ROOMS})"
        );
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *all).await?;
    }
    sqlx::query(FORGET_SEATS).execute(&mut *all).await?;
    all.commit().await
}

/// Rooms that a server finds again at its next start.
const MAX_ROOMS: u32 = 10_000;

/// The longest file that is read as a whole at the start, 128 MB: half a million messages, and
/// about a second of one core.
const MAX_WHOLE: u64 = 128 * 1024 * 1024;

/// Keeps the last 100,000 who came for the first time.
pub(super) const FORGET_SEATS: &str = "DELETE FROM seats \
    WHERE seat <= (SELECT max(seat) FROM seats) - 100000 AND muted = 0 AND removed = 0";

const SCHEMA: &str = "\
    PRAGMA page_size = 4096; \
    BEGIN; \
    PRAGMA application_id = 1399876727; \
    PRAGMA user_version = 1; \
    CREATE TABLE rooms (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, creator TEXT NOT NULL, \
        pinned INTEGER, used INTEGER NOT NULL) STRICT; \
    CREATE TABLE seats (seat INTEGER PRIMARY KEY, room INTEGER NOT NULL, token TEXT NOT NULL, \
        name TEXT NOT NULL, muted INTEGER NOT NULL DEFAULT 0, removed INTEGER NOT NULL DEFAULT 0, \
        UNIQUE (room, token)) STRICT; \
    CREATE TABLE entries (room INTEGER NOT NULL, seq INTEGER NOT NULL, kind INTEGER NOT NULL, \
        token TEXT NOT NULL, id TEXT NOT NULL, sender TEXT NOT NULL, text TEXT NOT NULL, \
        target INTEGER, whom TEXT, at INTEGER NOT NULL, digest INTEGER NOT NULL, \
        PRIMARY KEY (room, seq), UNIQUE (room, token, id)) STRICT, WITHOUT ROWID; \
    CREATE INDEX entries_of ON entries (room, target) WHERE target IS NOT NULL; \
    COMMIT";

/// `Spil` as a number: the file says whose it is.
const APPLICATION_ID: u32 = 0x5370_6c77;

/// Of the tables. A file of an older one would be brought forward here.
const VERSION: u32 = 1;

/// The largest file, 2 GiB: a flood of rooms cannot take the disk.
const MAX_PAGES: u32 = 512 * 1024;

/// The longest log, 64 MB: beyond it, the writer itself carries it over. Before that
/// [`syncing`] does, without keeping the writer waiting.
const WAL_PAGES: u32 = 16 * 1024;

const READERS: u32 = 2;
