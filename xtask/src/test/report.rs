//! What passed, what failed, and how long it took.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::command::note;

/// Tests counted in one step.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) ignored: u64,
}

impl Tally {
    /// Adds what a line of a test program's output says, if it is its summary.
    pub(super) fn read(&mut self, line: &str) {
        let Some(summary) = line.trim_start().strip_prefix("test result: ") else {
            return;
        };
        for part in summary.split(['.', ';']) {
            let mut words = part.split_whitespace();
            let Some(Ok(count)) = words.next().map(str::parse::<u64>) else {
                continue;
            };
            match words.next() {
                Some("passed") => self.passed += count,
                Some("failed") => self.failed += count,
                Some("ignored") => self.ignored += count,
                _ => {}
            }
        }
    }
}

#[derive(Debug)]
struct Row {
    name: &'static str,
    time: Duration,
    tally: Tally,
}

/// All steps so far.
#[derive(Debug, Default)]
pub(super) struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Runs a step that counts as one test.
    pub(super) fn check<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<T>,
    ) -> Option<T> {
        let mut made = None;
        self.tests(name, || {
            made = Some(work()?);
            Ok(Tally {
                passed: 1,
                ..Tally::default()
            })
        });
        made
    }

    /// Runs a step that counts its own tests.
    pub(super) fn tests(&mut self, name: &'static str, work: impl FnOnce() -> Result<Tally>) {
        let begun = Instant::now();
        let tally = work().unwrap_or_else(|error| {
            note(&format!("FAILED {name}: {error:#}"));
            Tally {
                failed: 1,
                ..Tally::default()
            }
        });
        self.rows.push(Row {
            name,
            time: begun.elapsed(),
            tally,
        });
    }

    /// Prints the table; answers the exit code of it all.
    pub(super) fn finish(self) -> ExitCode {
        let mut sum = Tally::default();
        println!();
        for Row { name, time, tally } in self.rows {
            let verdict = if tally.failed == 0 { "ok" } else { "FAILED" };
            let ignored = match tally.ignored {
                0 => String::new(),
                ignored => format!(", {ignored} ignored"),
            };
            println!(
                "{name:<30} {:>7.1} s  {verdict:<6}  {} passed, {} failed{ignored}",
                time.as_secs_f64(),
                tally.passed,
                tally.failed,
            );
            sum.passed += tally.passed;
            sum.failed += tally.failed;
        }
        println!("\n{} passed, {} failed", sum.passed, sum.failed);
        if sum.failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn the_summaries_of_several_test_programs_add_up() {
        let mut tally = Tally::default();
        tally.read("running 7 tests");
        tally.read("test result: ok. 5 passed; 0 failed; 2 ignored; 0 measured; 9 filtered out; finished in 0.01s");
        tally
            .read("test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out");
        assert_eq!(
            tally,
            Tally {
                passed: 8,
                failed: 1,
                ignored: 2
            }
        );
    }

    #[test]
    fn one_failed_step_fails_the_whole() {
        let mut report = Report::default();
        assert_eq!(report.check("good", || Ok(1)), Some(1));
        assert_eq!(report.check("bad", || Err::<u8, _>(anyhow!("no"))), None);
        assert_eq!(report.rows[1].tally.failed, 1);
        assert_eq!(
            format!("{:?}", report.finish()),
            format!("{:?}", ExitCode::FAILURE)
        );
    }
}
