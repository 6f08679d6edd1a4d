//! `GET …/events`: server-sent events, one for each message.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use futures_util::stream::unfold;

use super::requests::unknown;
use super::trial::{Trial, Way};
use crate::app::App;
use crate::wire::{Connection, Span};

pub(super) async fn events(
    State(app): State<Arc<App>>,
    Extension(connection): Extension<Connection>,
    Path(trial): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some(trial) = app.trials.find(&trial) else {
        return unknown();
    };
    if let Err(error) = trial.asked() {
        return (StatusCode::TOO_MANY_REQUESTS, error.to_string()).into_response();
    }
    connection.count(trial.meter(Way::Events), Span::Exchange);
    // A browser that comes back says what it had last.
    let last = headers.get("last-event-id");
    let seen = last.and_then(|last| last.to_str().ok()?.parse().ok());
    let headers = [
        (CONTENT_TYPE, "text/event-stream"),
        (CACHE_CONTROL, "no-store"),
    ];
    let body = Body::from_stream(lines(trial, seen.unwrap_or(0)));
    (headers, body).into_response()
}

fn lines(trial: Arc<Trial>, seen: usize) -> impl Stream<Item = Result<String, Infallible>> {
    unfold((trial, seen), |(trial, seen)| async move {
        let note = trial.next(seen).await?;
        let seq = seen + 1;
        let event = format!("id: {seq}\ndata: {}\n\n", note.json);
        Some((Ok(event), (trial, seq)))
    })
}
