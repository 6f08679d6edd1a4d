//! The stream engine: drives the rules of `spillway-streams` over real files and compressors.
//!
//! One task owns a run and is the only one that touches its [`spillway_streams::Machine`]. Each
//! stage has a task of its own that carries out one operation at a time off the async threads, so
//! that stages work in parallel and the rules stay in one place.

mod driver;
mod outbox;
mod pace;
mod pipeline;
pub(crate) mod stages;
mod tap;
mod work;

pub(crate) use driver::{RunCommand, RunError, RunHandle, RunSpec, RunVerb, Throttle};
pub(crate) use outbox::{Outbox, Unsent};
pub(crate) use pipeline::Pipeline;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tokio_util::task::TaskTracker;

use crate::data::DataDir;
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
    /// What the server waits for before it ends: runs clear their folders.
    pub(crate) tasks: TaskTracker,
}

/// What one run may use. Reached, it ends the run with a message.
pub(crate) mod quota {
    use std::time::Duration;

    /// How long a run may go on.
    pub(crate) const TIME: Duration = Duration::from_mins(30);
    /// Bytes a run may read from its source.
    pub(crate) const BYTES: u64 = 2 << 30;
    /// Bytes the buffers of a run may hold together.
    pub(crate) const MEMORY: u64 = 64 << 20;
    /// Bytes of output all runs of the server may keep together.
    pub(crate) const DISK: u64 = 4 << 30;
    /// Runs one session may keep, finished ones included.
    pub(crate) const RUNS_PER_SESSION: usize = 4;
    /// Runs the server may keep.
    pub(crate) const RUNS: u64 = 200;
}
