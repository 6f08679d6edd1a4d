//! A real TCP connection of this server with itself. Nobody else can take part in it, and no
//! address that anybody gave is ever connected to.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::{TcpSocket, TcpStream};

use super::StageError;

/// Bytes that each end's socket may hold in each direction (the system may double it). Small, so
/// that a slow reader is felt soon.
const BUFFER: u32 = 32 * 1024;

/// What was sent and not yet received: bytes in the system's buffers and in the hands of an echo.
#[derive(Debug, Default)]
pub(super) struct OnTheWay {
    sent: AtomicU64,
    received: AtomicU64,
}

impl OnTheWay {
    pub(super) fn count_sent(&self, bytes: usize) {
        self.sent.fetch_add(bytes as u64, Relaxed);
    }

    /// Receives a chunk of at most `n` bytes, or `None` at the end.
    pub(super) async fn read(
        &self,
        mut from: impl AsyncRead + Unpin,
        n: usize,
    ) -> Result<Option<Bytes>, StageError> {
        let mut chunk = BytesMut::zeroed(n.max(1));
        let read = from.read(&mut chunk).await;
        let read = read.map_err(|error| StageError::io("the TCP connection failed", error))?;
        chunk.truncate(read);
        self.received.fetch_add(read as u64, Relaxed);
        Ok((read > 0).then(|| chunk.freeze()))
    }

    /// Bytes on the way now. What was just sent may be received before it is counted.
    pub(super) fn bytes(&self) -> u64 {
        let received = self.received.load(Relaxed);
        self.sent.load(Relaxed).saturating_sub(received)
    }
}

/// Both ends of a new connection through a listener on a free port, which is closed again.
pub(super) async fn connection() -> io::Result<(TcpStream, TcpStream)> {
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listening = socket()?;
    listening.bind(anywhere)?;
    let listener = listening.listen(8)?;
    let near = socket()?.connect(listener.local_addr()?).await?;
    loop {
        let (far, peer) = listener.accept().await?;
        // Another program of this machine may have found the port.
        if peer == near.local_addr()? {
            near.set_nodelay(true)?;
            far.set_nodelay(true)?;
            return Ok((near, far));
        }
    }
}

fn socket() -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_send_buffer_size(BUFFER)?;
    socket.set_recv_buffer_size(BUFFER)?;
    Ok(socket)
}
