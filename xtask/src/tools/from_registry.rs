//! Programs compiled from the registry into the cache.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::command::{self, note, output_of, spelled, step};
use crate::place;

/// The last trunk that Rust 1.95 compiles.
pub(super) const TRUNK: &str = "0.21.14";

/// A program in a package of the registry.
pub(super) struct Tool {
    program: &'static str,
    package: &'static str,
    version: String,
    features: &'static [&'static str],
    minutes: &'static str,
}

impl Tool {
    /// trunk, without what it would need to download and to look for its own updates.
    pub(super) fn trunk() -> Self {
        Self {
            program: "trunk",
            package: "trunk",
            version: TRUNK.to_owned(),
            features: &["--no-default-features"],
            minutes: "3 minutes",
        }
    }

    /// wasm-bindgen, whose version has to be the one the page links.
    pub(super) fn wasm_bindgen(version: &str) -> Self {
        Self {
            program: "wasm-bindgen",
            package: "wasm-bindgen-cli",
            version: version.to_owned(),
            features: &[],
            minutes: "1.5 minutes",
        }
    }

    /// The folder to put on PATH, if the program is not there already in this version.
    ///
    /// # Errors
    /// In one line: what failed, and what to install by hand.
    pub(super) fn ready(&self) -> Result<Option<PathBuf>> {
        let name = format!("{} {}", self.program, self.version);
        let root = place::cache()?.join(format!("{}-{}", self.program, self.version));
        let folder = root.join("bin");
        if self.is_it(Command::new(self.program)) {
            note(&format!("{name}: there, on PATH"));
            return Ok(None);
        }
        if self.is_it(Command::new(folder.join(self.program))) {
            note(&format!("{name}: there"));
            return Ok(Some(folder));
        }
        self.install(&root).with_context(|| {
            format!(
                "{name} could not be built; by hand: cargo install {}@{}",
                self.package, self.version
            )
        })?;
        Ok(Some(folder))
    }

    fn is_it(&self, mut program: Command) -> bool {
        output_of(program.arg("--version"))
            .is_some_and(|line| line.split_whitespace().nth(1) == Some(self.version.as_str()))
    }

    /// With the tool's own lock file, and without it where the registry lacks a locked version.
    fn install(&self, root: &PathBuf) -> Result<()> {
        let target = place::cache()?.join("build");
        fs::create_dir_all(&target)?;
        let mut last = Ok(());
        for locked in [Some("--locked"), None] {
            let mut install = command::cargo();
            install
                .current_dir(&target)
                .args(["install", &format!("{}@{}", self.package, self.version)])
                .args(locked)
                .args(self.features)
                .envs(CHEAP);
            step(&format!(
                "{}: {} (about {})",
                self.program,
                spelled(&install),
                self.minutes
            ));
            install
                .arg("--root")
                .arg(root)
                .arg("--target-dir")
                .arg(&target);
            last = command::run(&mut install);
            match &last {
                Ok(()) => break,
                Err(_) if locked.is_some() => note("trying without its lock file"),
                Err(_) => {}
            }
        }
        // Only space is lost if it stays.
        let _ = fs::remove_dir_all(&target);
        last
    }
}

/// A tool that runs for a second is not worth minutes of optimisation.
const CHEAP: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
];
