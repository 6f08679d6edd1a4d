//! Running other programs, and saying so.

use std::env;
use std::ffi::OsString;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// Names a step before it starts.
pub(crate) fn step(what: &str) {
    eprintln!("==> {what}");
}

/// Says in one line that a step has nothing to do, or what came of it.
pub(crate) fn note(what: &str) {
    eprintln!("    {what}");
}

/// The cargo that started this program, in the checkout.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(crate::place::root());
    command
}

/// The command as a person would type it.
pub(crate) fn spelled(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let mut line = name.to_string_lossy().into_owned();
    for arg in command.get_args() {
        line.push(' ');
        line.push_str(&arg.to_string_lossy());
    }
    line
}

/// Runs a command to its end, its output on stderr.
///
/// # Errors
/// If it cannot be started or does not end with 0.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = spelled(command);
    let status = command
        .stdin(Stdio::null())
        .stdout(io::stderr())
        .status()
        .with_context(|| format!("`{line}` could not be started"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// A command that runs beside others. What it says on stderr waits for [`Self::finish`], so that it
/// does not mix with what they say.
#[derive(Debug)]
pub(crate) struct Aside {
    line: String,
    child: Child,
    said: JoinHandle<io::Result<Vec<u8>>>,
}

impl Aside {
    /// Starts it.
    ///
    /// # Errors
    /// If it cannot be started.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let line = spelled(command);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("`{line}` could not be started"))?;
        let mut stderr = child.stderr.take().context("it has no stderr")?;
        let said = thread::spawn(move || {
            let mut said = Vec::new();
            stderr.read_to_end(&mut said)?;
            Ok(said)
        });
        Ok(Self { line, child, said })
    }

    /// Waits for its end and shows what it said.
    ///
    /// # Errors
    /// If it did not end with 0.
    pub(crate) fn finish(mut self) -> Result<()> {
        let status = self.child.wait()?;
        let said = self.said.join().ok().transpose()?.unwrap_or_default();
        io::stderr().write_all(&said)?;
        if !status.success() {
            bail!("`{}` failed ({status})", self.line);
        }
        Ok(())
    }
}

/// Like [`run`], but ends the command after `limit`.
///
/// # Errors
/// As [`run`], and when the time is over.
pub(crate) fn run_at_most(command: &mut Command, limit: Duration) -> Result<()> {
    let line = spelled(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(io::stderr())
        .spawn()
        .with_context(|| format!("`{line}` could not be started"))?;
    let end = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            if status.success() {
                return Ok(());
            }
            bail!("`{line}` failed ({status})");
        }
        if Instant::now() >= end {
            child.kill()?;
            child.wait()?;
            bail!("`{line}` took more than {} s", limit.as_secs());
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// What a command prints, or `None` if it cannot be run or fails.
pub(crate) fn output_of(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The first program of this name on PATH.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

/// PATH with these folders before all others.
///
/// # Errors
/// If a folder's name cannot be part of PATH.
pub(crate) fn path_with(first: &[PathBuf]) -> Result<OsString> {
    let old = env::var_os("PATH").unwrap_or_default();
    Ok(env::join_paths(
        first.iter().cloned().chain(env::split_paths(&old)),
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_spelled_without_the_folder_of_its_program() {
        let mut command = Command::new("/opt/tools/trunk");
        command.args(["build", "--offline"]);
        assert_eq!(spelled(&command), "trunk build --offline");
    }

    #[test]
    fn a_command_beside_others_tells_of_its_failure() {
        let aside = |program: &str| Aside::start(&mut Command::new(program)).unwrap();
        aside("true").finish().unwrap();
        let error = aside("false").finish().unwrap_err();
        assert!(error.to_string().starts_with("`false` failed"), "{error}");
    }

    #[test]
    fn a_command_that_hangs_is_ended_at_its_limit() {
        let begun = Instant::now();
        let error = run_at_most(Command::new("sleep").arg("60"), Duration::from_millis(100));
        assert!(error.unwrap_err().to_string().contains("took more than"));
        assert!(begun.elapsed() < Duration::from_secs(30));
    }
}
