//! A pipeline as a part of an address: `1.TEXT.SUM`, the version, the text in Base64 for
//! addresses, and a checksum of the text, so that a link that was damaged is noticed.

use std::error::Error;
use std::fmt;

use crate::{ParseError, Recipe, parse, print};

/// Longest link, bytes.
pub const MAX_LINK_BYTES: usize = 8 * 1024;

/// Why there is no link, or none that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkError {
    /// The pipeline, or the link, is longer than [`MAX_LINK_BYTES`].
    TooLong,
    /// It begins with another version, or with none.
    Version,
    /// It was cut off or changed on its way.
    Damaged,
    /// It is whole, and what it says is no pipeline.
    Text(ParseError),
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("a link has at most 8192 bytes; this pipeline needs more"),
            Self::Version => f.write_str(
                "this link was not made by this version of the page; links begin with `1.`",
            ),
            Self::Damaged => f.write_str(
                "this link is damaged: it was cut off or changed on its way; copy all of it again",
            ),
            Self::Text(error) => {
                f.write_str("the pipeline in this link cannot be read: ")?;
                error.fmt(f)
            }
        }
    }
}

impl Error for LinkError {}

/// Writes a pipeline as a link.
pub fn link(recipe: &Recipe) -> Result<String, LinkError> {
    let text = print(recipe);
    let mut link = "1.".to_owned();
    encode(&mut link, text.as_bytes());
    link.push('.');
    encode(&mut link, &checksum(text.as_bytes()).to_be_bytes());
    if link.len() > MAX_LINK_BYTES {
        return Err(LinkError::TooLong);
    }
    Ok(link)
}

/// Reads what [`link`] wrote.
pub fn from_link(link: &str) -> Result<Recipe, LinkError> {
    if link.len() > MAX_LINK_BYTES {
        return Err(LinkError::TooLong);
    }
    let (version, rest) = link.split_once('.').ok_or(LinkError::Version)?;
    if version != "1" {
        return Err(LinkError::Version);
    }
    let (text, sum) = rest.split_once('.').ok_or(LinkError::Damaged)?;
    let text = decode(text).ok_or(LinkError::Damaged)?;
    let sum = decode(sum).ok_or(LinkError::Damaged)?;
    if sum != checksum(&text).to_be_bytes() {
        return Err(LinkError::Damaged);
    }
    let text = String::from_utf8(text).map_err(|_| LinkError::Damaged)?;
    parse(&text).map_err(LinkError::Text)
}

/// CRC-32, as in gzip.
fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            let low = sum & 1;
            sum = (sum >> 1) ^ (0xedb8_8320 * low);
        }
    }
    !sum
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn encode(out: &mut String, bytes: &[u8]) {
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..=group.len() {
            let shift = 18 - 6 * digit as u32;
            out.push(char::from(DIGITS[(bits >> shift & 63) as usize]));
        }
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for group in text.as_bytes().chunks(4) {
        let mut bits = 0;
        for byte in group {
            let digit = DIGITS.iter().position(|digit| digit == byte)?;
            bits = bits << 6 | digit as u32;
        }
        bits <<= 6 * (4 - group.len() as u32);
        let three = bits.to_be_bytes();
        let (taken, left) = three[1..].split_at(group.len() * 6 / 8);
        if group.len() == 1 || left.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend_from_slice(taken);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "cities: csv_sample rows=10000 | gzip | file_sink file=\"Städte.gz\"";

    #[test]
    fn a_link_gives_the_pipeline_back_and_needs_no_escapes() {
        let recipe = parse(TEXT).unwrap();
        let link = link(&recipe).unwrap();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        assert!(link.bytes().all(plain), "{link}");
        assert_eq!(from_link(&link), Ok(recipe));
    }

    #[test]
    fn any_letter_that_is_changed_or_cut_off_is_noticed() {
        let link = link(&parse(TEXT).unwrap()).unwrap();
        for at in 0..link.len() {
            assert!(from_link(&link[..at]).is_err(), "cut at {at}");
            let other = if &link[at..=at] == "A" { "B" } else { "A" };
            let changed = [&link[..at], other, &link[at + 1..]].concat();
            assert!(from_link(&changed).is_err(), "{changed}");
        }
    }

    #[test]
    fn another_version_is_no_damage() {
        assert_eq!(from_link("2.AAAA.AAAAAA"), Err(LinkError::Version));
        assert_eq!(from_link(""), Err(LinkError::Version));
    }

    #[test]
    fn a_whole_link_that_is_no_pipeline_says_where() {
        let text = "csv_sample || null";
        let mut link = "1.".to_owned();
        encode(&mut link, text.as_bytes());
        link.push('.');
        encode(&mut link, &checksum(text.as_bytes()).to_be_bytes());
        let Err(LinkError::Text(error)) = from_link(&link) else {
            panic!("it was read");
        };
        assert_eq!((error.line, error.column), (1, 13));
    }

    #[test]
    fn a_pipeline_that_is_too_long_has_no_link() {
        let text = format!("csv_sample label=\"{}\"", "x".repeat(MAX_LINK_BYTES));
        assert_eq!(link(&parse(&text).unwrap()), Err(LinkError::TooLong));
        assert_eq!(from_link(&"1".repeat(9000)), Err(LinkError::TooLong));
    }

    #[test]
    fn the_checksum_is_the_one_of_gzip() {
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
    }
}
