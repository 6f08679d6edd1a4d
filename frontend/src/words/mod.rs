//! What the page says: pure functions from what is known to words. Nothing here knows a browser.

pub mod badge;
pub mod chat;
mod checked;
pub mod log_line;
pub mod number;
pub mod phrase;
pub mod verbs;
pub mod verdict;
pub mod wire;

pub use checked::checked;

use spillway_streams::{RunView, StageId};

/// What a stage is called; an unknown one is named by its number.
#[must_use]
pub fn label(view: &RunView, id: StageId) -> String {
    view.stage(id)
        .map_or_else(|| format!("stage {}", id.0), |stage| stage.label.clone())
}
