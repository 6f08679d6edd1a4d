//! Wireshark's reader, which the tests hold exported captures to.

use anyhow::{Context as _, Result};

use crate::command::{note, on_path};
use crate::tools::apt;

/// Sees that tshark is there, or installs Debian's.
///
/// # Errors
/// If it is not there and cannot be installed.
pub(super) fn ready() -> Result<()> {
    if on_path("tshark").is_none() {
        apt::install(&["tshark"])?;
    }
    let program = on_path("tshark").context("no tshark; install it by hand")?;
    note(&format!("{}: there", program.display()));
    Ok(())
}
