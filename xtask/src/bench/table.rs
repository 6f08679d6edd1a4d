//! The figures of all rounds as one table.

use std::fmt;

use anyhow::Result;

use super::contender::Who;
use super::job::Job;
use super::measured::Measured;

/// One run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// As the program says: from the opening of the input to the closing of the output.
    pub(super) seconds: f64,
    /// What it took besides: its start and its end.
    around: f64,
    peak_mb: f64,
    cpu_seconds: f64,
    bytes_out: u64,
}

impl Row {
    /// # Errors
    /// If the program's report lacks the time.
    pub(super) fn of(measured: &Measured, bytes_out: u64) -> Result<Self> {
        let seconds = measured.number("seconds")?;
        Ok(Self {
            seconds,
            around: (measured.wall.as_secs_f64() - seconds).max(0.0),
            peak_mb: measured.usage.peak_mb,
            cpu_seconds: measured.usage.cpu_seconds,
            bytes_out,
        })
    }
}

/// All runs. Shown, it is the medians.
#[derive(Debug)]
pub(super) struct Table {
    /// Bytes of the input.
    size: u64,
    runs: Vec<Runs>,
}

#[derive(Debug)]
struct Runs {
    job: &'static Job,
    who: Who,
    rows: Vec<Row>,
}

impl Table {
    pub(super) fn new(size: u64) -> Self {
        Self {
            size,
            runs: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, job: &'static Job, who: Who, row: Row) {
        let there = self
            .runs
            .iter_mut()
            .find(|runs| runs.job.name == job.name && runs.who == who);
        match there {
            Some(runs) => runs.rows.push(row),
            None => self.runs.push(Runs {
                job,
                who,
                rows: vec![row],
            }),
        }
    }

    /// Says so if our gzip is more than 5 % larger than Node's.
    pub(super) fn too_large(&self) -> Option<String> {
        let packed = self.runs.iter().filter(|runs| runs.job.is_packed());
        packed
            .filter(|runs| runs.who == Who::Spillway)
            .find_map(|ours| {
                let node = self.find(ours.job, Who::Node)?;
                let ratio = ours.last().bytes_out as f64 / node.last().bytes_out as f64;
                (ratio > 1.05).then(|| {
                    format!(
                        "{}: our output is {:.1} % larger than Node's, 5 % are allowed",
                        ours.job.name,
                        (ratio - 1.0) * 100.0
                    )
                })
            })
    }

    fn find(&self, job: &Job, who: Who) -> Option<&Runs> {
        self.runs
            .iter()
            .find(|runs| runs.job.name == job.name && runs.who == who)
    }

    /// How many times the speed of a peer ours is, and what that comes to.
    fn ratio(&self, peer: &Runs) -> String {
        let Some(ours) = self.find(peer.job, Who::Spillway) else {
            return String::new();
        };
        if peer.who == Who::Spillway {
            return String::new();
        }
        let ratio = peer.median(|row| row.seconds) / ours.median(|row| row.seconds);
        match peer.job.reach(peer.who) {
            Some(reach) if ratio >= reach => format!("{ratio:>6.2}  ≥ {reach} reached"),
            Some(reach) => format!("{ratio:>6.2}  ≥ {reach} NOT REACHED"),
            None => format!("{ratio:>6.2}"),
        }
    }
}

impl Runs {
    fn last(&self) -> Row {
        // Runs are made with a row in them.
        self.rows[self.rows.len() - 1]
    }

    fn median(&self, value: impl Fn(&Row) -> f64) -> f64 {
        let mut values: Vec<f64> = self.rows.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        if values.len() % 2 == 1 {
            values[middle]
        } else {
            (values[middle - 1] + values[middle]) / 2.0
        }
    }

    fn most(&self, value: impl Fn(&Row) -> f64) -> f64 {
        self.rows.iter().map(value).fold(f64::MIN, f64::max)
    }

    fn least(&self, value: impl Fn(&Row) -> f64) -> f64 {
        self.rows.iter().map(value).fold(f64::MAX, f64::min)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let megabytes = self.size as f64 / 1e6;
        writeln!(
            f,
            "{megabytes:.0} MB of CSV; medians; MB/s of input, without the start of the program"
        )?;
        writeln!(
            f,
            "{:<9} {:<9} {:>7} {:>15} {:>9} {:>8} {:>7} {:>8}  spillway ÷ this",
            "job", "who", "MB/s", "least to most", "out MB", "peak MB", "CPU s", "start ms"
        )?;
        let mut job = "";
        for runs in &self.runs_by_job() {
            let name = if runs.job.name == job {
                ""
            } else {
                runs.job.name
            };
            job = runs.job.name;
            let speed = |seconds: f64| megabytes / seconds;
            let spread = format!(
                "{:.0} to {:.0}",
                speed(runs.most(|row| row.seconds)),
                speed(runs.least(|row| row.seconds))
            );
            let line = format!(
                "{:<9} {:<9} {:>7.1} {:>15} {:>9.1} {:>8.1} {:>7.2} {:>8.0} {}",
                name,
                runs.who.name(),
                speed(runs.median(|row| row.seconds)),
                spread,
                runs.last().bytes_out as f64 / 1e6,
                runs.most(|row| row.peak_mb),
                runs.median(|row| row.cpu_seconds),
                runs.median(|row| row.around) * 1000.0,
                self.ratio(runs)
            );
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

impl Table {
    /// Jobs as they were first run, in each of them the contenders as they are always named.
    fn runs_by_job(&self) -> Vec<&Runs> {
        let place = |runs: &Runs| {
            let job = self.runs.iter().position(|it| it.job.name == runs.job.name);
            let who = Who::ALL.iter().position(|who| *who == runs.who);
            (job, who)
        };
        let mut sorted: Vec<&Runs> = self.runs.iter().collect();
        sorted.sort_by_key(|runs| place(runs));
        sorted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(runs: &[(&str, Who, f64, u64)]) -> Table {
        let mut table = Table::new(200_000_000);
        for &(job, who, seconds, bytes_out) in runs {
            let row = Row {
                seconds,
                around: 0.01,
                peak_mb: 9.0,
                cpu_seconds: seconds,
                bytes_out,
            };
            table.add(Job::named(job).unwrap(), who, row);
        }
        table
    }

    #[test]
    fn a_ratio_is_of_medians_and_stands_beside_its_reach() {
        let text = table(&[
            ("copy", Who::Node, 3.0, 1),
            ("copy", Who::Spillway, 1.0, 1),
            ("copy", Who::Loop, 0.5, 1),
            ("copy", Who::Spillway, 90.0, 1),
            ("copy", Who::Spillway, 0.9, 1),
        ])
        .to_string();
        let lines: Vec<&str> = text.lines().skip(2).collect();
        assert!(
            lines[0].starts_with("copy      spillway    200.0"),
            "{text}"
        );
        assert!(lines[1].ends_with("3.00  ≥ 2.5 reached"), "{text}");
        assert!(lines[2].ends_with("0.50  ≥ 0.9 NOT REACHED"), "{text}");
    }

    #[test]
    fn csv_parse_has_a_ratio_and_no_reach() {
        let text = table(&[
            ("csv", Who::Spillway, 1.0, 1),
            ("csv", Who::CsvParse, 20.0, 1),
        ])
        .to_string();
        assert!(text.ends_with(" 20.00\n"), "{text}");
    }

    #[test]
    fn a_gzip_more_than_five_percent_larger_than_nodes_is_told() {
        let sizes = |ours| {
            table(&[
                ("gzip", Who::Spillway, 1.0, ours),
                ("gzip", Who::Node, 1.0, 1000),
            ])
        };
        assert_eq!(sizes(1050).too_large(), None);
        assert!(sizes(1060).too_large().unwrap().contains("6.0 %"));
    }
}
