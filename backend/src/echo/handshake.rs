//! The opening handshake, judged by the rules of `crates/websocket`.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use spillway_websocket::{DeflateParams, RequestHead, UpgradeProblem};

/// What a handshake came to.
pub(super) struct Agreed {
    pub(super) answer: Response<Body>,
    pub(super) deflate: Option<DeflateParams>,
}

/// Answers a request for an upgrade: 101, or a refusal that names every rule it broke.
pub(super) fn agree(request: &Request) -> Result<Agreed, Box<Response<Body>>> {
    let raw = written(request);
    let head = RequestHead::parse(&raw)
        .map_err(|fault| Box::new((StatusCode::BAD_REQUEST, fault.to_string()).into_response()))?;
    let problems = head.problems();
    let key = match head.accept_key() {
        Some(key) if problems.is_empty() => key,
        _ => return Err(Box::new(refusal(&problems))),
    };
    let offers = head.headers.list("Sec-WebSocket-Extensions");
    let deflate = DeflateParams::first_of(offers);
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = answer.headers_mut();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    // Both are made of visible ASCII alone.
    if let Ok(accept) = HeaderValue::from_str(&key.accept) {
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    }
    if let Some(Ok(value)) = deflate.map(|params| HeaderValue::from_str(&params.to_string())) {
        headers.insert(SEC_WEBSOCKET_EXTENSIONS, value);
    }
    Ok(Agreed { answer, deflate })
}

/// The head as the client may have written it; hyper has read it already.
fn written(request: &Request) -> Vec<u8> {
    let mut raw = format!(
        "{} {} {:?}\r\n",
        request.method(),
        request.uri(),
        request.version()
    )
    .into_bytes();
    for (name, value) in request.headers() {
        raw.extend_from_slice(name.as_str().as_bytes());
        raw.extend_from_slice(b": ");
        raw.extend_from_slice(value.as_bytes());
        raw.extend_from_slice(b"\r\n");
    }
    raw.extend_from_slice(b"\r\n");
    raw
}

fn refusal(problems: &[UpgradeProblem]) -> Response<Body> {
    let status = problems.iter().find_map(UpgradeProblem::refused_with);
    let status = status.and_then(|status| StatusCode::from_u16(status).ok());
    let text: String = problems
        .iter()
        .map(|problem| format!("{problem} ({})\n", problem.section()))
        .collect();
    let mut answer = (status.unwrap_or(StatusCode::BAD_REQUEST), text).into_response();
    if answer.status() == StatusCode::UPGRADE_REQUIRED {
        let headers = answer.headers_mut();
        headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    }
    answer
}
