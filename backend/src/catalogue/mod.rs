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

#[cfg(test)]
mod tests {
    use spillway_protocol::stages::Side;

    use super::*;

    #[test]
    fn the_page_knows_the_one_kind_whose_sides_are_independent() {
        let kinds = kinds();
        let independent = kinds.iter().filter(|kind| kind.side == Side::Duplex);
        let names: Vec<&str> = independent.map(|kind| kind.kind.as_str()).collect();
        assert_eq!(names, ["tcp_echo"], "as `role` of the page's badges has it");
    }
}
