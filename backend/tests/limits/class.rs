//! A class in one chat room, of which one stops reading: the others hear as soon as before.

use std::net::SocketAddr;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::support::{Served, alone};

/// Readers besides the one who speaks and the one who stops.
const OTHERS: usize = 198;

/// Messages that are timed, with everybody reading and with one who does not.
const ROUNDS: usize = 60;

/// More than the system keeps for a connection that nobody reads, in texts of 16 KiB.
const FILL: usize = 200;

/// More than the room lets a member be behind.
const FLOOD: usize = 1_300;

/// How many messages are on their way at most while they are not timed.
const TOGETHER: usize = 50;

const SOON: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_a_class_who_stops_reading_delays_none_of_the_others() {
    let _alone = alone().await;
    let data = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_spillway"));
    command
        .args([
            "serve",
            "--addr",
            "127.0.0.1:0",
            "--chat-rate",
            "0",
            "--data",
        ])
        .arg(data.path());
    let server = Served::start_as(command, data);
    let slow = join(server.addr, "Slow", 4_096).await;
    let (heard, hears) = channel(OTHERS * TOGETHER * 2);
    for number in 0..OTHERS {
        let other = join(server.addr, &format!("Reader{number}"), 64 * 1024).await;
        let (reads, writes) = other.into_split();
        tokio::spawn(read_all(reads, heard.clone(), writes));
    }
    let (reads, speaks) = join(server.addr, "Speaker", 64 * 1024).await.into_split();
    let (ignored, _ignores) = channel(1);
    tokio::spawn(read_all(reads, ignored, ()));
    let mut class = Class {
        speaks,
        hears,
        said: 0,
        left: 0,
    };

    let (stop, stopped) = oneshot::channel();
    let slow_reads = tokio::spawn(drain(slow, stopped));
    let all_read = class.timed(ROUNDS).await;
    stop.send(()).unwrap();
    let _does_not_read = slow_reads.await.unwrap();
    class.say_many(FILL, 16 * 1024).await;
    let one_does_not = class.timed(ROUNDS).await;
    let before = class.left;
    class.say_many(FLOOD, 100).await;

    println!("with everybody reading: {all_read:?}; with one who does not: {one_does_not:?}");
    assert_eq!(
        (before, class.left),
        (0, OTHERS),
        "it was behind all along, and is dropped at last"
    );
    let [median, p99] = one_does_not;
    assert!(
        median < 2 * all_read[0] + Duration::from_millis(5),
        "{median:?}"
    );
    assert!(p99 < 3 * all_read[1] + Duration::from_millis(50), "{p99:?}");
}

/// What a reader has heard.
enum Heard {
    Said(Instant),
    Left,
}

/// The one who speaks, and what the others hear of it.
struct Class<W> {
    speaks: W,
    hears: Receiver<Heard>,
    said: usize,
    /// Readers that have heard that somebody left.
    left: usize,
}

impl<W: AsyncWriteExt + Unpin> Class<W> {
    /// Says one thing after another, each when everybody has heard the one before; the median and
    /// the 99th percentile of the time until somebody hears.
    async fn timed(&mut self, rounds: usize) -> [Duration; 2] {
        let mut took = Vec::new();
        for _ in 0..rounds {
            let began = Instant::now();
            self.say(1_000).await;
            self.hear_said(OTHERS, |at| took.push(at - began)).await;
        }
        took.sort_unstable();
        [took[took.len() / 2], took[took.len() * 99 / 100]]
    }

    /// Says so many things without timing them.
    async fn say_many(&mut self, count: usize, length: usize) {
        for _ in 0..count / TOGETHER {
            for _ in 0..TOGETHER {
                self.say(length).await;
            }
            self.hear_said(OTHERS * TOGETHER, |_| {}).await;
        }
    }

    async fn say(&mut self, length: usize) {
        self.said += 1;
        let say = json!({"type": "say", "id": self.said.to_string(), "text": "x".repeat(length)});
        let text = say.to_string();
        // The mask is all zeros, so the payload stays as it is.
        let length = u16::try_from(text.len()).unwrap().to_be_bytes();
        let head = [0x81, 0x80 | 126, length[0], length[1], 0, 0, 0, 0];
        let frame = [&head, text.as_bytes()].concat();
        self.speaks.write_all(&frame).await.unwrap();
    }

    async fn hear_said(&mut self, mut count: usize, mut each: impl FnMut(Instant)) {
        while count > 0 {
            let heard = timeout(SOON, self.hears.recv()).await;
            match heard.expect("everybody hears").unwrap() {
                Heard::Said(at) => {
                    each(at);
                    count -= 1;
                }
                Heard::Left => self.left += 1,
            }
        }
    }
}

/// Joins the room with so small a receive buffer, and reads the answer to the handshake.
async fn join(addr: SocketAddr, name: &str, buffer: u32) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(buffer).unwrap();
    let mut stream = socket.connect(addr).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let request = format!(
        "GET /ws/chat/class?name={name} HTTP/1.1\r\nHost: {addr}\r\nUpgrade: websocket\r\n\
         Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         Sec-WebSocket-Version: 13\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 101 "));
    stream
}

/// Reads frame after frame and tells what it hears, as long as somebody wants to know. `_keeps`
/// holds the other half of the connection.
async fn read_all<W>(mut reads: OwnedReadHalf, heard: Sender<Heard>, _keeps: W) {
    let mut bytes = Vec::new();
    loop {
        while let Some((at, end)) = first_frame(&bytes) {
            let is = |kind: &[u8]| {
                bytes[at..end]
                    .windows(kind.len())
                    .take(40)
                    .any(|it| it == kind)
            };
            let told = if is(b"\"type\":\"said\"") {
                Some(Heard::Said(Instant::now()))
            } else {
                is(b"\"type\":\"left\"").then_some(Heard::Left)
            };
            if let Some(told) = told {
                // The speaker's own are wanted by nobody.
                heard.try_send(told).ok();
            }
            bytes.drain(..end);
        }
        match reads.read_buf(&mut bytes).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

/// Where the payload of the first whole frame begins and ends.
fn first_frame(bytes: &[u8]) -> Option<(usize, usize)> {
    let (at, length) = match *bytes.get(1)? {
        126 => (
            4,
            usize::from(u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?])),
        ),
        short => (2, usize::from(short)),
    };
    (bytes.len() >= at + length).then_some((at, at + length))
}

/// Reads and forgets until it is told to stop; the connection stays open.
async fn drain(mut stream: TcpStream, stopped: oneshot::Receiver<()>) -> TcpStream {
    let mut bytes = vec![0; 64 * 1024];
    let reads = async { while stream.read(&mut bytes).await.unwrap() > 0 {} };
    tokio::select! {
        () = reads => panic!("the server closed the connection"),
        _ = stopped => stream,
    }
}
