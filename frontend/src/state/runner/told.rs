//! What the page says about a run, for reading.

use spillway_protocol::control::Download;
use spillway_streams::RunView;

use crate::model::run::{Figures, Run, Shown};
use crate::words::verdict::{Verdict, verdict};

/// What is read rather than watched.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Told {
    /// The picture at that moment.
    pub view: RunView,
    /// What was measured.
    pub figures: Vec<Figures>,
    /// The sentence above the picture.
    pub verdict: Verdict,
    /// Chunk events the server left out.
    pub thinned: u64,
    /// The outputs that are finished.
    pub downloads: Vec<Download>,
}

/// What came of a verb: a note, or a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// It was refused.
    pub refused: bool,
    /// In words.
    pub text: String,
}

impl Told {
    /// Of a run, when this is shown of it.
    pub(super) fn of(run: &Run, shown: Shown) -> Self {
        Self {
            verdict: verdict(&shown.view, &shown.figures),
            view: shown.view,
            figures: shown.figures,
            thinned: run.thinned,
            downloads: run.downloads.clone(),
        }
    }
}
