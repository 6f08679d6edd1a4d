//! An environment for runs, for tests of all parts that need one.

use std::sync::Arc;

use tempfile::TempDir;
use tokio_util::task::TaskTracker;

use super::{Env, Quotas, Slots};
use crate::data::DataDir;
use crate::database::Databases;

/// An environment with these quotas in a folder of its own, and a sample of 2 MB.
pub(crate) fn env(quotas: Quotas) -> (Env, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let env = Env {
        data: Arc::new(DataDir::open(folder.path(), 2_000_000).unwrap()),
        metrics: Arc::default(),
        disk: Arc::default(),
        databases: Databases::default(),
        quotas,
        slots: Slots::per_core(Arc::default()),
        tasks: TaskTracker::new(),
        address: Arc::default(),
    };
    (env, folder)
}
