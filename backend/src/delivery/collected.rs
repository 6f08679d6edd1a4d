//! `GET /api/runs/{run}/collected/{stage}`: what a `collect` stage has collected.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::app::App;

pub(super) async fn collected(
    State(app): State<Arc<App>>,
    Path((run, stage)): Path<(String, String)>,
) -> Response {
    let outlets = app.sessions.outlets(&run);
    let Some(collected) = outlets.and_then(|outlets| outlets.collected(&stage)) else {
        let text = "there is no such run, or no stage of that name in it that collects";
        return (StatusCode::NOT_FOUND, text).into_response();
    };
    match collected.whole() {
        Some(bytes) => {
            let headers = [
                (CONTENT_TYPE, "application/octet-stream"),
                (CACHE_CONTROL, "no-store"),
            ];
            (headers, bytes).into_response()
        }
        None => (StatusCode::CONFLICT, "the stage has not finished").into_response(),
    }
}
