//! The verbs a stage offers in this moment, and what Node will do with each.

use spillway_protocol::control::Command;
use spillway_streams::{ReadState, ReadableView, RunView, StageId, StageView, WriteState};

use super::label;

/// One verb on one stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Names the button: `pause`, `pipe-sink`.
    pub id: String,
    /// As it is written in code: `pipe(gzip)`.
    pub code: String,
    /// What Node will do, or why it is of no use now.
    pub tip: String,
    /// Whether it can be called.
    pub enabled: bool,
    /// The call.
    pub call: Call,
}

/// A call of a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// `pipe(to)`.
    Pipe(StageId),
    /// `unpipe(to)`.
    Unpipe(StageId),
    /// `pause()`.
    Pause,
    /// `resume()`.
    Resume,
}

impl Call {
    /// The message that makes the call.
    #[must_use]
    pub fn command(self, run: &str, view: &RunView, stage: StageId) -> Option<Command> {
        let name = |id| view.stage(id).map(|stage| stage.name.clone());
        let run = run.to_owned();
        let stage = name(stage)?;
        Some(match self {
            Self::Pipe(to) => Command::Pipe {
                run,
                from: stage,
                to: name(to)?,
            },
            Self::Unpipe(to) => Command::Unpipe {
                run,
                from: stage,
                to: Some(name(to)?),
            },
            Self::Pause => Command::Pause { run, stage },
            Self::Resume => Command::Resume { run, stage },
        })
    }
}

/// The verbs of a stage; none for a stage that only takes.
#[must_use]
pub fn offers(view: &RunView, id: StageId) -> Vec<Offer> {
    let Some(stage) = view.stage(id) else {
        return Vec::new();
    };
    let Some(readable) = &stage.readable else {
        return Vec::new();
    };
    let over = over(view, stage, readable);
    let mut offers = vec![pause(view, id, readable), resume(view, id, readable)];
    offers.extend(unpipes(view, id));
    offers.extend(pipes(view, id));
    if let Some(reason) = over {
        for offer in &mut offers {
            offer.enabled = false;
            offer.tip = reason.to_owned();
        }
    }
    offers
}

/// The first verb that pipes or unpipes, for the keyboard.
#[must_use]
pub fn toggle_pipe(offers: &[Offer]) -> Option<&Offer> {
    let is_pipe = |offer: &&Offer| matches!(offer.call, Call::Unpipe(_) | Call::Pipe(_));
    offers.iter().filter(|offer| offer.enabled).find(is_pipe)
}

/// Whichever of `pause()` and `resume()` changes something now, for the keyboard.
#[must_use]
pub fn toggle_pause(view: &RunView, id: StageId, offers: &[Offer]) -> Option<Call> {
    let readable = view.stage(id)?.readable.as_ref()?;
    let call = match readable.state {
        ReadState::Flowing => Call::Pause,
        ReadState::Paused if readable.paused_by_hand => Call::Resume,
        ReadState::Paused => Call::Pause,
        ReadState::Initial => Call::Resume,
        ReadState::Ended => return None,
    };
    let offer = offers.iter().find(|offer| offer.call == call)?;
    offer.enabled.then_some(call)
}

fn over(view: &RunView, stage: &StageView, readable: &ReadableView) -> Option<&'static str> {
    if view.outcome.is_some() {
        return Some("the run is over");
    }
    if stage.error.is_some() {
        return Some("it has failed");
    }
    if readable.state == ReadState::Ended {
        return Some("it has ended: there is nothing left to give");
    }
    stage.closed.then_some("it is closed")
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
    let tip = if !piped {
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

fn offer(id: &str, code: &str, tip: String, call: Call) -> Offer {
    Offer {
        id: id.to_owned(),
        code: code.to_owned(),
        tip,
        enabled: true,
        call,
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    fn codes(view: &RunView, id: u16) -> Vec<String> {
        offers(view, StageId(id))
            .into_iter()
            .map(|offer| offer.code)
            .collect()
    }

    fn tip(view: &RunView, id: &str) -> String {
        let mut offers = offers(view, StageId(0)).into_iter();
        offers
            .find(|offer| offer.id == id)
            .expect("it is offered")
            .tip
    }

    #[test]
    fn a_piped_source_offers_unpipe_and_no_second_pipe() {
        let view = sample::pipeline();
        assert_eq!(codes(&view, 0), ["pause()", "resume()", "unpipe(filter)"]);
    }

    #[test]
    fn an_unpiped_source_offers_whoever_nobody_feeds() {
        let mut view = sample::pipeline();
        view.pipes.remove(0);
        assert_eq!(codes(&view, 0), ["pause()", "resume()", "pipe(filter)"]);
        assert_eq!(
            tip(&view, "resume"),
            "resume() now discards: nobody is listening"
        );
    }

    #[test]
    fn a_writable_offers_none() {
        assert!(codes(&sample::pipeline(), 3).is_empty());
    }

    #[test]
    fn a_pause_that_will_not_hold_says_so_before() {
        let mut view = sample::pipeline();
        view.stages[1]
            .writable
            .as_mut()
            .expect("a Writable")
            .need_drain = true;
        assert_eq!(
            tip(&view, "pause"),
            "this pause will not hold: filter rows owes a drain, and that resumes it"
        );
    }

    #[test]
    fn nothing_can_be_called_on_what_has_ended() {
        let mut view = sample::pipeline();
        view.stages[0].readable.as_mut().expect("a Readable").state = ReadState::Ended;
        assert!(offers(&view, StageId(0)).iter().all(|offer| !offer.enabled));
        assert_eq!(
            toggle_pause(&view, StageId(0), &offers(&view, StageId(0))),
            None
        );
    }

    #[test]
    fn the_call_names_the_stages() {
        let view = sample::pipeline();
        let command = Call::Pipe(StageId(2)).command("r", &view, StageId(0));
        let expect = Command::Pipe {
            run: "r".to_owned(),
            from: "source".to_owned(),
            to: "gzip".to_owned(),
        };
        assert_eq!(command, Some(expect));
    }
}
