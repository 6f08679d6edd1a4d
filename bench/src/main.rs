//! The program `peer`: what `cargo xtask bench` needs besides Spillway and Node.
//!
//! `peer pipe IN STAGE… OUT` does the work of `spillway pipe` in one plain loop on one thread, the
//! limit that a stream engine is measured against. `peer input` makes the input, `peer same`
//! compares outputs. `peer chat` is the client of the chats.

mod chat;
mod csv_filter;
mod input;
mod pipe;
mod same;

use std::env;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    match run(&args) {
        Ok(line) => {
            if !line.is_empty() {
                println!("{line}");
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Does what the arguments say; the answer is the line for stdout, if there is one.
fn run(args: &[String]) -> Result<String> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["pipe", "--chunk", bytes, from, stages @ .., to] => {
            let chunk = bytes.parse().context("--chunk takes a number of bytes")?;
            let ran = pipe::run(Path::new(from), stages, Path::new(to), chunk)?;
            Ok(ran.to_json())
        }
        ["input", bytes, to] => {
            let bytes = bytes.parse().context("the size is a number of bytes")?;
            input::make_once(Path::new(to), bytes).map(str::to_owned)
        }
        ["generate", bytes] => {
            let bytes = bytes.parse().context("the size is a number of bytes")?;
            input::to_stdout(bytes).map(|()| String::new())
        }
        ["same", one, other] => {
            same::compare(Path::new(one), Path::new(other)).map(|()| String::new())
        }
        ["chat", options @ ..] => chat::run(options),
        _ => bail!("{HELP}"),
    }
}

const HELP: &str = "\
peer pipe --chunk BYTES IN STAGE… OUT   the work of `spillway pipe` in one loop on one thread
peer input BYTES FILE                   makes the CSV file, unless it is there and whole
peer generate BYTES                     the same CSV on stdout
peer same FILE FILE                     compares, what ends in .gz unpacked
peer chat ADDR json|socket.io PID RECEIVERS OUTSTANDING MESSAGES
                                        says so much in a room, and what it cost the server
peer chat idle ADDR json|socket.io PID CONNECTIONS
                                        what connections cost that say nothing";
