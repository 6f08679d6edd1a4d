//! `GET /api/samples/{name}`: cities made from a seed while they are fetched, for the stage
//! `http_source` and for whoever wants some; from a byte on, when a `Range` asks for that.

mod range;

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query};
use axum::http::header::{ACCEPT_RANGES, CACHE_CONTROL, CONTENT_RANGE, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::{Bytes, BytesMut};
use futures_util::Stream;
use futures_util::stream::unfold;
use serde::Deserialize;
use tokio::task::{spawn_blocking, yield_now};

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
    /// The connection is cut after so many bytes of the answer's body.
    cut: Option<u64>,
}

/// Rows of a sample that asks for no number, and the most it may have.
const DEFAULT_ROWS: u64 = 10_000;
pub(crate) const MAX_ROWS: u64 = 50_000_000;

/// About as many bytes as [`MAX_ROWS`] have.
const MAX_BYTES: u64 = 4 * 1024 * 1024 * 1024;

async fn sample(
    Path(name): Path<String>,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
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
    let plain = [(CONTENT_TYPE, media_type), (CACHE_CONTROL, "no-store")];
    let Some(from) = range::asked_from(&headers).filter(|_| range::allows(size)) else {
        // Its length is not known before it is made, so it goes out chunked.
        let ranges = if range::allows(size) { "bytes" } else { "none" };
        let body = Body::from_stream(pieces(sample, 0, wanted.cut));
        return (plain, [(ACCEPT_RANGES, ranges)], body).into_response();
    };
    let mut measured = Sample::new(form, size, wanted.seed.unwrap_or(SEED));
    let Ok(length) = spawn_blocking(move || range::length(&mut measured)).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if from >= length {
        let range = [(CONTENT_RANGE, format!("bytes */{length}"))];
        return (StatusCode::RANGE_NOT_SATISFIABLE, range).into_response();
    }
    let range = [(
        CONTENT_RANGE,
        format!("bytes {from}-{}/{length}", length - 1),
    )];
    let body = Body::from_stream(pieces(sample, from, wanted.cut));
    (StatusCode::PARTIAL_CONTENT, plain, range, body).into_response()
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

/// The body of an answer.
struct Pieces {
    sample: Sample,
    /// Bytes that are left out, because they were not asked for.
    skip: u64,
    /// Bytes until the connection is cut.
    left: Option<u64>,
}

fn pieces(sample: Sample, skip: u64, left: Option<u64>) -> impl Stream<Item = io::Result<Bytes>> {
    let pieces = Pieces { sample, skip, left };
    unfold(pieces, |mut pieces| async move {
        let piece = pieces.next().await.transpose()?;
        Some((piece, pieces))
    })
}

impl Pieces {
    /// Each piece is made when the connection has room for it, in less than a tenth of a millisecond.
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        loop {
            if self.left == Some(0) {
                // What was given before goes out first.
                yield_now().await;
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            let mut piece = BytesMut::new();
            self.sample.fill(&mut piece, PIECE);
            if piece.is_empty() {
                return Ok(None);
            }
            // No more than a piece has.
            let skipped = self.skip.min(piece.len() as u64);
            self.skip -= skipped;
            let mut piece = piece.split_off(skipped as usize);
            if let Some(left) = &mut self.left {
                piece.truncate((*left).min(piece.len() as u64) as usize);
                *left -= piece.len() as u64;
            }
            if !piece.is_empty() {
                return Ok(Some(piece.freeze()));
            }
            yield_now().await;
        }
    }
}

/// Bytes made at a time.
const PIECE: usize = 16 * 1024;
