//! One scenario on its connection: what is sent, and what comes back meanwhile.

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use spillway_protocol::control::{ScenarioEnd, ScenarioOver};
use spillway_websocket::{Scenario, WireStep, head_end};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc::Sender;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::Held;
use super::expected::{Expected, Expecting};
use crate::security::random_bytes;
use crate::wire::WatchEvent;

/// A scenario whose connection is open.
#[derive(Debug)]
pub(crate) struct Sending {
    _expecting: Expecting,
    stream: TcpStream,
    server: SocketAddr,
    scenario: Scenario,
    _held: Held,
}

/// How long the server may take to accept its own connection.
const CONNECT: Duration = Duration::from_secs(2);

/// How long a scenario may take in all.
const MOST: Duration = Duration::from_secs(25);

/// How long the answer to the handshake may take before the frames.
const HANDSHAKE: Duration = Duration::from_secs(5);

/// When nothing has come for so long after the last byte was sent, the connection is said to be
/// open.
const QUIET: Duration = Duration::from_millis(400);

/// How long the server may take to close after the sender said that no more will come.
const LEAVE: Duration = Duration::from_secs(5);

/// Most bytes that may come back: twice what a scenario can make the echo say.
const MAX_ANSWER: u64 = 2 << 20;

/// Bytes of them that are kept.
const KEPT: usize = 64 << 10;

/// Most bytes that are written at once.
const WRITE_AT_ONCE: usize = 64 << 10;

impl Sending {
    /// Connects from an address that is bound, and expected, beforehand.
    pub(super) async fn connect(
        server: SocketAddr,
        expected: &Arc<Expected>,
        watcher: Sender<WatchEvent>,
        scenario: Scenario,
        held: Held,
    ) -> io::Result<Self> {
        let socket = if server.is_ipv4() {
            TcpSocket::new_v4()?
        } else {
            TcpSocket::new_v6()?
        };
        socket.set_nodelay(true)?;
        socket.bind(SocketAddr::new(server.ip(), 0))?;
        let expecting = expected.expect(socket.local_addr()?, watcher);
        let connecting = timeout(CONNECT, socket.connect(server));
        let stream = connecting.await.map_err(|_| io::ErrorKind::TimedOut)??;
        Ok(Self {
            _expecting: expecting,
            stream,
            server,
            scenario,
            _held: held,
        })
    }

    /// Sends it and listens, until it is over or the server stops.
    pub(crate) async fn run(self, capture: u64, stopping: CancellationToken) -> ScenarioOver {
        let began = Instant::now();
        let (reader, writer) = self.stream.into_split();
        let (tell, heard) = watch::channel(Heard::default());
        let mut hand = Hand {
            writer: Some(writer),
            heard,
            sent: 0,
            total: 0,
        };
        let acting = timeout(MOST, hand.act(&self.scenario, self.server));
        let end = tokio::select! {
            end = acting => end.unwrap_or(ScenarioEnd::Limit),
            _ = hear(reader, &tell) => ScenarioEnd::Limit,
            () = stopping.cancelled() => ScenarioEnd::Limit,
        };
        let (sent, unsent) = (hand.sent, hand.total - hand.sent);
        let heard = hand.heard.borrow();
        ScenarioOver {
            capture,
            sent,
            unsent,
            received: heard.count,
            base64: STANDARD.encode(&heard.first),
            end,
            took_us: u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX),
        }
    }
}

/// What has come back.
#[derive(Debug, Default)]
struct Heard {
    /// The first [`KEPT`] bytes.
    first: Vec<u8>,
    count: u64,
    end: Option<ScenarioEnd>,
}

/// Listens to the end, and for ever after it: what happens next is up to the one who sends.
async fn hear(mut reader: OwnedReadHalf, tell: &watch::Sender<Heard>) -> Infallible {
    let mut buffer = vec![0; 16 << 10];
    loop {
        let read = reader.read(&mut buffer).await;
        tell.send_modify(|heard| match read {
            Ok(0) => heard.end = Some(ScenarioEnd::Closed),
            Err(_) => heard.end = Some(ScenarioEnd::Reset),
            Ok(len) => {
                heard.count += len as u64;
                let room = (KEPT - heard.first.len()).min(len);
                heard.first.extend_from_slice(&buffer[..room]);
                if heard.count > MAX_ANSWER {
                    heard.end = Some(ScenarioEnd::Limit);
                }
            }
        });
        if tell.borrow().end.is_some() {
            return pending().await;
        }
    }
}

/// The one who sends.
struct Hand {
    /// Gone once it has said that no more will come.
    writer: Option<OwnedWriteHalf>,
    heard: watch::Receiver<Heard>,
    sent: u64,
    total: u64,
}

impl Hand {
    async fn act(&mut self, scenario: &Scenario, server: SocketAddr) -> ScenarioEnd {
        let request = scenario
            .handshake
            .encode(&server.to_string(), "/ws/echo", random_bytes());
        let cut = scenario.handshake.cut.is_some();
        self.total = request.len() as u64;
        if !cut {
            self.total += scenario.bytes() as u64;
        }
        self.write(&request).await;
        if cut || self.is_accepted().await {
            let steps = scenario.steps.iter();
            // After half a request come no frames, but its sender may wait.
            let steps = steps.filter(|step| !cut || step.is_empty());
            if self.take(steps).await {
                return ScenarioEnd::Cut;
            }
        }
        self.listen().await
    }

    /// Waits for the answer to the handshake.
    async fn is_accepted(&mut self) -> bool {
        let answered = |heard: &Heard| heard.end.is_some() || head_end(&heard.first).is_some();
        let answer = timeout(HANDSHAKE, self.heard.wait_for(answered)).await;
        matches!(answer, Ok(Ok(heard)) if heard.first.starts_with(b"HTTP/1.1 101 "))
    }

    /// Takes the steps; what is not parted by a wait travels together. Answers whether they cut
    /// the connection.
    async fn take<'a>(&mut self, steps: impl Iterator<Item = &'a WireStep>) -> bool {
        let mut together = Vec::new();
        for step in steps {
            match step {
                WireStep::Frame(_) | WireStep::Bytes(_) => together.extend(step.encode()),
                WireStep::Cut => {
                    self.write(&together).await;
                    return true;
                }
                WireStep::Wait { milliseconds } => {
                    self.write(&together).await;
                    together.clear();
                    let wait = Duration::from_millis(u64::from(*milliseconds));
                    tokio::select! {
                        () = sleep(wait) => {}
                        _ = self.heard.wait_for(|heard| heard.end.is_some()) => return false,
                    }
                }
            }
        }
        self.write(&together).await;
        false
    }

    /// Writes until the connection is over. Whether it is, the one who hears will tell.
    async fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(WRITE_AT_ONCE) {
            let Some(writer) = &mut self.writer else {
                return;
            };
            if self.heard.borrow().end.is_some() || writer.write_all(part).await.is_err() {
                return;
            }
            self.sent += part.len() as u64;
        }
    }

    /// Listens until the server has closed, or nothing more comes.
    async fn listen(&mut self) -> ScenarioEnd {
        loop {
            if let Some(end) = self.heard.borrow_and_update().end {
                return end;
            }
            match timeout(QUIET, self.heard.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return ScenarioEnd::Limit,
                Err(_) => break,
            }
        }
        // Nothing more will come from here: the server answers what it still has to, and closes.
        self.writer = None;
        let left = self.heard.wait_for(|heard| heard.end.is_some());
        timeout(LEAVE, left).await.ok();
        ScenarioEnd::Open
    }
}
