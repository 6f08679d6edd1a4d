//! What the stages of a run hand to clients: a download while it is made, a WebSocket, and what
//! was collected. A run's secret name is the right to it.

mod collected;
mod queues;
mod response;
mod socket;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::app::App;

pub(crate) use queues::Leaving;

/// `/api/runs/{run}/stream/{stage}`, `/api/runs/{run}/collected/{stage}`,
/// `/api/runs/{run}/queues/{stage}` and `/ws/runs/{run}/{stage}`.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/api/runs/{run}/stream/{stage}",
            get(response::stream).head(response::head),
        )
        .route(
            "/api/runs/{run}/collected/{stage}",
            get(collected::collected),
        )
        .route("/api/runs/{run}/queues/{stage}", get(queues::queues))
        .route("/ws/runs/{run}/{stage}", get(socket::upgrade))
}
