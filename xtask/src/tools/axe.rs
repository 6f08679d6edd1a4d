//! axe-core, which judges the accessibility of the page in the browser tests.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::node;
use crate::place;

/// Its script, got from npm in the version of `e2e/axe`.
///
/// # Errors
/// If npm fails.
pub(crate) fn ready() -> Result<PathBuf> {
    let asked = place::root().join("e2e/axe");
    let modules = node::modules(&asked, "axe")
        .context("axe-core could not be got; by hand: npm ci in e2e/axe")?;
    Ok(modules.join("axe-core/axe.min.js"))
}
