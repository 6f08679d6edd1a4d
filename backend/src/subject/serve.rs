//! The loop of one subject.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use spillway_websocket::{CloseCode, Closed, Message, ServerProtocol};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::asked::Asked;
use crate::metrics::Metrics;
use crate::socket::strict::{Over, write};

/// One connection, after its handshake.
pub(super) struct Serving {
    protocol: ServerProtocol,
    metrics: Arc<Metrics>,
    /// Cancelled when the server stops, or when this connection alone is to see that.
    stop: CancellationToken,
    /// When the client is asked next whether it is still there.
    next_ping: Instant,
    ping_every: Duration,
    unanswered: u8,
    /// Nothing is read before this.
    deaf_until: Option<Instant>,
    /// When a client that does not answer the Close frame is dropped.
    deadline: Option<Instant>,
    rate: Rate,
}

/// How often an idle client is pinged; often, when no answer can come.
const PING: Duration = Duration::from_secs(30);
const PING_OFTEN: Duration = Duration::from_secs(1);

/// Pings without an answer after which the client is given up.
const MAX_UNANSWERED: u8 = 2;

/// How long a client may take to answer a Close frame.
const HANDSHAKE: Duration = Duration::from_secs(2);

/// As long as it takes.
const FOR_EVER: Duration = Duration::from_secs(3_600);

impl Serving {
    pub(super) fn new(
        protocol: ServerProtocol,
        metrics: Arc<Metrics>,
        stop: CancellationToken,
    ) -> Self {
        let now = Instant::now();
        Self {
            deadline: (!protocol.is_open()).then(|| now + HANDSHAKE),
            protocol,
            metrics,
            stop,
            next_ping: now + PING,
            ping_every: PING,
            unanswered: 0,
            deaf_until: None,
            rate: Rate::default(),
        }
    }

    /// Serves until the connection is over.
    pub(super) async fn run(mut self, mut io: impl AsyncRead + AsyncWrite + Unpin) {
        let mut buffer = vec![0; READ_BUFFER];
        loop {
            if write(&mut self.protocol, &mut io).await.is_err() {
                return;
            }
            let open = self.protocol.is_open();
            tokio::select! {
                read = io.read(&mut buffer), if self.deaf_until.is_none() => match read {
                    Ok(len @ 1..) => {
                        self.protocol.handle_bytes(&buffer[..len]);
                        if self.answer(&mut io).await.is_err() {
                            return;
                        }
                    }
                    Ok(_) | Err(_) => return,
                },
                () = self.stop.cancelled(), if open => self.close(1001, "the server is stopping"),
                () = sleep_until(self.next_ping), if open => self.ping(),
                () = sleep_until(self.deaf_until.unwrap_or(self.next_ping)), if self.deaf_until.is_some() => {
                    self.deaf_until = None;
                }
                // A client that does not answer is dropped; it has had its time.
                () = sleep_until(self.deadline.unwrap_or(self.next_ping)), if self.deadline.is_some() => return,
            }
        }
    }

    /// Answers everything that has arrived, up to a request to read nothing more for a while.
    async fn answer(&mut self, io: &mut (impl AsyncWrite + Unpin)) -> Result<(), Over> {
        while let Some(message) = self.protocol.poll_message() {
            self.unanswered = 0;
            if !matches!(message, Message::Closed(_)) && !self.rate.allows() {
                self.close(1008, "more than 20 messages in one second");
                continue;
            }
            match message {
                Message::Text(text) => self.carry_out(&text)?,
                Message::Binary(bytes) => {
                    let took = format!("took {} bytes", bytes.len());
                    self.protocol.send_text(&took);
                }
                Message::Ping(_) | Message::Pong(_) => {}
                Message::Closed(closed) => {
                    if let Closed::Failed(failure) = closed {
                        self.metrics.errors_protocol.fetch_add(1, Relaxed);
                        tracing::info!(code = failure.code().0, %failure, "closing a subject");
                    }
                    write(&mut self.protocol, io).await?;
                    return Err(Over);
                }
            }
            // What is asked for is on its way before anything behind it is looked at.
            write(&mut self.protocol, io).await?;
        }
        Ok(())
    }

    fn carry_out(&mut self, text: &str) -> Result<(), Over> {
        match Asked::of(text) {
            Asked::Close(code, reason) => self.close(code, reason),
            Asked::Stop => self.stop.cancel(),
            Asked::Cut => return Err(Over),
            Asked::Deaf => {
                self.deaf_until = Some(Instant::now() + FOR_EVER);
                self.ping_every = PING_OFTEN;
                self.ping();
            }
            Asked::Ping => self.protocol.send_ping(b"are you there?"),
            Asked::Wait(ms) => self.deaf_until = Some(Instant::now() + Duration::from_millis(ms)),
            Asked::Echo => self.protocol.send_text(text),
        }
        Ok(())
    }

    /// Asks whether the client is still there, or gives it up.
    fn ping(&mut self) {
        if self.unanswered >= MAX_UNANSWERED {
            self.close(1008, "no answer to two pings");
            return;
        }
        self.unanswered += 1;
        self.next_ping = Instant::now() + self.ping_every;
        self.protocol.send_ping(b"are you there?");
    }

    /// Begins to close, and listens again: for the client's Close frame.
    fn close(&mut self, code: u16, reason: &str) {
        self.protocol.close(CloseCode(code), reason);
        self.deaf_until = None;
        self.deadline = Some(Instant::now() + HANDSHAKE);
    }
}

/// Messages of this second.
#[derive(Debug, Default)]
struct Rate {
    since: Option<Instant>,
    count: u32,
}

/// Messages that may come in one second.
const MAX_RATE: u32 = 20;

impl Rate {
    fn allows(&mut self) -> bool {
        let now = Instant::now();
        let since = *self.since.get_or_insert(now);
        if now - since >= Duration::from_secs(1) {
            self.since = Some(now);
            self.count = 0;
        }
        self.count += 1;
        self.count <= MAX_RATE
    }
}

/// Bytes read at once.
const READ_BUFFER: usize = 16 * 1024;
