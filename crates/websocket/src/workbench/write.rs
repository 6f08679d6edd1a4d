//! From a scenario to its text.

use std::fmt::{self, Write as _};
use std::str::from_utf8;

use super::{FrameDraft, HandshakeDraft, HeadEdit, Payload, Scenario, WireStep};
use crate::frame::{LengthForm, Opcode};

/// As [`Scenario::from_str`](std::str::FromStr) reads it.
impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.handshake)?;
        for step in &self.steps {
            writeln!(f, "{step}")?;
        }
        Ok(())
    }
}

impl fmt::Display for HandshakeDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for edit in &self.edits {
            match edit {
                HeadEdit::Deflate => writeln!(f, "handshake deflate")?,
                HeadEdit::First(line) => writeln!(f, "handshake first {}", Quoted(line))?,
                HeadEdit::With(name, value) => {
                    writeln!(f, "handshake with {} {}", Quoted(name), Quoted(value))?;
                }
                HeadEdit::Without(name) => writeln!(f, "handshake without {}", Quoted(name))?,
            }
        }
        match self.cut {
            Some(cut) => writeln!(f, "handshake cut {cut}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for WireStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(frame) => write!(f, "{frame}"),
            Self::Bytes(bytes) => {
                f.write_str("bytes")?;
                hex(f, bytes)
            }
            Self::Wait { milliseconds } => write!(f, "wait {milliseconds}"),
            Self::Cut => f.write_str("cut"),
        }
    }
}

impl fmt::Display for FrameDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.opcode {
            Opcode::Reserved(_) => write!(f, "opcode={:X}", self.opcode.bits())?,
            named => f.write_str(named.name())?,
        }
        if !self.fin {
            f.write_str(" more")?;
        }
        for (set, bit) in self.reserved.into_iter().zip(1..) {
            if set {
                write!(f, " rsv{bit}")?;
            }
        }
        match self.key {
            None => f.write_str(" unmasked")?,
            Some(Self::KEY) => {}
            Some([a, b, c, d]) => write!(f, " key={a:02x}{b:02x}{c:02x}{d:02x}")?,
        }
        if let Some(length) = self.length {
            write!(f, " length={length}")?;
        }
        match self.form {
            Some(LengthForm::Sixteen) => f.write_str(" bits=16")?,
            Some(LengthForm::SixtyFour) => f.write_str(" bits=64")?,
            // The shortest form comes by itself.
            Some(LengthForm::Seven) | None => {}
        }
        write!(f, "{}", self.payload)
    }
}

/// With a space before it, unless it is empty.
impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) if bytes.is_empty() => Ok(()),
            Self::Bytes(bytes) => match from_utf8(bytes) {
                Ok(text) if !text.contains(|letter: char| letter.is_control()) => {
                    write!(f, " {}", Quoted(text))
                }
                _ => {
                    f.write_str(" hex")?;
                    hex(f, bytes)
                }
            },
            Self::Fill { byte, count } => write!(f, " fill {byte:02x} {count}"),
            Self::Close { code, reason } if reason.is_empty() => write!(f, " {code}"),
            Self::Close { code, reason } => {
                write!(f, " {code} ")?;
                quoted_bytes(f, reason)
            }
            Self::Deflate(bytes) => {
                f.write_str(" deflate ")?;
                quoted_bytes(f, bytes)
            }
        }
    }
}

/// A text in quotes.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        quoted_bytes(f, self.0.as_bytes())
    }
}

fn quoted_bytes(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    f.write_char('"')?;
    for chunk in bytes.utf8_chunks() {
        for letter in chunk.valid().chars() {
            match letter {
                '"' | '\\' => write!(f, "\\{letter}")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                letter if letter.is_control() => {
                    for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
                        write!(f, "\\x{byte:02x}")?;
                    }
                }
                letter => f.write_char(letter)?,
            }
        }
        for byte in chunk.invalid() {
            write!(f, "\\x{byte:02x}")?;
        }
    }
    f.write_char('"')
}

fn hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    for byte in bytes {
        write!(f, " {byte:02x}")?;
    }
    Ok(())
}
