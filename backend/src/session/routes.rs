//! `DELETE /api/sessions/{session}` and `GET /api/runs/{run}/files/{name}`.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use tokio_util::io::ReaderStream;

use crate::app::App;
use crate::data::{content_type, output_name};

/// The end of a session, and the outputs of its runs.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/sessions/{session}", delete(end))
        .route("/api/runs/{run}/files/{name}", get(download))
}

async fn end(State(app): State<Arc<App>>, Path(session): Path<String>) -> Response {
    if app.sessions.end(&session) {
        StatusCode::NO_CONTENT.into_response()
    } else {
        (StatusCode::NOT_FOUND, "there is no such session").into_response()
    }
}

async fn download(
    State(app): State<Arc<App>>,
    Path((run, name)): Path<(String, String)>,
) -> Response {
    if let Err(error) = output_name(&name) {
        return (StatusCode::BAD_REQUEST, error).into_response();
    }
    let Some(path) = app.sessions.finished_output(&run, &name) else {
        let text = "there is no such finished output; a run's output can be fetched once it is \
                    finished, as long as its page is open";
        return (StatusCode::NOT_FOUND, text).into_response();
    };
    let opened = async {
        let file = tokio::fs::File::open(&path).await?;
        let bytes = file.metadata().await?.len();
        Ok::<_, std::io::Error>((file, bytes))
    };
    match opened.await {
        Ok((file, bytes)) => {
            let headers = [
                (CONTENT_TYPE, content_type(&name).to_owned()),
                (CONTENT_LENGTH, bytes.to_string()),
                // `output_name` allows nothing that would need quoting.
                (
                    CONTENT_DISPOSITION,
                    format!("attachment; filename=\"{name}\""),
                ),
                (CACHE_CONTROL, "no-store".to_owned()),
            ];
            (headers, Body::from_stream(ReaderStream::new(file))).into_response()
        }
        Err(error) => {
            tracing::warn!(%error, run, "an output cannot be read");
            (StatusCode::NOT_FOUND, "the run has just ended").into_response()
        }
    }
}
