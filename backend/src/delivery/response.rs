//! `GET /api/runs/{run}/stream/{stage}`: what an `http_response` stage is written, while it is.

use std::io;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::Stream;
use futures_util::stream::unfold;

use crate::app::App;
use crate::data::content_type;
use crate::engine::outlets::{ClaimError, Delivery, Piece};

pub(super) async fn stream(
    State(app): State<Arc<App>>,
    Path((run, stage)): Path<(String, String)>,
) -> Response {
    let claimed = match app.sessions.outlets(&run) {
        Some(outlets) => outlets.claim_response(&stage),
        None => Err(ClaimError::Unknown),
    };
    let (delivery, name) = match claimed {
        Ok(claimed) => claimed,
        Err(error) => return (status_of(&error), error.to_string()).into_response(),
    };
    let headers = [
        (CONTENT_TYPE, content_type(&name).to_owned()),
        // `output_name` allows nothing that would need quoting.
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    // No length is known, so it goes out chunked.
    (headers, Body::from_stream(body(delivery))).into_response()
}

/// A HEAD would take the one delivery there is and leave it unread.
pub(super) async fn head() -> StatusCode {
    StatusCode::METHOD_NOT_ALLOWED
}

fn status_of(error: &ClaimError) -> StatusCode {
    match error {
        ClaimError::Unknown => StatusCode::NOT_FOUND,
        ClaimError::Taken => StatusCode::CONFLICT,
        ClaimError::Over => StatusCode::GONE,
    }
}

/// Each piece is taken when the connection has room for it. A run that ends before its data did
/// breaks the body off, so that no client takes it for the whole.
fn body(delivery: Delivery) -> impl Stream<Item = io::Result<Bytes>> {
    unfold(Some(delivery), |delivery| async move {
        let mut delivery = delivery?;
        match delivery.next().await {
            Some(Piece::Chunk(chunk)) => Some((Ok(chunk), Some(delivery))),
            Some(Piece::End) => {
                delivery.done(Ok(()));
                None
            }
            None => Some((Err(io::ErrorKind::UnexpectedEof.into()), None)),
        }
    })
}
