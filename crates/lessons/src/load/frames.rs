//! The scenarios in lessons: any frames, checked as the workbench would.

use spillway_websocket::{Scenario, ScenarioError, WireStep};

use crate::report::Report;
use crate::table::Placed;

/// Longest sum of a scenario's waits, milliseconds: that of the workbench.
const MAX_WAITS_MS: u64 = 12_000;

/// Reports what is wrong with a scenario, at its own line of the file. Answers whether it is one.
pub(super) fn check_frames(frames: &Placed<String>, report: &Report<'_>) -> bool {
    match problem(&frames.value) {
        None => true,
        Some((line, message)) => {
            report.error(line_of(frames, line, report), message);
            false
        }
    }
}

/// What is wrong with a scenario, and its line from 1.
pub(super) fn problem(text: &str) -> Option<(usize, String)> {
    let scenario = match text.parse::<Scenario>() {
        Ok(scenario) => scenario,
        Err(ScenarioError { line, problem }) => return Some((line, format!("{problem}"))),
    };
    let waits = scenario.steps.iter().map(|step| match step {
        WireStep::Wait { milliseconds } => u64::from(*milliseconds),
        WireStep::Frame(_) | WireStep::Bytes(_) | WireStep::Cut => 0,
    });
    let sum: u64 = waits.sum();
    (sum > MAX_WAITS_MS).then(|| {
        let message = format!("the waits add up to {sum} ms; {MAX_WAITS_MS} are allowed");
        (1, message)
    })
}

/// The byte of the file at which a line of the scenario begins: the line in which its words stand,
/// else the key.
pub(super) fn line_of(frames: &Placed<String>, line: usize, report: &Report<'_>) -> usize {
    let Some(wanted) = frames.value.lines().nth(line.saturating_sub(1)) else {
        return frames.at;
    };
    let wanted = wanted.trim();
    let mut at = frames.at;
    let rest = report.text().get(at..).unwrap_or_default();
    let mut left = line;
    for written in rest.split_inclusive('\n') {
        if left <= 1 && !wanted.is_empty() && written.contains(wanted) {
            return at;
        }
        left = left.saturating_sub(1);
        at += written.len();
    }
    frames.at
}
