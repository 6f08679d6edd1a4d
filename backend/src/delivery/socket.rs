//! `GET /ws/runs/{run}/{stage}`: what a `websocket` stage is written, as binary messages.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::ws::{CloseFrame, Message, WebSocketUpgrade};
use axum::extract::{Extension, Path, Query, State};
use axum::http::Uri;
use axum::response::Response;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio_util::sync::CancellationToken;

use super::Leaving;
use crate::app::App;
use crate::engine::outlets::{ClaimError, Delivery, Piece};
use crate::metrics::Metrics;
use crate::socket::{self, Limits, finish, shut_down};
use crate::wire::Connection;

/// Always upgrades: a browser is not told why a handshake was refused.
pub(super) async fn upgrade(
    State(app): State<Arc<App>>,
    Extension(connection): Extension<Connection>,
    Path((run, stage)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
    uri: Uri,
    request: WebSocketUpgrade,
) -> Response {
    let watched = match query.get("watch") {
        None => Ok(()),
        Some(token) => app
            .wire
            .redeem(token)
            .ok_or("this watch token is not known, was used, or is older than 60 s")
            .and_then(|watcher| {
                let watching = connection.watch(watcher, &uri);
                watching.map_err(|_| "this connection cannot be watched")
            }),
    };
    let claimed = watched.and_then(|()| {
        let outlets = app.sessions.outlets(&run);
        let claimed = match outlets {
            Some(outlets) => outlets.claim_socket(&stage).map(|delivery| {
                let leaving = Arc::new(Leaving::by(&connection));
                outlets.keep_leaving(&stage, Arc::clone(&leaving));
                (delivery, leaving)
            }),
            None => Err(ClaimError::Unknown),
        };
        claimed.map_err(|error| refusal(&error))
    });
    connection.settled();
    let metrics = Arc::clone(&app.metrics);
    let shutdown = app.shutdown.clone();
    socket::upgrade(
        &app,
        request,
        Limits::small(MAX_MESSAGE),
        move |mut socket| async move {
            match claimed {
                Ok((delivery, leaving)) => {
                    leaving.begin();
                    deliver(socket, delivery, &leaving, &metrics, &shutdown).await;
                }
                Err(reason) => finish(&mut socket, 1008, reason).await,
            }
        },
    )
}

/// Nothing is expected of the page but control frames.
const MAX_MESSAGE: usize = 4 * 1024;

fn refusal(error: &ClaimError) -> &'static str {
    match error {
        ClaimError::Unknown => "there is no such run, or no stage of that name that delivers here",
        ClaimError::Taken => "another connection has it already; it is delivered once",
        ClaimError::Over => "the stage is closed and delivers nothing more",
    }
}

/// What ends a delivery.
enum Over {
    /// Everything was sent.
    Whole,
    /// The run ended before its data did.
    RunEnded,
    /// The server stops.
    Shutdown,
    /// The page closed, or its connection broke; with what the server closes, and why it went.
    PageLeft(Option<(u16, &'static str)>, String),
}

async fn deliver<S>(
    mut socket: S,
    mut delivery: Delivery,
    leaving: &Leaving,
    metrics: &Metrics,
    shutdown: &CancellationToken,
) where
    S: Stream<Item = Result<Message, axum::Error>> + Sink<Message> + Unpin,
{
    match send_all(&mut socket, &mut delivery, leaving, metrics, shutdown).await {
        Over::Whole => {
            finish(&mut socket, 1000, "the stream has ended").await;
            delivery.done(Ok(()));
        }
        Over::RunEnded => {
            finish(&mut socket, 1011, "the run ended before its data did").await;
        }
        Over::Shutdown => {
            delivery.done(Err("the server is stopping".to_owned()));
            shut_down(&mut socket).await;
        }
        Over::PageLeft(close, reason) => {
            delivery.done(Err(reason));
            if let Some((code, reason)) = close {
                finish(&mut socket, code, reason).await;
            }
        }
    }
}

/// Takes a piece when the one before it is on its way, so that a slow page is backpressure.
async fn send_all<S>(
    socket: &mut S,
    delivery: &mut Delivery,
    leaving: &Leaving,
    metrics: &Metrics,
    shutdown: &CancellationToken,
) -> Over
where
    S: Stream<Item = Result<Message, axum::Error>> + Sink<Message> + Unpin,
{
    let (mut to_page, mut from_page) = socket.split();
    let sends = async {
        loop {
            match delivery.next().await {
                Some(Piece::Chunk(chunk)) => {
                    leaving.hand(chunk.len());
                    if to_page.send(Message::Binary(chunk)).await.is_err() {
                        return Over::PageLeft(None, LOST.to_owned());
                    }
                }
                Some(Piece::End) => return Over::Whole,
                None => return Over::RunEnded,
            }
        }
    };
    tokio::select! {
        over = sends => over,
        over = until_left(&mut from_page, metrics) => over,
        () = shutdown.cancelled() => Over::Shutdown,
    }
}

const LOST: &str = "the page's WebSocket was lost before it had everything";

/// Until the page closes; what it sends is of no use here.
async fn until_left(
    page: &mut (impl Stream<Item = Result<Message, axum::Error>> + Unpin),
    metrics: &Metrics,
) -> Over {
    loop {
        match page.next().await {
            Some(Ok(Message::Close(frame))) => {
                return Over::PageLeft(None, closed_with(frame.as_ref()));
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => {
                let close = socket::failed(&error, metrics);
                return Over::PageLeft(close, LOST.to_owned());
            }
            None => return Over::PageLeft(None, LOST.to_owned()),
        }
    }
}

fn closed_with(frame: Option<&CloseFrame>) -> String {
    match frame {
        Some(frame) => format!(
            "the page closed the WebSocket with {} before it had everything",
            frame.code
        ),
        None => "the page closed the WebSocket before it had everything".to_owned(),
    }
}
