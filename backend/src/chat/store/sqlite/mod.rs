//! Rooms in one SQLite file.
//!
//! The file has a write-ahead log, and one task writes: what has come together while it wrote is
//! its next transaction. A transaction that was committed is in the hands of the operating system,
//! so that it survives the end of this process, whatever its kind; that is what an acknowledgement
//! promises. It is written through to the disk about a second later, so that a loss of power costs
//! what was said in the last seconds, and never the file: a `said` that waited for the disk each
//! time would be late by as much as the disk is slow.

mod health;
mod open;
mod read;
mod row;
#[cfg(test)]
mod tests;
mod writer;

use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sqlx::SqlitePool;
use tokio::sync::{OnceCell, mpsc, oneshot};

use self::health::Health;
use self::open::{prepare, reading};
use self::writer::{Job, MAX_JOBS, Writer};
use super::{Fact, Key, Opened, Page, Store, StoreError, Ticket};

/// The file, opened when it is first asked for.
pub(in crate::chat) struct SqliteStore {
    path: PathBuf,
    open: OnceCell<File>,
}

/// The open file.
#[derive(Debug)]
struct File {
    jobs: mpsc::Sender<Job>,
    /// Connections that read.
    readers: SqlitePool,
    health: Health,
}

impl SqliteStore {
    /// Rooms in this file, which is made when it is not there.
    pub(in crate::chat) fn new(path: PathBuf) -> Self {
        Self {
            path,
            open: OnceCell::new(),
        }
    }

    async fn file(&self) -> Result<&File, StoreError> {
        let open = self.open.get_or_try_init(async || {
            let link = prepare(&self.path).await?;
            let (jobs, queue) = mpsc::channel(MAX_JOBS);
            let health = Health::new(&self.path);
            tokio::spawn(Writer::new(link, self.path.clone(), health.clone()).run(queue));
            let readers = reading(&self.path);
            Ok::<_, StoreError>(File {
                jobs,
                readers,
                health,
            })
        });
        let file = open.await?;
        file.health.check()?;
        Ok(file)
    }

    /// Reads, and notices when the file is damaged.
    async fn read<'a, T, F>(
        &'a self,
        read: impl FnOnce(&'a SqlitePool) -> F,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let file = self.file().await?;
        let read = read(&file.readers).await;
        read.map_err(|error| file.health.notice(error))
    }

    async fn send(&self, job: Job) {
        match self.file().await {
            // Without a writer the job is dropped, and with it the answer that somebody waits for.
            Ok(file) => file.jobs.send(job).await.unwrap_or(()),
            Err(error) => job.refuse(&error),
        }
    }
}

impl Store for SqliteStore {
    fn ready(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        async { self.file().await.map(drop) }.boxed()
    }

    fn open<'a>(&'a self, room: &'a str) -> BoxFuture<'a, Result<Opened, StoreError>> {
        self.read(move |readers| read::open(readers, room)).boxed()
    }

    #[expect(
        clippy::async_yields_async,
        reason = "a place in the queue first, what came of it later"
    )]
    fn append(&self, room: Arc<str>, fact: Fact) -> BoxFuture<'_, Ticket> {
        async move {
            let (answer, ticket) = oneshot::channel();
            self.send(Job::Append { room, fact, answer }).await;
            ticket
        }
        .boxed()
    }

    fn keep_seat(&self, room: Arc<str>, key: Key, name: String) -> BoxFuture<'_, ()> {
        self.send(Job::Seat { room, key, name }).boxed()
    }

    fn knows<'a>(&'a self, room: &'a str, key: &'a Key) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.read(move |readers| read::knows(readers, room, key))
            .boxed()
    }

    fn page<'a>(
        &'a self,
        room: &'a str,
        page: Page,
    ) -> BoxFuture<'a, Result<Vec<super::Entry>, StoreError>> {
        self.read(move |readers| read::page(readers, room, page))
            .boxed()
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SqliteStore").field(&self.path).finish()
    }
}

fn failed(error: &sqlx::Error) -> StoreError {
    let reason = crate::database::reason(error);
    let code = error.as_database_error().and_then(|error| error.code());
    let code: Option<u32> = code.and_then(|code| code.parse().ok());
    match code.map(|code| code & 0xff) {
        Some(CORRUPT | NOT_A_DATABASE) => StoreError::Corrupt(reason),
        _ => StoreError::Failed(reason),
    }
}

/// SQLite's codes for a file that does not hold together, and for one that is none.
const CORRUPT: u32 = 11;
const NOT_A_DATABASE: u32 = 26;
