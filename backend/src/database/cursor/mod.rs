//! The rows of a query as chunks of text, taken from the database only when a chunk is asked for.
//!
//! A task owns the connection and the rows that come from it. It takes rows until a chunk has the
//! size asked for, hands it over, and does not move the cursor before the next is asked for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use sqlx::mysql::MySql;
use sqlx::postgres::Postgres;
use sqlx::sqlite::Sqlite;
use sqlx::{AssertSqlSafe, ColumnIndex, Database, Decode, Row, raw_sql};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use super::connection::{Link, prepared};
use super::select::{Select, Statement};
use super::text::{Format, RowWriter};
use super::{DatabaseError, Databases};

type Given = Result<Option<Bytes>, DatabaseError>;

/// The rows of a query. Dropped, the query ends and its connection closes.
pub(crate) struct Cursor {
    asks: mpsc::Sender<usize>,
    gives: mpsc::Receiver<Given>,
    /// Whether a chunk was asked for that nobody has taken yet.
    asked: bool,
    #[cfg(test)]
    rows: Arc<AtomicU64>,
    _task: AbortOnDropHandle<()>,
}

impl Cursor {
    /// A query on the database of this name; it is opened when the first chunk is asked for.
    pub(crate) fn new(
        databases: Databases,
        database: String,
        select: Select,
        format: Format,
    ) -> Self {
        // One of each: a chunk is asked for when the one before was taken.
        let (asks, asked) = mpsc::channel(1);
        let (give, gives) = mpsc::channel(1);
        let rows = Arc::<AtomicU64>::default();
        let mut pour = Pour {
            asks: asked,
            gives: give,
            rows: Arc::clone(&rows),
            chunk: BytesMut::new(),
            wanted: 0,
        };
        let task = tokio::spawn(async move {
            // Nobody listens any more when the stage has gone, and then nothing is left to do.
            if pour.wait().await.is_ok() {
                let read = query(&databases, &database, &select, format, &mut pour).await;
                pour.end(read).await.ok();
            }
        });
        Self {
            asks,
            gives,
            asked: false,
            #[cfg(test)]
            rows,
            _task: AbortOnDropHandle::new(task),
        }
    }

    /// The next chunk, of `n` bytes or a row more, or `None` at the end.
    pub(crate) async fn next(&mut self, n: usize) -> Given {
        if !self.asked {
            // After the end nobody takes the question, and nothing comes.
            let _over = self.asks.send(n.max(1)).await;
            self.asked = true;
        }
        let given = self.gives.recv().await;
        self.asked = false;
        given.unwrap_or(Ok(None))
    }

    /// Rows taken from the database so far, for the tests.
    #[cfg(test)]
    pub(crate) fn rows(&self) -> u64 {
        self.rows.load(Relaxed)
    }
}

/// Why a query ended before its last row.
enum End {
    /// Nobody wants more.
    Gone,
    /// The database said so, or is gone.
    Broken(sqlx::Error),
    Failed(DatabaseError),
}

impl From<DatabaseError> for End {
    fn from(error: DatabaseError) -> Self {
        Self::Failed(error)
    }
}

impl From<sqlx::Error> for End {
    fn from(error: sqlx::Error) -> Self {
        Self::Broken(error)
    }
}

/// Where rows become chunks.
struct Pour {
    asks: mpsc::Receiver<usize>,
    gives: mpsc::Sender<Given>,
    rows: Arc<AtomicU64>,
    chunk: BytesMut,
    wanted: usize,
}

impl Pour {
    async fn wait(&mut self) -> Result<(), End> {
        self.wanted = self.asks.recv().await.ok_or(End::Gone)?;
        self.chunk.reserve(self.wanted);
        Ok(())
    }

    /// Hands the chunk over when it is large enough, and waits for the next question.
    async fn give_if_full(&mut self) -> Result<(), End> {
        if self.chunk.len() < self.wanted {
            return Ok(());
        }
        self.give().await?;
        self.wait().await
    }

    async fn give(&mut self) -> Result<(), End> {
        let chunk = self.chunk.split().freeze();
        let sent = self.gives.send(Ok(Some(chunk))).await;
        sent.map_err(|_| End::Gone)
    }

    /// Hands over what is left, and how it ended. The connection is closed by now.
    async fn end(&mut self, read: Result<(), DatabaseError>) -> Result<(), End> {
        let last = match read {
            Ok(()) => {
                if !self.chunk.is_empty() {
                    self.give().await?;
                    self.wait().await?;
                }
                Ok(None)
            }
            Err(error) => Err(error),
        };
        self.gives.send(last).await.map_err(|_| End::Gone)
    }
}

async fn query(
    databases: &Databases,
    database: &str,
    select: &Select,
    format: Format,
    pour: &mut Pour,
) -> Result<(), DatabaseError> {
    let mut connection = databases.open(database).await?;
    let statement = select.statement(&mut connection).await?;
    let writer = RowWriter::new(format, &statement.columns);
    writer.header(&statement.columns, &mut pour.chunk);
    connection.busy = true;
    match pour_all(&mut connection.link, statement, &writer, pour).await {
        Ok(()) => {
            connection.busy = false;
            Ok(())
        }
        Err(End::Gone) => Ok(()),
        Err(End::Failed(error)) => Err(error),
        Err(End::Broken(error)) => {
            let rows = pour.rows.load(Relaxed);
            let doing = format!("reading {}, after {rows} rows", select.table);
            Err(DatabaseError::of(database, doing, &error))
        }
    }
}

/// SQLite gives rows as they are asked for, and MariaDB as its socket has room. PostgreSQL would
/// compute them all at once but for a cursor.
async fn pour_all(
    link: &mut Link,
    statement: Statement,
    writer: &RowWriter,
    pour: &mut Pour,
) -> Result<(), End> {
    let Statement { sql, values, .. } = statement;
    match link {
        Link::Sqlite(link) => {
            let rows = prepared!(Sqlite, sql, values).persistent(false).fetch(link);
            pour_rows::<Sqlite>(rows, writer, pour).await?;
        }
        Link::MySql(link) => {
            let rows = prepared!(MySql, sql, values).persistent(false).fetch(link);
            pour_rows::<MySql>(rows, writer, pour).await?;
        }
        Link::Postgres(link) => {
            raw_sql("BEGIN READ ONLY").execute(&mut *link).await?;
            let declare = format!("DECLARE spillway NO SCROLL CURSOR FOR {sql}");
            let declare = prepared!(Postgres, declare, values).persistent(false);
            declare.execute(&mut *link).await?;
            let fetch = format!("FETCH {FETCH} FROM spillway");
            loop {
                let rows = raw_sql(AssertSqlSafe(fetch.clone())).fetch(&mut *link);
                if pour_rows::<Postgres>(rows, writer, pour).await? < FETCH {
                    break;
                }
            }
            raw_sql("COMMIT").execute(link).await?;
        }
    }
    Ok(())
}

/// Rows PostgreSQL moves its cursor by: few enough to wait in a socket, enough for its speed.
const FETCH: u64 = 256;

/// Writes rows into chunks; gives how many there were.
async fn pour_rows<Db: Database>(
    mut rows: BoxStream<'_, Result<Db::Row, sqlx::Error>>,
    writer: &RowWriter,
    pour: &mut Pour,
) -> Result<u64, End>
where
    for<'r> &'r str: Decode<'r, Db>,
    usize: ColumnIndex<Db::Row>,
{
    let mut taken = 0;
    while let Some(row) = rows.next().await {
        let row = row?;
        let cell = |at| row.try_get_unchecked::<Option<&str>, usize>(at);
        let cells: Vec<Option<&str>> = (0..row.len()).map(cell).collect::<Result<_, _>>()?;
        writer.row(&cells, &mut pour.chunk);
        taken += 1;
        pour.rows.fetch_add(1, Relaxed);
        pour.give_if_full().await?;
    }
    Ok(taken)
}

#[cfg(test)]
mod tests;
