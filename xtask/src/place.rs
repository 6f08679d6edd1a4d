//! Where things are: the checkout, the target folders, the cache.

use std::env;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root
}

/// What trunk writes and the server embeds.
pub(crate) fn dist() -> PathBuf {
    root().join("frontend/dist")
}

/// The target folder of the page alone: its compiler may be another than the server's, and two
/// compilers in one folder rebuild each other's work.
pub(crate) fn page_target() -> PathBuf {
    let target =
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    root().join(target).join("page")
}

/// The folder of built tools, outside the checkout so that a clean clone finds them again.
pub(crate) fn cache() -> Result<PathBuf> {
    let base = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| env::home_dir().map(|home| home.join(".cache")))
        .context("no home folder to keep built tools in; set XDG_CACHE_HOME")?;
    Ok(base.join("spillway"))
}
