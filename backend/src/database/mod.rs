//! Databases that runs read from and insert into: a sample in SQLite, and those that the operator
//! names with `--database`.
//!
//! A learner never writes SQL. A query is a table, columns, a filter in the language of the CSV
//! filter and a limit; names are looked up in the database's own catalogue before they become part
//! of a statement, and values are bound. Connections for reading refuse to write besides.

mod connection;
mod cursor;
mod dialect;
mod error;
mod sample;
mod select;
mod table;
#[cfg(test)]
pub(crate) mod testing;
mod text;
mod url;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use sqlx::sqlite::SqliteConnectOptions;
use tokio::sync::{OnceCell, Semaphore};

use self::connection::Connection;
pub(crate) use self::connection::Value;
pub(crate) use self::cursor::Cursor;
pub(crate) use self::dialect::ColumnType;
pub use self::error::DatabaseError;
pub(crate) use self::error::reason;
pub(crate) use self::sample::{SAMPLE, SAMPLE_TABLE};
pub(crate) use self::select::Select;
pub(crate) use self::table::{RunTable, TableColumn};
pub(crate) use self::text::Format;
use self::url::Target;
pub use self::url::{DatabaseUrl, DatabaseUrlError};
use crate::data::DataDir;
use crate::engine::{Ledger, Resource};

/// The databases a server has. Cloning gives another handle of the same ones; the default has none.
#[derive(Clone, Default)]
pub(crate) struct Databases {
    shared: Arc<Shared>,
    /// Counts the connections that are open.
    ledger: Ledger,
}

#[derive(Default)]
struct Shared {
    databases: Vec<Database>,
    /// Where the sample is made.
    data: Option<Arc<DataDir>>,
    made: OnceCell<()>,
    /// Bytes that all runs together keep; what they insert counts as well.
    disk: Arc<AtomicU64>,
}

struct Database {
    name: Arc<str>,
    /// `None`: the sample, whose file is known when it is made.
    target: Option<Target>,
    links: Arc<Semaphore>,
}

/// Connections that are open to one database at the same time. A class fits in, and a server with
/// the usual limit of a hundred keeps room for others.
const MAX_CONNECTIONS: usize = 40;

impl Databases {
    /// The sample, and those of the operator. Nothing is opened yet.
    ///
    /// # Errors
    /// When two have the same name.
    pub(crate) fn new(
        data: Arc<DataDir>,
        disk: Arc<AtomicU64>,
        urls: &[DatabaseUrl],
    ) -> Result<Self, DatabaseError> {
        let mut databases = vec![Database::new(SAMPLE, None)];
        for url in urls {
            if databases.iter().any(|other| *other.name == *url.name) {
                return Err(DatabaseError::Select(format!(
                    "two databases are called '{}'; give one another name: --database NAME=URL",
                    url.name
                )));
            }
            databases.push(Database::new(&url.name, Some(url.target.clone())));
        }
        Ok(Self {
            shared: Arc::new(Shared {
                databases,
                data: Some(data),
                made: OnceCell::new(),
                disk,
            }),
            ledger: Ledger::default(),
        })
    }

    /// Connects once to each database of the operator.
    ///
    /// # Errors
    /// With the first that cannot be reached.
    pub(crate) async fn check(&self) -> Result<(), DatabaseError> {
        for database in &self.shared.databases {
            if database.target.is_some() {
                self.open(&database.name).await?;
            }
        }
        Ok(())
    }

    /// The same, whose connections this ledger counts.
    pub(crate) fn counted_in(&self, ledger: &Ledger) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            ledger: ledger.clone(),
        }
    }

    /// Whether there is one of this name.
    ///
    /// # Errors
    /// When there is none, with those there are.
    pub(crate) fn check_name(&self, name: &str) -> Result<(), DatabaseError> {
        self.find(name).map(drop)
    }

    /// Opens a connection that reads and cannot write.
    async fn open(&self, name: &str) -> Result<Connection, DatabaseError> {
        let database = self.find(name)?;
        let target = match &database.target {
            Some(Target::Sqlite(options)) => {
                let options = options.clone().read_only(true).create_if_missing(false);
                Target::Sqlite(options)
            }
            Some(target) => target.clone(),
            None => self.sample().await?,
        };
        let mut connection = self.connect(database, target).await?;
        let read_only = connection.dialect.read_only();
        let refused = |error| unreachable_database(&database.name, &error);
        connection.run(read_only).await.map_err(refused)?;
        Ok(connection)
    }

    /// Opens a connection for a run's own table: to the server of this name, or to a new file at
    /// `path` when the database is SQLite.
    async fn open_own(&self, name: &str, path: &Path) -> Result<Connection, DatabaseError> {
        let database = self.find(name)?;
        let target = match &database.target {
            Some(target @ (Target::MySql(_) | Target::Postgres(_))) => target.clone(),
            Some(Target::Sqlite(_)) | None => {
                // The file does not outlive the run: it need not survive a power cut.
                let options = file(path)
                    .create_if_missing(true)
                    .pragma("journal_mode", "MEMORY")
                    .pragma("synchronous", "OFF");
                Target::Sqlite(options)
            }
        };
        self.connect(database, target).await
    }

    /// Bytes that all runs together keep.
    fn disk(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.shared.disk)
    }

    async fn connect(
        &self,
        database: &Database,
        target: Target,
    ) -> Result<Connection, DatabaseError> {
        let permit = Arc::clone(&database.links).try_acquire_owned();
        let permit = permit.map_err(|_| DatabaseError::Busy {
            database: database.name.to_string(),
            limit: MAX_CONNECTIONS,
        })?;
        let what = match target {
            Target::Sqlite(_) => Resource::File,
            Target::MySql(_) | Target::Postgres(_) => Resource::Socket,
        };
        let permit = self.ledger.count(what, permit);
        let opened = Connection::open(Arc::clone(&database.name), target, permit).await;
        opened.map_err(|error| unreachable_database(&database.name, &error))
    }

    /// The sample, made now unless it is there.
    async fn sample(&self) -> Result<Target, DatabaseError> {
        let failed = |error: &dyn fmt::Display| DatabaseError::Sample(error.to_string());
        let data = self.shared.data.as_ref();
        let data = data.ok_or_else(|| failed(&"there is no data folder"))?;
        let cities = data.cities().await.map_err(|error| failed(&error))?;
        let path = cities.with_extension("sqlite");
        let made = self.shared.made.get_or_try_init(async || {
            let made = sample::make_once(cities, &path).await;
            made.map_err(|error| failed(&error))
        });
        made.await?;
        Ok(Target::Sqlite(file(&path).read_only(true)))
    }

    fn find(&self, name: &str) -> Result<&Database, DatabaseError> {
        let databases = &self.shared.databases;
        let found = databases.iter().find(|database| *database.name == *name);
        found.ok_or_else(|| {
            let names: Vec<&str> = databases.iter().map(|database| &*database.name).collect();
            DatabaseError::Unknown {
                name: name.chars().take(60).collect(),
                known: match &names[..] {
                    [] => "is none".to_owned(),
                    [one] => format!("is {one}"),
                    many => format!("are {}", many.join(", ")),
                },
            }
        })
    }

    /// Bytes that count as kept, for the tests.
    #[cfg(test)]
    pub(crate) fn kept_bytes(&self) -> u64 {
        self.shared.disk.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Connections that are open now, for the tests.
    #[cfg(test)]
    pub(crate) fn open_connections(&self, name: &str) -> usize {
        MAX_CONNECTIONS - self.find(name).unwrap().links.available_permits()
    }
}

impl Database {
    fn new(name: &str, target: Option<Target>) -> Self {
        Self {
            name: name.into(),
            target,
            links: Arc::new(Semaphore::new(MAX_CONNECTIONS)),
        }
    }
}

impl fmt::Debug for Databases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.shared.databases.iter().map(|database| &database.name);
        f.debug_set().entries(names).finish()
    }
}

fn file(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
}

fn unreachable_database(database: &str, error: &sqlx::Error) -> DatabaseError {
    DatabaseError::Unreachable {
        database: database.to_owned(),
        reason: reason(error),
    }
}
