//! `cargo xtask bench`: Spillway beside Node, one plain loop, `ws` and Socket.IO, measured in the
//! same run.

mod chat;
mod contender;
mod job;
mod measured;
mod memory;
mod options;
mod streams;
mod table;
mod workplace;

use std::fs;
use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use crate::command::output_of;
use options::Options;

/// Runs the benchmark that is named first.
///
/// # Errors
/// In one line: what cannot be had, read or run.
pub(crate) fn bench(args: &[&str]) -> Result<ExitCode> {
    match args {
        ["streams", options @ ..] => streams::bench(&Options::read(options)?),
        ["memory", options @ ..] => memory::bench(&Options::read(options)?),
        ["chat", options @ ..] => chat::bench(options),
        _ => bail!("the benchmarks are `streams`, `memory` and `chat`\n{HELP}"),
    }
}

/// What else the machine has to do, as a warning beside the figures.
fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let cores = output_of(&mut Command::new("nproc")).unwrap_or_default();
    match load.split_whitespace().next() {
        Some(load) => format!(" (load {load} on {cores} cores)"),
        None => String::new(),
    }
}

/// All options, for the task's help.
pub(crate) const HELP: &str = "\
cargo xtask bench streams [OPTIONS]                the same jobs by spillway, by Node and by a plain loop
    --rounds N       alternating runs, 5             --jobs copy,csv,gzip,aes,csv+gzip
    --size MB        of input, 200                   --who spillway,node,csv-parse,loop
    --chunk KIB      of the peers, 64                --node 20, 22 or 24
cargo xtask bench memory [--size GB]               peak memory of 10 GB through csv and gzip
    --dir DIR        a folder on tmpfs, /dev/shm/spillway-bench
cargo xtask bench chat [OPTIONS]                   the same chat by spillway, by ws and by Socket.IO
    --rounds N       alternating runs, 3             --rows RECEIVERS/OUTSTANDING,…
    --idle N         connections, 8000               --who spillway,ws,socket.io
    --other PATH     another spillway beside it      --node 20, 22 or 24
  all three:
    --spillway PATH  measures this program instead of building it";
