//! Whether the page that is there is the one these sources would give.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::place;
use crate::tools::PageTools;

/// A hash of everything that goes into the page and of everything that came out. Not a secure
/// one: it guards against forgetting, not against malice.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stamp(String);

impl Stamp {
    /// The stamp of the last whole build.
    pub(super) fn saved() -> Option<Self> {
        fs::read_to_string(stamp_file()).ok().map(Self)
    }

    /// The stamp of what is there now.
    ///
    /// # Errors
    /// If a source or the page is missing.
    pub(super) fn now(tools: &PageTools) -> Result<Self> {
        let root = place::root();
        let mut inputs = DefaultHasher::new();
        tools.identity().hash(&mut inputs);
        for source in SOURCES {
            hash_tree(&root.join(source), &mut inputs)?;
        }
        let mut outputs = DefaultHasher::new();
        hash_tree(&place::dist(), &mut outputs)?;
        Ok(Self(format!(
            "{:016x} {:016x}",
            inputs.finish(),
            outputs.finish()
        )))
    }

    /// Keeps the stamp for the next time.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn save(&self) -> Result<()> {
        fs::create_dir_all(place::page_target())?;
        fs::write(stamp_file(), &self.0).context("the stamp of the page could not be written")
    }
}

/// All files below a folder, sorted; a file alone is its own list.
///
/// # Errors
/// If a folder cannot be read.
pub(super) fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).with_context(|| path.display().to_string())? {
        files.extend(files_below(&entry?.path())?);
    }
    files.sort();
    Ok(files)
}

fn hash_tree(path: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    let built = place::dist();
    let is_output = path == built;
    for file in files_below(path)? {
        if !is_output && file.starts_with(&built) {
            continue;
        }
        file.hash(hasher);
        let bytes = fs::read(&file).with_context(|| file.display().to_string())?;
        bytes.hash(hasher);
    }
    Ok(())
}

fn stamp_file() -> PathBuf {
    place::page_target().join("page.stamp")
}

/// What trunk and cargo read for the page, and what is done with it here.
const SOURCES: [&str; 7] = [
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "crates",
    "frontend",
    "xtask/src/page",
];
