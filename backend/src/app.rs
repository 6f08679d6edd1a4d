//! What all parts of the server share.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::chat::Rooms;
use crate::course::CourseStore;
use crate::data::{DataDir, OpenError, SAMPLE_BYTES};
use crate::database::{DatabaseError, DatabaseUrl, Databases};
use crate::engine::{Env, Quotas, Slots};
use crate::metrics::Metrics;
use crate::session::{LINGER, Sessions};
use crate::transports::Trials;
use crate::wire::{Hub, Kernel};
use crate::workbench::Workbench;

/// How the server was asked to be.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen.
    pub addr: SocketAddr,
    /// Folder the server may write in.
    pub data: PathBuf,
    /// Folder to read the course from at each request, instead of the embedded one.
    pub lessons: Option<PathBuf>,
    /// Names, besides loopback and the bound address, that a request may be for.
    pub hosts: Vec<String>,
    /// Chat messages a second a connection may send; 0: as many as it likes.
    pub chat_rate: u32,
    /// Connections open at the same time.
    pub max_connections: usize,
    /// How long a session waits for its page to come back.
    pub linger: Duration,
    /// About how many bytes of cities the sample file has.
    pub sample_bytes: u64,
    /// Databases that runs may read, besides the sample.
    pub databases: Vec<DatabaseUrl>,
}

impl Config {
    /// A server on a free port of this machine alone that writes into `data`.
    pub fn local(data: impl Into<PathBuf>) -> Self {
        Self {
            addr: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            data: data.into(),
            lessons: None,
            hosts: Vec::new(),
            chat_rate: 20,
            max_connections: 10_000,
            linger: LINGER,
            sample_bytes: SAMPLE_BYTES,
            databases: Vec::new(),
        }
    }
}

/// Why a server cannot be made.
#[derive(Debug, Error)]
pub enum AppError {
    /// The data folder cannot be used.
    #[error(transparent)]
    Data(#[from] OpenError),
    /// A database cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// The server's parts. Handlers get it as axum's state.
#[derive(Debug)]
pub struct App {
    /// How the server was asked to be.
    pub config: Config,
    /// Counters for `/metrics`.
    pub metrics: Arc<Metrics>,
    /// The chat.
    pub rooms: Rooms,
    /// Tokens that let a session watch a connection's bytes.
    pub wire: Hub,
    /// What the scenarios of the workbench share.
    pub workbench: Workbench,
    /// Page sessions and their runs.
    pub sessions: Sessions,
    /// The course.
    pub course: CourseStore,
    /// The databases that runs may use.
    pub(crate) databases: Databases,
    /// What the kernel holds of connections.
    pub(crate) kernel: Kernel,
    /// Messages by several transports, measured.
    pub(crate) trials: Arc<Trials>,
    /// Cancelled when the server is to stop: sockets close with 1001.
    pub shutdown: CancellationToken,
    /// What the server waits for, at most 10 s, before it ends.
    pub tasks: TaskTracker,
}

impl App {
    /// Connects once to each database that the operator has named.
    ///
    /// # Errors
    /// With the first that cannot be reached.
    pub async fn check_databases(&self) -> Result<(), DatabaseError> {
        self.databases.check().await
    }

    /// Makes the parts and the data folder.
    ///
    /// # Errors
    /// When the data folder cannot be made or written to, or two databases have one name.
    pub fn new(config: Config) -> Result<Arc<Self>, AppError> {
        let data = Arc::new(DataDir::open(&config.data, config.sample_bytes)?);
        let chat = data.chat();
        let metrics = Arc::new(Metrics::default());
        let tasks = TaskTracker::new();
        let disk = Arc::default();
        let databases = Databases::new(Arc::clone(&data), Arc::clone(&disk), &config.databases)?;
        let env = Env {
            data,
            metrics: Arc::clone(&metrics),
            databases: databases.clone(),
            disk,
            quotas: Quotas::default(),
            slots: Slots::per_core(Arc::clone(&metrics)),
            tasks: tasks.clone(),
            address: Arc::default(),
        };
        Ok(Arc::new(Self {
            rooms: Rooms::kept_in(chat, Arc::clone(&metrics)),
            wire: Hub::new(),
            workbench: Workbench::default(),
            sessions: Sessions::new(env, config.linger),
            databases,
            kernel: Kernel::default(),
            trials: Arc::new(Trials::new()),
            course: CourseStore::new(&config),
            shutdown: CancellationToken::new(),
            tasks,
            metrics,
            config,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_folder_that_is_a_file_is_refused_by_name() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = App::new(Config::local(file.path())).unwrap_err();
        assert!(
            error.to_string().contains(file.path().to_str().unwrap()),
            "{error}"
        );
    }
}
