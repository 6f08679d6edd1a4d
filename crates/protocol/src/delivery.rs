//! What `/api/runs/{run}/queues/{stage}` answers.

use serde::{Deserialize, Serialize};

/// Where the bytes of a `websocket` stage are once the stage has handed them over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SocketQueues {
    /// Bytes of the frames that the server has made so far.
    pub handed: u64,
    /// How many of them its kernel has taken.
    pub written: u64,
    /// How many of these the client's kernel has not acknowledged; null where the system does not tell.
    pub kernel_send: Option<u64>,
    /// Bytes that have arrived at the client's kernel and were not read; null when the client is on
    /// another machine.
    pub kernel_receive: Option<u64>,
}
