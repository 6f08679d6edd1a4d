//! `GET /ws/transports/{trial}`: a text message for each message.

use std::sync::Arc;

use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::extract::{Extension, Path, State};
use axum::response::Response;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio_util::sync::CancellationToken;

use super::requests::UNKNOWN;
use super::trial::{Trial, Way};
use crate::app::App;
use crate::metrics::Metrics;
use crate::socket::{self, Limits, finish, shut_down};
use crate::wire::{Connection, Span, timed};

/// Always upgrades: a browser is not told why a handshake was refused.
pub(super) async fn upgrade(
    State(app): State<Arc<App>>,
    Extension(connection): Extension<Connection>,
    Path(trial): Path<String>,
    request: WebSocketUpgrade,
) -> Response {
    let found = match app.trials.find(&trial) {
        Some(trial) if trial.asked().is_ok() => Ok(trial),
        Some(_) => Err("this trial answers no more requests"),
        None => Err(UNKNOWN),
    };
    if let Ok(trial) = &found {
        connection.count(trial.meter(Way::Socket), Span::Rest);
    }
    connection.settled();
    let metrics = Arc::clone(&app.metrics);
    let shutdown = app.shutdown.clone();
    let limits = Limits::small(MAX_MESSAGE);
    socket::upgrade(&app, request, limits, move |mut socket| async move {
        match found {
            Ok(trial) => {
                let meter = Arc::clone(trial.meter(Way::Socket));
                timed(meter, serve(socket, &trial, &metrics, &shutdown)).await;
            }
            Err(reason) => finish(&mut socket, 1008, reason).await,
        }
    })
}

/// Nothing is expected of the page but control frames.
const MAX_MESSAGE: usize = 4 * 1024;

async fn serve<S>(mut socket: S, trial: &Trial, metrics: &Metrics, shutdown: &CancellationToken)
where
    S: Stream<Item = Result<Message, axum::Error>> + Sink<Message> + Unpin,
{
    let mut seen = 0;
    loop {
        tokio::select! {
            note = trial.next(seen) => {
                let Some(note) = note else {
                    return finish(&mut socket, 1000, "there are no more messages").await;
                };
                if socket.send(Message::text(note.json)).await.is_err() {
                    return;
                }
                seen += 1;
            }
            heard = socket.next() => match heard {
                Some(Ok(Message::Close(_))) | None => return,
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    if let Some((code, reason)) = socket::failed(&error, metrics) {
                        finish(&mut socket, code, reason).await;
                    }
                    return;
                }
            },
            () = shutdown.cancelled() => return shut_down(&mut socket).await,
        }
    }
}
