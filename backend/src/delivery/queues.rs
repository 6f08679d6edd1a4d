//! `GET /api/runs/{run}/queues/{stage}`: where the bytes of a `websocket` stage wait.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use spillway_protocol::delivery::SocketQueues;

use crate::app::App;
use crate::wire::{Connection, Kernel, Meter, Span};

/// A WebSocket on its way to a page, counted.
#[derive(Debug)]
pub(crate) struct Leaving {
    local: SocketAddr,
    peer: SocketAddr,
    meter: Arc<Meter>,
    /// What had crossed when the first frame was handed over: the answer to the handshake.
    before: AtomicU64,
    /// Bytes of the frames handed over.
    handed: AtomicU64,
}

impl Leaving {
    /// Counts what leaves by this connection from now on.
    pub(super) fn by(connection: &Connection) -> Self {
        let meter = Arc::default();
        connection.count(&meter, Span::Rest);
        Self {
            local: connection.local,
            peer: connection.peer,
            meter,
            before: AtomicU64::new(0),
            handed: AtomicU64::new(0),
        }
    }

    /// The handshake is over.
    pub(super) fn begin(&self) {
        self.before.store(self.meter.to_client(), Relaxed);
    }

    /// A message of so many bytes is handed over, as one frame without a mask.
    pub(super) fn hand(&self, bytes: usize) {
        let head = match bytes {
            0..126 => 2,
            126..65_536 => 4,
            _ => 10,
        };
        self.handed.fetch_add(bytes as u64 + head, Relaxed);
    }

    async fn queues(&self, kernel: &Kernel) -> SocketQueues {
        let ours = kernel.queues(self.local, self.peer).await;
        let theirs = kernel.queues(self.peer, self.local).await;
        let crossed = self.meter.to_client();
        SocketQueues {
            handed: self.handed.load(Relaxed),
            written: crossed.saturating_sub(self.before.load(Relaxed)),
            kernel_send: ours.map(|queues| queues.send),
            kernel_receive: theirs.map(|queues| queues.receive),
        }
    }
}

pub(super) async fn queues(
    State(app): State<Arc<App>>,
    Path((run, stage)): Path<(String, String)>,
) -> Response {
    let Some(outlets) = app.sessions.outlets(&run) else {
        return (StatusCode::NOT_FOUND, "there is no such run").into_response();
    };
    match outlets.leaving(&stage) {
        Some(leaving) => {
            let queues = leaving.queues(&app.kernel).await;
            ([(CACHE_CONTROL, "no-store")], Json(queues)).into_response()
        }
        // A page asks from the start of its run on; its WebSocket may come later, and that is no fault.
        None => StatusCode::NO_CONTENT.into_response(),
    }
}
