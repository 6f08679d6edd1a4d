//! The loop of one echo connection: bytes in, messages back, bytes out.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use spillway_websocket::{CloseCode, Closed, Message, ServerProtocol};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::metrics::Metrics;
use crate::socket::strict::{Over, WRITE_AT_ONCE, write};

/// One connection, after its handshake.
pub(super) struct Serving {
    pub(super) protocol: ServerProtocol,
    /// Messages are compressed.
    pub(super) deflates: bool,
    pub(super) metrics: Arc<Metrics>,
    pub(super) shutdown: CancellationToken,
}

impl Serving {
    /// Serves until the connection is over.
    pub(super) async fn run(mut self, mut io: impl AsyncRead + AsyncWrite + Unpin) {
        let mut buffer = vec![0; READ_BUFFER];
        let mut deadline = None;
        if !self.protocol.is_open() {
            // Closed before it began: the client learns why.
            deadline = Some(Instant::now() + HANDSHAKE);
            if write(&mut self.protocol, &mut io).await.is_err() {
                return;
            }
        }
        loop {
            let read = tokio::select! {
                read = io.read(&mut buffer) => read,
                () = self.shutdown.cancelled(), if self.protocol.is_open() => {
                    self.protocol.close(CloseCode(1001), "the server is stopping");
                    deadline = Some(Instant::now() + HANDSHAKE);
                    if write(&mut self.protocol, &mut io).await.is_err() {
                        return;
                    }
                    continue;
                }
                // A client that does not answer is dropped; it has had its time.
                () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => return,
            };
            match read {
                Ok(len) if len > 0 => self.protocol.handle_bytes(&buffer[..len]),
                Ok(_) | Err(_) => return,
            }
            if self.answer(&mut io).await.is_err() {
                return;
            }
        }
    }

    /// Answers everything that has arrived.
    async fn answer(&mut self, io: &mut (impl AsyncWrite + Unpin)) -> Result<(), Over> {
        while let Some(message) = self.protocol.poll_message() {
            match message {
                Message::Text(_) | Message::Binary(_) => self.send_back(message).await?,
                Message::Ping(_) | Message::Pong(_) => {}
                Message::Closed(closed) => {
                    self.count(&closed);
                    write(&mut self.protocol, io).await?;
                    return Err(Over);
                }
            }
            if self.protocol.waiting_bytes() >= WRITE_AT_ONCE {
                write(&mut self.protocol, io).await?;
            }
        }
        write(&mut self.protocol, io).await
    }

    async fn send_back(&mut self, message: Message) -> Result<(), Over> {
        let len = match &message {
            Message::Text(text) => text.len(),
            Message::Binary(bytes) => bytes.len(),
            Message::Ping(_) | Message::Pong(_) | Message::Closed(_) => 0,
        };
        if !self.deflates || len < SLOW_TO_COMPRESS {
            send(&mut self.protocol, &message);
            return Ok(());
        }
        // A compressor at work must not keep other sockets waiting.
        let idle = spillway_websocket::ServerConfig {
            max_message: 0,
            deflate: None,
        };
        let mut protocol = std::mem::replace(&mut self.protocol, ServerProtocol::new(idle));
        let sent = spawn_blocking(move || {
            send(&mut protocol, &message);
            protocol
        });
        self.protocol = sent.await.map_err(|_| Over)?;
        Ok(())
    }

    fn count(&self, closed: &Closed) {
        if let Closed::Failed(failure) = closed {
            self.metrics.errors_protocol.fetch_add(1, Relaxed);
            tracing::info!(code = failure.code().0, %failure, "closing an echo socket");
        }
    }
}

fn send(protocol: &mut ServerProtocol, message: &Message) {
    match message {
        Message::Text(text) => protocol.send_text(text),
        Message::Binary(bytes) => protocol.send_binary(bytes),
        Message::Ping(_) | Message::Pong(_) | Message::Closed(_) => {}
    }
}

/// Bytes read at once; each open socket has such a buffer.
const READ_BUFFER: usize = 16 * 1024;

/// A message this long takes a millisecond and more to compress, bytes.
const SLOW_TO_COMPRESS: usize = 64 * 1024;

/// How long a client may take to answer a Close frame.
const HANDSHAKE: Duration = Duration::from_secs(2);
