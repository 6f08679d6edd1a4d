//! One run of a program: what it reports, and what can be seen of it from outside.

use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::command::spelled;

/// What a run took.
#[derive(Debug, Clone)]
pub(super) struct Measured {
    /// What the program says: its last JSON object.
    pub(super) report: Value,
    /// From its start to its exit.
    pub(super) wall: Duration,
    pub(super) usage: Usage,
}

impl Measured {
    /// A number of the report.
    ///
    /// # Errors
    /// If it is not there.
    pub(super) fn number(&self, name: &str) -> Result<f64> {
        self.report[name]
            .as_f64()
            .with_context(|| format!("its report has no number `{name}`"))
    }
}

/// What the system says about a process.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Usage {
    /// The most memory that was resident at any time, MB.
    pub(super) peak_mb: f64,
    /// On all cores together.
    pub(super) cpu_seconds: f64,
}

/// Where a program prints its report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReportOn {
    Stdout,
    Stderr,
}

/// Runs a program to its end and watches it.
///
/// # Errors
/// If it fails, or reports nothing.
pub(super) fn measure(command: &mut Command, on: ReportOn) -> Result<Measured> {
    let line = spelled(command);
    match on {
        ReportOn::Stdout => command.stdout(Stdio::piped()),
        ReportOn::Stderr => command.stderr(Stdio::piped()),
    };
    let begun = Instant::now();
    let mut child = command
        .spawn()
        .with_context(|| format!("`{line}` could not be started"))?;
    let pid = child.id();
    let (alive, ended) = mpsc::channel::<()>();
    let watching = thread::spawn(move || watch(pid, &ended));
    let mut text = String::new();
    match on {
        ReportOn::Stdout => read(child.stdout.take(), &mut text)?,
        ReportOn::Stderr => read(child.stderr.take(), &mut text)?,
    }
    let status = child.wait()?;
    let wall = begun.elapsed();
    drop(alive);
    if !status.success() {
        bail!("`{line}` failed ({status})\n{text}");
    }
    let report = last_object(&text).with_context(|| format!("`{line}` reported nothing"))?;
    Ok(Measured {
        report,
        wall,
        // The thread only reads files; it has no way to panic.
        usage: watching.join().unwrap_or_default(),
    })
}

fn read(stream: Option<impl Read>, text: &mut String) -> Result<()> {
    stream.context("not piped")?.read_to_string(text)?;
    Ok(())
}

/// Looks until the other end of the channel is gone. Both values only rise, so that the last look
/// misses no more than what a process did after it.
fn watch(pid: u32, ended: &mpsc::Receiver<()>) -> Usage {
    let mut usage = Usage::default();
    loop {
        let of = |file| fs::read_to_string(format!("/proc/{pid}/{file}")).ok();
        if let Some(peak_mb) = of("status").and_then(|text| peak_mb(&text)) {
            usage.peak_mb = peak_mb;
        }
        if let Some(seconds) = of("stat").and_then(|text| cpu_seconds(&text)) {
            usage.cpu_seconds = seconds;
        }
        if ended.recv_timeout(BETWEEN_LOOKS) != Err(RecvTimeoutError::Timeout) {
            return usage;
        }
    }
}

/// Short beside a run of a tenth of a second; a look takes some 30 µs.
const BETWEEN_LOOKS: Duration = Duration::from_millis(5);

fn peak_mb(status: &str) -> Option<f64> {
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024.0 / 1e6)
}

fn cpu_seconds(stat: &str) -> Option<f64> {
    // The name, in brackets, may hold spaces.
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / TICKS_A_SECOND)
}

/// Linux has no other for what it tells programs.
const TICKS_A_SECOND: f64 = 100.0;

fn last_object(text: &str) -> Option<Value> {
    let start = text.find('{')?;
    let values = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Value>();
    values.map_while(Result::ok).filter(Value::is_object).last()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_seen_from_inside_and_outside() {
        let script = r#"i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo '{"bytes_in": 7}'"#;
        let measured = measure(Command::new("sh").args(["-c", script]), ReportOn::Stdout).unwrap();
        assert_eq!(measured.number("bytes_in").unwrap(), 7.0);
        assert!(measured.number("seconds").is_err());
        assert!(measured.usage.peak_mb > 0.1);
        assert!(measured.usage.cpu_seconds <= measured.wall.as_secs_f64() + 0.02);
    }

    #[test]
    fn a_failed_run_is_an_error_with_what_it_said() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo no such stage >&2; exit 2"]);
        let error = measure(&mut command, ReportOn::Stderr).unwrap_err();
        assert!(error.to_string().contains("no such stage"), "{error}");
    }

    #[test]
    fn the_kernels_figures_are_read() {
        assert_eq!(peak_mb("VmPeak:\t 9 kB\nVmHWM:\t  2000 kB\n"), Some(2.048));
        let stat = "7 (a) b) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0";
        assert_eq!(cpu_seconds(stat), Some(2.0));
    }

    #[test]
    fn the_last_object_of_what_was_printed_counts() {
        let object = last_object("a bar\n{\"a\": 1}\n{\n\"a\": 2\n}\n").unwrap();
        assert_eq!(object["a"], 2);
        assert_eq!(last_object("nothing"), None);
    }
}
