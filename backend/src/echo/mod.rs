//! `GET /ws/echo`: sends back every message it gets, by the protocol of `crates/websocket`: strict
//! to the byte, with permessage-deflate when the client offers it.

mod handshake;
mod serve;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, Request, State};
use axum::response::Response;
use axum::routing::get;
use hyper_util::rt::TokioIo;
use spillway_websocket::{ServerConfig, ServerOffer, ServerProtocol};

pub(crate) use self::handshake::agree;
use self::serve::Serving;
use crate::app::App;
use crate::wire::Connection;

/// `GET /ws/echo`.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/ws/echo", get(upgrade))
}

async fn upgrade(
    State(app): State<Arc<App>>,
    Extension(connection): Extension<Connection>,
    mut request: Request,
) -> Response {
    connection.settled();
    let agreed = match agree(&request, OFFER) {
        Ok(agreed) => agreed,
        Err(refusal) => return *refusal,
    };
    let upgraded = hyper::upgrade::on(&mut request);
    let protocol = ServerProtocol::new(ServerConfig {
        max_message: MAX_MESSAGE,
        deflate: agreed.deflate,
    });
    let serving = Serving {
        protocol,
        deflates: agreed.deflate.is_some(),
        metrics: Arc::clone(&app.metrics),
        shutdown: app.shutdown.clone(),
    };
    app.tasks.spawn(async move {
        // A client that leaves before the 101 has nobody to talk to.
        if let Ok(upgraded) = upgraded.await {
            serving.run(TokioIo::new(upgraded)).await;
        }
    });
    agreed.answer
}

/// The echo speaks no subprotocol.
const OFFER: ServerOffer<'_> = ServerOffer {
    subprotocols: &[],
    deflate: true,
};

/// Largest message, inflated, bytes.
const MAX_MESSAGE: usize = 16 * 1024 * 1024;
