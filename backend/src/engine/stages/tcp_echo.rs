//! `tcp_echo`: a Duplex over a real TCP connection, like `net.connect()` to an echo server: this
//! server listens on a free port of loopback, connects to itself, and sends back what it gets.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use spillway_protocol::stages::Side;
use spillway_streams::Sides;
use tokio::io::{AsyncWriteExt, copy};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::oneshot;
use tokio_util::task::AbortOnDropHandle;

use super::documented::BOTH;
use super::loopback::{self, OnTheWay};
use super::{Inside, Kind, LiveSink, LiveSource, Options, Plan, StageError, Worker};
use crate::engine::{Guard, Ledger, Resource};

pub(super) const KIND: Kind = Kind {
    name: "tcp_echo",
    about: "Duplex over a real TCP connection to this server, which sends everything back. \
            `high_water_mark` and `readable_high_water_mark` (16384), `label`",
    side: Side::Duplex,
    options: &[BOTH],
    word: None,
    plan,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TcpEchoOptions {
    label: Option<String>,
    high_water_mark: Option<u64>,
    readable_high_water_mark: Option<u64>,
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: TcpEchoOptions = options.parse()?;
    let mark = options.defaults.mark;
    let plan = Plan::both(
        parsed.label.unwrap_or_else(|| "TCP echo".to_owned()),
        options.mark(parsed.readable_high_water_mark, mark)?,
        options.mark(parsed.high_water_mark, mark)?,
        Box::new(|places| {
            let (reads, writes) = begin(&places.ledger);
            Ok(Worker::Duplex(Box::new(reads), Box::new(writes)))
        }),
    );
    Ok(Plan {
        sides: Sides::Duplex,
        ..plan
    })
}

/// Connects in a task that is the other end, too; it ends when both sides are dropped.
fn begin(ledger: &Ledger) -> (EchoReads, EchoWrites) {
    let (reads, reading) = oneshot::channel();
    let (writes, writing) = oneshot::channel();
    // The halves of the near end are one socket, which is closed with the later of them.
    let near_end = Arc::new(ledger.open(Resource::Socket));
    let far_guard = ledger.open(Resource::Socket);
    let far_end = async move {
        let _far_end = far_guard;
        match loopback::connection().await {
            Ok((near, far)) => {
                let (read, write) = near.into_split();
                // A side that is gone needs nothing any more.
                reads.send(Ok(read)).ok();
                writes.send(Ok(write)).ok();
                echo(far).await;
            }
            Err(error) => {
                let again = io::Error::new(error.kind(), error.to_string());
                reads.send(Err(error)).ok();
                writes.send(Err(again)).ok();
            }
        }
    };
    let far_end = Arc::new(AbortOnDropHandle::new(tokio::spawn(far_end)));
    let on_the_way = Arc::<OnTheWay>::default();
    let reads = EchoReads {
        half: Half::Connecting(reading),
        on_the_way: Arc::clone(&on_the_way),
        _near_end: Arc::clone(&near_end),
        _far_end: Arc::clone(&far_end),
    };
    let writes = EchoWrites {
        half: Half::Connecting(writing),
        on_the_way,
        _near_end: near_end,
        _far_end: far_end,
    };
    (reads, writes)
}

/// Sends back what comes, and closes when the other end has.
async fn echo(socket: TcpStream) {
    let (mut from, mut to) = socket.into_split();
    // When the near end is gone, nobody is left to be told.
    if copy(&mut from, &mut to).await.is_ok() {
        to.shutdown().await.ok();
    }
}

/// One half of the near end.
enum Half<T> {
    Connecting(oneshot::Receiver<io::Result<T>>),
    Connected(T),
}

impl<T> Half<T> {
    async fn get(&mut self) -> Result<&mut T, StageError> {
        if let Self::Connecting(connecting) = self {
            let connected = connecting.await;
            let half = connected.unwrap_or_else(|_| Err(io::ErrorKind::ConnectionAborted.into()));
            let half =
                half.map_err(|error| StageError::io("cannot connect over loopback", error))?;
            *self = Self::Connected(half);
        }
        match self {
            Self::Connected(half) => Ok(half),
            Self::Connecting(_) => Err(StageError::Data("the socket is not connected".to_owned())),
        }
    }
}

struct EchoReads {
    half: Half<OwnedReadHalf>,
    on_the_way: Arc<OnTheWay>,
    _near_end: Arc<Guard>,
    _far_end: Arc<AbortOnDropHandle<()>>,
}

struct EchoWrites {
    half: Half<OwnedWriteHalf>,
    on_the_way: Arc<OnTheWay>,
    _near_end: Arc<Guard>,
    _far_end: Arc<AbortOnDropHandle<()>>,
}

impl LiveSource for EchoReads {
    fn read(&mut self, n: usize) -> BoxFuture<'_, Result<Option<Bytes>, StageError>> {
        async move {
            let half = self.half.get().await?;
            self.on_the_way.read(half, n).await
        }
        .boxed()
    }

    fn inside(&self) -> Inside {
        Inside::holding(self.on_the_way.bytes())
    }
}

impl LiveSink for EchoWrites {
    fn write(&mut self, mut chunk: Bytes) -> BoxFuture<'_, Result<(), StageError>> {
        async move {
            let half = self.half.get().await?;
            while !chunk.is_empty() {
                let written = half.write_buf(&mut chunk).await;
                let written =
                    written.map_err(|error| StageError::io("the TCP connection failed", error))?;
                self.on_the_way.count_sent(written);
            }
            Ok(())
        }
        .boxed()
    }

    fn finish(&mut self) -> BoxFuture<'_, Result<(), StageError>> {
        async move {
            let half = self.half.get().await?;
            let shut = half.shutdown().await;
            shut.map_err(|error| StageError::io("the TCP connection failed", error))
        }
        .boxed()
    }

    fn inside(&self) -> Inside {
        Inside::holding(self.on_the_way.bytes())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::runtime::Handle;
    use tokio::task::yield_now;
    use tokio::time::timeout;

    use super::*;
    use crate::engine::stages::tests_support::{made, reach, read_all_live};

    fn echo_stage() -> (Box<dyn LiveSource>, Box<dyn LiveSink>) {
        match made(r#"{"id":"e","kind":"tcp_echo"}"#, &reach()).unwrap() {
            Worker::Duplex(source, sink) => (source, sink),
            _ => panic!("not a Duplex"),
        }
    }

    #[tokio::test]
    async fn everything_comes_back_and_the_end_too() {
        let (mut source, mut sink) = echo_stage();
        let text = Bytes::from("to and fro\n".repeat(100_000));
        let writes = async {
            for at in (0..text.len()).step_by(10_000) {
                let end = text.len().min(at + 10_000);
                sink.write(text.slice(at..end)).await.unwrap();
            }
            sink.finish().await.unwrap();
        };
        let (back, ()) = tokio::join!(read_all_live(&mut *source, 7_000), writes);
        assert!(back == text);
        assert_eq!(source.inside(), Inside::default());
    }

    /// A write that takes longer waits for the reader.
    const STALL: Duration = Duration::from_millis(200);

    #[tokio::test]
    async fn a_reader_that_does_not_read_holds_the_writer_back() {
        let (mut source, mut sink) = echo_stage();
        let chunk = Bytes::from(vec![7; 16 * 1024]);
        let mut written = 0;
        while timeout(STALL, sink.write(chunk.clone())).await.is_ok() {
            written += chunk.len();
            assert!(written < 8 << 20, "nothing holds it back");
        }
        let inside = source.inside().in_work;
        assert!(inside > 0, "the buffers are full");
        let chunk = source.read(1_000).await.unwrap().unwrap();
        assert_eq!(source.inside().in_work, inside - chunk.len() as u64);
    }

    #[tokio::test]
    async fn the_far_end_goes_when_both_sides_are_dropped() {
        let (mut source, mut sink) = echo_stage();
        sink.write(Bytes::from_static(b"x")).await.unwrap();
        source.read(1).await.unwrap().unwrap();
        let tasks = Handle::current().metrics();
        drop(source);
        assert_eq!(tasks.num_alive_tasks(), 1);
        drop(sink);
        while tasks.num_alive_tasks() > 0 {
            yield_now().await;
        }
    }
}
