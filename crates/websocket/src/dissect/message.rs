//! Which message a frame is a part of, and whether the message's text is UTF-8 across its fragments.

use super::inflating::{Inflated, Inflating};
use crate::deflate::DeflateDamage;
use crate::frame::{Fault, FrameHeader, Opcode, Utf8Check, Violation};

/// The place of a data frame in its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessagePart {
    /// The number of the message in this direction, from 1.
    pub message: u64,
    /// The number of the frame in the message, from 1.
    pub fragment: u64,
    /// What the message is: text or binary.
    pub opcode: Opcode,
    /// Whether the message ends here.
    pub last: bool,
    /// Payload bytes of the message before this frame.
    pub bytes_before: u64,
    /// Whether the message's first frame had RSV1 set: its payload is compressed (RFC 7692).
    pub compressed: bool,
    /// What is known of the message's text after this frame.
    pub text: TextState,
}

/// What is known of a message's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextState {
    /// Not text, or text that could not be inflated: not checked.
    Unchecked,
    /// UTF-8 so far, and the last character is whole.
    Whole,
    /// UTF-8 so far, but the last character is cut; lawful where more fragments follow.
    Open {
        /// How many bytes the character lacks.
        missing: u8,
    },
    /// Not UTF-8.
    Broken,
}

/// The messages of one direction.
#[derive(Debug, Default)]
pub(super) struct Messages {
    /// How many messages have begun.
    count: u64,
    open: Option<OpenMessage>,
    closed: bool,
    /// There once permessage-deflate was agreed on.
    inflating: Option<Inflating>,
    /// What a byte inflates to, until it is looked at; kept so that it need not be made anew.
    scratch: Vec<u8>,
}

#[derive(Debug)]
struct OpenMessage {
    part: MessagePart,
    check: Utf8Check,
}

impl Messages {
    /// permessage-deflate was agreed on.
    pub(super) fn inflate(&mut self, inflating: Inflating) {
        self.inflating = Some(inflating);
    }

    /// A frame's header is whole: says what is wrong with a frame of this kind coming now.
    pub(super) fn begin(&mut self, header: &FrameHeader) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |violation| {
            faults.push(Fault {
                violation,
                offset: 0,
            })
        };
        if self.closed && header.opcode.is_data() {
            fault(Violation::DataAfterClose);
        }
        match (header.opcode, &mut self.open) {
            (Opcode::Text | Opcode::Binary, open) => {
                if let Some(open) = open {
                    fault(Violation::MessageNotFinished {
                        open: open.part.message,
                    });
                }
                self.count += 1;
                let cut = open.as_ref().is_some_and(|open| open.part.compressed);
                let inflates = match &mut self.inflating {
                    Some(inflating) if header.rsv1 => inflating.begin(cut),
                    _ => false,
                };
                *open = Some(OpenMessage::new(self.count, header, inflates));
            }
            (Opcode::Continuation, Some(open)) => open.part.fragment += 1,
            (Opcode::Continuation, None) => fault(Violation::ContinuationWithoutStart),
            (Opcode::Close, _) => self.closed = true,
            (Opcode::Ping | Opcode::Pong | Opcode::Reserved(_), _) => {}
        }
        faults
    }

    /// Takes unmasked bytes of the frame's payload, the first of them at `offset` in the frame; says which of them
    /// breaks a text, once per message, or is not what deflate gives.
    pub(super) fn take(
        &mut self,
        header: &FrameHeader,
        plain: &[u8],
        offset: u64,
        faults: &mut Vec<Fault>,
    ) {
        let Some(open) = self.open.as_mut().filter(|_| header.opcode.is_data()) else {
            return;
        };
        let inflating = match &mut self.inflating {
            Some(inflating) if open.part.compressed => inflating,
            _ => {
                let wrong = open.check_text(plain);
                faults.extend(wrong.map(|(violation, at)| Fault {
                    violation,
                    offset: offset + at as u64,
                }));
                return;
            }
        };
        for (at, &byte) in plain.iter().enumerate() {
            self.scratch.clear();
            let done = inflating.push(byte, &mut self.scratch);
            open.inflated(&self.scratch, done.err(), offset + at as u64, faults);
        }
    }

    /// A frame of `len` bytes is whole: says which part of which message it was, and what it inflates to.
    pub(super) fn end(
        &mut self,
        header: &FrameHeader,
        faults: &mut Vec<Fault>,
    ) -> (Option<MessagePart>, Option<Inflated>) {
        let Some(open) = self.open.as_mut().filter(|_| header.opcode.is_data()) else {
            return (None, None);
        };
        let offset = header.header_len() as u64 + header.payload_len;
        let mut inflated = None;
        if let Some(inflating) = self.inflating.as_mut().filter(|_| open.part.compressed) {
            if header.fin {
                self.scratch.clear();
                let done = inflating.end_message(&mut self.scratch);
                open.inflated(&self.scratch, done.err(), offset, faults);
            }
            inflated = Some(inflating.end_frame());
        }
        let part = MessagePart {
            last: header.fin,
            ..open.part
        };
        if let (true, TextState::Open { missing }) = (header.fin, part.text) {
            faults.push(Fault {
                violation: Violation::TextCutOff { missing },
                offset,
            });
        }
        open.part.bytes_before = open.part.bytes_before.saturating_add(header.payload_len);
        if header.fin {
            self.open = None;
        }
        (Some(part), inflated)
    }
}

impl OpenMessage {
    fn new(message: u64, header: &FrameHeader, inflates: bool) -> Self {
        let checked = header.opcode == Opcode::Text && (!header.rsv1 || inflates);
        Self {
            part: MessagePart {
                message,
                fragment: 1,
                opcode: header.opcode,
                last: false,
                bytes_before: 0,
                compressed: header.rsv1,
                text: if checked {
                    TextState::Whole
                } else {
                    TextState::Unchecked
                },
            },
            check: Utf8Check::new(),
        }
    }

    /// Takes what the byte at `offset` inflated to, and whether it was damaged.
    fn inflated(
        &mut self,
        bytes: &[u8],
        damage: Option<DeflateDamage>,
        offset: u64,
        faults: &mut Vec<Fault>,
    ) {
        let mut fault = |violation| faults.push(Fault { violation, offset });
        if let Some((violation, _)) = self.check_text(bytes) {
            fault(violation);
        }
        if let Some(damage) = damage {
            fault(Violation::NotDeflate { damage });
        }
    }

    /// Takes bytes of the message's text; says which of them breaks it, once.
    fn check_text(&mut self, plain: &[u8]) -> Option<(Violation, usize)> {
        if matches!(self.part.text, TextState::Unchecked | TextState::Broken) {
            return None;
        }
        match self.check.push(plain) {
            Ok(()) => {
                self.part.text = match self.check.missing() {
                    0 => TextState::Whole,
                    missing => TextState::Open { missing },
                };
                None
            }
            Err(at) => {
                self.part.text = TextState::Broken;
                Some((Violation::TextNotUtf8 { byte: plain[at] }, at))
            }
        }
    }
}
