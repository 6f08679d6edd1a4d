//! The stream engine: drives the rules of `spillway-streams` over real files and compressors.
//!
//! One task owns a run and is the only one that touches its [`spillway_streams::Machine`]. Each
//! stage has a task of its own that carries out one operation at a time off the async threads, so
//! that stages work in parallel and the rules stay in one place.

mod buffers;
mod driver;
mod graph;
mod outbox;
pub(crate) mod outlets;
mod pace;
mod pipeline;
mod pool;
mod resources;
mod slots;
pub(crate) mod stages;
mod tap;
#[cfg(test)]
pub(crate) mod testing;
mod threads;
mod work;

pub(crate) use buffers::Buffers;
pub(crate) use driver::{
    Buffer, Failure, Question, Rate, RateError, Read, Reply, RunCommand, RunError, RunHandle,
    RunPlace, RunSpec, RunVerb, Throttle, Write,
};
pub(crate) use outbox::{Outbox, Unsent};
pub(crate) use pipeline::{MAX_STAGES, Pipeline};
pub(crate) use resources::{Counted, Counts, Guard, Ledger, Resource};
pub(crate) use slots::Slots;
pub(crate) use threads::{StageStanding, Standing, ThreadRun};

use std::net::SocketAddr;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio_util::task::TaskTracker;

use crate::data::DataDir;
use crate::database::Databases;
use crate::metrics::Metrics;

/// What every run shares.
#[derive(Debug, Clone)]
pub(crate) struct Env {
    /// Where files are.
    pub(crate) data: Arc<DataDir>,
    /// Counters.
    pub(crate) metrics: Arc<Metrics>,
    /// Bytes of output on disk, of all runs together.
    pub(crate) disk: Arc<AtomicU64>,
    /// What runs can query.
    pub(crate) databases: Databases,
    /// What runs may use.
    pub(crate) quotas: Quotas,
    /// Whose turn it is to block a thread.
    pub(crate) slots: Arc<Slots>,
    /// What the server waits for before it ends: runs clear their folders.
    pub(crate) tasks: TaskTracker,
    /// Where the server itself can be reached, once it listens.
    pub(crate) address: Arc<OnceLock<SocketAddr>>,
}

/// What runs may use. Reached, it ends the run, or refuses the next one, with a message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quotas {
    /// How long a run may go on.
    pub(crate) time: Duration,
    /// Bytes a run may read from its source. Samples of 10 GB are made as they are read and cost no
    /// disk; what the outputs take is bounded by `disk`, and the time on a thread by the slots.
    pub(crate) bytes: u64,
    /// Bytes the buffers of a run may hold together.
    pub(crate) memory: u64,
    /// Bytes of output and uploads all sessions of the server may keep together.
    pub(crate) disk: u64,
    /// Runs one session may keep, finished ones included.
    pub(crate) runs_per_session: usize,
    /// Runs the server may keep.
    pub(crate) runs: u64,
    /// Bytes of one upload.
    pub(crate) upload: u64,
    /// Uploads one session may keep.
    pub(crate) uploads_per_session: usize,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            time: Duration::from_mins(30),
            bytes: 12 << 30,
            memory: 64 << 20,
            disk: 4 << 30,
            runs_per_session: 4,
            runs: 200,
            upload: 256 << 20,
            uploads_per_session: 4,
        }
    }
}
