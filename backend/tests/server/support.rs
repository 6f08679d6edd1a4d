//! A real server for the tests, and clients that see every byte.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use spillway::app::{App, Config};
use spillway::server;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use tokio_util::sync::CancellationToken;

/// Nothing a test waits for takes this long, unless it is broken.
pub(crate) const SOON: Duration = Duration::from_secs(20);

pub(crate) struct Server {
    pub(crate) addr: SocketAddr,
    pub(crate) app: Arc<App>,
    stop: CancellationToken,
    running: JoinHandle<()>,
    _data: TempDir,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub(crate) async fn start_with(configure: impl FnOnce(&mut Config)) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut config = Config::local(data.path());
        configure(&mut config);
        let listener = TcpListener::bind(config.addr).await.unwrap();
        let addr = listener.local_addr().unwrap();
        let app = App::new(config).unwrap();
        let stop = CancellationToken::new();
        let running = tokio::spawn(server::run(
            listener,
            Arc::clone(&app),
            stop.clone().cancelled_owned(),
        ));
        Self {
            addr,
            app,
            stop,
            running,
            _data: data,
        }
    }

    /// Asks the server to stop; returns when it has.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        timeout(SOON, self.running)
            .await
            .expect("the server stops")
            .unwrap();
    }

    /// Asks the server to stop without waiting.
    pub(crate) fn begin_to_stop(&self) {
        self.stop.cancel();
    }

    /// The status line, headers and body of one request on a connection of its own.
    pub(crate) async fn http(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.addr).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        timeout(SOON, stream.read_to_end(&mut answer))
            .await
            .unwrap()
            .unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub(crate) async fn get(&self, path: &str) -> String {
        let addr = self.addr;
        self.http(&format!(
            "GET {path} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n\r\n"
        ))
        .await
    }

    /// A figure of `/metrics`.
    pub(crate) async fn metric(&self, name: &str) -> u64 {
        let text = self.get("/metrics").await;
        let line = text
            .lines()
            .find(|line| line.rsplit_once(' ').is_some_and(|it| it.0 == name));
        line.unwrap_or_else(|| panic!("{name} in {text}"))
            .rsplit_once(' ')
            .unwrap()
            .1
            .parse()
            .unwrap()
    }

    pub(crate) async fn chat(&self, room_and_query: &str) -> Chat {
        let url = format!("ws://{}/ws/chat/{room_and_query}", self.addr);
        let (socket, _) = connect_async(url).await.unwrap();
        Chat { socket }
    }
}

/// A client of the chat.
pub(crate) struct Chat {
    pub(crate) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Chat {
    pub(crate) async fn send(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    pub(crate) async fn say(&mut self, id: &str, text: &str) {
        let say = serde_json::json!({"type": "say", "id": id, "text": text});
        self.send(&say.to_string()).await;
    }

    /// The next message, which must be a text.
    pub(crate) async fn next_text(&mut self) -> String {
        let next = timeout(SOON, self.socket.next()).await;
        match next.expect("a message comes") {
            Some(Ok(Message::Text(text))) => text.to_string(),
            other => panic!("expected a text message, got {other:?}"),
        }
    }

    /// The next message, which must be of this type.
    pub(crate) async fn expect(&mut self, kind: &str) -> Value {
        let value: Value = serde_json::from_str(&self.next_text().await).unwrap();
        assert_eq!(value["type"], kind, "{value}");
        value
    }

    /// The close code, after whatever still comes before it.
    pub(crate) async fn expect_close(&mut self) -> u16 {
        loop {
            match timeout(SOON, self.socket.next())
                .await
                .expect("a Close frame comes")
            {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(_)) => {}
                other => panic!("expected a Close frame, got {other:?}"),
            }
        }
    }
}

/// A client that writes and sees raw bytes, after the handshake.
pub(crate) struct RawSocket {
    pub(crate) stream: TcpStream,
    /// Exactly what was sent and what came, handshake included.
    pub(crate) sent: Vec<u8>,
    pub(crate) received: Vec<u8>,
}

impl RawSocket {
    pub(crate) async fn connect(server: &Server, path: &str) -> Self {
        let request = upgrade_request(server.addr, path);
        let (raw, answer) = Self::ask(server, &request).await;
        assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
        raw
    }

    /// One whose system takes little that its program does not read.
    pub(crate) async fn connect_narrow(server: &Server, path: &str) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let stream = socket.connect(server.addr).await.unwrap();
        let request = upgrade_request(server.addr, path);
        let (raw, answer) = Self::ask_on(stream, &request).await;
        assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
        raw
    }

    /// Sends a request of any kind; gives the head of the answer, too.
    pub(crate) async fn ask(server: &Server, request: &str) -> (Self, String) {
        let stream = TcpStream::connect(server.addr).await.unwrap();
        Self::ask_on(stream, request).await
    }

    async fn ask_on(stream: TcpStream, request: &str) -> (Self, String) {
        let mut raw = Self {
            stream,
            sent: Vec::new(),
            received: Vec::new(),
        };
        raw.write(request.as_bytes()).await;
        while !raw.received.ends_with(b"\r\n\r\n") {
            raw.read_some(1).await;
        }
        let answer = String::from_utf8_lossy(&raw.received).into_owned();
        (raw, answer)
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        self.sent.extend_from_slice(bytes);
        self.stream.write_all(bytes).await.unwrap();
    }

    /// Reads exactly so many bytes.
    pub(crate) async fn read_some(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        timeout(SOON, self.stream.read_exact(&mut bytes))
            .await
            .expect("bytes come")
            .unwrap();
        self.received.extend_from_slice(&bytes);
        bytes
    }

    /// One short unmasked frame: its first byte and its payload.
    pub(crate) async fn read_frame(&mut self) -> (u8, Vec<u8>) {
        let head = self.read_some(2).await;
        let length = match head[1] {
            126 => {
                let length = self.read_some(2).await;
                usize::from(u16::from_be_bytes([length[0], length[1]]))
            }
            short => usize::from(short),
        };
        (head[0], self.read_some(length).await)
    }

    pub(crate) async fn expect_close(&mut self, code: u16) {
        loop {
            let (first, payload) = self.read_frame().await;
            if first == 0x88 {
                assert_eq!(u16::from_be_bytes([payload[0], payload[1]]), code);
                return;
            }
        }
    }
}

pub(crate) fn upgrade_request(addr: SocketAddr, path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: {addr}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
}

/// A masked frame with a short payload.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mask = [0x11, 0x22, 0x33, 0x44];
    let mut frame = vec![first];
    match payload.len() {
        short @ 0..126 => frame.push(0x80 | u8::try_from(short).unwrap()),
        medium @ 126..65_536 => {
            frame.push(0x80 | 126);
            frame.extend_from_slice(&(medium as u16).to_be_bytes());
        }
        long => {
            frame.push(0x80 | 127);
            frame.extend_from_slice(&(long as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(&mask);
    frame.extend(
        payload
            .iter()
            .zip(mask.iter().cycle())
            .map(|(byte, key)| byte ^ key),
    );
    frame
}
