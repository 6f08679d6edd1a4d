//! What `/api/transports` answers: the same messages by four transports, measured.

use serde::{Deserialize, Serialize};

/// A trial: a number of small messages, each of which goes out by every transport.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// Its secret name.
    pub trial: String,
    /// How many messages there are.
    pub messages: u64,
    /// Milliseconds from one message to the next.
    pub every_ms: u64,
    /// Milliseconds for which the server holds back each answer and each message that it pushes.
    pub delay_ms: u64,
}

/// One of the messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Counts from 1.
    pub seq: u64,
    /// When the server made it, by the clock of [`ServerClock`].
    pub at_us: u64,
    /// Something to carry.
    pub text: String,
}

/// The clock that the times of messages are told by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerClock {
    /// Microseconds since the server began.
    pub at_us: u64,
}

/// What the server has measured of a trial so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialMeasured {
    /// Messages made.
    pub made: u64,
    /// Bytes of these messages, without anything around them.
    pub payload_bytes: u64,
    /// `GET …/poll`, again and again.
    pub poll: TransportMeasured,
    /// `GET …/long-poll`, which waits for a message.
    pub long_poll: TransportMeasured,
    /// `GET …/events`: server-sent events.
    pub sse: TransportMeasured,
    /// `GET /ws/transports/…`.
    pub websocket: TransportMeasured,
}

/// What one transport has taken so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransportMeasured {
    /// Requests, the handshake of a WebSocket included.
    pub requests: u64,
    /// Bytes that the client sent, all of HTTP included.
    pub bytes_to_server: u64,
    /// Bytes that the server sent, all of HTTP included.
    pub bytes_to_client: u64,
    /// CPU time of the server's threads while they worked on its connections; absent where the
    /// system cannot tell.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cpu_us: Option<u64>,
}
