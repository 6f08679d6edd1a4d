//! Chromium and the program that drives it.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::command::{note, on_path};
use crate::tools::apt;

/// Where the two are.
#[derive(Debug)]
pub(super) struct Browser {
    pub(super) chromium: PathBuf,
    pub(super) driver: PathBuf,
}

impl Browser {
    /// Finds them, or installs Debian's.
    ///
    /// # Errors
    /// If they are not there and cannot be installed.
    pub(super) fn ready() -> Result<Self> {
        if let Some(there) = Self::find() {
            note("chromium and chromedriver: there");
            return Ok(there);
        }
        apt::install(&["chromium", "chromium-driver"])?;
        Self::find().context("no chromium and chromedriver on PATH; install them by hand")
    }

    fn find() -> Option<Self> {
        Some(Self {
            chromium: on_path("chromium")?,
            driver: on_path("chromedriver")?,
        })
    }
}
