//! A pipeline as text, a line for each chain, as a shell would have it:
//!
//! ```text
//! # The big ones go into a file, and all of them through SHA-256.
//! join pipeline
//! cities: csv_sample rows=10000 | big: csv_filter expr="population>500000" | file_sink file="big.csv"
//! cities | sha256 | null
//! ```
//!
//! A stage is `NAME: KIND OPTION=VALUE …`. Without a name it has that of its kind, with a number
//! when that is taken. A line may begin and end with the bare name of a stage of an earlier line. A
//! value is a whole number, `true`, `false`, `null`, a text in quotes, a word, or a list or an
//! object in JSON.

mod cursor;
mod known;
mod parse;
mod print;
#[cfg(test)]
mod tests;
mod value;

use std::error::Error;
use std::fmt;

pub use parse::{parse, parse_checked};
pub use print::print;

/// A text that is no pipeline: where, what is wrong and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    /// What is wrong there and what is allowed.
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line,
            column,
            message,
        } = self;
        write!(f, "line {line}, column {column}: {message}")
    }
}

impl Error for ParseError {}

/// Letters of the names of stages, kinds and options.
fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-' || letter == '_'
}
