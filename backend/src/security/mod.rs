//! Who may talk to the server, and what a browser may do with what it gets.

mod headers;
mod host;
mod origin;

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN, UPGRADE};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
pub use headers::add_headers;

use crate::app::App;
use crate::wire::Connection;

/// Refuses requests for another host (421) and what another site's page asks for (403).
pub async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let local = request
        .extensions()
        .get::<Connection>()
        .map(|connection| connection.local.ip());
    let host = request
        .uri()
        .authority()
        .map(|authority| authority.as_str().to_owned());
    let Some(host) = host.or_else(|| single(request.headers(), &HOST)) else {
        return (StatusCode::MISDIRECTED_REQUEST, "one Host header is needed").into_response();
    };
    if !host::is_ours(&host, local, &app.config.hosts) {
        tracing::info!(host, "refused a request for another host");
        let text = "this server does not go by that name; `spillway serve --host NAME` adds one";
        return (StatusCode::MISDIRECTED_REQUEST, text).into_response();
    }
    if needs_same_origin(&request) && !origin::is_same(&request.headers().get_all(ORIGIN), &host) {
        tracing::info!(host, "refused a request from another site");
        return (
            StatusCode::FORBIDDEN,
            "only pages of this server may do that",
        )
            .into_response();
    }
    next.run(request).await
}

/// Browsers let any page open a WebSocket or send a form anywhere.
fn needs_same_origin(request: &Request) -> bool {
    request.headers().contains_key(UPGRADE)
        || !matches!(
            *request.method(),
            Method::GET | Method::HEAD | Method::OPTIONS
        )
}

/// The value of a header that must be there once.
fn single(headers: &HeaderMap, name: &axum::http::HeaderName) -> Option<String> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then(|| value.to_owned())
}

/// 128 random bits as lower-case hex, for secrets that name something.
///
/// # Panics
/// When the system has no randomness to give: nothing could be secret then.
pub fn random_token() -> String {
    random_bytes()
        .iter()
        .fold(String::with_capacity(32), |mut token, byte| {
            // Writing to a String does not fail.
            let _ = write!(token, "{byte:02x}");
            token
        })
}

/// Bytes that nobody can guess.
pub(crate) fn random_bytes() -> [u8; 16] {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}
