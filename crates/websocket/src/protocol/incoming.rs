//! From the bytes that arrive to messages. Every rule is held at the first byte that breaks it: nothing
//! waits for the end of a frame, of a message or of a character.

use super::{CONTROL, Failure, Message, ServerConfig};
#[cfg(feature = "deflate")]
use crate::deflate::{InflateError, Inflater};
use crate::frame::{ClosePayload, Endpoint, FrameHeader, Opcode, Utf8Check, Violation, apply_mask};

/// What arrives, and how far it was read.
#[derive(Debug)]
pub(super) struct Incoming {
    config: ServerConfig,
    input: Vec<u8>,
    /// How much of `input` was read.
    at: usize,
    frame: Option<Open>,
    message: Option<Partial>,
    /// The payload of a control frame, which may come between the fragments of a message.
    control: Vec<u8>,
    /// Made for the first compressed message: an inflater takes some 40 KB.
    #[cfg(feature = "deflate")]
    inflater: Option<Inflater>,
}

/// A frame whose header was read.
#[derive(Debug, Clone, Copy)]
struct Open {
    header: FrameHeader,
    /// How much of its payload was read.
    got: u64,
}

/// A message whose end has not come.
#[derive(Debug)]
struct Partial {
    text: bool,
    compressed: bool,
    payload: Vec<u8>,
    /// What of a text is known to be UTF-8.
    utf8: Utf8Check,
}

/// Something whole.
#[derive(Debug)]
pub(super) enum Arrived {
    Message(Message),
    Close(ClosePayload),
}

impl Incoming {
    pub(super) fn new(config: ServerConfig) -> Self {
        Self {
            config,
            input: Vec::new(),
            at: 0,
            frame: None,
            message: None,
            control: Vec::new(),
            #[cfg(feature = "deflate")]
            inflater: None,
        }
    }

    pub(super) fn handle_bytes(&mut self, bytes: &[u8]) {
        if self.at == self.input.len() {
            self.input.clear();
        } else {
            self.input.drain(..self.at);
        }
        self.at = 0;
        self.input.extend_from_slice(bytes);
    }

    /// Reads on until something is whole, a rule is broken, or nothing is left.
    pub(super) fn poll(&mut self) -> Option<Result<Arrived, Failure>> {
        loop {
            let step = match self.frame {
                None => self.read_header().map(|frame| {
                    self.frame = Some(frame?);
                    Ok(None)
                }),
                Some(frame) => self.read_payload(frame),
            };
            match step? {
                Ok(None) => {}
                Ok(Some(arrived)) => return Some(Ok(arrived)),
                Err(failure) => return Some(Err(failure)),
            }
        }
    }

    fn read_header(&mut self) -> Option<Result<Open, Failure>> {
        let rest = &self.input[self.at..];
        if let Some(failure) = self.broken_by_first_two(rest) {
            return Some(Err(failure));
        }
        let header = FrameHeader::parse(rest)?;
        self.at += header.header_len();
        Some(self.allowed(&header).map(|()| Open { header, got: 0 }))
    }

    /// What the first two bytes break by themselves, so that nobody has to send the length to hear it.
    fn broken_by_first_two(&self, rest: &[u8]) -> Option<Failure> {
        let early = FrameHeader::early_faults(rest, Endpoint::Client, self.deflates());
        let early = early.first()?;
        Some(Failure::Violation(early.violation))
    }

    fn allowed(&self, header: &FrameHeader) -> Result<(), Failure> {
        let faults = header.faults(Endpoint::Client, self.deflates());
        if let Some(fault) = faults.first() {
            return Err(Failure::Violation(fault.violation));
        }
        match (header.opcode, &self.message) {
            (Opcode::Continuation, None) => {
                Err(Failure::Violation(Violation::ContinuationWithoutStart))
            }
            (Opcode::Text | Opcode::Binary, Some(_)) => {
                Err(Failure::Violation(Violation::MessageNotFinished {
                    open: 0,
                }))
            }
            (opcode, message) if opcode.is_data() => {
                let so_far = message.as_ref().map_or(0, |message| message.payload.len()) as u64;
                let limit = self.config.max_message;
                // Of a compressed message only what it inflates to is kept, and counted there.
                let compressed = message.as_ref().map_or(header.rsv1, |it| it.compressed);
                if !compressed && so_far.saturating_add(header.payload_len) > limit as u64 {
                    return Err(Failure::TooLarge(limit));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// `Some(Ok(None))`: go on; `None`: more bytes are needed.
    fn read_payload(&mut self, mut frame: Open) -> Option<Result<Option<Arrived>, Failure>> {
        let header = frame.header;
        let here = self.input.len() - self.at;
        let left = header.payload_len - frame.got;
        let take = left.min(here as u64) as usize;
        if take == 0 && left > 0 {
            return None;
        }
        let part = &mut self.input[self.at..self.at + take];
        if let Some(key) = header.mask {
            apply_mask(part, key, frame.got as usize);
        }
        let part = self.at..self.at + take;
        self.at += take;
        let first = frame.got == 0;
        frame.got += take as u64;
        let ends = frame.got == header.payload_len;
        self.frame = (!ends).then_some(frame);
        Some(if header.opcode.is_control() {
            self.control.extend_from_slice(&self.input[part]);
            ends.then(|| self.end_control(header.opcode)).transpose()
        } else {
            if first && header.opcode != Opcode::Continuation {
                self.message = Some(Partial {
                    text: header.opcode == Opcode::Text,
                    compressed: header.rsv1,
                    payload: Vec::new(),
                    utf8: Utf8Check::new(),
                });
            }
            self.read_data(part, ends && header.fin)
        })
    }

    fn read_data(
        &mut self,
        part: std::ops::Range<usize>,
        ends: bool,
    ) -> Result<Option<Arrived>, Failure> {
        let Some(mut message) = self.message.take() else {
            return Ok(None);
        };
        let known = message.payload.len();
        let inflated = if message.compressed {
            self.inflate(part, ends, &mut message.payload)
        } else {
            message.payload.extend_from_slice(&self.input[part]);
            Ok(())
        };
        if message.text {
            // What was inflated before it went wrong comes first, wherever the bytes were cut.
            let end = message.payload.len().min(self.config.max_message);
            let new = &message.payload[known.min(end)..end];
            message
                .utf8
                .push(new)
                .map_err(|at| Failure::Violation(Violation::TextNotUtf8 { byte: new[at] }))?;
        }
        inflated?;
        if !ends {
            self.message = Some(message);
            return Ok(None);
        }
        let missing = message.utf8.missing();
        if message.text && missing > 0 {
            return Err(Failure::Violation(Violation::TextCutOff { missing }));
        }
        Ok(Some(Arrived::Message(if message.text {
            // Checked above, byte by byte.
            Message::Text(String::from_utf8(message.payload).unwrap_or_default())
        } else {
            Message::Binary(message.payload)
        })))
    }

    fn end_control(&mut self, opcode: Opcode) -> Result<Arrived, Failure> {
        let payload = std::mem::take(&mut self.control);
        debug_assert!(payload.len() <= CONTROL, "the header was checked");
        match opcode {
            Opcode::Close => match ClosePayload::parse(&payload) {
                (close, faults) if faults.is_empty() => Ok(Arrived::Close(close)),
                (_, faults) => Err(Failure::Violation(faults[0].violation)),
            },
            Opcode::Ping => Ok(Arrived::Message(Message::Ping(payload))),
            _ => Ok(Arrived::Message(Message::Pong(payload))),
        }
    }

    /// Whether RSV1 was given a meaning.
    fn deflates(&self) -> bool {
        cfg!(feature = "deflate") && self.config.deflate.is_some()
    }

    #[cfg(feature = "deflate")]
    fn inflate(
        &mut self,
        part: std::ops::Range<usize>,
        ends: bool,
        payload: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        let Some(params) = self.config.deflate else {
            return Err(Failure::NotDeflate);
        };
        let limit = self.config.max_message;
        let inflater = self.inflater.get_or_insert_with(|| {
            let bits = params.client_max_window_bits.unwrap_or(15);
            Inflater::new(bits, params.client_no_context_takeover)
        });
        let failed = |error| match error {
            InflateError::Damaged => Failure::NotDeflate,
            InflateError::TooLarge { limit } => Failure::TooLarge(limit),
        };
        inflater
            .push(&self.input[part], payload, limit)
            .map_err(failed)?;
        if ends {
            inflater.end_message(payload, limit).map_err(failed)?;
        }
        Ok(())
    }

    #[cfg(not(feature = "deflate"))]
    #[expect(
        clippy::unused_self,
        reason = "the same call with the feature and without"
    )]
    fn inflate(
        &mut self,
        _part: std::ops::Range<usize>,
        _ends: bool,
        _payload: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        Err(Failure::NotDeflate)
    }
}
