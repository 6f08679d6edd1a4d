//! The way without rustup's downloads: Debian's Rust compiles the page.
//!
//! Debian ships no standard library for wasm32, but its sources, at the compiler's version. They
//! are built once, into a sysroot in the cache; nothing outside the cache is changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::{apt, rustup};
use crate::command::{note, on_path, output_of, run, step};
use crate::place;

/// Debian's compiler, a sysroot for wasm32 and a linker.
#[derive(Debug)]
pub(super) struct DebianRust {
    version: String,
    sysroot: PathBuf,
    linker: PathBuf,
}

impl DebianRust {
    /// The one that an earlier call built, if Debian's compiler is still the same.
    pub(super) fn built() -> Option<Self> {
        let version = version()?;
        let sysroot = sysroot(&version)?;
        let linker = linker()?;
        sysroot.is_dir().then_some(Self {
            version,
            sysroot,
            linker,
        })
    }

    /// Installs the packages and builds the standard library, where that is not done yet.
    ///
    /// # Errors
    /// In one line: which step failed.
    pub(super) fn ready() -> Result<Self> {
        if version().is_none_or(|version| !sources(&version).is_dir())
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
        if linker().is_none() {
            bail!("no rust-lld in the toolchain and no wasm-ld on PATH; install lld");
        }
        if place::cache()?
            .to_string_lossy()
            .contains(char::is_whitespace)
        {
            bail!("a sysroot cannot be named to cargo in a path with spaces; set XDG_CACHE_HOME");
        }
        let version = version().context("Debian's rustc-web gave no /usr/bin/rustc")?;
        build_standard_library(&version)?;
        Self::built().context("the standard library was built but is not there")
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
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", &self.linker)
            // cargo adds this to the flags of .cargo/config.toml.
            .env(
                "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
                format!("--sysroot={}", self.sysroot.display()),
            );
        without_the_other_toolchain(command);
    }
}

/// Builds the standard library in a folder of its own and moves it into place when it is whole.
fn build_standard_library(version: &str) -> Result<()> {
    step(&format!(
        "wasm32 standard library of Debian's rustc {version}: cargo build (about a minute)"
    ));
    let work = place::cache()?.join("standard-library");
    let _ = fs::remove_dir_all(&work);
    fs::create_dir_all(&work)?;
    run(Command::new("cp")
        .arg("-r")
        .arg(sources(version))
        .arg(&work))?;
    let library = work.join("library");
    let mut build = Command::new(CARGO);
    build
        .current_dir(library.join("sysroot"))
        .args([
            "build",
            "--release",
            "--locked",
            "--target",
            "wasm32-unknown-unknown",
        ])
        .arg("--target-dir")
        .arg(work.join("target"))
        // The library uses unstable features, as it may; it marks itself as such.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC", RUSTC)
        .env(
            "RUSTFLAGS",
            "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes",
        )
        .env("__CARGO_DEFAULT_LIB_METADATA", "stablestd");
    without_the_other_toolchain(&mut build);
    run(&mut build)?;
    let built = work.join("target/wasm32-unknown-unknown/release/deps");
    let sysroot = sysroot(version).context("no cache folder")?;
    assemble(&built, &work.join("sysroot"), &sysroot)?;
    fs::remove_dir_all(&work).context("the work folder in the cache could not be removed")
}

/// Makes a sysroot of the built libraries.
fn assemble(built: &Path, draft: &Path, sysroot: &Path) -> Result<()> {
    let lib = draft.join("lib/rustlib/wasm32-unknown-unknown/lib");
    fs::create_dir_all(&lib)?;
    for file in fs::read_dir(built).with_context(|| built.display().to_string())? {
        let file = file?.path();
        if file
            .extension()
            .is_some_and(|extension| extension == "rlib")
        {
            fs::copy(&file, lib.join(file.file_name().unwrap_or_default()))?;
        }
    }
    fs::rename(draft, sysroot).with_context(|| sysroot.display().to_string())
}

/// `cargo run` leaves traces of rustup's toolchain that would mislead Debian's.
fn without_the_other_toolchain(command: &mut Command) {
    for name in ["LD_LIBRARY_PATH", "RUSTUP_TOOLCHAIN", "RUSTC_WRAPPER"] {
        command.env_remove(name);
    }
}

/// `1.96.0` of `rustc 1.96.0 (…) (built from a source tarball)`.
fn version() -> Option<String> {
    let line = output_of(Command::new(RUSTC).arg("-V").env_remove("LD_LIBRARY_PATH"))?;
    line.split_whitespace().nth(1).map(str::to_owned)
}

fn sysroot(version: &str) -> Option<PathBuf> {
    Some(
        place::cache()
            .ok()?
            .join(format!("wasm32-sysroot-{version}")),
    )
}

/// Where the package `rust-web-src` puts the standard library.
fn sources(version: &str) -> PathBuf {
    PathBuf::from(format!("/usr/src/rustc-{version}/library"))
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
