//! Why something happened: the chain of events behind it, found in what is kept of the log.
//!
//! Nothing is guessed: a link is an event that is there, or a figure of one. Where the server left
//! chunk events out, the chain says so instead of naming a wrong one.

mod rules;
mod stuck;

use spillway_streams::{Event, EventKind, ReadState, RunView, StageId};

use super::history::{History, Moment};
use rules::Cause;

/// Longest chain. None is known to be half as long.
const MOST_LINKS: usize = 24;

/// One step of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The event that it is, or that its figures are of.
    pub seq: u64,
    /// Time of that event, microseconds since the run began.
    pub at_us: u64,
    /// The stage that it is about.
    pub stage: StageId,
    /// What it says.
    pub says: Says,
}

/// What a step says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// This happened.
    Event(EventKind),
    /// The write buffer was at its mark.
    AtMark {
        /// What it held, the refused chunk included.
        buffered: u64,
        /// The mark.
        mark: u64,
        /// It held nothing before that chunk.
        alone: bool,
    },
    /// The implementation was at work on a chunk.
    Busy {
        /// For how long, up to the refused write.
        for_us: u64,
        /// How long it took in the end, when that is known already.
        took_us: Option<u64>,
    },
    /// The learner limits how fast it goes.
    Limited {
        /// Bytes a second.
        bytes_per_s: u64,
    },
    /// Its read buffer is at its mark too, so it must not go on.
    Full {
        /// What the read buffer held.
        buffered: u64,
        /// Its mark.
        mark: u64,
    },
    /// The server left out chunk events here, and the next cause may be among them.
    LeftOut {
        /// How many events.
        events: u64,
    },
}

/// The chain behind the event that led to a moment, from that event to the first cause. What still
/// stands as that event left it is judged as it is when it is `shown`.
#[must_use]
pub fn chain(history: &History, moment: Moment, shown: Moment) -> Vec<Link> {
    let mut links = Vec::new();
    let mut next = Some(moment);
    while let Some(at) = next.take()
        && let Some(event) = history.event(at)
        && links.len() < MOST_LINKS
    {
        links.push(of(event));
        for cause in rules::causes(history, at, shown.max(at), event) {
            match cause {
                Cause::At(moment) => next = Some(moment),
                Cause::Beside(moment) => links.extend(history.event(moment).map(of)),
                Cause::Said(link) => links.push(link),
            }
        }
    }
    links
}

/// The event that explains how a run stands at a moment, where `view` is shown. When something
/// holds it back, that matters more than that it flows this instant.
#[must_use]
pub fn behind(history: &History, moment: Moment, view: &RunView, held: bool) -> Option<Moment> {
    let last = |wanted: &dyn Fn(&Event) -> bool| {
        let mut back = history.back_from(moment);
        back.find(|(_, event)| wanted(event)).map(|(at, _)| at)
    };
    if view.outcome.is_some() {
        return last(&|event| matches!(event.kind, EventKind::Over { .. }));
    }
    if view.stages.iter().any(|stage| stage.error.is_some()) {
        return last(&|event| matches!(event.kind, EventKind::Errored { .. }));
    }
    let pure = |stage: &spillway_streams::StageView| stage.writable.is_none();
    let at = view.stages.iter().position(pure)?;
    let id = StageId(u16::try_from(at).ok()?);
    let readable = view.stages[at].readable.as_ref()?;
    let piped = view.pipes.iter().any(|pipe| pipe.from == id);
    let of_source = |wanted: &dyn Fn(&EventKind) -> bool| {
        last(&|event: &Event| event.stage == id && wanted(&event.kind))
    };
    match readable.state {
        ReadState::Ended => of_source(&|kind| matches!(kind, EventKind::Ended)),
        ReadState::Flowing if !piped && readable.discarded_chunks > 0 => {
            of_source(&|kind| matches!(kind, EventKind::Discarded { .. }))
        }
        ReadState::Flowing if !held => of_source(&|kind| matches!(kind, EventKind::Flowing { .. })),
        ReadState::Paused if readable.paused_by_hand => of_source(&|kind| {
            let verb = spillway_streams::Verb::Pause;
            matches!(kind, EventKind::Paused { .. }) || *kind == EventKind::Verb { verb }
        }),
        ReadState::Paused | ReadState::Flowing => {
            of_source(&|kind| matches!(kind, EventKind::Paused { .. }))
        }
        ReadState::Initial => None,
    }
}

/// Which steps each stage takes part in: `1, 3`, or nothing.
#[must_use]
pub fn steps_of_stages(links: &[Link], stages: usize) -> Vec<String> {
    let mut steps = vec![String::new(); stages];
    for (at, link) in links.iter().enumerate() {
        if matches!(link.says, Says::LeftOut { .. }) {
            continue;
        }
        if let Some(text) = steps.get_mut(usize::from(link.stage.0)) {
            if !text.is_empty() {
                text.push_str(", ");
            }
            text.push_str(&(at + 1).to_string());
        }
    }
    steps
}

fn of(event: &Event) -> Link {
    Link {
        seq: event.seq,
        at_us: event.at_us,
        stage: event.stage,
        says: Says::Event(event.kind.clone()),
    }
}

#[cfg(test)]
mod tests;
