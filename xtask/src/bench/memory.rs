//! How much memory a long pipe takes.

use std::process::{ExitCode, Stdio};

use anyhow::{Context as _, Result, bail};

use super::contender::{Programs, Who};
use super::job::CSV;
use super::measured::{ReportOn, measure};
use super::options::Options;
use crate::command::{spelled, step};

/// Pipes generated CSV through a filter and gzip, throws the output away and prints the peak.
///
/// # Errors
/// If a program cannot be built or fails.
pub(super) fn bench(options: &Options) -> Result<ExitCode> {
    let programs = Programs::ready(&Options {
        who: vec![Who::Spillway],
        spillway: options.spillway.clone(),
        ..Options::default()
    })?;
    let gigabytes = options.size.unwrap_or(10);
    let mut source = programs.peer();
    source
        .args(["generate", &(gigabytes * 1_000_000_000).to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut pipe = programs.spillway_pipe()?;
    pipe.args(["-", CSV, "gzip", "-", "--json"])
        .stdout(Stdio::null());
    step(&format!(
        "{gigabytes} GB: {} | {}",
        spelled(&source),
        spelled(&pipe)
    ));
    let mut source = source.spawn()?;
    pipe.stdin(source.stdout.take().context("it has no stdout")?);
    let measured = measure(&mut pipe, ReportOn::Stderr);
    // Its reader keeps the other end of the pipe, which ends the source if it is still writing.
    drop(pipe);
    source.wait()?;
    let measured = measured?;
    let bytes = measured.number("bytes_in")?;
    if bytes < gigabytes as f64 * 1e9 {
        bail!("it read {bytes} bytes alone");
    }
    let seconds = measured.wall.as_secs_f64();
    let peak = measured.usage.peak_mb;
    let verdict = if peak <= MOST_MB {
        "reached"
    } else {
        "NOT REACHED"
    };
    println!(
        "{:.2} GB in {seconds:.0} s, {:.1} MB/s",
        bytes / 1e9,
        bytes / 1e6 / seconds
    );
    println!("peak memory {peak:.1} MB, ≤ {MOST_MB} {verdict}");
    Ok(ExitCode::SUCCESS)
}

const MOST_MB: f64 = 48.0;
