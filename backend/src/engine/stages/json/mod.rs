//! `json`: a Transform that takes JSON apart into its elements and gives them as JSON lines, as
//! `stream-json` does for Node.
//!
//! A text is a row of JSON values. A value that is an array is taken apart: each of its elements is
//! one line, given as soon as it is whole, so that an array of any length needs the memory of its
//! longest element. Any other value is a line itself, so that JSON lines pass too.
//!
//! `serde_json` reads each element and refuses what is none. Where an element ends, `ends.rs` finds
//! by counting brackets: a parser asked anew with each chunk would read a long element again and
//! again. A line says what the element said, character by character; line ends between its tokens,
//! and what indents the next line, are left out.

mod ends;
#[cfg(test)]
mod tests;

use bytes::{Buf, Bytes, BytesMut};
use serde::Deserialize;
use serde_json::value::RawValue;

use self::ends::Ends;
use super::documented::{BOTH, flag};
use super::{Inside, Kind, Options, Plan, StageError, Transform, Word};
use spillway_protocol::stages::Side;

pub(super) const KIND: Kind = Kind {
    name: "json",
    about: "Transform that gives the elements of JSON lines, or of one large JSON array, as JSON \
            lines. `one_by_one` (a chunk for each element; true), `high_water_mark` and \
            `readable_high_water_mark` (16384), `label`",
    side: Side::Transform,
    options: &[
        &[flag("one_by_one", "a chunk for each element").or_bool(true)],
        BOTH,
    ],
    word: Some(Word {
        name: "json",
        usage: "json",
        help: "gives the elements of JSON lines, or of one large JSON array, as JSON lines",
        options: |argument| {
            let mut options = Word::alone(argument)?;
            options.insert("one_by_one".to_owned(), false.into());
            Ok(options)
        },
    }),
    plan,
};

/// Longest element, in bytes.
const MAX_ELEMENT: usize = 4 * 1024 * 1024;

/// Most elements given at once when each is a chunk of its own.
const MAX_AT_ONCE: usize = 1_024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonOptions {
    one_by_one: Option<bool>,
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: JsonOptions = options.own()?;
    let one_by_one = parsed.one_by_one.unwrap_or(true);
    options.transform("JSON lines", move |_| {
        Ok(Json {
            one_by_one,
            place: Place::Top,
            array_at: 0,
            ends: Ends::default(),
            begun: BytesMut::new(),
            rest: Bytes::new(),
            offset: 0,
        })
    })
}

struct Json {
    one_by_one: bool,
    place: Place,
    /// Where the last array began.
    array_at: u64,
    ends: Ends,
    /// The element that earlier chunks began.
    begun: BytesMut,
    /// What is left of the chunk it works on.
    rest: Bytes,
    /// Bytes of the input before that.
    offset: u64,
}

/// Where in the text the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Between two values.
    Top,
    /// Inside an element of an array, or inside a value that is none.
    Element { in_array: bool },
    /// Behind the bracket that opens an array.
    ArrayStart,
    /// Behind an element.
    BehindElement,
    /// Behind a comma.
    BehindComma,
}

impl Json {
    /// Takes what the next byte between two elements says.
    fn step_between(&mut self) -> Result<(), StageError> {
        let byte = self.rest[0];
        let next = match (self.place, byte) {
            (place, b' ' | b'\t' | b'\n' | b'\r') => place,
            (Place::Top, b'[') => {
                self.array_at = self.offset;
                Place::ArrayStart
            }
            (Place::ArrayStart | Place::BehindElement, b']') => Place::Top,
            (Place::BehindElement, b',') => Place::BehindComma,
            (Place::BehindElement, _) => {
                let reason = "expected , or ] behind an element of an array";
                return Err(StageError::at(self.offset, reason));
            }
            (place, _) => {
                let in_array = place != Place::Top;
                self.ends = Ends::default();
                self.place = Place::Element { in_array };
                // The byte is the element's own.
                return Ok(());
            }
        };
        self.place = next;
        self.take(1);
        Ok(())
    }

    /// Reads on in an element; its bytes, when it is whole.
    fn step_element(&mut self, in_array: bool) -> Result<Option<Bytes>, StageError> {
        let end = self.ends.find(&self.rest);
        let length = self.begun.len() + end.unwrap_or(self.rest.len());
        if length > MAX_ELEMENT {
            let offset = self.offset - self.begun.len() as u64;
            let reason = format!("an element is longer than {MAX_ELEMENT} bytes");
            return Err(StageError::at(offset, reason));
        }
        let Some(end) = end else {
            self.begun.extend_from_slice(&self.rest);
            self.take(self.rest.len());
            return Ok(None);
        };
        let element = if self.begun.is_empty() {
            self.rest.slice(..end)
        } else {
            self.begun.extend_from_slice(&self.rest[..end]);
            self.begun.split().freeze()
        };
        self.take(end);
        self.place = if in_array {
            Place::BehindElement
        } else {
            Place::Top
        };
        self.check(&element)?;
        Ok(Some(element))
    }

    /// Asks `serde_json` whether this, which ends here, is a value.
    fn check(&self, element: &[u8]) -> Result<(), StageError> {
        let read: Result<&RawValue, _> = serde_json::from_slice(element);
        read.map(|_| ()).map_err(|error| {
            let start = self.offset - element.len() as u64;
            if error.is_eof() {
                return StageError::at(start, "expected value");
            }
            let mut reason = error.to_string();
            if let Some(place) = reason.find(" at line ") {
                reason.truncate(place);
            }
            StageError::at(start + place_of(&error, element), reason)
        })
    }

    fn take(&mut self, bytes: usize) {
        self.rest.advance(bytes);
        self.offset += bytes as u64;
    }
}

/// Where in `text` an error of `serde_json` stands.
fn place_of(error: &serde_json::Error, text: &[u8]) -> u64 {
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    let before: usize = lines
        .take(error.line().saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    let place = before + error.column().saturating_sub(1);
    place.min(text.len().saturating_sub(1)) as u64
}

impl Transform for Json {
    fn transform(&mut self, chunk: &Bytes) -> Result<Vec<Bytes>, StageError> {
        self.rest = chunk.clone();
        self.more()
    }

    fn has_more(&self) -> bool {
        !self.rest.is_empty()
    }

    fn more(&mut self) -> Result<Vec<Bytes>, StageError> {
        let mut lines = Lines::new(self.one_by_one);
        while !self.rest.is_empty() && !lines.are_enough() {
            if let Place::Element { in_array } = self.place {
                if let Some(element) = self.step_element(in_array)? {
                    lines.add(&element);
                }
            } else {
                self.step_between()?;
            }
        }
        Ok(lines.done())
    }

    fn flush(&mut self) -> Result<Vec<Bytes>, StageError> {
        let cut_off = |at: u64, what: &str| {
            let reason = format!("the input ends inside {what} that begins at byte {at}");
            Err(StageError::at(self.offset, reason))
        };
        match self.place {
            Place::Top => Ok(Vec::new()),
            Place::Element { in_array: false } if self.ends.may_end_here() => {
                self.check(&self.begun)?;
                let mut lines = Lines::new(self.one_by_one);
                lines.add(&self.begun.split());
                Ok(lines.done())
            }
            Place::Element { in_array: false } => {
                cut_off(self.offset - self.begun.len() as u64, "a value")
            }
            _ => cut_off(self.array_at, "an array"),
        }
    }

    fn inside(&self) -> Inside {
        Inside::holding((self.begun.len() + self.rest.len()) as u64)
    }
}

/// Elements as lines: each a chunk, or all of them one.
struct Lines {
    one_by_one: bool,
    text: BytesMut,
    chunks: Vec<Bytes>,
}

impl Lines {
    fn new(one_by_one: bool) -> Self {
        Self {
            one_by_one,
            text: BytesMut::new(),
            chunks: Vec::new(),
        }
    }

    fn add(&mut self, element: &[u8]) {
        for (at, line) in element
            .split(|byte| matches!(byte, b'\n' | b'\r'))
            .enumerate()
        {
            // In JSON these stand only between tokens.
            let line = if at > 0 {
                line.trim_ascii_start()
            } else {
                line
            };
            self.text.extend_from_slice(line);
        }
        self.text.extend_from_slice(b"\n");
        if self.one_by_one {
            self.chunks.push(self.text.split().freeze());
        }
    }

    fn are_enough(&self) -> bool {
        self.chunks.len() >= MAX_AT_ONCE
    }

    fn done(mut self) -> Vec<Bytes> {
        if !self.text.is_empty() {
            self.chunks.push(self.text.freeze());
        }
        self.chunks
    }
}
