//! `GET /ws/subject`: a connection that ends in the way its text asks for, each way done for real.
//! Strict as the echo, without compression, so that what crosses can be read.

mod asked;
mod serve;

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper_util::rt::TokioIo;
use spillway_websocket::{CloseCode, ServerConfig, ServerOffer, ServerProtocol};

use self::serve::Serving;
use crate::app::App;
use crate::echo::agree;
use crate::wire::Connection;

/// `GET /ws/subject`.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/ws/subject", get(upgrade))
}

async fn upgrade(
    State(app): State<Arc<App>>,
    Extension(connection): Extension<Connection>,
    Query(query): Query<HashMap<String, String>>,
    mut request: Request,
) -> Response {
    let watched = match query.get("watch") {
        None => Ok(()),
        Some(token) => app
            .wire
            .redeem(token)
            .ok_or("this watch token is not known, was used, or is older than 60 s")
            .and_then(|watcher| {
                let watching = connection.watch(watcher, request.uri());
                watching.map_err(|_| "this connection cannot be watched")
            }),
    };
    connection.settled();
    if query.contains_key("refuse") {
        return (StatusCode::FORBIDDEN, "refused, as was asked for\n").into_response();
    }
    let agreed = match agree(&request, OFFER) {
        Ok(agreed) => agreed,
        Err(refusal) => return *refusal,
    };
    let upgraded = hyper::upgrade::on(&mut request);
    let mut protocol = ServerProtocol::new(ServerConfig {
        max_message: MAX_MESSAGE,
        deflate: None,
    });
    if let Err(reason) = watched {
        protocol.close(CloseCode(1008), reason);
    }
    let serving = Serving::new(
        protocol,
        Arc::clone(&app.metrics),
        app.shutdown.child_token(),
    );
    app.tasks.spawn(async move {
        // A client that leaves before the 101 has nobody to talk to.
        if let Ok(upgraded) = upgraded.await {
            serving.run(TokioIo::new(upgraded)).await;
        }
    });
    agreed.answer
}

/// Neither subprotocol nor extension.
const OFFER: ServerOffer<'_> = ServerOffer {
    subprotocols: &[],
    deflate: false,
};

/// Largest message, bytes.
const MAX_MESSAGE: usize = 1024 * 1024;
