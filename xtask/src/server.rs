//! The one binary.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::command::{cargo, spelled, step};
use crate::page;
use crate::tools::PageTools;

/// Builds the page if it is out of date, then the server around it; answers the binary's path.
///
/// # Errors
/// In one line: what failed, and what to install by hand.
pub(crate) fn build_all() -> Result<PathBuf> {
    page::build(&PageTools::ready()?)?;
    build()
}

/// Builds the server in release around the page that is there.
///
/// # Errors
/// If the compiler fails.
pub(crate) fn build() -> Result<PathBuf> {
    build_release("spillway", "spillway")
}

/// Builds a program of a package of the workspace in release; answers its path.
///
/// # Errors
/// If the compiler fails.
pub(crate) fn build_release(package: &str, program: &str) -> Result<PathBuf> {
    let mut command = cargo();
    command.args(["build", "--release", "--package", package]);
    step(&format!("{program}: {}", spelled(&command)));
    let line = spelled(&command);
    let mut child = command
        .arg("--message-format=json-render-diagnostics")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let stdout = child.stdout.take().context("cargo has no stdout")?;
    let mut binary = None;
    for message in BufReader::new(stdout).lines() {
        binary = executable(&message?, program).or(binary);
    }
    if !child.wait()?.success() {
        bail!("`{line}` failed");
    }
    binary.context("cargo built it but did not say where it is")
}

/// The path of a program in one of cargo's JSON messages.
fn executable(message: &str, program: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    (message["target"]["name"] == program).then_some(())?;
    message["executable"].as_str().map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binary_is_told_from_the_library() {
        let library = r#"{"target":{"name":"spillway"},"executable":null}"#;
        let binary = r#"{"target":{"name":"spillway"},"executable":"/target/release/spillway"}"#;
        assert_eq!(executable(library, "spillway"), None);
        assert_eq!(
            executable(binary, "spillway"),
            Some(PathBuf::from("/target/release/spillway"))
        );
        assert_eq!(executable("not json", "spillway"), None);
    }
}
