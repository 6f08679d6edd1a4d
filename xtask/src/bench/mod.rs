//! `cargo xtask bench`: Spillway beside Node and beside one plain loop, measured in the same run.

mod contender;
mod job;
mod measured;
mod memory;
mod options;
mod streams;
mod table;
mod workplace;

use std::process::ExitCode;

use anyhow::{Result, bail};

use options::Options;

/// Runs the benchmark that is named first.
///
/// # Errors
/// In one line: what cannot be had, read or run.
pub(crate) fn bench(args: &[&str]) -> Result<ExitCode> {
    match args {
        ["streams", options @ ..] => streams::bench(&Options::read(options)?),
        ["memory", options @ ..] => memory::bench(&Options::read(options)?),
        _ => bail!("there are two benchmarks, `streams` and `memory`\n{HELP}"),
    }
}

/// All options, for the task's help.
pub(crate) const HELP: &str = "\
cargo xtask bench streams [OPTIONS]                the same jobs by spillway, by Node and by a plain loop
    --rounds N       alternating runs, 5             --jobs copy,csv,gzip,aes,csv+gzip
    --size MB        of input, 200                   --who spillway,node,csv-parse,loop
    --chunk KIB      of the peers, 64                --node 20, 22 or 24
cargo xtask bench memory [--size GB]               peak memory of 10 GB through csv and gzip
    --spillway PATH  measures this program instead of building it
    --dir DIR        a folder on tmpfs, /dev/shm/spillway-bench";
