//! What the row of an item says.

use spillway_protocol::control::Direction;
use spillway_websocket::{Frame, ItemKind, Opcode};

use super::Entry;
use crate::words::wire::hex;

/// What the row of an item says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Seconds since its connection began.
    pub time: String,
    /// Who sent it.
    pub direction: Direction,
    /// What it carries, on one line.
    pub preview: String,
    /// Whether the preview is said by the page instead of quoted.
    pub is_remark: bool,
    /// The FIN bit; absent where there is none.
    pub fin: Option<bool>,
    /// Its mask; absent where it is no frame.
    pub mask: Option<Mask>,
    /// What kind of thing it is.
    pub tag: Tag,
    /// Whether its message is compressed.
    pub compressed: bool,
    /// Bytes on the wire.
    pub bytes: u64,
    /// Whether it breaks a rule of the RFC.
    pub faulty: bool,
}

/// The mask of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mask {
    /// No mask.
    None,
    /// Its key.
    Key([u8; 4]),
}

/// What kind of thing crossed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// A head of the handshake.
    Handshake,
    /// A frame.
    Frame(Opcode),
    /// Bytes that could not be made out.
    Damaged,
}

impl Row {
    /// The row of an item.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        let mut row = Self {
            time: crate::words::number::seconds(entry.item.at_us),
            direction: entry.direction,
            preview: String::new(),
            is_remark: false,
            fin: None,
            mask: None,
            tag: Tag::Handshake,
            compressed: false,
            bytes: entry.item.raw.len() as u64,
            faulty: false,
        };
        match &entry.item.kind {
            ItemKind::Request(head) => {
                let (method, version) = (&head.method.text, &head.version.text);
                let number = entry.connection;
                let which = if number > 1 {
                    format!("connection {number}: ")
                } else {
                    String::new()
                };
                row.preview = format!("{which}{method} {} {version}", head.target.text);
                row.faulty = !head.problems().is_empty();
            }
            ItemKind::Response(head) => {
                let accept = head.headers.value("sec-websocket-accept");
                let accept = accept.map_or_else(String::new, |key| format!(" · Accept {key}"));
                row.preview = format!("{} {}{accept}", head.status, head.reason.text);
                row.faulty = head.status != 101;
            }
            ItemKind::Frame(frame) => row.describe(frame),
            ItemKind::Damaged(damage) => {
                row.tag = Tag::Damaged;
                row.preview = damage.words();
                row.is_remark = true;
                row.faulty = true;
            }
        }
        row
    }

    /// `→ to server` or `← to client`.
    #[must_use]
    pub const fn direction_words(&self) -> &'static str {
        match self.direction {
            Direction::ToServer => "→ to server",
            Direction::ToClient => "← to client",
        }
    }

    fn describe(&mut self, frame: &Frame) {
        let header = &frame.header;
        self.fin = Some(header.fin);
        self.mask = Some(header.mask.map_or(Mask::None, Mask::Key));
        self.tag = Tag::Frame(header.opcode);
        self.bytes = header.header_len() as u64 + header.payload_len;
        self.compressed = frame.part.is_some_and(|part| part.compressed);
        self.faulty = !frame.faults.is_empty();
        self.is_remark = true;
        self.preview = match (header.opcode, self.direction) {
            (Opcode::Ping, Direction::ToClient) => {
                "are you there? The browser answers; the page never sees this".to_owned()
            }
            (Opcode::Ping, Direction::ToServer) => "are you there?".to_owned(),
            (Opcode::Pong, Direction::ToServer) => {
                "here I am: the ping's payload, masked".to_owned()
            }
            (Opcode::Pong, Direction::ToClient) => "here I am: the ping's payload".to_owned(),
            (Opcode::Close, _) => close_words(frame),
            _ => {
                self.is_remark = false;
                let inflated = frame.inflated.as_ref();
                let payload = inflated.map_or(&frame.payload, |it| &it.payload);
                match frame.part {
                    Some(part) if part.opcode == Opcode::Binary => {
                        hex(&payload[..payload.len().min(PREVIEW / 4)])
                    }
                    _ => one_line(payload),
                }
            }
        };
    }
}

impl Tag {
    /// One word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Handshake => "handshake",
            Self::Frame(opcode) => opcode.name(),
            Self::Damaged => "damaged",
        }
    }

    /// How it is tinted: `data`, `control`, `fault` or `plain`.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Handshake => "plain",
            Self::Frame(Opcode::Reserved(_)) | Self::Damaged => "fault",
            Self::Frame(opcode) if opcode.is_control() => "control",
            Self::Frame(_) => "data",
        }
    }
}

impl Mask {
    /// `37fa213d`, or `none`.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::None => "none".to_owned(),
            Self::Key([a, b, c, d]) => format!("{a:02x}{b:02x}{c:02x}{d:02x}"),
        }
    }
}

fn close_words(frame: &Frame) -> String {
    let Some(close) = frame.close() else {
        return String::new();
    };
    match (close.code, close.reason.as_str()) {
        (None, _) => "goodbye, without a code".to_owned(),
        (Some(code), "") => format!("goodbye: {} {}", code.0, code.name()),
        (Some(code), reason) => format!("goodbye: {} {}, “{reason}”", code.0, code.name()),
    }
}

/// The beginning of a payload without line ends.
fn one_line(payload: &[u8]) -> String {
    let text = String::from_utf8_lossy(&payload[..payload.len().min(PREVIEW)]);
    let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
    text.chars().map(plain).collect()
}

/// Bytes of a payload that a row may show; it is cut to the width of the row anyway.
const PREVIEW: usize = 240;
