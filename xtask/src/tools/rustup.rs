//! The usual way: one toolchain for server and page.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::standard_library::{Sources, StandardLibrary};
use crate::command::{note, on_path, output_of, run_at_most, spelled, step};
use crate::place;

/// The version of the compiler that cargo uses in the checkout.
///
/// # Errors
/// If there is none.
pub(super) fn version() -> Result<String> {
    output_of(rustc().arg("-V")).context("no rustc; install Rust 1.95 or later")
}

/// Its folder.
pub(super) fn sysroot() -> Option<PathBuf> {
    output_of(rustc().args(["--print", "sysroot"])).map(PathBuf::from)
}

/// Whether it can compile for wasm32.
pub(super) fn has_wasm32() -> bool {
    let Some(sysroot) = sysroot() else {
        return false;
    };
    fs::read_dir(sysroot.join("lib/rustlib/wasm32-unknown-unknown/lib")).is_ok_and(|files| {
        files
            .flatten()
            .any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
    })
}

/// Asks rustup for the wasm32 target.
///
/// # Errors
/// If there is no rustup, or its server cannot be reached in time.
pub(super) fn add_wasm32() -> Result<()> {
    add(&["target", "add", "wasm32-unknown-unknown"])?;
    if !has_wasm32() {
        bail!("rustup added the target to another toolchain than the one in use");
    }
    Ok(())
}

/// The standard library, built for size; its sources are asked of rustup where they are missing.
///
/// # Errors
/// If they cannot be had, or do not build.
pub(super) fn library() -> Result<StandardLibrary> {
    let sysroot = sysroot().context("rustc names no sysroot")?;
    // Not rustup's proxies: they choose by the folder they are called in.
    let sources = Sources {
        rustc: sysroot.join("bin/rustc"),
        cargo: sysroot.join("bin/cargo"),
        library: sysroot.join("lib/rustlib/src/rust/library"),
    };
    if let Some(built) = sources.built() {
        note("standard library of the page, for size: there");
        return Ok(built);
    }
    if !sources.library.is_dir() {
        add(&["component", "add", "rust-src"])?;
    }
    sources.build()
}

fn add(what: &[&str]) -> Result<()> {
    if on_path("rustup").is_none() {
        bail!("there is no rustup");
    }
    let mut command = Command::new("rustup");
    command
        .current_dir(place::root())
        .args(what)
        // Its failure is no fault of the program, and takes the other way.
        .env_remove("RUST_BACKTRACE");
    step(&format!(
        "{} (at most {} s)",
        spelled(&command),
        LIMIT.as_secs()
    ));
    run_at_most(&mut command, LIMIT)
}

fn rustc() -> Command {
    let mut command = Command::new("rustc");
    command.current_dir(place::root());
    command
}

/// Long enough for some 20 MB on a class network; a network that lets nothing through mostly
/// answers at once.
const LIMIT: Duration = Duration::from_secs(90);
