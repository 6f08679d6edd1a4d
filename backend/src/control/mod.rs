//! `GET /ws/control`: the page's own channel. The messages are in `spillway_protocol::control`;
//! what each of them does is in `crate::command`.

mod listener;
mod serve;
mod watch;

use std::sync::Arc;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Extension, State};
use axum::response::Response;
use axum::routing::get;
use spillway_protocol::MAX_CONTROL_BYTES;

use crate::app::App;
use crate::socket::{self, Limits};
use crate::wire::Connection;

pub(crate) use listener::Listener;
use serve::serve;
pub(crate) use watch::{WATCH_QUEUE, forward, push};

/// `GET /ws/control`.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/ws/control", get(upgrade))
}

async fn upgrade(
    State(app): State<Arc<App>>,
    Extension(connection): Extension<Connection>,
    request: WebSocketUpgrade,
) -> Response {
    connection.settled();
    let limits = Limits::small(MAX_CONTROL_BYTES);
    let served = Arc::clone(&app);
    socket::upgrade(&app, request, limits, move |socket| async move {
        serve(socket, &served).await;
    })
}
