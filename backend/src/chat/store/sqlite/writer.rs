//! The one task that writes.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sqlx::AssertSqlSafe;
use sqlx::error::ErrorKind;
use sqlx::sqlite::{SqliteArguments, SqliteConnection};
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;

use super::failed;
use super::health::Health;
use super::open::{FORGET_SEATS, syncing};
use super::row::{COLUMNS, bind, entry, insert_sql, signed};
use crate::chat::store::{Appended, Entry, Fact, Key, MAX_KEPT, StoreError, What};

/// Something to keep.
#[derive(Debug)]
pub(super) enum Job {
    Append {
        room: Arc<str>,
        fact: Fact,
        answer: oneshot::Sender<Result<Appended, StoreError>>,
    },
    Seat {
        room: Arc<str>,
        key: Key,
        name: String,
    },
}

/// Jobs that wait for the writer; a room that has one more waits itself. Of the longest texts they
/// are 16 MiB.
pub(super) const MAX_JOBS: usize = 1024;

/// Jobs of one transaction.
const MAX_BATCH: usize = 512;

/// Rows of one statement.
const MAX_ROWS: usize = 64;

/// Rooms whose number and last `seq` are remembered.
const MAX_ROOMS: usize = 4096;

/// New seats after which the oldest of all are forgotten.
const SEATS_EVERY: usize = 1000;

/// How long what was committed may wait to be written through to the disk.
const SYNC_EVERY: Duration = Duration::from_secs(1);

pub(super) struct Writer {
    link: SqliteConnection,
    path: PathBuf,
    rooms: HashMap<Arc<str>, Known>,
    /// Since the oldest were last forgotten.
    seats: usize,
    /// Whether a transaction has begun.
    begun: bool,
    health: Health,
}

/// What the writer knows of a room.
#[derive(Debug, Clone, Copy)]
struct Known {
    id: i64,
    /// Highest `seq` that is kept; 0 when none is.
    last: u64,
}

struct Append {
    room: Arc<str>,
    fact: Fact,
    answer: oneshot::Sender<Result<Appended, StoreError>>,
}

struct Seat {
    room: Arc<str>,
    key: Key,
    name: String,
}

/// An entry on its way into the file.
struct Coming {
    room: Arc<str>,
    id: i64,
    entry: Entry,
    answer: oneshot::Sender<Result<Appended, StoreError>>,
}

impl Job {
    /// Answers that it cannot be kept.
    pub(super) fn refuse(self, error: &StoreError) {
        if let Self::Append { answer, .. } = self {
            answer.send(Err(error.clone())).ok();
        }
    }
}

impl Writer {
    pub(super) fn new(link: SqliteConnection, path: PathBuf, health: Health) -> Self {
        Self {
            link,
            path,
            rooms: HashMap::new(),
            seats: 0,
            begun: false,
            health,
        }
    }

    /// Writes until nobody can send jobs any more.
    pub(super) async fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        // Room for one: whoever is told anew before the last time was heeded needs no second one.
        let (dirty, is_dirty) = mpsc::channel(1);
        tokio::spawn(sync(self.path.clone(), self.health.clone(), is_dirty));
        let mut batch = Vec::new();
        while jobs.recv_many(&mut batch, MAX_BATCH).await > 0 {
            self.keep(std::mem::take(&mut batch)).await;
            dirty.try_send(()).ok();
        }
    }

    async fn keep(&mut self, batch: Vec<Job>) {
        if let Err(error) = self.health.check() {
            return batch.into_iter().for_each(|job| job.refuse(&error));
        }
        let (mut seats, mut appends) = (Vec::new(), Vec::new());
        for job in batch {
            match job {
                Job::Append { room, fact, answer } => appends.push(Append { room, fact, answer }),
                Job::Seat { room, key, name } => seats.push(Seat { room, key, name }),
            }
        }
        let Some(coming) = self.begin(&seats, appends).await else {
            return;
        };
        match self.insert(&coming).await {
            Ok(()) => self.commit(coming).await,
            Err(error) if is_used(&error) => {
                self.rollback().await;
                if self.begin(&seats, Vec::new()).await.is_some() {
                    self.commit(Vec::new()).await;
                }
                self.one_by_one(coming).await;
            }
            Err(error) => self.refuse(coming, &self.failed(&error)).await,
        }
    }

    /// Begins a transaction with the seats, and gives the entries their numbers. When that fails,
    /// all have been refused.
    async fn begin(&mut self, seats: &[Seat], appends: Vec<Append>) -> Option<Vec<Coming>> {
        let mut coming = Vec::with_capacity(appends.len());
        // What one statement can keep needs no other: each is a way to SQLite's thread and back.
        let mut result = if seats.is_empty() && self.is_plain(&appends) {
            Ok(())
        } else {
            self.begin_with(seats).await
        };
        for Append { room, fact, answer } in appends {
            let known = match &result {
                Ok(()) => self.room(&room, &fact.key).await,
                Err(error) => Err(error.clone()),
            };
            let (id, seq) = match known {
                Ok(known) => (known.id, known.last + 1),
                Err(error) => {
                    answer.send(Err(error.clone())).ok();
                    result = Err(error);
                    continue;
                }
            };
            self.rooms
                .insert(Arc::clone(&room), Known { id, last: seq });
            let digest = fact.digest();
            coming.push(Coming {
                room,
                id,
                entry: Entry { seq, digest, fact },
                answer,
            });
        }
        match result {
            Ok(()) => Some(coming),
            Err(error) => {
                self.refuse(coming, &error).await;
                None
            }
        }
    }

    /// Whether these are rows of one statement, and nothing else.
    fn is_plain(&self, appends: &[Append]) -> bool {
        let is_row = |it: &Append| {
            matches!(it.fact.what, What::Said { .. }) && self.rooms.contains_key(&it.room)
        };
        (1..=MAX_ROWS).contains(&appends.len()) && appends.iter().all(is_row)
    }

    async fn begin_with(&mut self, seats: &[Seat]) -> Result<(), StoreError> {
        self.run_sql("BEGIN IMMEDIATE").await?;
        self.begun = true;
        for Seat { room, key, name } in seats {
            let known = self.room(room, key).await?;
            self.seat(known.id, key, name).await?;
        }
        Ok(())
    }

    /// What is known of a room, which is made when there is none; its creator then has this key.
    async fn room(&mut self, name: &Arc<str>, key: &Key) -> Result<Known, StoreError> {
        if let Some(known) = self.rooms.get(name) {
            return Ok(*known);
        }
        let id = sqlx::query_scalar::<_, i64>(
            "INSERT INTO rooms (name, creator, used) VALUES (?1, ?2, ?3) \
             ON CONFLICT (name) DO UPDATE SET used = ?3 RETURNING id",
        )
        .bind(&**name)
        .bind(key.as_str())
        .bind(now_s())
        .fetch_one(&mut self.link)
        .await
        .map_err(|error| self.failed(&error))?;
        let last =
            sqlx::query_scalar::<_, Option<i64>>("SELECT max(seq) FROM entries WHERE room = ?")
                .bind(id)
                .fetch_one(&mut self.link)
                .await
                .map_err(|error| self.failed(&error))?;
        if self.rooms.len() >= MAX_ROOMS {
            self.rooms.clear();
        }
        let last = last.unwrap_or(0).unsigned_abs();
        let known = Known { id, last };
        self.rooms.insert(Arc::clone(name), known);
        Ok(known)
    }

    async fn seat(&mut self, room: i64, key: &Key, name: &str) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO seats (room, token, name) VALUES (?1, ?2, ?3) \
             ON CONFLICT (room, token) DO UPDATE SET name = ?3",
        )
        .bind(room)
        .bind(key.as_str())
        .bind(name)
        .execute(&mut self.link)
        .await
        .map_err(|error| self.failed(&error))?;
        self.seats += 1;
        if self.seats >= SEATS_EVERY {
            self.seats = 0;
            self.run_sql(FORGET_SEATS).await?;
        }
        Ok(())
    }

    async fn insert(&mut self, coming: &[Coming]) -> Result<(), sqlx::Error> {
        for some in coming.chunks(MAX_ROWS) {
            let mut values = SqliteArguments::default();
            for Coming { id, entry, .. } in some {
                bind(&mut values, *id, entry).map_err(sqlx::Error::Encode)?;
            }
            sqlx::query_with(AssertSqlSafe(insert_sql(some.len())), values)
                .execute(&mut self.link)
                .await?;
        }
        for Coming { id, entry, .. } in coming {
            self.follow(*id, &entry.fact.what).await?;
            if entry.seq > MAX_KEPT && entry.seq.is_multiple_of(1000) {
                sqlx::query("DELETE FROM entries WHERE room = ? AND seq <= ?")
                    .bind(id)
                    .bind(signed(entry.seq - MAX_KEPT))
                    .execute(&mut self.link)
                    .await?;
            }
        }
        Ok(())
    }

    /// What else a fact changes in its room: a text, or how the room stands.
    async fn follow(&mut self, room: i64, what: &What) -> Result<(), sqlx::Error> {
        let query = match what {
            What::Said { .. } => return Ok(()),
            What::Edited { of, .. } | What::Deleted { of } => {
                sqlx::query("UPDATE entries SET text = ?3 WHERE room = ?1 AND (seq = ?2 OR target = ?2) AND kind IN (1, 2)")
                    .bind(room)
                    .bind(signed(*of))
                    .bind(what.text())
            }
            What::Pinned { of, on } => sqlx::query("UPDATE rooms SET pinned = ?2 WHERE id = ?1")
                .bind(room)
                .bind(on.then_some(signed(*of))),
            What::Muted { whom, on, .. } => {
                sqlx::query("UPDATE seats SET muted = ?3 WHERE room = ?1 AND token = ?2")
                    .bind(room)
                    .bind(whom.as_str())
                    .bind(i64::from(*on))
            }
            What::Removed { whom, .. } => {
                sqlx::query("UPDATE seats SET removed = 1 WHERE room = ?1 AND token = ?2")
                    .bind(room)
                    .bind(whom.as_str())
            }
        };
        query.execute(&mut self.link).await.map(drop)
    }

    /// Ends the transaction and says so to whoever waits.
    async fn commit(&mut self, coming: Vec<Coming>) {
        if self.begun {
            if let Err(error) = self.run_sql("COMMIT").await {
                return self.refuse(coming, &error).await;
            }
            self.begun = false;
        }
        for Coming { entry, answer, .. } in coming {
            answer.send(Ok(Appended::Now(entry))).ok();
        }
    }

    /// Some of them came before: each gets a transaction of its own.
    async fn one_by_one(&mut self, coming: Vec<Coming>) {
        for Coming {
            room,
            entry,
            answer,
            ..
        } in coming
        {
            match self.before(&room, &entry.fact).await {
                Ok(Some(before)) => {
                    answer.send(Ok(Appended::Before(before))).ok();
                }
                Ok(None) => {
                    let fact = entry.fact;
                    let again = vec![Append { room, fact, answer }];
                    let Some(coming) = self.begin(&[], again).await else {
                        continue;
                    };
                    match self.insert(&coming).await {
                        Ok(()) => self.commit(coming).await,
                        Err(error) => self.refuse(coming, &self.failed(&error)).await,
                    }
                }
                Err(error) => {
                    answer.send(Err(error)).ok();
                }
            }
        }
    }

    /// What this token used this id for.
    async fn before(&mut self, room: &str, fact: &Fact) -> Result<Option<Entry>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM entries WHERE token = ? AND id = ? \
             AND room = (SELECT id FROM rooms WHERE name = ?)"
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(fact.key.as_str())
            .bind(&fact.id)
            .bind(room)
            .fetch_optional(&mut self.link)
            .await
            .map_err(|error| self.failed(&error))?;
        row.map(|row| entry(&row)).transpose()
    }

    /// Nothing of these is kept.
    async fn rollback(&mut self) {
        if self.begun {
            // Fails when the transaction has ended by itself, as on a full disk.
            self.run_sql("ROLLBACK").await.ok();
            self.begun = false;
        }
        self.rooms.clear();
    }

    fn failed(&self, error: &sqlx::Error) -> StoreError {
        self.health.notice(failed(error))
    }

    async fn run_sql(&mut self, sql: &'static str) -> Result<(), StoreError> {
        let done = sqlx::query(sql).execute(&mut self.link).await;
        done.map(drop).map_err(|error| self.failed(&error))
    }

    async fn refuse(&mut self, coming: Vec<Coming>, error: &StoreError) {
        tracing::error!(%error, path = %self.path.display(), "the chat cannot be kept");
        self.rollback().await;
        for Coming { answer, .. } in coming {
            answer.send(Err(error.clone())).ok();
        }
    }
}

/// Whether a token's id was used before.
fn is_used(error: &sqlx::Error) -> bool {
    let database = error.as_database_error();
    database.is_some_and(|error| error.kind() == ErrorKind::UniqueViolation)
}

/// Carries what was committed over from the log and through to the disk, beside the writer.
async fn sync(path: PathBuf, health: Health, mut dirty: mpsc::Receiver<()>) {
    let mut link = None;
    while dirty.recv().await.is_some() {
        sleep(SYNC_EVERY).await;
        if health.check().is_err() {
            return;
        }
        let synced = async {
            if link.is_none() {
                link = Some(syncing(&path).await?);
            }
            if let Some(link) = &mut link {
                sqlx::query("PRAGMA wal_checkpoint(PASSIVE)")
                    .execute(link)
                    .await?;
            }
            Ok::<_, sqlx::Error>(())
        };
        if let Err(error) = synced.await {
            tracing::warn!(%error, path = %path.display(), "the chat is not written through to the disk");
        }
    }
}

fn now_s() -> i64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    signed(now.as_secs())
}
