//! What the workbench sends: any frames, any bytes and any handshake, lawful or not, as a list that can be written
//! down.
//!
//! A scenario's text has a step in each line; `#` begins a comment. [`FORM`] says it all.

mod error;
mod frame;
mod handshake;
mod parse;
mod presets;
mod reply;
mod words;
mod write;

pub use error::{ScenarioError, ScenarioProblem};
pub use frame::{FrameDraft, Payload};
pub use handshake::{HandshakeDraft, HeadEdit};
pub use presets::{Expectation, PRESETS, Preset};
pub use reply::Reply;

/// What is sent over one connection, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scenario {
    /// How the connection is opened.
    pub handshake: HandshakeDraft,
    /// What is sent after that.
    pub steps: Vec<WireStep>,
}

/// One thing to be done on a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WireStep {
    /// Sends a frame.
    Frame(FrameDraft),
    /// Sends these bytes as they are.
    Bytes(Vec<u8>),
    /// Waits, so that what follows travels by itself.
    Wait {
        /// How long.
        milliseconds: u32,
    },
    /// Ends the TCP connection without a word, as a cut cable does.
    Cut,
}

impl WireStep {
    /// The bytes it sends; none for a step that sends nothing.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Frame(frame) => frame.encode(),
            Self::Bytes(bytes) => bytes.clone(),
            Self::Wait { .. } | Self::Cut => Vec::new(),
        }
    }

    /// How many bytes it sends.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Frame(frame) => frame.header().header_len() + frame.payload.len(),
            Self::Bytes(bytes) => bytes.len(),
            Self::Wait { .. } | Self::Cut => 0,
        }
    }

    /// Whether it sends nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Scenario {
    /// Most steps of a scenario: more than anybody reads.
    pub const MAX_STEPS: usize = 500;

    /// Most bytes that a scenario sends after its handshake. A frame may say that it is longer than it is, so the
    /// rules about large messages can be broken with few bytes.
    pub const MAX_BYTES: usize = 1 << 20;

    /// Longest wait of one step.
    pub const MAX_WAIT_MS: u32 = 5_000;

    /// How many bytes it sends after its handshake.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.steps.iter().map(WireStep::len).sum()
    }
}

/// The form of a scenario's text, for whoever writes one; it is a scenario itself.
pub const FORM: &str = r##"# How the connection is opened; without these lines: lawfully.
handshake deflate                            # offers permessage-deflate
handshake first "POST /ws/echo HTTP/1.1"     # another first line
handshake with "Sec-WebSocket-Version" "8"   # another value for a header, or one more header
handshake without "Host"                     # leaves a header out
handshake cut 40                             # sends the first 40 bytes of the request alone

# A frame: its kind, then what is unusual about it, then its payload.
text "Grüße"           # kinds: text binary continuation close ping pong opcode=B
text more rsv1 "a"     # more: without FIN; rsv1 rsv2 rsv3: the bit is set
text unmasked "a"      # without a mask; key=37fa213d: with this key
text length=9 "a"      # the header says 9 bytes, whatever follows
text bits=64 "a"       # the length in 64 bits (16 or 64), though it needs fewer
close 1000 "bye"       # a code and a reason
binary hex 00 ff 7e    # bytes; in quotes also \xFF, \n, \r, \t, \" and \\
binary fill 61 70000   # the byte 61, 70000 times
text rsv1 deflate "a"  # what deflate gives, as a block that is stored and not made smaller

# Anything else.
bytes 81 85            # these bytes, no frame around them
wait 200               # milliseconds
cut                    # ends the TCP connection without a word
"##;
