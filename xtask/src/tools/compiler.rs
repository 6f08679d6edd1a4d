//! Which Rust compiles the page.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::debian::DebianRust;
use super::rustup;
use super::standard_library::StandardLibrary;
use crate::command::note;

/// A Rust with a standard library for wasm32.
#[derive(Debug)]
pub(super) enum Compiler {
    /// The one that compiles the server too.
    Same {
        /// Its `rustc -V`.
        version: String,
        /// `None`: the standard library that came with it, as its sources could not be had.
        library: Option<StandardLibrary>,
    },
    /// Debian's, beside it.
    Debian(DebianRust),
}

impl Compiler {
    /// Finds one, or gets one.
    ///
    /// # Errors
    /// In one line: what failed, and what to install by hand.
    pub(super) fn ready() -> Result<Self> {
        if !debian_first()? {
            let version = rustup::version()?;
            if rustup::has_wasm32() {
                note(&format!("wasm32 target of {version}: there"));
                return Ok(Self::same(version));
            }
            if let Some(debian) = DebianRust::built() {
                note(&format!(
                    "wasm32 standard library of Debian's {}: there",
                    debian.version()
                ));
                return Ok(Self::Debian(debian));
            }
            match rustup::add_wasm32() {
                Ok(()) => return Ok(Self::same(version)),
                Err(error) => note(&format!("{error:#}; trying Debian's Rust")),
            }
        }
        DebianRust::ready()
            .map(Self::Debian)
            .context("no compiler for the page; by hand: rustup target add wasm32-unknown-unknown")
    }

    fn same(version: String) -> Self {
        let library = rustup::library();
        if let Err(error) = &library {
            note(&format!(
                "the page gets the ready-made standard library, and is some 20 KB heavier: {error:#}"
            ));
        }
        Self::Same {
            version,
            library: library.ok(),
        }
    }

    /// Sets a command up to compile with it.
    pub(super) fn set_up(&self, command: &mut Command) {
        match self {
            Self::Debian(debian) => debian.set_up(command),
            Self::Same { library, .. } => {
                if let Some(library) = library {
                    library.set_up(command);
                }
            }
        }
    }

    /// The standard library that was built for size; `None`: the ready-made one.
    pub(super) fn library(&self) -> Option<&StandardLibrary> {
        match self {
            Self::Debian(debian) => Some(debian.library()),
            Self::Same { library, .. } => library.as_ref(),
        }
    }

    /// The folder of its programs, if they are not those on PATH.
    pub(super) fn folder(&self) -> Option<PathBuf> {
        matches!(self, Self::Debian(_)).then(|| PathBuf::from("/usr/bin"))
    }

    /// Its version, in words that differ from those of any other.
    pub(super) fn identity(&self) -> String {
        let compiler = match self {
            Self::Same { version, .. } => version.clone(),
            Self::Debian(debian) => format!("Debian's {}", debian.version()),
        };
        let library = self.library().map(StandardLibrary::identity);
        [compiler, library.unwrap_or_default()].join(" ")
    }
}

fn debian_first() -> Result<bool> {
    match env::var("SPILLWAY_PAGE_COMPILER").as_deref() {
        Err(_) | Ok("") => Ok(false),
        Ok("debian") => Ok(true),
        Ok(other) => {
            bail!("SPILLWAY_PAGE_COMPILER is `{other}`; the one value it takes is `debian`")
        }
    }
}
