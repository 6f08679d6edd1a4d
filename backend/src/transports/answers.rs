//! `GET …/poll` and `GET …/long-poll`: the messages after those that the client has.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tokio::time::{sleep, timeout};

use super::requests::unknown;
use super::trial::{Trial, Way};
use crate::app::App;
use crate::wire::{Connection, Span};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Seen {
    /// `seq` of the last message that the client has.
    after: usize,
}

type SeenQuery = Result<Query<Seen>, QueryRejection>;

/// What there is now.
pub(super) async fn poll(
    State(app): State<Arc<App>>,
    Extension(connection): Extension<Connection>,
    Path(trial): Path<String>,
    seen: SeenQuery,
) -> Response {
    match asked(&app, &connection, &trial, Way::Poll, seen) {
        Ok((trial, seen)) => answer(&trial, trial.list_after(seen)).await,
        Err(refusal) => *refusal,
    }
}

/// What there is as soon as there is something, or nothing after a while.
pub(super) async fn long_poll(
    State(app): State<Arc<App>>,
    Extension(connection): Extension<Connection>,
    Path(trial): Path<String>,
    seen: SeenQuery,
) -> Response {
    match asked(&app, &connection, &trial, Way::LongPoll, seen) {
        Ok((trial, seen)) => {
            // Without anything new the answer is an empty list.
            timeout(PATIENCE, trial.more_than(seen)).await.ok();
            answer(&trial, trial.list_after(seen)).await
        }
        Err(refusal) => *refusal,
    }
}

/// How long a long poll waits.
const PATIENCE: Duration = Duration::from_secs(10);

/// The list as it is now, held back for the added time.
async fn answer(trial: &Trial, list: String) -> Response {
    sleep(trial.delay()).await;
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, list).into_response()
}

/// The trial that a request is for, which counts from now on.
fn asked(
    app: &App,
    connection: &Connection,
    trial: &str,
    way: Way,
    seen: SeenQuery,
) -> Result<(Arc<Trial>, usize), Box<Response>> {
    let trial = app.trials.find(trial).ok_or_else(|| Box::new(unknown()))?;
    let refused = |status, text: String| Box::new((status, text).into_response());
    trial
        .asked()
        .map_err(|error| refused(StatusCode::TOO_MANY_REQUESTS, error.to_string()))?;
    connection.count(trial.meter(way), Span::Exchange);
    match seen {
        Ok(Query(seen)) => Ok((trial, seen.after)),
        Err(error) => Err(refused(StatusCode::BAD_REQUEST, error.body_text())),
    }
}
