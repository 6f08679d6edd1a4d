//! `GET /ws/echo`: sends back every message it gets.

use std::sync::Arc;

use axum::Router;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::extract::{Extension, State};
use axum::response::Response;
use axum::routing::get;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::metrics::Metrics;
use crate::socket::{self, Limits, finish, shut_down};
use crate::wire::Connection;

/// `GET /ws/echo`.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/ws/echo", get(upgrade))
}

async fn upgrade(
    State(app): State<Arc<App>>,
    Extension(connection): Extension<Connection>,
    request: WebSocketUpgrade,
) -> Response {
    connection.settled();
    let metrics = Arc::clone(&app.metrics);
    let shutdown = app.shutdown.clone();
    socket::upgrade(&app, request, LIMITS, move |socket| async move {
        echo(socket, &metrics, &shutdown).await;
    })
}

/// Messages to 16 MiB, so a read buffer that takes them in fewer pieces.
const LIMITS: Limits = Limits {
    message: 16 * 1024 * 1024,
    read_buffer: 16 * 1024,
};

async fn echo<S>(mut socket: S, metrics: &Metrics, shutdown: &CancellationToken)
where
    S: Stream<Item = Result<Message, axum::Error>> + Sink<Message> + Unpin,
{
    loop {
        let received = tokio::select! {
            received = socket.next() => received,
            () = shutdown.cancelled() => return shut_down(&mut socket).await,
        };
        match received {
            Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) => {
                let sent = tokio::select! {
                    sent = socket.send(message) => sent.is_ok(),
                    () = shutdown.cancelled() => return shut_down(&mut socket).await,
                };
                if !sent {
                    return;
                }
            }
            // The library answers pings and Close frames itself.
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Close(_))) => {}
            Some(Err(error)) => {
                if let Some((code, reason)) = socket::failed(&error, metrics) {
                    finish(&mut socket, code, reason).await;
                }
                return;
            }
            None => return,
        }
    }
}
