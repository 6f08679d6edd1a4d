//! How a scenario of the workbench ended.

use serde::{Deserialize, Serialize};

/// What came back to a scenario, and how its connection ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioOver {
    /// The capture that shows its bytes.
    pub capture: u64,
    /// Bytes that were sent, the handshake's included.
    pub sent: u64,
    /// Bytes of the scenario that were not sent: the handshake was refused, or the connection was
    /// over before.
    pub unsent: u64,
    /// Bytes that came back.
    pub received: u64,
    /// The first 65,536 of them.
    pub base64: String,
    /// How the connection ended.
    pub end: ScenarioEnd,
    /// How long it all took, in microseconds.
    pub took_us: u64,
}

/// How the connection of a scenario ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScenarioEnd {
    /// The server ended the TCP connection.
    Closed,
    /// The server reset the TCP connection.
    Reset,
    /// All was sent, and the connection was still open when nothing had come for a while; then the
    /// sender ended it.
    Open,
    /// The scenario cut it.
    Cut,
    /// More came back than a scenario may get, or it took longer than one may take; the sender
    /// ended it.
    Limit,
}
