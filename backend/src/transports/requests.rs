//! Making a trial, letting it begin, and what was measured.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use spillway_protocol::transports::ServerClock;

use super::goals::Goals;
use super::trials::OpenError;
use crate::app::App;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    every_ms: Option<u64>,
    delay_ms: Option<u64>,
    lesson: Option<String>,
}

/// Milliseconds between messages that nobody asked for otherwise.
const DEFAULT_EVERY_MS: u64 = 50;

pub(super) async fn open(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Response {
    let session = headers.get("spillway-session");
    let Some(session) = session.and_then(|it| it.to_str().ok()) else {
        let text = "the header Spillway-Session has to name your session";
        return (StatusCode::BAD_REQUEST, text).into_response();
    };
    let Some(asking) = app.sessions.find(session) else {
        return (StatusCode::NOT_FOUND, "there is no such session").into_response();
    };
    let Query(wanted) = match wanted {
        Ok(wanted) => wanted,
        Err(error) => return (StatusCode::BAD_REQUEST, error.body_text()).into_response(),
    };
    let goals = match wanted.lesson {
        Some(lesson) => match Goals::find(&app, &asking, lesson) {
            Ok(goals) => Some(goals),
            Err(message) => return (StatusCode::BAD_REQUEST, message).into_response(),
        },
        None => None,
    };
    let every_ms = wanted.every_ms.unwrap_or(DEFAULT_EVERY_MS);
    let delay_ms = wanted.delay_ms.unwrap_or(0);
    let opened = app
        .trials
        .open(session, every_ms, delay_ms, &app.tasks, &app.shutdown);
    match opened {
        Ok(trial) => {
            let settings = Json(trial.settings.clone());
            if let Some(goals) = goals {
                app.tasks.spawn(goals.judge(asking, trial));
            }
            (StatusCode::CREATED, settings).into_response()
        }
        Err(error) => {
            let status = match error {
                OpenError::Every(_) | OpenError::Delay(_) => StatusCode::BAD_REQUEST,
                OpenError::TooMany => StatusCode::SERVICE_UNAVAILABLE,
            };
            (status, error.to_string()).into_response()
        }
    }
}

pub(super) async fn clock(State(app): State<Arc<App>>) -> Response {
    let at_us = app.trials.now_us();
    ([(CACHE_CONTROL, "no-store")], Json(ServerClock { at_us })).into_response()
}

pub(super) async fn begin(State(app): State<Arc<App>>, Path(trial): Path<String>) -> Response {
    match app.trials.find(&trial) {
        Some(trial) => {
            trial.begin();
            StatusCode::NO_CONTENT.into_response()
        }
        None => unknown(),
    }
}

pub(super) async fn measured(State(app): State<Arc<App>>, Path(trial): Path<String>) -> Response {
    match app.trials.find(&trial) {
        Some(trial) => ([(CACHE_CONTROL, "no-store")], Json(trial.measured())).into_response(),
        None => unknown(),
    }
}

pub(super) fn unknown() -> Response {
    (StatusCode::NOT_FOUND, UNKNOWN).into_response()
}

pub(super) const UNKNOWN: &str = "there is no such trial; one is kept for a minute";
