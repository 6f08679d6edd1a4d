//! What a pipe did: one object for scripts, a table for people.

use std::fmt::Write;
use std::fs;
use std::io::ErrorKind;
use std::time::Duration;

use serde::Serialize;
use spillway_streams::{Outcome, StageView};

use super::PipeError;
use crate::engine::stages::StageError;
use crate::engine::{Failure, StageStanding, Standing};

/// How a pipe went that came to its end.
#[derive(Debug, Serialize)]
pub struct Report {
    bytes_in: u64,
    bytes_out: u64,
    seconds: f64,
    mb_per_s: f64,
    /// Where the system tells it.
    peak_rss_mb: Option<f64>,
    stages: Vec<StageReport>,
    /// The reader of the output went away.
    #[serde(skip)]
    cut_short: bool,
}

/// What a stage did. For the ends, what they read and wrote outside the pipe counts as well, so
/// that every stage has an in and an out.
#[derive(Debug, Serialize)]
struct StageReport {
    name: String,
    chunks_in: u64,
    chunks_out: u64,
    bytes_in: u64,
    bytes_out: u64,
    drains: u64,
    held_back_s: f64,
    busy_s: f64,
    #[serde(skip)]
    finding: Option<String>,
}

impl Report {
    /// One object on one line.
    #[must_use]
    pub fn json(&self) -> String {
        // Numbers and strings in a struct: nothing in it can refuse to be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// A table for people; nothing when the reader of the output went away, and so do we.
    #[must_use]
    pub fn table(&self) -> String {
        if self.cut_short {
            return String::new();
        }
        let width = self.stages.iter().map(|stage| stage.name.len()).max();
        let width = width.unwrap_or_default().max(5);
        let mut table = format!(
            "{:width$} {:>9} {:>14} {:>9} {:>14} {:>7} {:>9} {:>8}\n",
            "stage", "chunks in", "bytes in", "out", "bytes out", "drains", "held back", "busy"
        );
        for stage in &self.stages {
            // A String takes whatever is written.
            let _ = writeln!(
                table,
                "{:width$} {:>9} {:>14} {:>9} {:>14} {:>7} {:>7.2} s {:>6.2} s",
                stage.name,
                stage.chunks_in,
                stage.bytes_in,
                stage.chunks_out,
                stage.bytes_out,
                stage.drains,
                stage.held_back_s,
                stage.busy_s
            );
        }
        for stage in &self.stages {
            if let Some(finding) = &stage.finding {
                let _ = writeln!(table, "{}: {finding}", stage.name);
            }
        }
        let _ = writeln!(
            table,
            "{} bytes in, {} out, {:.2} s, {:.1} MB/s",
            self.bytes_in, self.bytes_out, self.seconds, self.mb_per_s
        );
        table
    }
}

/// What came of it. A reader of the output that went away is no failure.
pub(super) fn of(standing: Standing, took: Duration) -> Result<Report, PipeError> {
    let last = standing.view.stages.len().saturating_sub(1);
    let cut_short = match (&standing.failure, &standing.view.outcome) {
        (Some(failure), _) if usize::from(failure.stage.0) == last && is_closed(failure) => true,
        (Some(failure), _) => return Err(PipeError::Failed(in_words(failure, &standing))),
        (None, Some(Outcome::Completed)) => false,
        (None, outcome) => return Err(PipeError::Failed(format!("the pipe broke: {outcome:?}"))),
    };
    let stages = standing.view.stages.iter().zip(standing.stages);
    let stages: Vec<StageReport> = stages
        .map(|(view, rest)| stage_report(view, rest))
        .collect();
    let bytes_in = stages.first().map_or(0, |stage| stage.bytes_in);
    let seconds = took.as_secs_f64();
    Ok(Report {
        bytes_in,
        bytes_out: stages.last().map_or(0, |stage| stage.bytes_out),
        seconds,
        mb_per_s: bytes_in as f64 / seconds.max(1e-9) / 1e6,
        peak_rss_mb: peak_rss_mb(),
        stages,
        cut_short,
    })
}

fn stage_report(view: &StageView, rest: StageStanding) -> StageReport {
    let written = view.writable.as_ref().map(|side| (side.chunks, side.bytes));
    let given = view.readable.as_ref().map(|side| (side.chunks, side.bytes));
    let (chunks_in, bytes_in) = written.or(given).unwrap_or_default();
    let (chunks_out, bytes_out) = given.or(written).unwrap_or_default();
    StageReport {
        name: view.name.clone(),
        chunks_in,
        chunks_out,
        bytes_in,
        bytes_out,
        drains: rest.drains,
        held_back_s: rest.held_back.as_secs_f64(),
        busy_s: rest.busy.as_secs_f64(),
        finding: rest.finding,
    }
}

fn is_closed(failure: &Failure) -> bool {
    match &failure.error {
        StageError::Io { source, .. } => source.kind() == ErrorKind::BrokenPipe,
        _ => false,
    }
}

fn in_words(failure: &Failure, standing: &Standing) -> String {
    let stage = standing.view.stage(failure.stage);
    let name = stage.map_or("", |stage| &stage.name);
    let reason = match &failure.error {
        StageError::At { reason, .. } => reason.clone(),
        error => error.to_string(),
    };
    let offset = failure.offset;
    let said = format!("stage {name} failed at byte {offset} of its input: {reason}");
    on_one_line(&said)
}

/// A reason may quote the data, which may be anything: a terminal gets none of its commands.
fn on_one_line(said: &str) -> String {
    let mut line = String::with_capacity(said.len());
    for letter in said.chars() {
        if letter.is_control() {
            line.extend(letter.escape_default());
        } else {
            line.push(letter);
        }
    }
    line
}

/// Most memory the process has had, in MB of 10^6 bytes.
fn peak_rss_mb() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024.0 / 1e6)
}
