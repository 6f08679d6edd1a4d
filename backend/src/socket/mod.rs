//! What all WebSockets of the server have in common: limits, how they end, and who waits for them.

mod close;
pub(crate) mod strict;
#[cfg(test)]
pub(crate) mod testing;

use std::future::Future;
use std::sync::atomic::Ordering::Relaxed;

use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::response::Response;
pub use close::{close, close_code_of, finish, shut_down};

use crate::app::App;
use crate::metrics::Metrics;

/// What a socket may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest message a client may send, in bytes; a longer one closes the socket with 1009.
    pub message: usize,
    /// Size of the read buffer, in bytes; each open socket has one.
    pub read_buffer: usize,
}

impl Limits {
    /// For sockets of small messages, of which there are many.
    pub fn small(message: usize) -> Self {
        Self {
            message,
            read_buffer: 4 * 1024,
        }
    }
}

/// Answers the handshake and lets `serve` have the socket; the server waits for it at its end.
pub fn upgrade<F, Fut>(app: &App, upgrade: WebSocketUpgrade, limits: Limits, serve: F) -> Response
where
    F: FnOnce(WebSocket) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let token = app.tasks.token();
    upgrade
        .max_message_size(limits.message)
        .max_frame_size(limits.message)
        .read_buffer_size(limits.read_buffer)
        // Messages fed together go out in one write; it is only made when there is something.
        .write_buffer_size(WRITE_BUFFER)
        .on_upgrade(move |socket| async move {
            serve(socket).await;
            drop(token);
        })
}

/// Bytes fed to a socket before it writes without being flushed.
const WRITE_BUFFER: usize = 16 * 1024;

/// What to close a socket with after its stream gave this error; it is logged and counted.
pub fn failed(error: &axum::Error, metrics: &Metrics) -> Option<(u16, &'static str)> {
    let answer = close_code_of(error);
    if let Some((code, reason)) = answer {
        metrics.errors_protocol.fetch_add(1, Relaxed);
        tracing::info!(code, reason, %error, "closing a socket");
    }
    answer
}
