//! The verbs that every stage has: destroy, with and without an error.

use spillway_streams::{RunView, StageId, StageView};

use super::{Call, Offer, offer, sources};
use crate::words::label;
use crate::words::number::exact;

pub(super) fn offers(view: &RunView, id: StageId, stage: &StageView) -> Vec<Offer> {
    let follows = follows(view, id, stage);
    let quiet = format!("gone at once, without 'end' or 'finish'{follows}");
    let loud = format!(
        "'error' and 'close'{follows}; if nobody listens for 'error', the run ends, as a process \
         would with 1"
    );
    vec![
        offer("destroy", "destroy()", quiet, Call::Destroy),
        offer("fail", "destroy(err)", loud, Call::Fail),
    ]
}

/// What becomes of its buffers and of its neighbours.
fn follows(view: &RunView, id: StageId, stage: &StageView) -> String {
    let read = stage.readable.as_ref().map_or(0, |side| side.buffered);
    let write = stage.writable.as_ref().map_or(0, |side| side.buffered);
    let mut said = String::new();
    if read + write > 0 {
        said.push_str(&format!(
            "; {} buffered bytes are lost",
            exact(read + write)
        ));
    }
    let sources = sources(view, id);
    if !sources.is_empty() {
        said.push_str(&format!("; {} is unpiped", sources.join(", ")));
    }
    let fed = view.pipes.iter().find(|pipe| pipe.from == id);
    if let Some(pipe) = fed {
        let to = label(view, pipe.to);
        said.push_str(&format!(
            "; with pipe() {to} waits for ever, with pipeline() it is destroyed too"
        ));
    }
    said
}
