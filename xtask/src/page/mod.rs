//! The page: what trunk makes of its bundles, in `frontend/dist`, with a `.br` and a `.gz` beside each file.

mod compress;
mod shorten;
mod stamp;

use std::fs;
use std::path::Path;

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
    let made = place::page_target().join("bundles");
    for bundle in BUNDLES {
        build_bundle(tools, &bundle, &made.join(bundle.document))?;
    }
    let draft = place::dist().with_file_name(".dist");
    join(&made, &draft)?;
    step("page: compressing with brotli 11 and gzip 9");
    compress::beside_each_file(&draft)?;
    replace(&place::dist(), &draft)?;
    for Weight { bundle, bytes, .. } in weights()? {
        note(&format!("page: {bundle} {bytes} bytes in brotli"));
    }
    Stamp::now(tools)?.save()
}

/// A document of the page and the WebAssembly in it, as `frontend/src/bundles` has them.
struct Bundle {
    binary: &'static str,
    document: &'static str,
    /// Bytes in brotli that it may weigh.
    most: u64,
}

const BUNDLES: [Bundle; 6] = [
    Bundle {
        binary: "learn",
        document: "index.html",
        most: 250_000,
    },
    Bundle {
        binary: "wire",
        document: "wire.html",
        most: 250_000,
    },
    Bundle {
        binary: "playground",
        document: "playground.html",
        // The instrument and the board, where nobody's first visit begins.
        most: 350_000,
    },
    Bundle {
        binary: "compare",
        document: "compare.html",
        most: 250_000,
    },
    Bundle {
        binary: "pressure",
        document: "pressure.html",
        most: 250_000,
    },
    Bundle {
        binary: "workbench",
        document: "workbench.html",
        most: 250_000,
    },
];

/// trunk makes one document at a time, and empties its folder first.
fn build_bundle(tools: &PageTools, bundle: &Bundle, to: &Path) -> Result<()> {
    let mut trunk = tools.trunk()?;
    trunk.arg("build").arg("--dist").arg(to);
    trunk.args(["--html-output", bundle.document]);
    trunk.arg(format!("frontend/{}", bundle.document));
    step(&format!("page: {} by {}", bundle.binary, spelled(&trunk)));
    command::run(&mut trunk)?;
    shorten::names_between(to)
}

/// Puts the bundles into one folder. What they share has the same name and the same content.
fn join(made: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    fs::create_dir_all(to)?;
    for bundle in BUNDLES {
        let folder = made.join(bundle.document);
        for file in stamp::files_below(&folder)? {
            let to = to.join(file.strip_prefix(&folder)?);
            if let Some(parent) = to.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::copy(&file, to).with_context(|| file.display().to_string())?;
        }
    }
    Ok(())
}

/// The new page instead of the old one, whole: a server may be compiled meanwhile.
fn replace(old: &Path, new: &Path) -> Result<()> {
    if old.exists() {
        fs::remove_dir_all(old)?;
    }
    fs::rename(new, old).with_context(|| new.display().to_string())
}

/// What a bundle weighs.
pub(crate) struct Weight {
    pub(crate) bundle: &'static str,
    /// Bytes that a browser which takes brotli loads for it.
    pub(crate) bytes: u64,
    /// How many it may be.
    pub(crate) most: u64,
}

/// What each bundle weighs.
///
/// # Errors
/// If there is no page.
pub(crate) fn weights() -> Result<Vec<Weight>> {
    let dist = place::dist();
    let files = stamp::files_below(&dist)?;
    let mut weights = Vec::new();
    for bundle in BUNDLES {
        let document = dist.join(bundle.document);
        let html = fs::read_to_string(&document).with_context(|| document.display().to_string())?;
        let mut sum = 0;
        for file in &files {
            let name = file.file_name().and_then(|name| name.to_str());
            let Some(name) = name.and_then(|name| name.strip_suffix(".br")) else {
                continue;
            };
            if name == bundle.document || html.contains(name) {
                sum += fs::metadata(file)?.len();
            }
        }
        weights.push(Weight {
            bundle: bundle.binary,
            bytes: sum,
            most: bundle.most,
        });
    }
    Ok(weights)
}
