//! The verbs a stage offers in this moment, and what Node will do with each.

mod life;
mod menu;
mod read;
mod reading;
#[cfg(test)]
mod tests;
mod write;

use spillway_protocol::control::{Command, Side};
use spillway_streams::{ReadState, RunView, StageId, StageView};

pub use menu::{Thing, menu, side_name, thing_name};
pub use reading::{foretell_read, gave};
pub use write::{answered, foretell};

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

/// What can be done to a stage: the calls of its verbs, and two looks at it.
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
    /// `read(n)`: the page asks for `n` first.
    Read,
    /// `write(chunk)`: the page asks for the chunk first.
    Write,
    /// `cork()`.
    Cork,
    /// `uncork()`.
    Uncork,
    /// `end()`.
    End,
    /// `destroy()`.
    Destroy,
    /// `destroy(err)`.
    Fail,
    /// No verb: the page lists what is queued in a buffer.
    Look(Side),
    /// No verb: the page asks for the marks of the next run.
    Marks,
}

impl Call {
    /// The message that makes the call; none for what the page asks about first.
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
            Self::Cork => Command::Cork { run, stage },
            Self::Uncork => Command::Uncork { run, stage },
            Self::End => Command::EndStage { run, stage },
            Self::Destroy => Command::Destroy {
                run,
                stage,
                error: None,
            },
            Self::Fail => Command::Destroy {
                run,
                stage,
                error: Some(BY_HAND.to_owned()),
            },
            Self::Read | Self::Write | Self::Look(_) | Self::Marks => return None,
        })
    }

    /// Whether it takes something away for good.
    #[must_use]
    pub const fn is_grave(self) -> bool {
        matches!(self, Self::Destroy | Self::Fail)
    }
}

/// What a stage fails with that was made to fail.
const BY_HAND: &str = "failed by hand";

/// The verbs of a stage.
#[must_use]
pub fn offers(view: &RunView, id: StageId) -> Vec<Offer> {
    let Some(stage) = view.stage(id) else {
        return Vec::new();
    };
    let mut offers = read::offers(view, id, stage);
    offers.extend(write::offers(view, id, stage));
    offers.extend(life::offers(view, id, stage));
    if let Some(reason) = over(view, stage) {
        refuse(&mut offers, reason);
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

/// Why no verb is of use any more.
fn over(view: &RunView, stage: &StageView) -> Option<&'static str> {
    if view.outcome.is_some() {
        return Some("the run is over");
    }
    if stage.error.is_some() {
        return Some("it has failed");
    }
    stage.closed.then_some("it is closed")
}

/// Switches verbs off, with the reason.
fn refuse(offers: &mut [Offer], reason: &str) {
    for offer in offers {
        offer.enabled = false;
        offer.tip = reason.to_owned();
    }
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

/// The stages that write to another, by their labels: through a pipe, or as listeners of the
/// program do, from one stage to the next.
fn sources(view: &RunView, id: StageId) -> Vec<String> {
    let into = view.pipes.iter().filter(|pipe| pipe.to == id);
    let mut sources: Vec<String> = into.map(|pipe| super::label(view, pipe.from)).collect();
    if sources.is_empty() {
        sources.extend(listeners_before(view, id));
    }
    sources
}

/// The stage before another, when listeners of the program write from it, by its label.
fn listeners_before(view: &RunView, id: StageId) -> Option<String> {
    let before = id.0.checked_sub(1).map(StageId)?;
    let readable = view.stage(before)?.readable.as_ref()?;
    let writes = readable.data_listeners > 0 && readable.state != ReadState::Ended;
    writes.then(|| super::label(view, before))
}
