//! `cargo xtask run`: from a fresh clone to a listening server.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::command::step;
use crate::server;

/// Builds what is not up to date and becomes `spillway serve`.
pub(crate) fn run(args: &[&str]) -> Result<ExitCode> {
    let binary = server::build_all()?;
    let mut serve = Command::new(binary);
    serve.arg("serve").args(args);
    step(&crate::command::spelled(&serve));
    become_it(serve)
}

/// Replaces this process, so that signals, output and exit code are the server's own.
#[cfg(unix)]
fn become_it(mut serve: Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;

    Err(anyhow::Error::new(serve.exec()).context("the server could not be started"))
}

#[cfg(not(unix))]
fn become_it(mut serve: Command) -> Result<ExitCode> {
    let code = serve.status()?.code().unwrap_or(1);
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}
