//! Who talks to a step.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::programs::Program;

/// Longest that anything may take; reached, the test has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection to a program.
pub(crate) struct Client {
    socket: WebSocketStream<TcpStream>,
    program: String,
}

impl Client {
    /// A connection to `/chat` and whatever follows it.
    pub(crate) async fn connect(program: &Program, rest: &str) -> Self {
        let stream = TcpStream::connect(program.addr).await.unwrap();
        Self::over(stream, program, rest).await
    }

    /// A connection with little room for what it has not read.
    pub(crate) async fn with_little_room(program: &Program, rest: &str) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(16 * 1024).unwrap();
        let stream = socket.connect(program.addr).await.unwrap();
        Self::over(stream, program, rest).await
    }

    async fn over(stream: TcpStream, program: &Program, rest: &str) -> Self {
        let url = format!("ws://{}/chat{rest}", program.addr);
        let (socket, _) = client_async(url, stream).await.unwrap();
        Self {
            socket,
            program: program.name.clone(),
        }
    }

    pub(crate) async fn send(&mut self, message: impl Into<Message>) {
        self.socket.send(message.into()).await.unwrap();
    }

    /// The next message, pings aside.
    pub(crate) async fn next(&mut self) -> Option<Result<Message, Error>> {
        loop {
            let next = timeout(PATIENCE, self.socket.next()).await;
            match next.unwrap_or_else(|_| panic!("{}: nothing came", self.program)) {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                next => return next,
            }
        }
    }

    pub(crate) async fn text(&mut self) -> String {
        match self.next().await {
            Some(Ok(Message::Text(text))) => text.to_string(),
            other => panic!("{}: {other:?} instead of a text", self.program),
        }
    }

    pub(crate) async fn line(&mut self) -> Value {
        serde_json::from_str(&self.text().await).unwrap()
    }

    /// Expects what comes next. What a later step adds to a line is left out.
    pub(crate) async fn hears(&mut self, expected: Value) {
        let mut line = self.line().await;
        if expected.get("seq").is_none()
            && let Some(fields) = line.as_object_mut()
        {
            fields.remove("seq");
        }
        assert_eq!(line, expected, "{}", self.program);
    }

    /// Closes, and waits until the other side has, too.
    pub(crate) async fn close(mut self) {
        self.socket.close(None).await.unwrap();
        while let Some(Ok(_)) = self.next().await {}
    }

    /// Ends the TCP connection without a word.
    pub(crate) fn cut(self) {
        drop(self);
    }
}

pub(crate) fn joined(name: &str) -> Value {
    json!({"type": "joined", "name": name})
}

pub(crate) fn left(name: &str) -> Value {
    json!({"type": "left", "name": name})
}

pub(crate) fn said(from: &str, text: &str) -> Value {
    json!({"type": "said", "from": from, "text": text})
}

/// What a plain request is answered, head and all.
pub(crate) async fn get(program: &Program, path: &str) -> String {
    let mut stream = TcpStream::connect(program.addr).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: chat\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let read = timeout(PATIENCE, stream.read_to_string(&mut answer)).await;
    read.unwrap().unwrap();
    answer
}

/// Upgrades, and then sends a frame that no server may take: one without a mask.
pub(crate) async fn break_the_rules(program: &Program, path: &str) {
    let mut stream = TcpStream::connect(program.addr).await.unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: chat\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.write_all(b"\x81\x05hello").await.unwrap();
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    // Whether by an end or by a reset, it is over.
    read.unwrap_or_else(|_| panic!("{}: goes on", program.name))
        .ok();
    assert!(answer.starts_with(b"HTTP/1.1 101 "), "{}", program.name);
}
