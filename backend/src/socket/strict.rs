//! Writing for sockets that are served by the protocol of `crates/websocket`.

use std::io;
use std::time::Duration;

use spillway_websocket::ServerProtocol;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

/// The connection is over, gently or not.
#[derive(Debug)]
pub(crate) struct Over;

/// Bytes that may gather before they are written.
pub(crate) const WRITE_AT_ONCE: usize = 64 * 1024;

/// How long a client may take to read 64 KiB.
const PATIENCE: Duration = Duration::from_secs(30);

/// Writes what waits. A client that takes nothing for a while is let go.
pub(crate) async fn write(
    protocol: &mut ServerProtocol,
    io: &mut (impl AsyncWrite + Unpin),
) -> Result<(), Over> {
    while let Some(bytes) = protocol.poll_bytes() {
        for part in bytes.chunks(WRITE_AT_ONCE) {
            in_time(io.write_all(part)).await?;
        }
    }
    in_time(io.flush()).await
}

async fn in_time(writing: impl Future<Output = io::Result<()>>) -> Result<(), Over> {
    match timeout(PATIENCE, writing).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Over),
    }
}
