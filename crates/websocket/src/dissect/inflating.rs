//! Compressed messages, inflated for whoever looks at them.

use crate::deflate::{DeflateDamage, DeflateParams, DeflateReader};
use crate::frame::Endpoint;

/// What the payload of one frame of a compressed message inflates to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inflated {
    /// The bytes, as far as they are stored.
    pub payload: Vec<u8>,
    /// How many there are, stored or not.
    pub len: u64,
    /// Bytes of the message that have crossed, this frame's included.
    pub message_compressed: u64,
    /// What they inflate to.
    pub message_len: u64,
    /// Why not all of it could be inflated.
    pub stop: Option<InflateStop>,
}

/// Why a message is not inflated to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InflateStop {
    /// It is not what deflate gives.
    Damaged(DeflateDamage),
    /// It grows beyond what the dissector was told to inflate.
    TooLarge {
        /// What it was told.
        limit: u64,
    },
    /// It may refer to an earlier message, which could not be inflated.
    ContextLost,
}

impl Inflated {
    /// Whether less is stored than there was.
    #[must_use]
    pub const fn truncated(&self) -> bool {
        (self.payload.len() as u64) < self.len
    }

    /// How many bytes of the message one byte on the wire stood for, this frame's included; `None` before the first.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        let crossed = self.message_compressed;
        (crossed > 0).then(|| self.message_len as f64 / crossed as f64)
    }
}

impl InflateStop {
    /// Why, in words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Damaged(damage) => damage.to_string(),
            Self::TooLarge { limit } => {
                format!("more than {limit} bytes of a message are not shown")
            }
            Self::ContextLost => {
                "it may refer to an earlier message, which could not be inflated".to_owned()
            }
        }
    }
}

/// The compressed messages of one direction.
#[derive(Debug)]
pub(super) struct Inflating {
    bits: u8,
    /// The sender starts afresh with each message.
    forgets: bool,
    /// Made for the first compressed message.
    reader: Option<DeflateReader>,
    /// Why nothing more can be inflated, in this message or for good.
    stop: Option<InflateStop>,
    max_stored: usize,
    max_message: u64,
    /// Of the frame at hand.
    frame: Inflated,
}

impl Inflating {
    pub(super) fn new(
        from: Endpoint,
        params: DeflateParams,
        max_stored: usize,
        max_message: u64,
    ) -> Self {
        let (bits, forgets) = match from {
            Endpoint::Client => (
                params.client_max_window_bits,
                params.client_no_context_takeover,
            ),
            Endpoint::Server => (
                params.server_max_window_bits,
                params.server_no_context_takeover,
            ),
        };
        Self {
            bits: bits.unwrap_or(15),
            forgets,
            reader: None,
            stop: None,
            max_stored,
            max_message,
            frame: Inflated::default(),
        }
    }

    /// A compressed message begins; says whether it can be inflated. `cut`: the one before was never ended.
    pub(super) fn begin(&mut self, cut: bool) -> bool {
        if self.forgets {
            self.stop = None;
            if let Some(reader) = &mut self.reader {
                reader.forget();
            }
        } else if cut || self.stop.is_some() {
            self.stop = Some(InflateStop::ContextLost);
        }
        self.frame = Inflated {
            stop: self.stop,
            ..Inflated::default()
        };
        self.stop.is_none()
    }

    /// Takes the next byte and puts what it gives behind `out`.
    pub(super) fn push(&mut self, byte: u8, out: &mut Vec<u8>) -> Result<(), DeflateDamage> {
        self.frame.message_compressed += 1;
        self.with_reader(out, |reader, out| reader.push(byte, out))
    }

    /// The message's last byte has come.
    pub(super) fn end_message(&mut self, out: &mut Vec<u8>) -> Result<(), DeflateDamage> {
        self.with_reader(out, DeflateReader::end_message)
    }

    /// What the frame inflated to; the next one of the message goes on from there.
    pub(super) fn end_frame(&mut self) -> Inflated {
        let next = Inflated {
            message_compressed: self.frame.message_compressed,
            message_len: self.frame.message_len,
            stop: self.stop,
            ..Inflated::default()
        };
        std::mem::replace(&mut self.frame, next)
    }

    fn with_reader(
        &mut self,
        out: &mut Vec<u8>,
        step: impl FnOnce(&mut DeflateReader, &mut Vec<u8>) -> Result<(), DeflateDamage>,
    ) -> Result<(), DeflateDamage> {
        if self.stop.is_some() {
            return Ok(());
        }
        let bits = self.bits;
        let reader = self.reader.get_or_insert_with(|| DeflateReader::new(bits));
        let before = out.len();
        let done = step(reader, out);
        self.keep(&out[before..]);
        match done {
            Err(damage) => self.stop = Some(InflateStop::Damaged(damage)),
            Ok(()) if self.frame.message_len > self.max_message => {
                let limit = self.max_message;
                self.stop = Some(InflateStop::TooLarge { limit });
            }
            Ok(()) => {}
        }
        self.frame.stop = self.stop;
        done
    }

    fn keep(&mut self, bytes: &[u8]) {
        let frame = &mut self.frame;
        frame.len += bytes.len() as u64;
        frame.message_len += bytes.len() as u64;
        let room = self.max_stored.saturating_sub(frame.payload.len());
        frame
            .payload
            .extend_from_slice(&bytes[..room.min(bytes.len())]);
    }
}
