//! `GET /ws/chat/{room}`: rooms in which people talk.

use std::sync::Arc;

use axum::Router;

use crate::app::App;
use crate::metrics::Metrics;

/// All rooms.
#[derive(Debug)]
pub struct Rooms {}

impl Rooms {
    /// No room yet.
    pub fn new(_metrics: Arc<Metrics>) -> Self {
        Self {}
    }
}

/// `GET /ws/chat/{room}`.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
}
