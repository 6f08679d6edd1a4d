//! A real Chromium: what it shows, and hands to use it.

mod commands;
mod console;
mod hands;
mod looks;
mod pointer;

use std::cell::RefCell;
use std::env;

use anyhow::{Context, Result};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use self::commands::DevTools;
pub use self::console::Entry;
pub use self::looks::{Seen, id};
use crate::driver::Driver;

/// A browser with a profile of its own.
#[derive(Debug)]
pub struct Browser {
    name: String,
    client: Client,
    /// Taken from chromedriver, which forgets what it has given.
    console: RefCell<Vec<Entry>>,
    _profile: TempDir,
}

/// The size of what is seen of a page, in CSS pixels.
#[derive(Debug, Clone, Copy)]
pub struct Viewport {
    /// From left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
    /// A phone: touch, and pages that are too wide can be dragged.
    pub phone: bool,
}

impl Browser {
    pub(crate) async fn open(driver: &Driver, name: &str) -> Result<Self> {
        let profile = tempfile::tempdir()?;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(&profile)?)
            .connect(&driver.url())
            .await?;
        Ok(Self {
            name: name.to_owned(),
            client,
            console: RefCell::default(),
            _profile: profile,
        })
    }

    /// Its name in messages.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Opens an address and waits until it has loaded.
    ///
    /// # Errors
    /// When the browser does not do it.
    pub async fn goto(&self, url: &str) -> Result<()> {
        self.client
            .goto(url)
            .await
            .with_context(|| format!("opening {url}"))
    }

    /// Loads the page again.
    ///
    /// # Errors
    /// When the browser does not do it.
    pub async fn reload(&self) -> Result<()> {
        Ok(self.client.refresh().await?)
    }

    /// Runs a script and gives what it returns.
    ///
    /// # Errors
    /// When the script throws.
    pub async fn script(&self, script: &str) -> Result<Value> {
        let ran = self.client.execute(script, Vec::new()).await;
        ran.with_context(|| format!("running `{script}`"))
    }

    /// Runs a script and waits until it calls its only argument.
    ///
    /// # Errors
    /// When the script throws.
    pub async fn script_async(&self, script: &str) -> Result<Value> {
        let ran = self.client.execute_async(script, Vec::new()).await;
        ran.with_context(|| format!("running `{script}`"))
    }

    /// Makes what is seen of a page so large.
    ///
    /// # Errors
    /// When the browser does not do it.
    pub async fn resize(&self, viewport: Viewport) -> Result<()> {
        let Viewport {
            width,
            height,
            phone,
        } = viewport;
        let metrics = json!({
            "width": width, "height": height, "mobile": phone, "deviceScaleFactor": 1,
        });
        let command = "Emulation.setDeviceMetricsOverride";
        self.devtools(command, metrics).await?;
        Ok(())
    }

    /// Has a command of the DevTools protocol done and gives its answer.
    ///
    /// # Errors
    /// When the browser does not do it.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        let done = self.client.issue_cmd(DevTools::new(command, parameters));
        done.await.with_context(|| command.to_owned())
    }

    /// A picture of what is seen, as PNG.
    ///
    /// # Errors
    /// When the browser does not give one.
    pub async fn picture(&self) -> Result<Vec<u8>> {
        Ok(self.client.screenshot().await?)
    }

    pub(crate) async fn close(&self) -> Result<()> {
        Ok(self.client.clone().close().await?)
    }
}

fn capabilities(profile: &TempDir) -> Result<fantoccini::wd::Capabilities> {
    let mut options = json!({
        "args": [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1366,768",
            format!("--user-data-dir={}", profile.path().display()),
        ],
    });
    if let Some(chromium) = env::var_os("SPILLWAY_CHROMIUM") {
        options["binary"] = json!(chromium.to_string_lossy());
    }
    let all = json!({
        "browserName": "chrome",
        "goog:chromeOptions": options,
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    serde_json::from_value(all).context("capabilities are an object")
}
