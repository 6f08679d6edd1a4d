//! The server's end of a connection after its handshake, as a pure state machine: what arrived goes in by
//! [`ServerProtocol::handle_bytes`], what it means comes out of [`ServerProtocol::poll_message`], what is to be sent
//! out of [`ServerProtocol::poll_bytes`].

mod incoming;
mod outgoing;

use incoming::Incoming;
use outgoing::Outgoing;

use crate::deflate::DeflateParams;
use crate::frame::{CloseCode, ClosePayload, Opcode, Violation};

/// How a connection was agreed to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerConfig {
    /// Most bytes of a message, inflated. A larger one closes with 1009.
    pub max_message: usize,
    /// permessage-deflate, when the handshake agreed on it.
    pub deflate: Option<DeflateParams>,
}

/// Something that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// A whole message of text.
    Text(String),
    /// A whole message of bytes.
    Binary(Vec<u8>),
    /// A ping; its pong is on its way already.
    Ping(Vec<u8>),
    /// A pong.
    Pong(Vec<u8>),
    /// The connection is over. Nothing comes after it; the TCP connection is to be closed once what
    /// [`ServerProtocol::poll_bytes`] still has is sent: the server closes first (RFC 6455 §7.1.1).
    Closed(Closed),
}

/// How a connection ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closed {
    /// The client began it, and was answered.
    ByClient(ClosePayload),
    /// The server began it, and was answered with this.
    ByServer(ClosePayload),
    /// The client broke a rule, and was sent the code that says which.
    Failed(Failure),
    /// The TCP connection ended without the closing handshake: what an application knows as 1006.
    Lost,
}

/// Why a connection was failed (RFC 6455 §7.1.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The client broke this rule.
    Violation(Violation),
    /// A message grew beyond what is allowed, bytes.
    TooLarge(usize),
    /// A compressed message that cannot be inflated.
    NotDeflate,
}

/// The server's end of one connection.
#[derive(Debug)]
pub struct ServerProtocol {
    incoming: Incoming,
    outgoing: Outgoing,
    stage: Stage,
}

/// How far the connection has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Messages pass both ways.
    Open,
    /// We have sent a Close frame and wait for the client's.
    Closing,
    /// It is over.
    Closed,
}

impl ServerProtocol {
    /// A connection whose handshake is done.
    #[must_use]
    pub fn new(config: ServerConfig) -> Self {
        Self {
            incoming: Incoming::new(config),
            outgoing: Outgoing::new(config.deflate),
            stage: Stage::Open,
        }
    }

    /// Takes what arrived. It is kept until [`poll_message`](Self::poll_message) has read it, so feed no more before
    /// that says `None`.
    pub fn handle_bytes(&mut self, bytes: &[u8]) {
        if self.stage != Stage::Closed {
            self.incoming.handle_bytes(bytes);
        }
    }

    /// The TCP connection has come to its end.
    pub fn handle_end(&mut self) -> Option<Message> {
        if self.stage == Stage::Closed {
            return None;
        }
        self.stage = Stage::Closed;
        Some(Message::Closed(Closed::Lost))
    }

    /// The next thing that arrived. What it asks of the protocol itself, a pong or a Close frame, is queued before
    /// it is told, and in its order.
    pub fn poll_message(&mut self) -> Option<Message> {
        loop {
            if self.stage == Stage::Closed {
                return None;
            }
            let message = match self.incoming.poll()? {
                Ok(incoming::Arrived::Close(payload)) => return Some(self.closed_by(payload)),
                Ok(incoming::Arrived::Message(message)) => message,
                Err(failure) => return Some(self.failed(failure)),
            };
            if let Message::Ping(payload) = &message
                && self.stage == Stage::Open
            {
                self.outgoing.frame(Opcode::Pong, payload);
            }
            // What arrives after our Close frame is of no use to an application that said goodbye.
            if self.stage == Stage::Open {
                return Some(message);
            }
        }
    }

    /// The next bytes to be sent.
    pub fn poll_bytes(&mut self) -> Option<Vec<u8>> {
        self.outgoing.poll()
    }

    /// How many bytes wait to be sent. Who lets a client make this grow without end should stop reading.
    #[must_use]
    pub fn waiting_bytes(&self) -> usize {
        self.outgoing.waiting()
    }

    /// Whether messages may still be sent.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.stage == Stage::Open
    }

    /// Sends a message of text, if the connection is open.
    pub fn send_text(&mut self, text: &str) {
        self.send(Opcode::Text, text.as_bytes());
    }

    /// Sends a message of bytes, if the connection is open.
    pub fn send_binary(&mut self, bytes: &[u8]) {
        self.send(Opcode::Binary, bytes);
    }

    /// Asks for a pong, if the connection is open. Of the payload, the first 125 bytes are sent.
    pub fn send_ping(&mut self, payload: &[u8]) {
        if self.stage == Stage::Open {
            let payload = &payload[..payload.len().min(CONTROL)];
            self.outgoing.frame(Opcode::Ping, payload);
        }
    }

    /// Begins to close, if the connection is open. The reason is cut to the 123 bytes that a Close frame has for it.
    pub fn close(&mut self, code: CloseCode, reason: &str) {
        if self.stage == Stage::Open {
            self.send_close(Some(code), reason);
            self.stage = Stage::Closing;
        }
    }

    fn send(&mut self, opcode: Opcode, payload: &[u8]) {
        if self.stage == Stage::Open {
            self.outgoing.message(opcode, payload);
        }
    }

    /// Answers the client's Close frame with its own code (RFC 6455 §5.5.1).
    fn closed_by(&mut self, payload: ClosePayload) -> Message {
        let answered = self.stage == Stage::Closing;
        if !answered {
            self.send_close(payload.code, "");
        }
        self.stage = Stage::Closed;
        Message::Closed(if answered {
            Closed::ByServer(payload)
        } else {
            Closed::ByClient(payload)
        })
    }

    fn failed(&mut self, failure: Failure) -> Message {
        if self.stage == Stage::Open {
            self.send_close(Some(failure.code()), &failure.to_string());
        }
        self.stage = Stage::Closed;
        Message::Closed(Closed::Failed(failure))
    }

    fn send_close(&mut self, code: Option<CloseCode>, reason: &str) {
        let mut end = reason.len().min(CONTROL - 2);
        while !reason.is_char_boundary(end) {
            end -= 1;
        }
        let payload = ClosePayload {
            code,
            reason: reason[..end].to_owned(),
        };
        self.outgoing.frame(Opcode::Close, &payload.encode());
    }
}

impl Failure {
    /// The close code that tells the client (RFC 6455 §7.4.1).
    #[must_use]
    pub const fn code(&self) -> CloseCode {
        CloseCode(match self {
            Self::Violation(
                Violation::TextNotUtf8 { .. }
                | Violation::TextCutOff { .. }
                | Violation::CloseReasonNotUtf8,
            )
            | Self::NotDeflate => 1007,
            Self::Violation(_) => 1002,
            Self::TooLarge(_) => 1009,
        })
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Violation(violation) => write!(f, "{violation} ({})", violation.section()),
            Self::TooLarge(limit) => write!(f, "a message may have {limit} bytes"),
            Self::NotDeflate => {
                f.write_str("the payload is not what deflate gives (RFC 7692 §7.2.2)")
            }
        }
    }
}

/// Most bytes of a control frame's payload (RFC 6455 §5.5).
const CONTROL: usize = 125;
