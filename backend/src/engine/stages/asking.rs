//! One request to this server, and its answer. No other address is ever asked.

use std::net::SocketAddr;

use axum::body::{Body, BodyDataStream};
use axum::http::header::{CONNECTION, CONTENT_RANGE, HOST, RANGE};
use axum::http::{Request, Response, StatusCode};
use bytes::Bytes;
use futures_util::StreamExt as _;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_util::task::AbortOnDropHandle;

use super::StageError;
use crate::engine::{Ledger, Resource};

/// An answer whose body comes.
pub(super) struct Answer {
    body: BodyDataStream,
    /// Drives the connection.
    _connection: AbortOnDropHandle<()>,
}

/// What HTTP keeps of the answer before it is read: the smallest that hyper allows.
const MAX_BUFFER: usize = 8 * 1024;

impl Answer {
    /// The next piece of the body: what HTTP gives at once is one chunk, as in Node.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Lost> {
        match self.body.next().await {
            Some(Ok(chunk)) => Ok(Some(chunk)),
            Some(Err(error)) => Err(broken(error)),
            None => Ok(None),
        }
    }
}

/// Why there is no answer, or no more of it.
pub(super) enum Lost {
    /// The connection: another one may do better.
    Connection(StageError),
    /// The server has said no, and would say it again.
    Refused(StageError),
}

/// Asks for what lies at `path`, from a byte on.
pub(super) async fn ask(
    server: SocketAddr,
    path: &str,
    from: u64,
    ledger: &Ledger,
) -> Result<Answer, Lost> {
    let stream = TcpStream::connect(server).await.map_err(|error| {
        Lost::Connection(StageError::io("cannot connect to this server", error))
    })?;
    let socket = ledger.open(Resource::Socket);
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(MAX_BUFFER)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(broken)?;
    let connection = AbortOnDropHandle::new(tokio::spawn(async move {
        // Why it broke is told to whoever reads the body.
        connection.await.ok();
        drop(socket);
    }));
    let mut request = Request::get(path)
        .header(HOST, server.to_string())
        .header(CONNECTION, "close");
    if from > 0 {
        request = request.header(RANGE, format!("bytes={from}-"));
    }
    let request = request.body(Body::empty()).map_err(|error| {
        Lost::Refused(StageError::Data(format!(
            "the request cannot be made: {error}"
        )))
    })?;
    let response = sender.send_request(request).await.map_err(broken)?;
    check(&response, from).map_err(|why| Lost::Refused(StageError::Data(why)))?;
    Ok(Answer {
        body: Body::new(response.into_body()).into_data_stream(),
        _connection: connection,
    })
}

/// Whether the answer is what was asked for, from this byte on.
fn check<B>(response: &Response<B>, from: u64) -> Result<(), String> {
    let status = response.status();
    if from == 0 && status == StatusCode::OK {
        return Ok(());
    }
    if from == 0 || status != StatusCode::PARTIAL_CONTENT {
        return Err(format!("the server answered {status}"));
    }
    let begins = response.headers().get(CONTENT_RANGE);
    let begins = begins.and_then(|range| range.to_str().ok());
    let wanted = format!("bytes {from}-");
    if begins.is_some_and(|range| range.starts_with(&wanted)) {
        Ok(())
    } else {
        Err(format!("the server did not answer from byte {from} on"))
    }
}

fn broken(error: impl Into<axum::BoxError>) -> Lost {
    let error = std::io::Error::other(error);
    Lost::Connection(StageError::io("the HTTP answer broke off", error))
}
