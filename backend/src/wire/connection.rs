//! What a handler can know about, and do with, the TCP connection a request came by.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::http::Uri;
use tokio::sync::mpsc::Sender;

use super::{CannotWatch, ChatEvent, Meter, Span, Tap, WatchEvent};

/// An extension of every request.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The client's address.
    pub peer: SocketAddr,
    /// The server's address that the client connected to.
    pub local: SocketAddr,
    tap: Arc<Tap>,
}

impl Connection {
    pub(crate) fn new(peer: SocketAddr, local: SocketAddr, tap: Arc<Tap>) -> Self {
        Self { peer, local, tap }
    }

    /// The request was decided: unless it is watched by now, nobody will ever watch the
    /// connection, and the tap forgets what it kept.
    pub(crate) fn settled(&self) {
        self.tap.off();
    }

    /// Shows the connection to `watcher`, from its first byte on.
    pub(crate) fn watch_all(&self, watcher: Sender<WatchEvent>) {
        // Whoever is gone already sees nothing.
        let _ = self.tap.watch_all(watcher);
    }

    /// Shows the connection to `watcher`, beginning with the request for `uri`.
    pub(crate) fn watch(&self, watcher: Sender<WatchEvent>, uri: &Uri) -> Result<(), CannotWatch> {
        self.tap.watch(watcher, &format!("GET {uri} HTTP/1."))
    }

    /// Counts this request, and what follows it, for `meter`.
    pub(crate) fn count(&self, meter: &Arc<Meter>, span: Span) {
        self.tap.count(Arc::clone(meter), span);
    }

    /// Tells the watcher, if there is one, what happened in the chat.
    pub(crate) fn chat_event(&self, event: ChatEvent) {
        self.tap.chat_event(event);
    }
}
