//! A place in one line of the text.

use super::{ParseError, is_word};

/// What is left of a line, and where that is.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    rest: &'a str,
    line: usize,
    column: usize,
}

impl<'a> Cursor<'a> {
    /// At the beginning of the line of this number.
    pub(super) fn new(line: usize, text: &'a str) -> Self {
        Self {
            rest: text,
            line,
            column: 1,
        }
    }

    /// Something is wrong here.
    pub(super) fn wrong(&self, parts: &[&str]) -> ParseError {
        ParseError {
            line: self.line,
            column: self.column,
            message: parts.concat(),
        }
    }

    /// The next character.
    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Takes the next character.
    pub(super) fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.rest = &self.rest[letter.len_utf8()..];
        self.column += 1;
        Some(letter)
    }

    /// Takes this character, if it is the next one.
    pub(super) fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.next();
        }
        found
    }

    /// Passes spaces, and the comment that ends a line.
    pub(super) fn skip_space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.next();
        }
        if self.peek() == Some('#') {
            while self.next().is_some() {}
        }
    }

    /// Whether nothing but spaces and a comment is left.
    pub(super) fn at_end(&mut self) -> bool {
        self.skip_space();
        self.peek().is_none()
    }

    /// The letters, digits, `-` and `_` that are next; there may be none.
    pub(super) fn word(&mut self) -> &'a str {
        let end = self.rest.find(|letter| !is_word(letter));
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        self.column += word.len();
        word
    }

    /// What is next, for a message.
    pub(super) fn found(&self) -> String {
        match self.peek() {
            Some(letter) => ["`", letter.encode_utf8(&mut [0; 4]), "`"].concat(),
            None => "the end of the line".to_owned(),
        }
    }
}
