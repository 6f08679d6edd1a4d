//! Where a JSON value ends, found while its bytes come in.

use memchr::memchr2;

/// What was seen of a value so far.
#[derive(Debug, Default)]
pub(super) struct Ends {
    kind: Kind,
    /// Brackets open.
    depth: u64,
    /// The next byte is inside a string.
    in_string: bool,
    /// The next byte stands behind a backslash.
    escaped: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Kind {
    /// Nothing was seen of it yet.
    #[default]
    Unknown,
    /// An object, an array or a string: its last byte ends it.
    Closed,
    /// A number or a word: what follows ends it.
    Open,
}

impl Ends {
    /// Reads on; how many of these bytes belong to the value, if it ends in them.
    pub(super) fn find(&mut self, bytes: &[u8]) -> Option<usize> {
        if self.kind == Kind::Unknown {
            self.kind = match bytes.first()? {
                b'{' | b'[' | b'"' => Kind::Closed,
                _ => Kind::Open,
            };
        }
        if self.kind == Kind::Open {
            return bytes.iter().position(|byte| ends_a_word(*byte));
        }
        let mut at = 0;
        while at < bytes.len() {
            at += if self.in_string {
                self.skip_string(&bytes[at..])
            } else {
                self.step(bytes[at]);
                1
            };
            if self.depth == 0 && !self.in_string {
                return Some(at);
            }
        }
        None
    }

    /// Whether the end of the input would end the value: it does a number or a word.
    pub(super) fn may_end_here(&self) -> bool {
        self.kind == Kind::Open
    }

    fn step(&mut self, byte: u8) {
        match byte {
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            b'"' => self.in_string = true,
            _ => {}
        }
    }

    /// Reads on in a string, to its end or as far as the bytes go.
    fn skip_string(&mut self, bytes: &[u8]) -> usize {
        if std::mem::take(&mut self.escaped) {
            return 1;
        }
        match memchr2(b'"', b'\\', bytes) {
            None => bytes.len(),
            Some(at) => {
                if bytes[at] == b'"' {
                    self.in_string = false;
                } else {
                    self.escaped = true;
                }
                at + 1
            }
        }
    }
}

fn ends_a_word(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t' | b'\n' | b'\r' | b',' | b']' | b'}' | b'[' | b'{' | b'"'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_ends_where_its_brackets_and_quotes_close() {
        for (value, after) in [
            (r#"{"a":"}","b":[{}]}"#, ",1"),
            (r#"["]\"]",[]]"#, "]"),
            (r#""a\\""#, "\""),
            ("-1.5e3", ","),
            ("null", "\n"),
        ] {
            let text = format!("{value}{after}");
            assert_eq!(
                Ends::default().find(text.as_bytes()),
                Some(value.len()),
                "{text}"
            );
            let mut ends = Ends::default();
            let mut length = 0;
            for byte in text.bytes() {
                match ends.find(&[byte]) {
                    None => length += 1,
                    Some(own) => {
                        length += own;
                        break;
                    }
                }
            }
            assert_eq!(length, value.len(), "{text}, byte by byte");
        }
    }
}
