//! An HTTP head as lines of bytes, and where each piece of it is.

use std::ops::Range;

use thiserror::Error;

use super::{Header, Headers};

/// A piece of a head's text and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Piece {
    /// The text; bytes that are not UTF-8 became U+FFFD.
    pub text: String,
    /// Its bytes, counted from the start of the head.
    pub at: Range<usize>,
}

impl Piece {
    pub(crate) fn new(raw: &[u8], at: Range<usize>) -> Self {
        Self {
            text: String::from_utf8_lossy(&raw[at.clone()]).into_owned(),
            at,
        }
    }
}

/// Why bytes are not an HTTP/1 head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HeadError {
    /// The empty line that ends a head has not come.
    #[error("the head has no end: no empty line came")]
    Unfinished,
    /// The head is longer than the limit.
    #[error("the head is longer than {limit} bytes")]
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// The first line is not `METHOD TARGET HTTP/1.1`.
    #[error("the first line is not METHOD, one space, target, one space, HTTP/1.1")]
    RequestLine,
    /// The first line is not `HTTP/1.1 STATUS REASON`.
    #[error("the first line is not HTTP/1.1, one space, three digits, one space, a reason")]
    StatusLine,
    /// A header line without a colon.
    #[error("a header line without a colon")]
    NoColon,
    /// A header name that is empty or has a character that names may not have, such as a space before the colon.
    #[error("a header's name has a character that names may not have, or is empty")]
    HeaderName,
    /// A header value with a control character.
    #[error("a header's value has a control character")]
    HeaderValue,
    /// A header line that begins with a space, an old way to go on with the line before.
    #[error("a header folded over two lines")]
    Folded,
}

impl HeadError {
    /// Where the rule stands. RFC 6455 leaves the form of a head to HTTP.
    #[must_use]
    pub const fn section(&self) -> &'static str {
        match self {
            Self::Unfinished => "RFC 9112 §2.1",
            Self::TooLong { .. } => "RFC 9112 §3",
            Self::RequestLine => "RFC 9112 §3",
            Self::StatusLine => "RFC 9112 §4",
            Self::NoColon | Self::HeaderName => "RFC 9112 §5",
            Self::HeaderValue => "RFC 9110 §5.5",
            Self::Folded => "RFC 9112 §5.2",
        }
    }
}

/// A wrong head, and the byte that shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("byte {at}: {error}")]
pub struct HeadFault {
    /// What is wrong.
    pub error: HeadError,
    /// The byte, counted from the start of the head.
    pub at: usize,
}

/// How many bytes the head at the start of `bytes` has, its empty line included; `None` when that has not come.
/// Empty lines before the head belong to it (RFC 9112 §2.2), and a line may end with a lone LF.
#[must_use]
pub fn head_end(bytes: &[u8]) -> Option<usize> {
    HeadScan::default().push(bytes)
}

/// Looks for the end of a head in pieces, cut anywhere, each byte once.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct HeadScan {
    /// Whether a line that is not empty has begun.
    begun: bool,
    /// Whether the present line has a byte other than its CR.
    in_line: bool,
}

impl HeadScan {
    /// Takes the next piece; `Some` is how many bytes of it still belong to the head.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Option<usize> {
        for (at, &byte) in bytes.iter().enumerate() {
            match byte {
                b'\n' if !self.in_line && self.begun => return Some(at + 1),
                b'\n' => self.in_line = false,
                b'\r' if !self.in_line => {}
                _ => {
                    *self = Self {
                        begun: true,
                        in_line: true,
                    }
                }
            }
        }
        None
    }
}

/// A head cut into its first line and its headers.
pub(crate) struct HeadLines {
    /// The first line, without its line end.
    pub(crate) first: Range<usize>,
    /// The first line with its line end and the empty lines before it.
    pub(crate) first_line: Range<usize>,
    pub(crate) headers: Headers,
    /// The whole head.
    pub(crate) len: usize,
}

impl HeadLines {
    pub(crate) fn parse(raw: &[u8]) -> Result<Self, HeadFault> {
        let Some(len) = head_end(raw) else {
            return Err(HeadFault {
                error: HeadError::Unfinished,
                at: raw.len(),
            });
        };
        let mut first = None;
        let mut headers = Vec::new();
        let mut start = 0;
        while start < len {
            let line = line_at(raw, start, len);
            start = line.end;
            let text = content(raw, line.clone());
            if text.is_empty() {
                continue;
            }
            if first.is_none() {
                first = Some((text, 0..line.end));
            } else {
                headers.push(header(raw, text, line)?);
            }
        }
        // `head_end` found a line that is not empty before the one that is, so there is a first line.
        let (first, first_line) = first.unwrap_or_default();
        Ok(Self {
            first,
            first_line,
            headers: Headers(headers),
            len,
        })
    }
}

/// The line that begins at `start`, its LF included.
fn line_at(raw: &[u8], start: usize, len: usize) -> Range<usize> {
    let end = raw[start..len]
        .iter()
        .position(|&byte| byte == b'\n')
        .map_or(len, |at| start + at + 1);
    start..end
}

/// A line without its LF and the CRs before it.
fn content(raw: &[u8], line: Range<usize>) -> Range<usize> {
    let mut end = line.end;
    if end > line.start && raw[end - 1] == b'\n' {
        end -= 1;
        while end > line.start && raw[end - 1] == b'\r' {
            end -= 1;
        }
    }
    line.start..end
}

fn header(raw: &[u8], text: Range<usize>, line: Range<usize>) -> Result<Header, HeadFault> {
    let wrong = |error, at| Err(HeadFault { error, at });
    let bytes = &raw[text.clone()];
    if matches!(bytes.first(), Some(b' ' | b'\t')) {
        return wrong(HeadError::Folded, text.start);
    }
    let Some(colon) = bytes.iter().position(|&byte| byte == b':') else {
        return wrong(HeadError::NoColon, text.start);
    };
    if let Some(bad) = bytes[..colon].iter().position(|&byte| !is_token(byte)) {
        return wrong(HeadError::HeaderName, text.start + bad);
    }
    if colon == 0 {
        return wrong(HeadError::HeaderName, text.start);
    }
    let value = &bytes[colon + 1..];
    if let Some(bad) = value
        .iter()
        .position(|&byte| byte.is_ascii_control() && byte != b'\t')
    {
        return wrong(HeadError::HeaderValue, text.start + colon + 1 + bad);
    }
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let before = value.iter().take_while(|&byte| blank(byte)).count();
    let after = value[before..]
        .iter()
        .rev()
        .take_while(|&byte| blank(byte))
        .count();
    let start = text.start + colon + 1 + before;
    Ok(Header {
        name: Piece::new(raw, text.start..text.start + colon),
        value: Piece::new(raw, start..text.end - after),
        line,
    })
}

/// Whether a byte may stand in a method or in a header's name (RFC 9110 §5.6.2).
pub(crate) const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}

/// Whether bytes are `HTTP/`, a digit, a dot, a digit.
pub(crate) const fn is_version(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [b'H', b'T', b'T', b'P', b'/', b'0'..=b'9', b'.', b'0'..=b'9']
    )
}

/// Whether a version that [`is_version`] is at least HTTP/1.1.
pub(crate) fn is_at_least_1_1(version: &str) -> bool {
    // The two digits and the dot between them sort as text does.
    version.get(5..).is_some_and(|digits| digits >= "1.1")
}

#[cfg(test)]
mod tests {
    use super::{HeadError, HeadFault, HeadLines, head_end};

    #[test]
    fn a_head_ends_with_its_first_empty_line() {
        assert_eq!(head_end(b"GET / HTTP/1.1\r\nHost: a\r\n\r\nrest"), Some(27));
        assert_eq!(head_end(b"GET / HTTP/1.1\nHost: a\n\nrest"), Some(24));
        assert_eq!(head_end(b"\r\n\r\nGET / HTTP/1.1\r\n\r\n"), Some(22));
        assert_eq!(head_end(b"GET / HTTP/1.1\r\nHost: a\r\n"), None);
        assert_eq!(head_end(b"\r\n\r\n\r\n"), None);
        assert_eq!(head_end(b""), None);
    }

    fn check_fault(raw: &[u8], error: HeadError, at: usize) {
        assert_eq!(HeadLines::parse(raw).err(), Some(HeadFault { error, at }));
    }

    #[test]
    fn a_wrong_header_is_named_at_its_byte() {
        check_fault(b"GET / HTTP/1.1\r\nHost\r\n\r\n", HeadError::NoColon, 16);
        check_fault(
            b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
            HeadError::HeaderName,
            20,
        );
        check_fault(b"GET / HTTP/1.1\r\n: a\r\n\r\n", HeadError::HeaderName, 16);
        check_fault(
            b"GET / HTTP/1.1\r\nHost: a\0\r\n\r\n",
            HeadError::HeaderValue,
            23,
        );
        check_fault(
            b"GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
            HeadError::Folded,
            25,
        );
        check_fault(b"GET / HTTP/1.1\r\n", HeadError::Unfinished, 16);
    }
}
