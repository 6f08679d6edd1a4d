//! How a socket ends.

use std::error::Error as _;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio::time::timeout;
use tungstenite::Error as WsError;

/// A Close frame. `reason` is at most 123 bytes.
pub fn close(code: u16, reason: &'static str) -> Message {
    Message::Close(Some(CloseFrame {
        code,
        reason: reason.into(),
    }))
}

/// The close code and reason RFC 6455 asks for after this error; `None` when there is nobody
/// left to tell.
pub fn close_code_of(error: &axum::Error) -> Option<(u16, &'static str)> {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(error) = inner.downcast_ref::<WsError>() {
            return code_of(error);
        }
        cause = inner.source();
    }
    Some((1011, "the server failed"))
}

fn code_of(error: &WsError) -> Option<(u16, &'static str)> {
    use tungstenite::error::ProtocolError::{
        ReceivedAfterClosing, ResetWithoutClosingHandshake, SendAfterClosing,
    };
    match error {
        WsError::Protocol(
            ResetWithoutClosingHandshake | SendAfterClosing | ReceivedAfterClosing,
        ) => None,
        WsError::Protocol(_) => Some((1002, "protocol error")),
        WsError::Utf8(_) => Some((1007, "text that is not UTF-8")),
        WsError::Capacity(_) => Some((1009, "message too big")),
        _ => None,
    }
}

/// Sends a Close frame and waits, for a moment, until the client has closed too.
pub async fn finish<S, E>(socket: &mut S, code: u16, reason: &'static str)
where
    S: Stream<Item = Result<Message, E>> + Sink<Message> + Unpin,
{
    let handshake = async {
        if socket.send(close(code, reason)).await.is_ok() {
            while let Some(Ok(_)) = socket.next().await {}
        }
    };
    // A client that does not answer is dropped; it has had its time.
    timeout(HANDSHAKE, handshake).await.ok();
}

/// [`finish`] as the server does it when it stops.
pub async fn shut_down<S, E>(socket: &mut S)
where
    S: Stream<Item = Result<Message, E>> + Sink<Message> + Unpin,
{
    finish(socket, 1001, "the server is stopping").await;
}

/// How long a client may take to answer a Close frame.
const HANDSHAKE: Duration = Duration::from_secs(2);
