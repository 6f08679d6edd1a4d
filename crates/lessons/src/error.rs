use std::fmt;

use spillway_protocol::course::Problem;

/// Something wrong in a course folder: where, what, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct LessonError {
    /// File within the course folder, with `/` between its parts; empty for the folder itself.
    pub file: String,
    /// Line in it, from 1; absent when the whole file or folder is meant.
    pub line: Option<u32>,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong and what to do.
    pub message: String,
}

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// What the file describes cannot be served.
    Error,
    /// It is served, but should be better.
    Warning,
}

impl LessonError {
    /// An error about a whole file or folder.
    #[must_use]
    pub fn about_file(file: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            line: None,
            severity: Severity::Error,
            message: message.into(),
        }
    }

    /// The same for the page.
    #[must_use]
    pub fn to_problem(&self) -> Problem {
        Problem {
            file: self.file.clone(),
            line: self.line,
            message: self.message.clone(),
        }
    }
}

impl fmt::Display for LessonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An empty name would leave `: message`, which no editor can follow.
        let file = if self.file.is_empty() {
            "."
        } else {
            &self.file
        };
        write!(f, "{file}:")?;
        if let Some(line) = self.line {
            write!(f, "{line}:")?;
        }
        let warning = match self.severity {
            Severity::Error => "",
            Severity::Warning => "warning: ",
        };
        write!(f, " {warning}{}", self.message)
    }
}
