//! The page: trunk's output in `frontend/dist`, with a `.br` and a `.gz` beside each file.

mod compress;
mod stamp;

use std::fs;

use anyhow::{Context as _, Result};

use crate::command::{self, note, spelled, step};
use crate::place;
use crate::tools::PageTools;
use stamp::Stamp;

/// Builds the page, unless the one that is there came from the same sources and compiler.
///
/// trunk alone would take about a second to find nothing to do, but would write its output anew,
/// and the server that embeds it would be compiled again.
///
/// # Errors
/// If trunk fails or the compressed files cannot be written.
pub(crate) fn build(tools: &PageTools) -> Result<()> {
    if Stamp::saved().is_some_and(|saved| Stamp::now(tools).is_ok_and(|now| now == saved)) {
        note("page: unchanged");
        return Ok(());
    }
    let mut trunk = tools.trunk()?;
    trunk.arg("build");
    step(&format!("page: {}", spelled(&trunk)));
    command::run(&mut trunk)?;
    step("page: compressing with brotli 11 and gzip 9");
    compress::beside_each_file(&place::dist())?;
    note(&format!("page: {} bytes in brotli", weight()?));
    Stamp::now(tools)?.save()
}

/// Bytes of the whole page as a browser that takes brotli loads it.
///
/// # Errors
/// If there is no page.
pub(crate) fn weight() -> Result<u64> {
    let mut sum = 0;
    for file in stamp::files_below(&place::dist())? {
        if file.extension().is_some_and(|extension| extension == "br") {
            sum += fs::metadata(&file)
                .with_context(|| file.display().to_string())?
                .len();
        }
    }
    Ok(sum)
}
