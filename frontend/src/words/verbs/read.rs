//! The verbs of a read side: pause, resume, read, unpipe, pipe.

use spillway_streams::{ReadState, ReadableView, RunView, StageId, StageView, WriteState};

use super::{Call, Offer, foretell_read, offer, refuse};
use crate::words::label;

/// None for a stage that only takes.
pub(super) fn offers(view: &RunView, id: StageId, stage: &StageView) -> Vec<Offer> {
    let Some(readable) = &stage.readable else {
        return Vec::new();
    };
    let mut offers = vec![pause(view, id, readable), resume(view, id, readable)];
    let read = foretell_read(view, id, None);
    offers.push(offer(
        "read",
        "read(…)",
        format!("asks for n; {read}"),
        Call::Read,
    ));
    offers.extend(unpipes(view, id));
    offers.extend(pipes(view, id));
    if readable.state == ReadState::Ended {
        refuse(&mut offers, "it has ended: there is nothing left to give");
    }
    offers
}

fn pause(view: &RunView, id: StageId, readable: &ReadableView) -> Offer {
    let owing = owing(view, id);
    let tip = match owing {
        _ if readable.paused_by_hand => "you have paused it already".to_owned(),
        Some(owing) => format!(
            "this pause will not hold: {} owes a drain, and that resumes it",
            label(view, owing)
        ),
        None if readable.state == ReadState::Paused => {
            "it is paused already; no byte leaves it".to_owned()
        }
        None => "no byte leaves it until resume() or pipe()".to_owned(),
    };
    offer("pause", "pause()", tip, Call::Pause)
}

fn resume(view: &RunView, id: StageId, readable: &ReadableView) -> Offer {
    let piped = view.pipes.iter().any(|pipe| pipe.from == id);
    let tip = if !piped && readable.data_listeners == 0 {
        "resume() now discards: nobody is listening".to_owned()
    } else if readable.state == ReadState::Flowing {
        "it flows already".to_owned()
    } else if let Some(owing) = owing(view, id) {
        format!(
            "flows at once, although {} has not drained",
            label(view, owing)
        )
    } else {
        "flows to everything it is piped to".to_owned()
    };
    offer("resume", "resume()", tip, Call::Resume)
}

fn unpipes(view: &RunView, id: StageId) -> Vec<Offer> {
    let mut found = Vec::new();
    for pipe in view.pipes.iter().filter(|pipe| pipe.from == id) {
        let Some(to) = view.stage(pipe.to) else {
            continue;
        };
        let name = if found.is_empty() {
            "unpipe".to_owned()
        } else {
            format!("unpipe-{}", to.name)
        };
        let tip = format!(
            "{} gets nothing more; the last unpipe stops the flow",
            to.label
        );
        found.push(offer(
            &name,
            &format!("unpipe({})", to.name),
            tip,
            Call::Unpipe(pipe.to),
        ));
    }
    found
}

fn pipes(view: &RunView, id: StageId) -> Vec<Offer> {
    let mut found = Vec::new();
    for (at, stage) in view.stages.iter().enumerate().skip(usize::from(id.0) + 1) {
        let Ok(to) = u16::try_from(at).map(StageId) else {
            break;
        };
        let takes = stage
            .writable
            .as_ref()
            .is_some_and(|writable| writable.state == WriteState::Open);
        let fed = view.pipes.iter().any(|pipe| pipe.to == to);
        if !takes || fed || stage.closed || stage.error.is_some() {
            continue;
        }
        let tip = format!(
            "starts the flow to {}, also of a paused source",
            stage.label
        );
        let code = format!("pipe({})", stage.name);
        found.push(offer(
            &format!("pipe-{}", stage.name),
            &code,
            tip,
            Call::Pipe(to),
        ));
    }
    found
}

fn owing(view: &RunView, source: StageId) -> Option<StageId> {
    let mut to = view
        .pipes
        .iter()
        .filter(|pipe| pipe.from == source)
        .map(|pipe| pipe.to);
    to.find(|to| {
        let writable = view.stage(*to).and_then(|stage| stage.writable.as_ref());
        writable.is_some_and(|writable| writable.need_drain)
    })
}
