//! axe-core in the browser: what a page gets wrong for people who do not see it, or use no mouse.

use std::path::{Path, PathBuf};
use std::{env, fmt, fs};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::browser::Browser;

/// A rule that a page breaks, and where.
#[derive(Debug, Deserialize)]
pub struct Violation {
    /// axe-core's name of the rule.
    pub id: String,
    /// What the rule asks for.
    pub help: String,
    /// The elements that break it.
    pub nodes: Vec<Node>,
}

/// An element that breaks a rule.
#[derive(Debug, Deserialize)]
pub struct Node {
    /// Its markup, shortened.
    pub html: String,
    /// What to do about it.
    pub why: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.id, self.help)?;
        for Node { html, why } in &self.nodes {
            writeln!(f, "  {html}\n    {}", why.replace('\n', "\n    "))?;
        }
        Ok(())
    }
}

impl Browser {
    /// What axe-core finds wrong with the page as it stands: all of its rules, those of good
    /// practice included.
    ///
    /// # Errors
    /// When axe-core is not there, or does not run.
    pub async fn violations(&self) -> Result<Vec<Violation>> {
        let there = self.script("return typeof axe === 'object'").await?;
        if there != true {
            let path = script()?;
            let source = fs::read_to_string(&path)
                .with_context(|| format!("no axe-core at {}", path.display()))?;
            // The driver's own scripts are not under the page's content policy.
            self.script(&format!("{source}; window.axe = axe")).await?;
        }
        let found = self.script_async(JUDGE).await?;
        serde_json::from_value(found.clone()).with_context(|| format!("axe-core said {found}"))
    }
}

/// `SPILLWAY_AXE`, or where `cargo xtask test` keeps it.
fn script() -> Result<PathBuf> {
    if let Some(given) = env::var_os("SPILLWAY_AXE") {
        return Ok(given.into());
    }
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache
        .or_else(|| Some(env::home_dir()?.join(".cache")))
        .context("SPILLWAY_AXE says nowhere where axe-core is")?;
    Ok(cache.join(Path::new("spillway/axe/node_modules/axe-core/axe.min.js")))
}

const JUDGE: &str = "\
const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ['violations'] }).then(
  found => done(found.violations.map(rule => ({
    id: rule.id,
    help: rule.help,
    nodes: rule.nodes.map(node => ({ html: node.html, why: node.failureSummary || '' })),
  }))),
  error => done(String(error)),
);";
