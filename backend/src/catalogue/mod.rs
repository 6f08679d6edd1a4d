//! For who builds a pipeline: `GET /api/stages`, the kinds of stages with their options, and
//! `GET /api/programs`, what was built as a program.

mod programs;

use std::sync::Arc;

use axum::routing::get;
use axum::{Json, Router};
use spillway_protocol::stages::{Catalogue, StageKind};
use tower_http::compression::CompressionLayer;

use crate::app::App;
use crate::engine::stages::catalogue;

/// `GET /api/stages` and `GET /api/programs/{file}`.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/stages", get(stages).layer(CompressionLayer::new()))
        .route("/api/programs/{file}", get(programs::program))
}

async fn stages() -> Json<Catalogue> {
    Json(catalogue())
}

/// All kinds, as a client gets them.
#[must_use]
pub fn kinds() -> Vec<StageKind> {
    catalogue().kinds
}
