//! A table of a run's own, filled in batches inside one transaction.
//!
//! It lives as long as the stage that fills it: in SQLite it is a file of its own, which is removed,
//! so that no two runs wait for each other's lock; on a server it is a temporary table, which ends
//! with its connection even when this server is killed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::connection::{Connection, Value};
use super::dialect::ColumnType;
use super::{DatabaseError, Databases};

/// A column of a run's own table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TableColumn {
    /// Its name; it may be any text.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) kind: ColumnType,
    /// Whether no two rows may have the same.
    pub(crate) is_key: bool,
}

/// A table of a run's own, in the middle of its one transaction.
pub(crate) struct RunTable {
    connection: Connection,
    /// `INSERT INTO … VALUES `, which the places of the rows follow.
    insert: String,
    columns: usize,
    rows: u64,
    kept: Kept,
    /// Behind the connection, which is closed first.
    _file: TableFile,
}

/// Bytes a run's table may hold.
const MAX_TABLE: u64 = 256 << 20;

/// What the table is called.
const NAME: &str = "spillway_rows";

impl RunTable {
    /// Makes an empty table in the database of this name, or in a file of its own at `path` when
    /// that is SQLite, and begins the transaction.
    pub(crate) async fn create(
        databases: &Databases,
        database: &str,
        path: &Path,
        columns: &[TableColumn],
    ) -> Result<Self, DatabaseError> {
        let file = TableFile(path.to_owned());
        let mut connection = databases.open_own(database, path).await?;
        let dialect = connection.dialect;
        let column = |column: &TableColumn| {
            let kind = dialect.column_type(column.kind, column.is_key);
            let key = if column.is_key {
                " NOT NULL PRIMARY KEY"
            } else {
                ""
            };
            format!("{} {kind}{key}", dialect.quote(&column.name))
        };
        let definition: Vec<String> = columns.iter().map(column).collect();
        let names: Vec<String> = columns.iter().map(|it| dialect.quote(&it.name)).collect();
        let create = format!(
            "{} {NAME} ({}){}",
            dialect.create_table(),
            definition.join(", "),
            dialect.table_options()
        );
        let failed = |error| DatabaseError::of(database, "making the run's table", &error);
        connection.run(&create).await.map_err(failed)?;
        connection.run("BEGIN").await.map_err(failed)?;
        Ok(Self {
            connection,
            insert: format!("INSERT INTO {NAME} ({}) VALUES ", names.join(", ")),
            columns: columns.len(),
            rows: 0,
            kept: Kept::new(databases.disk()),
            _file: file,
        })
    }

    /// Most rows one batch may have.
    pub(crate) fn most_rows(&self) -> usize {
        self.connection.dialect.most_values() / self.columns
    }

    /// Rows inserted so far.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// Inserts a batch of rows that came as so many bytes; `keep` when more of the same size follow.
    pub(crate) async fn insert(
        &mut self,
        values: Vec<Value>,
        bytes: u64,
        keep: bool,
    ) -> Result<(), DatabaseError> {
        if !self.kept.add(bytes) {
            return Err(DatabaseError::Full {
                limit: MAX_TABLE,
                rows: self.rows,
            });
        }
        let rows = values.len() / self.columns;
        let mut sql = self.insert.clone();
        for row in 0..rows {
            let first = row * self.columns + 1;
            let places =
                (first..first + self.columns).map(|it| self.connection.dialect.parameter(it));
            sql += if row == 0 { "(" } else { ", (" };
            sql += &places.collect::<Vec<_>>().join(", ");
            sql += ")";
        }
        let done = self.connection.execute(sql, values, keep).await;
        let (first, last) = (self.rows + 1, self.rows + rows as u64);
        done.map_err(|error| {
            let doing = format!("inserting rows {first} to {last}");
            DatabaseError::of(&self.connection.database, doing, &error)
        })?;
        self.rows = last;
        Ok(())
    }

    /// Makes all rows last.
    pub(crate) async fn commit(&mut self) -> Result<(), DatabaseError> {
        self.end("COMMIT").await
    }

    /// Takes all rows back.
    pub(crate) async fn roll_back(&mut self) -> Result<(), DatabaseError> {
        self.rows = 0;
        self.end("ROLLBACK").await
    }

    async fn end(&mut self, how: &str) -> Result<(), DatabaseError> {
        let ended = self.connection.run(how).await;
        ended.map_err(|error| DatabaseError::of(&self.connection.database, how, &error))
    }

    /// How many rows the database says there are.
    #[cfg(test)]
    pub(crate) async fn count(&mut self) -> u64 {
        let sql = match self.connection.dialect {
            super::dialect::Dialect::MySql => "SELECT CAST(count(*) AS CHAR) FROM spillway_rows",
            _ => "SELECT CAST(count(*) AS TEXT) FROM spillway_rows",
        };
        let answer = self.connection.texts(sql, Vec::new()).await.unwrap();
        answer[0][0].as_ref().unwrap().parse().unwrap()
    }
}

/// Bytes counted among what all runs keep; given back when dropped.
struct Kept {
    disk: Arc<AtomicU64>,
    bytes: u64,
}

impl Kept {
    fn new(disk: Arc<AtomicU64>) -> Self {
        Self { disk, bytes: 0 }
    }

    /// Whether there is room for so many more.
    fn add(&mut self, bytes: u64) -> bool {
        if self.bytes + bytes > MAX_TABLE {
            return false;
        }
        self.bytes += bytes;
        self.disk.fetch_add(bytes, Relaxed);
        true
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.disk.fetch_sub(self.bytes, Relaxed);
    }
}

/// The file of a table in SQLite, if it is one; removed when dropped.
struct TableFile(PathBuf);

impl Drop for TableFile {
    fn drop(&mut self) {
        // On a server there is no file.
        std::fs::remove_file(&self.0).ok();
    }
}
