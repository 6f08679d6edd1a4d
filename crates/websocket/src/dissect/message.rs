//! Which message a frame is a part of, and whether the message's text is UTF-8 across its fragments.

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
    /// Not text, or compressed text: not checked.
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
}

#[derive(Debug)]
struct OpenMessage {
    part: MessagePart,
    check: Utf8Check,
}

impl Messages {
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
                *open = Some(OpenMessage::new(self.count, header));
            }
            (Opcode::Continuation, Some(open)) => open.part.fragment += 1,
            (Opcode::Continuation, None) => fault(Violation::ContinuationWithoutStart),
            (Opcode::Close, _) => self.closed = true,
            (Opcode::Ping | Opcode::Pong | Opcode::Reserved(_), _) => {}
        }
        faults
    }

    /// Takes unmasked bytes of the frame's payload; says which of them breaks a text, once per message.
    pub(super) fn take(
        &mut self,
        header: &FrameHeader,
        plain: &[u8],
    ) -> Option<(Violation, usize)> {
        let open = self.open.as_mut().filter(|_| header.opcode.is_data())?;
        if matches!(open.part.text, TextState::Unchecked | TextState::Broken) {
            return None;
        }
        match open.check.push(plain) {
            Ok(()) => {
                open.part.text = match open.check.missing() {
                    0 => TextState::Whole,
                    missing => TextState::Open { missing },
                };
                None
            }
            Err(at) => {
                open.part.text = TextState::Broken;
                Some((Violation::TextNotUtf8 { byte: plain[at] }, at))
            }
        }
    }

    /// A frame is whole: says which part of which message it was.
    pub(super) fn end(&mut self, header: &FrameHeader) -> Option<MessagePart> {
        let open = self.open.as_mut().filter(|_| header.opcode.is_data())?;
        let part = MessagePart {
            last: header.fin,
            ..open.part
        };
        open.part.bytes_before = open.part.bytes_before.saturating_add(header.payload_len);
        if header.fin {
            self.open = None;
        }
        Some(part)
    }
}

impl OpenMessage {
    fn new(message: u64, header: &FrameHeader) -> Self {
        let checked = header.opcode == Opcode::Text && !header.rsv1;
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
}
