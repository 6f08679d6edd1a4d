//! `GET /api/samples/{name}`: cities made from a seed while they are fetched, for the stage
//! `http_source` and for whoever wants some.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::{Bytes, BytesMut};
use futures_util::Stream;
use futures_util::stream::unfold;
use serde::Deserialize;

use crate::app::App;
use crate::data::{Form, SEED, Sample, Size};

/// `GET /api/samples/{name}`.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/api/samples/{name}", get(sample))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    rows: Option<u64>,
    bytes: Option<u64>,
    seed: Option<u64>,
}

/// Rows of a sample that asks for no number, and the most it may have.
const DEFAULT_ROWS: u64 = 10_000;
pub(crate) const MAX_ROWS: u64 = 50_000_000;

/// About as many bytes as [`MAX_ROWS`] have.
const MAX_BYTES: u64 = 4 * 1024 * 1024 * 1024;

async fn sample(
    Path(name): Path<String>,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Response {
    let Some((form, media_type)) = form_of(&name) else {
        let text = "there is no such sample; there are cities.csv, cities.ndjson and cities.json";
        return (StatusCode::NOT_FOUND, text).into_response();
    };
    let wanted = match wanted {
        Ok(Query(wanted)) => wanted,
        Err(error) => return (StatusCode::BAD_REQUEST, error.body_text()).into_response(),
    };
    let size = match size_of(&wanted) {
        Ok(size) => size,
        Err(text) => return (StatusCode::BAD_REQUEST, text).into_response(),
    };
    let sample = Sample::new(form, size, wanted.seed.unwrap_or(SEED));
    // Its length is not known before it is made, so it goes out chunked.
    let headers = [(CONTENT_TYPE, media_type), (CACHE_CONTROL, "no-store")];
    (headers, Body::from_stream(pieces(sample))).into_response()
}

fn size_of(wanted: &Wanted) -> Result<Size, String> {
    match (wanted.rows, wanted.bytes) {
        (Some(_), Some(_)) => Err("give `rows` or `bytes`, not both".to_owned()),
        (None, Some(bytes)) if bytes > MAX_BYTES => {
            Err(format!("a sample has at most {MAX_BYTES} bytes"))
        }
        (None, Some(bytes)) => Ok(Size::Bytes(bytes)),
        (Some(rows), None) if rows > MAX_ROWS => {
            Err(format!("a sample has at most {MAX_ROWS} rows"))
        }
        (rows, None) => Ok(Size::Rows(rows.unwrap_or(DEFAULT_ROWS))),
    }
}

fn form_of(name: &str) -> Option<(Form, &'static str)> {
    match name {
        "cities.csv" => Some((Form::Csv, "text/csv; charset=utf-8")),
        "cities.ndjson" => Some((Form::JsonLines, "application/x-ndjson")),
        "cities.json" => Some((Form::JsonArray, "application/json")),
        _ => None,
    }
}

/// Each piece is made when the connection has room for it, in less than a tenth of a millisecond.
fn pieces(sample: Sample) -> impl Stream<Item = Result<Bytes, Infallible>> {
    unfold(sample, |mut sample| async move {
        let mut piece = BytesMut::new();
        sample.fill(&mut piece, PIECE);
        (!piece.is_empty()).then(|| (Ok(piece.freeze()), sample))
    })
}

/// Bytes made at a time.
const PIECE: usize = 16 * 1024;
