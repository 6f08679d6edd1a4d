//! A server process of its own for each test, and what a test does with one.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Mutex, MutexGuard};

use crate::playground::Page;

/// These tests measure or count, so each has the machine to itself as far as this binary goes.
pub(crate) async fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::const_new(());
    ONE.lock().await
}

/// A running `spillway serve`.
pub(crate) struct Served {
    child: Child,
    pub(crate) addr: SocketAddr,
    data: TempDir,
}

impl Served {
    pub(crate) fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_spillway"));
        command
            .args(["serve", "--addr", "127.0.0.1:0", "--data"])
            .arg(data.path());
        Self::start_as(command, data)
    }

    /// Starts a command that becomes the server.
    pub(crate) fn start_as(mut command: Command, data: TempDir) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let addr = line.trim_end().strip_prefix("listening on http://");
        let addr = addr.unwrap_or_else(|| panic!("{line:?}")).parse().unwrap();
        Self { child, addr, data }
    }

    /// The data folder, as the server sees it.
    pub(crate) fn data(&self) -> PathBuf {
        let root = Path::new("/proc").join(self.pid().to_string()).join("root");
        let inside = self.data.path().strip_prefix("/").unwrap();
        root.join(inside)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) async fn page(&self) -> Page {
        let mut page = Page::connect_to(self.addr).await;
        page.hello(None).await;
        page
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It is still running, unless a test failed.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A request over a connection that is kept, and how long the answer took.
pub(crate) struct Client(TcpStream);

impl Client {
    pub(crate) async fn connect(addr: SocketAddr) -> Self {
        let stream = TcpStream::connect(addr).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    pub(crate) async fn healthz(&mut self) -> Duration {
        let began = Instant::now();
        self.0
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .await
            .unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\nok") {
            assert_ne!(self.0.read_buf(&mut answer).await.unwrap(), 0);
        }
        assert!(answer.starts_with(b"HTTP/1.1 200"));
        began.elapsed()
    }
}
