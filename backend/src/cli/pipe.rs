//! `spillway pipe`.

use std::io::{self, Write};
use std::process::ExitCode;

use super::usage;
use crate::pipe::{self, PipeError};

/// Pipes, and says how it went.
pub(super) fn pipe(words: &[String], json: bool) -> ExitCode {
    let report = match pipe::run(words) {
        Ok(report) => report,
        Err(PipeError::Usage(reason)) => return usage(&reason),
        Err(PipeError::Failed(reason)) => {
            eprintln!("spillway: {reason}");
            return ExitCode::FAILURE;
        }
        // As a shell reports a program that the signal ended.
        Err(PipeError::Interrupted(signal)) => return ExitCode::from(128 + signal),
    };
    let to_stdout = json && words.last().is_some_and(|out| out != "-");
    let said = if json {
        report.json() + "\n"
    } else {
        report.table()
    };
    // Whoever closed the other end does not want to read it.
    let _gone = if to_stdout {
        io::stdout().write_all(said.as_bytes())
    } else {
        io::stderr().write_all(said.as_bytes())
    };
    ExitCode::SUCCESS
}
