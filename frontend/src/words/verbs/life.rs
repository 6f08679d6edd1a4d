//! The verbs that every stage has: destroy, with and without an error.

use spillway_streams::{Hearing, RunView, StageId, StageView};

use super::{Call, Offer, listeners_before, offer};
use crate::words::label;
use crate::words::number::exact;

pub(super) fn offers(view: &RunView, id: StageId, stage: &StageView) -> Vec<Offer> {
    let lost = lost(stage);
    let (quiet, loud) = match stage.hearing {
        Hearing::Nobody => (neighbours(view, id), String::new()),
        Hearing::Program => (neighbours(view, id), neighbours(view, id)),
        Hearing::Pipeline => (CLOSED_EARLY.to_owned(), String::new()),
    };
    let quiet = format!("gone at once, without 'end' or 'finish'{lost}{quiet}");
    let loud = format!("'error' and 'close'{lost}; {}{loud}", error_then(stage));
    vec![
        offer("destroy", "destroy()", quiet, Call::Destroy),
        offer("fail", "destroy(err)", loud, Call::Fail),
    ]
}

/// What becomes of an error of a stage.
pub(super) const fn error_then(stage: &StageView) -> &'static str {
    match stage.hearing {
        Hearing::Nobody => {
            "nobody listens for 'error', so the run ends: the process would exit with 1"
        }
        Hearing::Program => "the program listens for 'error', so the run goes on without it",
        Hearing::Pipeline => {
            "pipeline() listens for 'error': it destroys every stage and calls back, and the run \
             ends; the process goes on"
        }
    }
}

fn lost(stage: &StageView) -> String {
    let read = stage.readable.as_ref().map_or(0, |side| side.buffered);
    let write = stage.writable.as_ref().map_or(0, |side| side.buffered);
    if read + write == 0 {
        return String::new();
    }
    format!("; {} buffered bytes are lost", exact(read + write))
}

/// What becomes of those that write to it, and of those that it feeds, while the run goes on.
fn neighbours(view: &RunView, id: StageId) -> String {
    let names = |ends: Vec<StageId>| {
        let names = ends.into_iter().map(|id| label(view, id));
        names.collect::<Vec<_>>().join(", ")
    };
    let into = view.pipes.iter().filter(|pipe| pipe.to == id);
    let out = view.pipes.iter().filter(|pipe| pipe.from == id);
    let sources = names(into.map(|pipe| pipe.from).collect());
    let fed = names(out.map(|pipe| pipe.to).collect());
    let mut said = String::new();
    if !sources.is_empty() {
        said.push_str(&format!("; {sources} is unpiped"));
    } else if let Some(before) = listeners_before(view, id) {
        said.push_str(&format!("; what {before} writes to it is lost"));
    }
    if !fed.is_empty() {
        said.push_str(&format!("; {fed} gets no end and waits for ever"));
    }
    said
}

const CLOSED_EARLY: &str = "; pipeline() then destroys every stage and calls back with \
                            ERR_STREAM_PREMATURE_CLOSE";
