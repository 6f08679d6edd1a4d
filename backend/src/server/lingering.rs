//! A TCP stream that ends gently.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::metrics::Metrics;

/// Closing a socket with unread bytes resets it, and a reset can overtake the last answer (a Close
/// frame, a 503). So when this is dropped first, what the client still sends is read for a moment.
#[derive(Debug)]
pub(super) struct Lingering {
    /// Taken when dropped.
    stream: Option<TcpStream>,
    /// The client has closed already: nothing to wait for.
    at_end: bool,
    /// Lives as long as the TCP connection, upgraded or not.
    lease: Option<Lease>,
}

/// What a TCP connection occupies.
#[derive(Debug)]
pub(super) struct Lease {
    _slot: OwnedSemaphorePermit,
    /// The server waits for the last bytes.
    _token: TaskTrackerToken,
    metrics: Arc<Metrics>,
}

impl Lease {
    pub(super) fn new(
        slot: OwnedSemaphorePermit,
        token: TaskTrackerToken,
        metrics: Arc<Metrics>,
    ) -> Self {
        metrics.connections.fetch_add(1, Relaxed);
        Self {
            _slot: slot,
            _token: token,
            metrics,
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.metrics.connections.fetch_sub(1, Relaxed);
    }
}

impl Lingering {
    pub(super) fn new(stream: TcpStream, lease: Lease) -> Self {
        Self {
            stream: Some(stream),
            at_end: false,
            lease: Some(lease),
        }
    }

    /// Sends small writes at once; gives the server's end of the connection.
    pub(super) fn prepare(&mut self) -> io::Result<SocketAddr> {
        let stream = self.stream()?;
        stream.set_nodelay(true)?;
        stream.local_addr()
    }

    /// Writes what fits without waiting.
    pub(super) fn try_write(&mut self, bytes: &[u8]) {
        if let Ok(stream) = self.stream() {
            stream.try_write(bytes).ok();
        }
    }

    fn stream(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        self.stream
            .as_mut()
            .map(Pin::new)
            .ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        if self.at_end {
            return;
        }
        if let (Some(mut stream), Ok(runtime)) = (self.stream.take(), Handle::try_current()) {
            let lease = self.lease.take();
            runtime.spawn(async move {
                timeout(LINGER, read_to_end(&mut stream)).await.ok();
                drop(lease);
            });
        }
    }
}

/// How long the client may take to see that the connection is over.
const LINGER: Duration = Duration::from_secs(1);

async fn read_to_end(stream: &mut TcpStream) {
    stream.shutdown().await.ok();
    let mut unread = [0_u8; 4096];
    while matches!(stream.read(&mut unread).await, Ok(1..)) {}
}

impl AsyncRead for Lingering {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let read = ready!(this.stream()?.poll_read(cx, buf));
        this.at_end = read.is_err() || buf.filled().len() == before;
        Poll::Ready(read)
    }
}

impl AsyncWrite for Lingering {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().stream()?.poll_write(cx, buf)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().stream()?.poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().stream()?.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().stream()?.poll_shutdown(cx)
    }
}
