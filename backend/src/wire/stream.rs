//! A TCP stream whose bytes can be watched.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, ready};

use spillway_protocol::control::Direction;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::Tap;
use crate::metrics::Metrics;

/// Wraps the stream that HTTP and WebSocket read and write.
#[derive(Debug)]
pub struct TapStream<S> {
    inner: S,
    tap: Arc<Tap>,
    metrics: Arc<Metrics>,
}

impl<S> TapStream<S> {
    /// Tells `tap` what crosses `inner`.
    pub fn new(inner: S, tap: Arc<Tap>, metrics: Arc<Metrics>) -> Self {
        Self {
            inner,
            tap,
            metrics,
        }
    }

    fn wrote(&self, buffers: &[IoSlice<'_>], mut count: usize) {
        self.metrics
            .bytes_to_client
            .fetch_add(count as u64, Relaxed);
        for buffer in buffers {
            if count == 0 {
                return;
            }
            let part = buffer.len().min(count);
            self.tap.crossed(Direction::ToClient, &buffer[..part]);
            count -= part;
        }
    }
}

impl<S> Drop for TapStream<S> {
    fn drop(&mut self) {
        self.tap.closed();
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for TapStream<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let room = buf.remaining();
        let done = ready!(Pin::new(&mut this.inner).poll_read(cx, buf));
        let read = &buf.filled()[before..];
        if read.is_empty() && room > 0 || done.is_err() {
            this.tap.ended(Direction::ToServer);
        }
        done?;
        if !read.is_empty() {
            this.metrics
                .bytes_to_server
                .fetch_add(read.len() as u64, Relaxed);
            this.tap.crossed(Direction::ToServer, read);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for TapStream<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let count = ready!(Pin::new(&mut this.inner).poll_write(cx, buf))?;
        this.wrote(&[IoSlice::new(buf)], count);
        Poll::Ready(Ok(count))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let count = ready!(Pin::new(&mut this.inner).poll_write_vectored(cx, bufs))?;
        this.wrote(bufs, count);
        Poll::Ready(Ok(count))
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.tap.ended(Direction::ToClient);
        Pin::new(&mut this.inner).poll_shutdown(cx)
    }
}
