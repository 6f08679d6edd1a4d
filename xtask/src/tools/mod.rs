//! The tools that a page or a test needs and a fresh machine lacks.
//!
//! The usual way first (rustup and cargo), the way of a network without rustup's downloads when
//! that fails (Debian's Rust, its standard library built for wasm32). Tools are compiled from the
//! registry rather than downloaded ready-made: that works the same wherever cargo works.

pub(crate) mod apt;
pub(crate) mod axe;
mod compiler;
mod debian;
mod from_registry;
pub(crate) mod node;
mod rustup;
mod standard_library;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::{command, place};
use compiler::Compiler;
use from_registry::Tool;

/// A compiler for wasm32, trunk, and the wasm-bindgen of `Cargo.lock`.
#[derive(Debug)]
pub(crate) struct PageTools {
    compiler: Compiler,
    /// Folders of tools that were not on PATH, to be put before it.
    folders: Vec<PathBuf>,
    wasm_bindgen: String,
}

impl PageTools {
    /// Finds the tools, and gets those that are missing.
    ///
    /// # Errors
    /// In one line: what failed, and what to install by hand.
    pub(crate) fn ready() -> Result<Self> {
        let compiler = Compiler::ready()?;
        let lock = fs::read_to_string(place::root().join("Cargo.lock"))?;
        let wasm_bindgen = locked_version(&lock, "wasm-bindgen")
            .context("Cargo.lock names no wasm-bindgen")?
            .to_owned();
        let tools = [Tool::wasm_bindgen(&wasm_bindgen), Tool::trunk()];
        let mut folders = Vec::new();
        for tool in &tools {
            folders.extend(tool.ready()?);
        }
        Ok(Self {
            compiler,
            folders,
            wasm_bindgen,
        })
    }

    /// trunk, set up with the other tools, in the checkout.
    ///
    /// # Errors
    /// If PATH cannot be composed.
    pub(crate) fn trunk(&self) -> Result<Command> {
        self.command("trunk")
    }

    /// The cargo that compiles the page, in the checkout.
    ///
    /// # Errors
    /// If PATH cannot be composed.
    pub(crate) fn cargo(&self) -> Result<Command> {
        self.command("cargo")
    }

    /// Names what makes the same sources give another page.
    pub(crate) fn identity(&self) -> String {
        format!(
            "{} wasm-bindgen {} trunk {}",
            self.compiler.identity(),
            self.wasm_bindgen,
            from_registry::TRUNK
        )
    }

    /// Whether the standard library was built for size: else the page is heavier than it may be.
    pub(crate) fn is_small(&self) -> bool {
        self.compiler.library().is_some()
    }

    /// A folder for each standard library: two of them in one would rebuild each other's work.
    fn target(&self) -> PathBuf {
        let target = place::page_target();
        match self.compiler.library() {
            Some(library) => target.join(library.identity()),
            None => target,
        }
    }

    fn command(&self, program: &str) -> Result<Command> {
        let mut folders = self.folders.clone();
        folders.extend(self.compiler.folder());
        let mut command = Command::new(program);
        command
            .current_dir(place::root())
            .env("PATH", command::path_with(&folders)?)
            .env("CARGO_TARGET_DIR", self.target())
            // They would hide the flags of .cargo/config.toml.
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS");
        self.compiler.set_up(&mut command);
        Ok(command)
    }
}

/// The version of a package in the text of a `Cargo.lock`.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines
        .nth(1)?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_package_with_the_whole_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"9.9.9\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "trunk"), None);
    }
}
