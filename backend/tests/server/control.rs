//! A page's control connection.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::support::{SOON, Server};

/// One that has said hello. It keeps its session alive.
pub(crate) struct Control {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The id of its session.
    pub(crate) session: String,
}

impl Control {
    pub(crate) async fn open(server: &Server) -> Self {
        let url = format!("ws://{}/ws/control", server.addr);
        let (socket, _) = connect_async(url).await.unwrap();
        let mut control = Self {
            socket,
            session: String::new(),
        };
        control.send(json!({"type": "hello", "version": 1})).await;
        let welcome = control.next().await;
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        welcome["session"]
            .as_str()
            .unwrap()
            .clone_into(&mut control.session);
        control
    }

    /// Sends a request, whose answer [`is_answer`] knows.
    pub(crate) async fn send(&mut self, mut request: Value) {
        request["id"] = json!(ID);
        let text = Message::text(request.to_string());
        self.socket.send(text).await.unwrap();
    }

    /// The next message.
    pub(crate) async fn next(&mut self) -> Value {
        loop {
            let next = timeout(SOON, self.socket.next()).await;
            if let Some(Ok(Message::Text(text))) = next.expect("a message comes") {
                return serde_json::from_str(&text).unwrap();
            }
        }
    }
}

/// Whether this answers the last request.
pub(crate) fn is_answer(message: &Value) -> bool {
    message["id"] == ID
}

const ID: u64 = 7;
