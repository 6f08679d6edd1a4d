//! `/api/transports`: the same small messages by polling, long polling, server-sent events and a
//! WebSocket, at the same time, each counted below HTTP and timed.
//!
//! A page makes a trial for its session, opens all four ways to it, and lets it begin. Each message
//! is made once and taken by each way when it can.

mod answers;
mod events;
mod goals;
mod requests;
mod socket;
mod trial;
mod trials;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

pub(crate) use trials::Trials;

/// `/api/transports…` and `/ws/transports/{trial}`.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/transports", post(requests::open))
        .route("/api/transports/clock", get(requests::clock))
        .route("/api/transports/{trial}/begin", post(requests::begin))
        .route("/api/transports/{trial}/measured", get(requests::measured))
        .route("/api/transports/{trial}/poll", get(answers::poll))
        .route("/api/transports/{trial}/long-poll", get(answers::long_poll))
        .route("/api/transports/{trial}/events", get(events::events))
        .route("/ws/transports/{trial}", get(socket::upgrade))
}
