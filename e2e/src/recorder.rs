//! How a page keeps up: a recorder inside it counts frames and delays, the browser its memory.
//!
//! The recorder keeps counts by the millisecond and nothing else, so that it takes no more memory
//! the longer it runs.

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::browser::Browser;

/// What the recorder counted since it was last reset.
#[derive(Debug, Clone, Deserialize)]
pub struct Recorded {
    /// Seconds since then.
    pub seconds: f64,
    /// Events of runs that arrived in messages.
    pub events: u64,
    /// By how much the number of the newest event rose: how many happened, thinned or not.
    pub happened: u64,
    /// From one animation frame to the next.
    pub frames: Spread,
    /// From the arrival of a batch of events to the end of the frame whose picture shows the last
    /// of them.
    pub paint: Spread,
    /// The same for the figures and the log, which change at the pace of reading.
    pub read: Spread,
}

/// How many measurements fell into each millisecond; the last counts all beyond.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct Spread(pub Vec<u64>);

/// What a page holds, garbage collected.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    /// Bytes of JavaScript objects.
    pub heap: u64,
    /// Bytes of the page's WebAssembly memory, which never shrinks.
    pub wasm: u64,
    /// Nodes of documents.
    pub nodes: u64,
}

impl Spread {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The share of those that took less than so many milliseconds.
    #[must_use]
    pub fn under(&self, ms: usize) -> f64 {
        let below: u64 = self.0.iter().take(ms).sum();
        below as f64 / self.count().max(1) as f64
    }

    /// The milliseconds within which this share of them lies.
    #[must_use]
    pub fn within(&self, share: f64) -> usize {
        let wanted = self.count() as f64 * share;
        let mut sum = 0;
        for (ms, count) in self.0.iter().enumerate() {
            sum += count;
            if sum as f64 >= wanted {
                return ms + 1;
            }
        }
        self.0.len()
    }
}

impl Browser {
    /// Puts the recorder into every page that is opened from now on.
    ///
    /// # Errors
    /// When the browser does not do it.
    pub async fn record(&self) -> Result<()> {
        let command = "Page.addScriptToEvaluateOnNewDocument";
        self.devtools(command, json!({ "source": RECORDER }))
            .await?;
        self.devtools("Performance.enable", json!({})).await?;
        Ok(())
    }

    /// What was recorded so far; the recorder begins anew.
    ///
    /// # Errors
    /// When there is no recorder in the page.
    pub async fn recorded(&self) -> Result<Recorded> {
        let told = self.script("return spillwayRecorder.tell()").await?;
        serde_json::from_value(told).context("what the recorder tells")
    }

    /// What the page holds after its garbage was collected.
    ///
    /// # Errors
    /// When the browser does not tell.
    pub async fn memory(&self) -> Result<Memory> {
        self.devtools("HeapProfiler.collectGarbage", json!({}))
            .await?;
        let metrics = self.metrics().await?;
        let metric = |name: &str| metrics.get(name).copied().unwrap_or_default() as u64;
        let wasm = self.script("return spillwayRecorder.wasm()").await?;
        Ok(Memory {
            heap: metric("JSHeapUsedSize"),
            wasm: wasm.as_u64().context("the size of the wasm memory")?,
            nodes: metric("Nodes"),
        })
    }

    /// The browser's own figures about the page: counts, sizes, and seconds of work of each kind.
    ///
    /// # Errors
    /// When the browser does not tell.
    pub async fn metrics(&self) -> Result<std::collections::BTreeMap<String, f64>> {
        let told = self.devtools("Performance.getMetrics", json!({})).await?;
        let metrics = told["metrics"].as_array().context("metrics")?;
        let one = |metric: &Value| {
            let name = metric["name"].as_str()?.to_owned();
            Some((name, metric["value"].as_f64()?))
        };
        Ok(metrics.iter().filter_map(one).collect())
    }
}

const RECORDER: &str = include_str!("recorder.js");
