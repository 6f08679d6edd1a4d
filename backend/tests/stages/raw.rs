//! A client that reads an answer as slowly as it likes.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Nothing a test waits for takes this long, unless it is broken.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// A request whose answer is read piece by piece.
pub(crate) struct Fetch {
    pub(crate) head: String,
    stream: TcpStream,
    rest: Vec<u8>,
}

impl Fetch {
    /// Sends a request with these lines of headers and reads the head of its answer.
    pub(crate) async fn send(addr: SocketAddr, request: &str, headers: &str, body: &[u8]) -> Self {
        let stream = Self::begin(addr, request, headers, body).await;
        Self::answer_on(stream).await
    }

    /// Sends a request without waiting for anything.
    pub(crate) async fn begin(
        addr: SocketAddr,
        request: &str,
        headers: &str,
        body: &[u8],
    ) -> TcpStream {
        let mut stream = TcpStream::connect(addr).await.unwrap();
        let head =
            format!("{request} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n{headers}\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        // A server that refuses early may close before it has read everything.
        stream.write_all(body).await.ok();
        stream
    }

    /// `GET`.
    pub(crate) async fn get(addr: SocketAddr, path: &str) -> Self {
        Self::send(addr, &format!("GET {path}"), "", b"").await
    }

    /// Reads the head of the answer to what was sent.
    pub(crate) async fn answer_on(mut stream: TcpStream) -> Self {
        let mut rest = Vec::new();
        let end = loop {
            if let Some(at) = rest.windows(4).position(|at| at == b"\r\n\r\n") {
                break at + 4;
            }
            let read = timeout(SOON, stream.read_buf(&mut rest)).await;
            assert_ne!(read.expect("an answer").unwrap(), 0, "closed in the head");
        };
        let body = rest.split_off(end);
        Self {
            head: String::from_utf8(rest).unwrap(),
            stream,
            rest: body,
        }
    }

    pub(crate) fn status(&self) -> u16 {
        self.head[9..12].parse().unwrap()
    }

    /// Everything to the end of the connection, as it crossed.
    pub(crate) async fn raw_body(mut self) -> Vec<u8> {
        let read = self.stream.read_to_end(&mut self.rest);
        timeout(SOON, read).await.expect("an end").unwrap();
        self.rest
    }

    /// The body as text.
    pub(crate) async fn text(self) -> String {
        String::from_utf8(self.raw_body().await).unwrap()
    }

    /// A chunked body put together, and whether its last chunk came.
    pub(crate) async fn chunked_body(self) -> (Vec<u8>, bool) {
        let raw = self.raw_body().await;
        let (mut body, mut rest) = (Vec::new(), raw.as_slice());
        while let Some(end) = rest.windows(2).position(|at| at == b"\r\n") {
            let size = std::str::from_utf8(&rest[..end]).unwrap();
            let size = usize::from_str_radix(size, 16).unwrap();
            rest = &rest[end + 2..];
            if size == 0 {
                return (body, true);
            }
            let there = size.min(rest.len());
            body.extend_from_slice(&rest[..there]);
            rest = rest.get(size + 2..).unwrap_or_default();
        }
        (body, false)
    }
}
