//! The handshake of `/ws/chat/{room}`.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Extension, Path, Query, State};
use axum::http::Uri;
use axum::response::Response;
use axum::routing::get;

use super::connection::{Guest, Surroundings, refuse, serve};
use super::names::{self, Refusal};
use crate::app::App;
use crate::socket::{self, Limits};
use crate::wire::Connection;

/// `GET /ws/chat/{room}`.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/ws/chat/{room}", get(upgrade))
}

/// Always upgrades: a browser is not told why a handshake was refused.
async fn upgrade(
    State(app): State<Arc<App>>,
    Extension(connection): Extension<Connection>,
    Path(room): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    uri: Uri,
    request: WebSocketUpgrade,
) -> Response {
    let guest = guest(&app, &room, query).await;
    let guest = guest.and_then(|(guest, watch)| {
        watch.map_or(Ok(()), |token| {
            start_watching(&app, &connection, &token, &uri)
        })?;
        Ok(guest)
    });
    connection.settled();
    let surroundings = Surroundings {
        rate: app.config.chat_rate,
        metrics: Arc::clone(&app.metrics),
        shutdown: app.shutdown.clone(),
    };
    socket::upgrade(
        &app,
        request,
        Limits::small(MAX_MESSAGE),
        move |socket| async move {
            match guest {
                Ok(guest) => {
                    serve(socket, guest, surroundings, |event| {
                        connection.chat_event(event)
                    })
                    .await;
                }
                Err(refusal) => refuse(socket, refusal).await,
            }
        },
    )
}

/// Who comes, and the token to be watched by.
async fn guest(
    app: &App,
    room: &str,
    mut query: HashMap<String, String>,
) -> Result<(Guest, Option<String>), Refusal> {
    let room = names::room(room)?;
    let name = names::person(query.get("name").map_or("", String::as_str))?.to_owned();
    let after = match query.get("after").map(|after| after.parse()) {
        None => None,
        Some(Ok(after)) => Some(after),
        Some(Err(_)) => return Err(("bad_after", "`after` is a whole number".to_owned())),
    };
    let (token, watch) = (query.remove("token"), query.remove("watch"));
    let known = match &token {
        Some(token) => app.rooms.knows(room, token).await?,
        None => false,
    };
    Ok((
        Guest {
            room: app.rooms.visit(room)?,
            name,
            token,
            known,
            after,
        },
        watch,
    ))
}

fn start_watching(
    app: &App,
    connection: &Connection,
    token: &str,
    uri: &Uri,
) -> Result<(), Refusal> {
    let Some(watcher) = app.wire.redeem(token) else {
        let message = "this watch token is not known, was used, or is older than 60 s";
        return Err(("bad_watch_token", message.to_owned()));
    };
    connection
        .watch(watcher, uri)
        .map_err(|error| ("cannot_watch", error.to_string()))
}

/// The longest message that can hold an allowed text: JSON may write a byte as six, `\u0000`.
const MAX_MESSAGE: usize = 6 * spillway_protocol::MAX_CHAT_TEXT_BYTES + 1024;
