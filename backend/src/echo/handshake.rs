//! The opening handshake, answered by the rules of `crates/websocket`.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use spillway_websocket::{Answer, DeflateParams, RequestHead, ServerOffer};

/// What a handshake came to.
pub(crate) struct Agreed {
    pub(crate) answer: Response<Body>,
    pub(crate) deflate: Option<DeflateParams>,
}

/// Answers a request for an upgrade: 101, or a refusal that names every rule it broke.
pub(crate) fn agree(
    request: &Request,
    offer: ServerOffer<'_>,
) -> Result<Agreed, Box<Response<Body>>> {
    let head = RequestHead::parse(&written(request))
        .map_err(|fault| Box::new((StatusCode::BAD_REQUEST, fault.to_string()).into_response()))?;
    let answer = Answer::new(&head, offer);
    let deflate = answer.deflate;
    let accepted = answer.problems.is_empty();
    let answer = response(answer);
    if accepted {
        Ok(Agreed { answer, deflate })
    } else {
        Err(Box::new(answer))
    }
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

fn response(answer: Answer) -> Response<Body> {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = status;
    for (name, value) in answer.head.headers {
        // All of them are made of visible ASCII alone.
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
