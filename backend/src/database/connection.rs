//! One connection to a database, owned by the stage that uses it and closed with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use futures_util::TryStreamExt;
use sqlx::mysql::MySqlConnection;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, ConnectOptions, Row};
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use super::dialect::Dialect;
use super::url::Target;
use crate::engine::Counted;

/// A value of a statement; inside: `None` is SQL's NULL.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// A whole number.
    Integer(Option<i64>),
    /// A floating point number.
    Real(Option<f64>),
    /// A text.
    Text(Option<String>),
}

/// The connection of one of the three drivers.
pub(super) enum Link {
    Sqlite(SqliteConnection),
    MySql(MySqlConnection),
    Postgres(PgConnection),
}

/// Does the same with the connection of each driver; `$db` is the driver's own type there.
macro_rules! with_link {
    ($link:expr, $db:ident, $connection:ident => $what:expr) => {
        match $link {
            $crate::database::connection::Link::Sqlite($connection) => {
                type $db = sqlx::sqlite::Sqlite;
                $what
            }
            $crate::database::connection::Link::MySql($connection) => {
                type $db = sqlx::mysql::MySql;
                $what
            }
            $crate::database::connection::Link::Postgres($connection) => {
                type $db = sqlx::postgres::Postgres;
                $what
            }
        }
    };
}

/// A prepared statement of this text with its values bound.
macro_rules! prepared {
    ($db:ty, $sql:expr, $values:expr) => {{
        let mut query = sqlx::query::<$db>(sqlx::AssertSqlSafe($sql));
        for value in $values {
            query = match value {
                $crate::database::Value::Integer(number) => query.bind(number),
                $crate::database::Value::Real(number) => query.bind(number),
                $crate::database::Value::Text(text) => query.bind(text),
            };
        }
        query
    }};
}

pub(super) use prepared;

/// One connection. Dropped, it is closed, and what the database was doing for it ends.
pub(crate) struct Connection {
    pub(super) link: Link,
    pub(super) database: Arc<str>,
    pub(super) dialect: Dialect,
    /// Whether the database may be at work for it: a server is then told to stop.
    pub(super) busy: bool,
    target: Target,
    /// What the server calls this session.
    session: Option<u64>,
    /// Tells SQLite to stop in the middle of a statement.
    stop: Arc<AtomicBool>,
    /// Its share of the connections there may be, and of what its run has open.
    _permit: Counted<OwnedSemaphorePermit>,
}

/// Longest wait for a server to answer a new connection.
const CONNECT: Duration = Duration::from_secs(5);

/// After so many steps of its virtual machine SQLite looks whether it is to stop: often enough
/// for a second, too seldom to cost anything.
const STEPS: i32 = 10_000;

impl Connection {
    /// Connects. The session of a server is asked for, so that it can be ended from outside.
    pub(super) async fn open(
        database: Arc<str>,
        target: Target,
        permit: Counted<OwnedSemaphorePermit>,
    ) -> Result<Self, sqlx::Error> {
        let stop = Arc::new(AtomicBool::new(false));
        let link = match timeout(CONNECT, connect(&target, &stop)).await {
            Ok(link) => link?,
            Err(_) => {
                let late = format!("no answer within {} s", CONNECT.as_secs());
                return Err(std::io::Error::new(std::io::ErrorKind::TimedOut, late).into());
            }
        };
        let mut connection = Self {
            link,
            database,
            dialect: target.dialect(),
            busy: false,
            target,
            session: None,
            stop,
            _permit: permit,
        };
        if let Some(ask) = connection.dialect.session_id() {
            let answer = connection.texts(ask, Vec::new()).await?;
            let id = answer.into_iter().flatten().flatten().next();
            connection.session = id.and_then(|id| id.parse().ok());
        }
        Ok(connection)
    }

    /// Carries out a statement that gives nothing.
    pub(super) async fn run(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        self.busy = true;
        let sql = AssertSqlSafe(sql.to_owned());
        with_link!(&mut self.link, Db, link => {
            sqlx::raw_sql(sql).execute::<_, Db>(link).await.map(drop)
        })?;
        self.busy = false;
        Ok(())
    }

    /// Carries out a statement with values; `keep` when it will come again.
    pub(super) async fn execute(
        &mut self,
        sql: String,
        values: Vec<Value>,
        keep: bool,
    ) -> Result<(), sqlx::Error> {
        self.busy = true;
        with_link!(&mut self.link, Db, link => {
            prepared!(Db, sql, values).persistent(keep).execute(link).await.map(drop)
        })?;
        self.busy = false;
        Ok(())
    }

    /// All rows of a statement whose answer is small and made of text.
    pub(super) async fn texts(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Vec<Option<String>>>, sqlx::Error> {
        self.busy = true;
        let mut all = Vec::new();
        with_link!(&mut self.link, Db, link => {
            let mut rows = prepared!(Db, sql.to_owned(), values).fetch(link);
            while let Some(row) = rows.try_next().await? {
                let cell = |at| row.try_get_unchecked::<Option<String>, usize>(at);
                all.push((0..row.len()).map(cell).collect::<Result<_, _>>()?);
            }
        });
        self.busy = false;
        Ok(all)
    }
}

async fn connect(target: &Target, stop: &Arc<AtomicBool>) -> Result<Link, sqlx::Error> {
    match target {
        Target::Sqlite(options) => {
            let options = options
                .clone()
                .disable_statement_logging()
                // Rows that SQLite may be ahead of who reads: few, and not one at a time.
                .row_buffer_size(ROWS_AHEAD);
            let mut link = options.connect().await?;
            let stop = Arc::clone(stop);
            link.lock_handle()
                .await?
                .set_progress_handler(STEPS, move || !stop.load(Relaxed));
            Ok(Link::Sqlite(link))
        }
        Target::MySql(options) => {
            let options = options.clone().disable_statement_logging();
            Ok(Link::MySql(options.connect().await?))
        }
        Target::Postgres(options) => {
            let options = options.clone().disable_statement_logging();
            Ok(Link::Postgres(options.connect().await?))
        }
    }
}

/// Rows SQLite may have ready before they are asked for.
pub(super) const ROWS_AHEAD: usize = 16;

impl Drop for Connection {
    fn drop(&mut self) {
        self.stop.store(true, Relaxed);
        // A server that is busy with a statement does not see that nobody is there any more.
        if self.busy
            && let Some(end) = self.session.and_then(|id| self.dialect.end_session(id))
            && let Ok(runtime) = Handle::try_current()
        {
            let (target, database) = (self.target.clone(), Arc::clone(&self.database));
            runtime.spawn(async move {
                if let Err(error) = timeout(CONNECT, end_session(&target, end)).await {
                    tracing::warn!(%error, %database, "an abandoned query may still be running");
                }
            });
        }
    }
}

/// A session that has ended already is what is wanted: what the server says to that is not asked.
async fn end_session(target: &Target, end: String) {
    let Ok(mut link) = connect(target, &Arc::default()).await else {
        return;
    };
    with_link!(&mut link, Db, link => {
        let _ended = sqlx::raw_sql(AssertSqlSafe(end)).execute::<_, Db>(link).await;
    });
}
