//! The browser's console.

use anyhow::{Context, Result};
use serde::Deserialize;

use super::Browser;
use super::commands::ConsoleLog;

/// A line of the console.
#[derive(Debug, Clone, Deserialize)]
pub struct Entry {
    /// `SEVERE`, `WARNING`, `INFO` or `DEBUG`.
    pub level: String,
    /// Who wrote it: `javascript`, `network`, `security`, `console-api` and others.
    #[serde(default)]
    pub source: String,
    /// In words, with the place in front.
    pub message: String,
}

impl Entry {
    /// Whether it is an error.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.level == "SEVERE"
    }
}

impl Browser {
    /// Everything the console got since the browser was opened, on all pages.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn console(&self) -> Result<Vec<Entry>> {
        let new = self.client.issue_cmd(ConsoleLog).await?;
        let new: Vec<Entry> = serde_json::from_value(new).context("the console's lines")?;
        let mut console = self.console.borrow_mut();
        console.extend(new);
        Ok(console.clone())
    }
}
