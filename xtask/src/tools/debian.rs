//! The way without rustup's downloads: Debian's Rust compiles the page.
//!
//! Debian ships no standard library for wasm32, but its sources, at the compiler's version.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::standard_library::{Sources, StandardLibrary, without_another_toolchain};
use super::{apt, rustup};
use crate::command::{note, on_path, output_of};

/// Debian's compiler, a standard library for wasm32 and a linker.
#[derive(Debug)]
pub(super) struct DebianRust {
    version: String,
    library: StandardLibrary,
    linker: PathBuf,
}

impl DebianRust {
    /// The one that an earlier call built, if Debian's compiler is still the same.
    pub(super) fn built() -> Option<Self> {
        let version = version()?;
        let library = sources(&version).built()?;
        let linker = linker()?;
        Some(Self {
            version,
            library,
            linker,
        })
    }

    /// Installs the packages and builds the standard library, where that is not done yet.
    ///
    /// # Errors
    /// In one line: which step failed.
    pub(super) fn ready() -> Result<Self> {
        if version().is_none_or(|version| !sources(&version).library.is_dir())
            || !Path::new(CLIPPY).is_file()
        {
            apt::install(&PACKAGES)?;
        }
        if let Some(built) = Self::built() {
            note(&format!(
                "wasm32 standard library of Debian's {}: there",
                built.version()
            ));
            return Ok(built);
        }
        let Some(linker) = linker() else {
            bail!("no rust-lld in the toolchain and no wasm-ld on PATH; install lld");
        };
        let version = version().context("Debian's rustc-web gave no /usr/bin/rustc")?;
        let library = sources(&version).build()?;
        Ok(Self {
            version,
            library,
            linker,
        })
    }

    /// `rustc 1.96.0`, without Debian's additions.
    pub(super) fn version(&self) -> String {
        format!("rustc {}", self.version)
    }

    /// Sets cargo or trunk up to compile with it.
    pub(super) fn set_up(&self, command: &mut Command) {
        command
            .env("CARGO", CARGO)
            .env("RUSTC", RUSTC)
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", &self.linker);
        self.library.set_up(command);
        without_another_toolchain(command);
    }

    /// The standard library.
    pub(super) fn library(&self) -> &StandardLibrary {
        &self.library
    }
}

/// `1.96.0` of `rustc 1.96.0 (…) (built from a source tarball)`.
fn version() -> Option<String> {
    let line = output_of(Command::new(RUSTC).arg("-V").env_remove("LD_LIBRARY_PATH"))?;
    line.split_whitespace().nth(1).map(str::to_owned)
}

/// The package `rust-web-src` has those of the standard library.
fn sources(version: &str) -> Sources {
    Sources {
        rustc: PathBuf::from(RUSTC),
        cargo: PathBuf::from(CARGO),
        library: PathBuf::from(format!("/usr/src/rustc-{version}/library")),
    }
}

/// rustup's toolchain has a linker for wasm; Debian's package has none.
fn linker() -> Option<PathBuf> {
    let host = format!(
        "lib/rustlib/{}-unknown-linux-gnu/bin/rust-lld",
        std::env::consts::ARCH
    );
    rustup::sysroot()
        .map(|sysroot| sysroot.join(host))
        .filter(|path| path.is_file())
        .or_else(|| on_path("wasm-ld"))
}

const PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy"];
const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
const CLIPPY: &str = "/usr/bin/cargo-clippy";
