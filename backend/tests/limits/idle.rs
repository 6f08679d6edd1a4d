//! Thousands of connections that do nothing.

use std::env;
use std::fs;
use std::io::{Write, stdout};
use std::process::Command;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Client, Served, alone};

/// Connections, each an open WebSocket: half of them on the echo, half in rooms of the chat.
const IDLE: usize = 8_000;

/// The server's memory for each of them, at most, bytes.
const MOST_EACH: u64 = 64 * 1024;

/// How long somebody else may wait meanwhile.
const UNDISTURBED: Duration = Duration::from_secs(5);

/// Says to the copy of this test that it has the files it needs.
const ENOUGH_FILES: &str = "SPILLWAY_TEST_ENOUGH_FILES";

#[tokio::test]
async fn eight_thousand_idle_connections_take_little_and_disturb_nobody() {
    if env::var_os(ENOUGH_FILES).is_none() && open_files() < IDLE + 1_000 {
        return again_with_more_files();
    }
    let _alone = alone().await;
    let data = tempfile::tempdir().unwrap();
    let mut command = Command::new("sh");
    command
        .args(["-c", "ulimit -n \"$(ulimit -Hn)\"; exec \"$@\"", "sh"])
        .arg(env!("CARGO_BIN_EXE_spillway"))
        .args(["serve", "--addr", "127.0.0.1:0", "--data"])
        .arg(data.path());
    let server = Served::start_as(command, data);
    let mut other = Client::connect(server.addr).await;
    other.healthz().await;
    let before = resident(server.pid());
    let began = Instant::now();
    let mut idle = Vec::with_capacity(IDLE);
    for number in 0..IDLE {
        let path = match number % 2 {
            0 => "/ws/echo".to_owned(),
            _ => format!("/ws/chat/room-{}?name=guest-{number}", number / 100),
        };
        idle.push(open(&server, &path).await);
    }
    let opened = began.elapsed();
    let after = resident(server.pid());
    let each = after.saturating_sub(before) / IDLE as u64;
    let waited = other.healthz().await;
    // Past the capture of the test's output: the figures are wanted of a test that passes, too.
    writeln!(
        stdout(),
        "{IDLE} idle WebSockets opened in {opened:.1?}: {:.1} MB before, {:.1} MB after, {each} bytes each; \
         /healthz answers in {waited:.1?}",
        before as f64 / 1e6,
        after as f64 / 1e6,
    )
    .unwrap();
    assert!(each <= MOST_EACH, "{each} bytes each");
    assert!(waited < UNDISTURBED, "another client waited {waited:?}");
    // The last one is as good as the first.
    for socket in [0, IDLE - 2] {
        let socket = &mut idle[socket];
        socket
            .write_all(&[0x81, 0x82, 0, 0, 0, 0, b'h', b'i'])
            .await
            .unwrap();
        let mut answer = [0; 4];
        socket.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"\x81\x02hi");
    }
}

/// An open WebSocket.
async fn open(server: &Served, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.addr).await.unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        server.addr
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    // The chat's `welcome` may come with it.
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        assert!(
            stream.read_buf(&mut head).await.unwrap() > 0,
            "it is refused"
        );
    }
    assert!(head.starts_with(b"HTTP/1.1 101 "));
    stream
}

/// A process's memory, bytes.
fn resident(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.unwrap().trim().trim_end_matches(" kB");
    kilobytes.parse::<u64>().unwrap() * 1024
}

/// Files that this process may have open.
fn open_files() -> usize {
    let limits = fs::read_to_string("/proc/self/limits").unwrap();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let soft = line
        .and_then(|line| line.split_whitespace().nth(3))
        .unwrap();
    soft.parse().unwrap_or(usize::MAX)
}

/// A process cannot raise its own limit without unsafe code, but a shell can that starts it anew.
fn again_with_more_files() {
    let name = "idle::eight_thousand_idle_connections_take_little_and_disturb_nobody";
    let status = Command::new("sh")
        .args(["-c", "ulimit -n \"$(ulimit -Hn)\"; exec \"$@\"", "sh"])
        .arg(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(ENOUGH_FILES, "1")
        .status()
        .unwrap();
    assert!(status.success(), "{status}");
}
