//! What the tests of databases share.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::{sleep, timeout};

use super::{Databases, SAMPLE, SAMPLE_TABLE, Select, file};
use crate::data::DataDir;

/// A data folder with a small sample, and the databases over it.
pub(crate) struct Place {
    pub(crate) databases: Databases,
    pub(crate) data: Arc<DataDir>,
    pub(crate) folder: TempDir,
}

impl Place {
    /// The sample alone.
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// The sample and an operator's SQLite files, each made by these statements.
    pub(crate) fn with(urls: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = Arc::new(DataDir::open(folder.path(), 1_000_000).unwrap());
        let urls: Vec<_> = urls.iter().map(|url| url.parse().unwrap()).collect();
        let databases = Databases::new(Arc::clone(&data), Arc::default(), &urls).unwrap();
        Self {
            databases,
            data,
            folder,
        }
    }

    /// The rows of the sample file with their header.
    pub(crate) async fn cities(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.data.cities().await.unwrap()).unwrap();
        text.lines().map(str::to_owned).collect()
    }
}

/// Makes an SQLite file by these statements.
pub(crate) async fn sqlite_file(path: &Path, sql: &'static str) {
    use sqlx::ConnectOptions;
    let options = file(path).create_if_missing(true);
    let mut link = options.connect().await.unwrap();
    sqlx::raw_sql(sql).execute(&mut link).await.unwrap();
    sqlx::Connection::close(link).await.unwrap();
}

/// What another connection reads in an SQLite file.
pub(crate) async fn read_file(path: &Path, sql: &'static str) -> Vec<sqlx::sqlite::SqliteRow> {
    use sqlx::ConnectOptions;
    let mut link = file(path).read_only(true).connect().await.unwrap();
    let rows = sqlx::raw_sql(sql).fetch_all(&mut link).await.unwrap();
    sqlx::Connection::close(link).await.unwrap();
    rows
}

/// All of the sample's cities.
pub(crate) fn all_cities() -> (String, Select) {
    let select = Select {
        table: SAMPLE_TABLE.to_owned(),
        columns: Vec::new(),
        filter: None,
        limit: None,
    };
    (SAMPLE.to_owned(), select)
}

/// Waits until something is so; it must be within a second.
pub(crate) async fn within_a_second(what: &str, mut is_so: impl FnMut() -> bool) {
    let waiting = async {
        while !is_so() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    let waited = timeout(Duration::from_secs(1), waiting).await;
    assert!(waited.is_ok(), "not within a second: {what}");
}

/// How many times this process has a file open.
pub(crate) fn times_open(path: &Path) -> usize {
    let open = std::fs::read_dir("/proc/self/fd").unwrap();
    let links = open.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    links.filter(|link| link == path).count()
}
