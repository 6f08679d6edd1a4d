use std::cell::RefCell;

use crate::error::{LessonError, Severity};

/// Collects what is wrong with one file and turns places in it into lines.
#[derive(Debug)]
pub(crate) struct Report<'a> {
    file: &'a str,
    text: &'a str,
    /// Shared by all readers of the file, which each hold the report at the same time.
    errors: RefCell<Vec<LessonError>>,
}

impl<'a> Report<'a> {
    pub(crate) const fn new(file: &'a str, text: &'a str) -> Self {
        Self {
            file,
            text,
            errors: RefCell::new(Vec::new()),
        }
    }

    /// The file's text.
    pub(crate) const fn text(&self) -> &'a str {
        self.text
    }

    /// Something is wrong at this byte of the file.
    pub(crate) fn error(&self, at: usize, message: impl Into<String>) {
        self.add(Some(self.line(at)), Severity::Error, message.into());
    }

    /// Something is wrong with the whole file.
    pub(crate) fn file_error(&self, message: impl Into<String>) {
        self.add(None, Severity::Error, message.into());
    }

    /// Something about the file should be better.
    pub(crate) fn warning(&self, message: impl Into<String>) {
        self.add(None, Severity::Warning, message.into());
    }

    /// Whether an error was reported so far.
    pub(crate) fn has_errors(&self) -> bool {
        let errors = self.errors.borrow();
        errors.iter().any(|error| error.severity == Severity::Error)
    }

    /// What was collected, in the order of the lines.
    pub(crate) fn into_errors(self) -> Vec<LessonError> {
        let mut errors = self.errors.into_inner();
        errors.sort_by_key(|error| error.line);
        errors
    }

    fn add(&self, line: Option<u32>, severity: Severity, message: String) {
        self.errors.borrow_mut().push(LessonError {
            file: String::from(self.file),
            line,
            severity,
            message,
        });
    }

    /// The line of this byte, from 1.
    pub(crate) fn line(&self, at: usize) -> u32 {
        let before = self.text.as_bytes().iter().take(at);
        let lines = before.filter(|byte| **byte == b'\n').count();
        u32::try_from(lines + 1).unwrap_or(u32::MAX)
    }
}
