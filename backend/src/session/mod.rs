//! Page sessions and their runs.

use std::sync::Arc;

use axum::Router;

use crate::app::{App, Config};
use crate::metrics::Metrics;

/// All page sessions.
#[derive(Debug)]
pub struct Sessions {}

impl Sessions {
    /// None yet.
    pub fn new(_config: &Config, _metrics: Arc<Metrics>) -> Self {
        Self {}
    }

    /// Ends all runs and frees what they hold.
    pub async fn shutdown(&self) {}
}

/// `/ws/control` and the downloads of runs.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
}
