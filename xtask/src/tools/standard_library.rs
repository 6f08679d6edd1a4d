//! The standard library for wasm32, built from its sources for a small page.
//!
//! The one that comes ready-made is built for speed and says where and why it panicked. The page shows no panic to anybody:
//! built for size and to stop at once, together with the page's own code, it takes some 20 KB off each bundle in brotli.
//! Flags of the compiler that are not stable yet do that, so this Rust is asked to take them (`RUSTC_BOOTSTRAP`).

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{self, Command};

use anyhow::{Context as _, Result, bail};

use crate::command::{output_of, run, step};
use crate::place;

/// What it is built from, and with.
#[derive(Debug)]
pub(super) struct Sources {
    pub(super) rustc: PathBuf,
    pub(super) cargo: PathBuf,
    /// The folder `library` of the compiler's own version.
    pub(super) library: PathBuf,
}

/// It is in a sysroot of its own in the cache; nothing outside the cache is changed.
#[derive(Debug)]
pub(super) struct StandardLibrary {
    sysroot: PathBuf,
}

impl Sources {
    /// What an earlier call built of the same compiler with the same flags.
    pub(super) fn built(&self) -> Option<StandardLibrary> {
        let sysroot = self.sysroot().ok()?;
        sysroot.is_dir().then_some(StandardLibrary { sysroot })
    }

    /// Builds it in a folder of its own and moves it into place when it is whole.
    ///
    /// # Errors
    /// If there are no sources, a crate that they need cannot be had, or the compiler does not take the flags.
    pub(super) fn build(&self) -> Result<StandardLibrary> {
        let sysroot = self.sysroot()?;
        if !self.library.join("sysroot/Cargo.toml").is_file() {
            bail!(
                "no sources of the standard library in {}",
                self.library.display()
            );
        }
        if sysroot.to_string_lossy().contains(char::is_whitespace) {
            bail!("a sysroot cannot be named to cargo in a path with spaces; set XDG_CACHE_HOME");
        }
        step("standard library of the page, for size: cargo build (about a minute)");
        let work = place::cache()?.join(format!("standard-library-{}", process::id()));
        let built = self.build_in(&work, &sysroot);
        let _ = fs::remove_dir_all(&work);
        built?;
        Ok(StandardLibrary { sysroot })
    }

    fn build_in(&self, work: &Path, sysroot: &Path) -> Result<()> {
        fs::create_dir_all(work)?;
        run(Command::new("cp").arg("-r").arg(&self.library).arg(work))?;
        let target = work.join("target");
        let mut build = Command::new(&self.cargo);
        build
            .current_dir(work.join("library/sysroot"))
            .args(["build", "--quiet", "--release", "--locked"])
            .args(["--no-default-features", "--features", "optimize_for_size"])
            .args(["--target", "wasm32-unknown-unknown", "--target-dir"])
            .arg(&target)
            .env("RUSTC", &self.rustc)
            .env(
                "RUSTFLAGS",
                // The library uses unstable features, as it may; it marks itself as such.
                format!("-Zforce-unstable-if-unmarked -Cembed-bitcode=yes {FLAGS}"),
            )
            .env("RUSTC_BOOTSTRAP", "1")
            .env("__CARGO_DEFAULT_LIB_METADATA", "stablestd")
            .envs(PROFILE);
        without_another_toolchain(&mut build);
        run(&mut build)?;
        let draft = work.join("sysroot");
        assemble(
            &target.join("wasm32-unknown-unknown/release/deps"),
            &draft.join("lib/rustlib/wasm32-unknown-unknown/lib"),
        )?;
        match fs::rename(&draft, sysroot) {
            // Another call was quicker.
            Err(_) if sysroot.is_dir() => Ok(()),
            renamed => renamed.with_context(|| sysroot.display().to_string()),
        }
    }

    /// Named after the compiler and all that makes another library of the same sources.
    fn sysroot(&self) -> Result<PathBuf> {
        let mut ask = Command::new(&self.rustc);
        ask.arg("-vV").env_remove("LD_LIBRARY_PATH");
        let compiler = output_of(&mut ask).context("the compiler does not say which it is")?;
        let mut hasher = DefaultHasher::new();
        (&compiler, FLAGS, PROFILE).hash(&mut hasher);
        let version = compiler.split_whitespace().nth(1).unwrap_or_default();
        let name = format!("wasm32-sysroot-{version}-{:016x}", hasher.finish());
        Ok(place::cache()?.join(name))
    }
}

impl StandardLibrary {
    /// Sets cargo or trunk up to compile with it. All crates of a program stop at a panic in the same way, or it does not
    /// link: the flags are the page's own as well.
    pub(super) fn set_up(&self, command: &mut Command) {
        command.env("RUSTC_BOOTSTRAP", "1").env(
            // cargo adds this to the flags of .cargo/config.toml.
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
            format!("--sysroot={} {FLAGS}", self.sysroot.display()),
        );
    }

    /// A name that differs from that of any other.
    pub(super) fn identity(&self) -> String {
        let name = self.sysroot.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }
}

/// Makes a sysroot of the built libraries.
fn assemble(built: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for file in fs::read_dir(built).with_context(|| built.display().to_string())? {
        let file = file?.path();
        if file.extension().is_some_and(|ending| ending == "rlib") {
            fs::copy(&file, to.join(file.file_name().unwrap_or_default()))?;
        }
    }
    Ok(())
}

/// `cargo run` leaves traces of the toolchain it is of, which would mislead another one.
pub(super) fn without_another_toolchain(command: &mut Command) {
    for name in [
        "CARGO_ENCODED_RUSTFLAGS",
        "LD_LIBRARY_PATH",
        "RUSTC_WRAPPER",
        "RUSTUP_TOOLCHAIN",
    ] {
        command.env_remove(name);
    }
}

/// A panic is one instruction, with no message and no place.
const FLAGS: &str = "-Zlocation-detail=none -Zunstable-options -Cpanic=immediate-abort";

const PROFILE: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "z"),
    ("CARGO_PROFILE_RELEASE_PANIC", "abort"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_sources_is_named_and_nothing_is_built() {
        let folder = tempfile::tempdir().unwrap();
        let sources = Sources {
            rustc: PathBuf::from("rustc"),
            cargo: PathBuf::from("/no/cargo"),
            library: folder.path().to_path_buf(),
        };
        let error = sources.build().unwrap_err().to_string();
        assert!(error.contains(&*folder.path().to_string_lossy()), "{error}");
    }

    #[test]
    fn a_sysroot_has_the_compilers_libraries_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let (built, to) = (folder.path().join("deps"), folder.path().join("a/lib"));
        fs::create_dir(&built).unwrap();
        for file in ["libcore-1.rlib", "libcore-1.rmeta", "core-1.d"] {
            fs::write(built.join(file), "").unwrap();
        }
        assemble(&built, &to).unwrap();
        let names: Vec<_> = fs::read_dir(&to)
            .unwrap()
            .map(|file| file.unwrap().file_name())
            .collect();
        assert_eq!(names, ["libcore-1.rlib"]);
    }
}
