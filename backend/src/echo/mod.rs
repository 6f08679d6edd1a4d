//! `GET /ws/echo`: sends back every message it gets, by the protocol of `crates/websocket`: strict
//! to the byte, with permessage-deflate when the client offers it. `?deflate=off` declines that offer,
//! and `?watch=TOKEN` shows the bytes to the page that asked for the token.

mod handshake;
mod serve;

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, Query, Request, State};
use axum::http::Uri;
use axum::response::Response;
use axum::routing::get;
use hyper_util::rt::TokioIo;
use spillway_websocket::{CloseCode, ServerConfig, ServerOffer, ServerProtocol};

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
    Query(query): Query<HashMap<String, String>>,
    mut request: Request,
) -> Response {
    let watched = query.get("watch").map_or(Ok(()), |token| {
        start_watching(&app, &connection, token, request.uri())
    });
    connection.settled();
    let offer = ServerOffer {
        deflate: query.get("deflate").is_none_or(|deflate| deflate != "off"),
        ..OFFER
    };
    let agreed = match agree(&request, offer) {
        Ok(agreed) => agreed,
        Err(refusal) => return *refusal,
    };
    let upgraded = hyper::upgrade::on(&mut request);
    let mut protocol = ServerProtocol::new(ServerConfig {
        max_message: MAX_MESSAGE,
        deflate: agreed.deflate,
    });
    // A browser can read the reason of a close, but not the body of a refused handshake.
    if let Err(reason) = watched {
        protocol.close(CloseCode(1008), &reason);
    }
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

/// Shows the connection to whoever asked for the token; or says why that cannot be, in a reason of
/// at most 123 bytes.
fn start_watching(
    app: &App,
    connection: &Connection,
    token: &str,
    uri: &Uri,
) -> Result<(), String> {
    let Some(watcher) = app.wire.redeem(token) else {
        return Err("this watch token is not known, was used, or is older than 60 s".to_owned());
    };
    connection
        .watch(watcher, uri)
        .map_err(|error| error.to_string())
}

/// The only subprotocol has no rules beyond the echo; a client that offers none needs none.
const OFFER: ServerOffer<'_> = ServerOffer {
    subprotocols: &["echo"],
    deflate: true,
};

/// Largest message, inflated, bytes.
const MAX_MESSAGE: usize = 16 * 1024 * 1024;
