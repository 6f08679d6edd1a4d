//! The bar on a terminal while a pipe is at work.

use std::io::{self, IsTerminal};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tokio::time::{Interval, interval};

/// How often it moves.
const STEP: Duration = Duration::from_millis(100);

/// The bar, or nothing where nobody would see it.
pub(super) struct Progress {
    shown: Option<(ProgressBar, Interval)>,
}

impl Progress {
    /// A bar on standard error, if that is a terminal and the terminal does not show the bytes.
    pub(super) fn begin(bytes: Option<u64>, output_on_terminal: bool) -> Self {
        if output_on_terminal || !io::stderr().is_terminal() {
            return Self { shown: None };
        }
        let (bar, template) = match bytes {
            Some(bytes) => (
                ProgressBar::new(bytes),
                "{bar:40} {decimal_bytes} of {decimal_total_bytes}, {decimal_bytes_per_sec}, {eta} left",
            ),
            None => (
                ProgressBar::new_spinner(),
                "{spinner} {decimal_bytes}, {decimal_bytes_per_sec}",
            ),
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self {
            shown: Some((bar, interval(STEP))),
        }
    }

    /// Waits until it should move; for ever when there is no bar.
    pub(super) async fn due(&mut self) {
        match &mut self.shown {
            Some((_, steps)) => drop(steps.tick().await),
            None => std::future::pending().await,
        }
    }

    /// So many bytes were read.
    pub(super) fn show(&self, bytes: u64) {
        if let Some((bar, _)) = &self.shown {
            bar.set_position(bytes);
        }
    }

    /// Takes the bar away.
    pub(super) fn end(self) {
        if let Some((bar, _)) = self.shown {
            bar.finish_and_clear();
        }
    }
}
