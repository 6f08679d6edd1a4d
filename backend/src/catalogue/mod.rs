//! `GET /api/stages`: the kinds of stages with their options, for who builds a pipeline.

use std::sync::Arc;

use axum::routing::get;
use axum::{Json, Router};
use spillway_protocol::stages::{Catalogue, StageKind};

use crate::app::App;
use crate::engine::stages::catalogue;

/// `GET /api/stages`.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/api/stages", get(stages))
}

async fn stages() -> Json<Catalogue> {
    Json(catalogue())
}

/// All kinds, as a client gets them.
#[must_use]
pub fn kinds() -> Vec<StageKind> {
    catalogue().kinds
}
