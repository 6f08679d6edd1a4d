//! The one sentence above the picture: what is happening and why.

mod asked;
mod unheeding;

use spillway_streams::{Outcome, PauseCause, ReadState, RunView, StageId, StageView, WriteState};

use self::asked::asked;
use self::unheeding::unheeding;
use super::label;
use super::number::{exact, rate, size};
use super::phrase::{Phrase, Tone};
use crate::model::bottleneck::bottleneck;
use crate::model::meter::Share;
use crate::model::run::Figures;
use crate::words::badge::is_flicker;

/// The sentence, and the steps that lead to it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// Its colour.
    pub tone: Tone,
    /// What is happening and why.
    pub phrase: Phrase,
    /// The rules behind it that surprise.
    pub rules: Vec<Phrase>,
    /// The stage that holds the others back.
    pub bottleneck: Option<StageId>,
}

/// Judges a run. `figures` may be empty when nothing was measured yet.
#[must_use]
pub fn verdict(view: &RunView, figures: &[Figures]) -> Verdict {
    if let Some(outcome) = &view.outcome {
        return over(view, outcome);
    }
    let Some((id, source)) = source(view) else {
        return Verdict::says(Tone::Quiet, Phrase::new().text("Nothing runs yet."));
    };
    if let Some(failed) = failed(view) {
        return failed;
    }
    let piped = view.pipes.iter().any(|pipe| pipe.from == id);
    let Some(readable) = &source.readable else {
        return Verdict::default();
    };
    let stops = figures.get(usize::from(id.0)).map_or(0, |f| f.stops_per_s);
    match readable.state {
        ReadState::Ended => ended(view, source),
        ReadState::Flowing if !piped && readable.data_listeners > 0 => unheeding(view, id, source),
        ReadState::Flowing if !piped => discarding(source, readable.discarded_bytes),
        ReadState::Paused if readable.paused_by_hand => paused_by_hand(view, id, source),
        ReadState::Paused if !piped && readable.readable_listeners > 0 => asked(source, readable),
        ReadState::Paused | ReadState::Initial if !piped => unpiped(view, id, source),
        ReadState::Flowing | ReadState::Paused if is_flicker(stops) => {
            stop_and_go(view, figures, id, source)
        }
        ReadState::Paused => held(view, figures, id, source, readable.paused_by),
        ReadState::Flowing | ReadState::Initial => flowing(view, figures, id, source),
    }
}

impl Verdict {
    fn says(tone: Tone, phrase: Phrase) -> Self {
        Self {
            tone,
            phrase,
            ..Self::default()
        }
    }
}

/// The first Readable that is nobody's destination by nature.
fn source(view: &RunView) -> Option<(StageId, &StageView)> {
    let pure = |stage: &&StageView| stage.readable.is_some() && stage.writable.is_none();
    let stage = view.stages.iter().find(pure)?;
    Some((view.id_of(&stage.name)?, stage))
}

fn over(view: &RunView, outcome: &Outcome) -> Verdict {
    match outcome {
        Outcome::Completed => {
            let arrived = view.stages.iter().rev().find_map(|stage| {
                let writable = stage
                    .writable
                    .as_ref()
                    .filter(|_| stage.readable.is_none())?;
                Some((stage.label.clone(), writable.bytes))
            });
            let whole = is_whole(view);
            let mut phrase = Phrase::new().text(if whole { "Complete: " } else { "Over: " });
            phrase = match arrived {
                Some((name, bytes)) => phrase.text(size(bytes)).text(" arrived in ").name(name),
                None => phrase.text("all is given"),
            };
            let (tone, text) = match (lost(view), read_alone(view)) {
                (0, 0) if !whole => (Tone::Brim, PARTLY.to_owned()),
                (0, 0) => (Tone::Done, ", nothing lost on the way.".to_owned()),
                (0, read) => {
                    let text = format!("; {} went to nobody but read().", size(read));
                    (Tone::Brim, text)
                }
                (lost, _) => {
                    let text = format!(", and {} were thrown away on the way.", size(lost));
                    (Tone::Fault, text)
                }
            };
            Verdict::says(tone, phrase.text(text))
        }
        Outcome::Failed { message, heard } => Verdict::says(
            Tone::Fault,
            Phrase::new().text(format!("Failed: {message}. {}", who_heard(*heard))),
        ),
        Outcome::Stopped { message } => Verdict::says(
            Tone::Fault,
            Phrase::new().text(format!("Stopped: {message}")),
        ),
    }
}

/// Whether a run that nothing stopped has brought everything to its end: it is over as well when
/// what was left was destroyed by hand.
pub(crate) fn is_whole(view: &RunView) -> bool {
    view.stages.iter().all(|stage| {
        let read = stage.readable.as_ref();
        let written = stage.writable.as_ref();
        stage.error.is_none()
            && read.is_none_or(|side| side.state == ReadState::Ended)
            && written.is_none_or(|side| side.state == WriteState::Finished)
    })
}

/// What is said of a run that is not whole.
const PARTLY: &str = ", and not everything came to its end.";

/// What became of an error.
pub(crate) const fn who_heard(heard: bool) -> &'static str {
    if heard {
        "pipeline() destroyed every stage and told its callback."
    } else {
        "Nobody listened for the error: a Node process would exit with 1."
    }
}

fn failed(view: &RunView) -> Option<Verdict> {
    let stage = view.stages.iter().find(|stage| stage.error.is_some())?;
    let message = stage.error.clone().unwrap_or_default();
    let phrase = Phrase::new()
        .name(stage.label.clone())
        .text(format!(" failed: {message}"));
    Some(Verdict::says(Tone::Fault, phrase))
}

fn ended(view: &RunView, source: &StageView) -> Verdict {
    let busy = view.stages.iter().rev().find(|stage| {
        let open =
            |writable: &spillway_streams::WritableView| writable.state != WriteState::Finished;
        stage.writable.as_ref().is_some_and(open) && !stage.closed
    });
    let phrase = Phrase::new()
        .name(source.label.clone())
        .text(" has given everything");
    let phrase = match busy {
        Some(stage) => phrase
            .text("; ")
            .name(stage.label.clone())
            .text(" still takes what is queued."),
        None => phrase.text("."),
    };
    Verdict::says(Tone::Done, phrase)
}

fn discarding(source: &StageView, discarded: u64) -> Verdict {
    let phrase = Phrase::new()
        .name(source.label.clone())
        .text(" flows and nobody listens: every byte is thrown away, ")
        .text(format!("{} so far.", size(discarded)));
    Verdict {
        rules: vec![
            Phrase::new()
                .code("resume()")
                .text(" makes a Readable flow, whoever listens."),
            Phrase::new().text("Nothing is piped, so each chunk goes to nobody and is lost."),
            Phrase::new()
                .text("A ")
                .code("pipe()")
                .text(" from now on gets only what is left."),
        ],
        ..Verdict::says(Tone::Fault, phrase)
    }
}

fn unpiped(view: &RunView, id: StageId, source: &StageView) -> Verdict {
    let to = view
        .stages
        .get(usize::from(id.0) + 1)
        .map_or_else(String::new, |stage| stage.label.clone());
    let phrase = Phrase::new()
        .name(source.label.clone())
        .text(" stands still: nobody is piped. ")
        .code(format!("pipe({to})"))
        .text(" goes on where it stopped.");
    Verdict::says(Tone::Brim, phrase)
}

fn paused_by_hand(view: &RunView, id: StageId, source: &StageView) -> Verdict {
    let phrase = Phrase::new()
        .name(source.label.clone())
        .text(" is paused by your ")
        .code("pause()");
    let Some(owing) = owing(view, id) else {
        let phrase = phrase
            .text(": it holds until ")
            .code("resume()")
            .text(" or ")
            .code("pipe()");
        return Verdict::says(Tone::Brim, phrase.text("."));
    };
    let owing = label(view, owing);
    Verdict {
        rules: vec![
            Phrase::new()
                .name(owing.clone())
                .text(" answered ")
                .code("write() → false")
                .text(", so it owes a ")
                .code("drain")
                .text("."),
            Phrase::new()
                .text("When it drains, ")
                .code("pipe()")
                .text(" lets its source flow again, whoever paused it."),
            Phrase::new()
                .text("To stop a piped source for good, ")
                .code("unpipe()")
                .text(" it."),
        ],
        ..Verdict::says(
            Tone::Brim,
            phrase
                .text(", but that will not hold: ")
                .name(owing)
                .text(" owes a ")
                .code("drain")
                .text("."),
        )
    }
}

fn held(
    view: &RunView,
    figures: &[Figures],
    id: StageId,
    source: &StageView,
    by: Option<PauseCause>,
) -> Verdict {
    let said = Phrase::new().name(source.label.clone()).text(" is paused");
    let Some(PauseCause::Backpressure { to, .. }) = by else {
        return Verdict::says(Tone::Brim, said.text("."));
    };
    // Before times are reported, the gates tell.
    let last = bottleneck(view, figures, id);
    let last = last.unwrap_or_else(|| last_of_chain(view, id, to));
    let said = said
        .text(": ")
        .name(label(view, to))
        .text(" answered ")
        .code("write() → false")
        .text(". The bottleneck is ")
        .name(label(view, last))
        .text(".");
    Verdict {
        tone: Tone::Brim,
        phrase: said,
        bottleneck: Some(last),
        ..Verdict::default()
    }
}

fn stop_and_go(view: &RunView, figures: &[Figures], id: StageId, source: &StageView) -> Verdict {
    let next = view.pipes.iter().find(|pipe| pipe.from == id);
    let next = next.map(|pipe| pipe.to);
    let figures_of = |id: StageId| figures.get(usize::from(id.0)).copied().unwrap_or_default();
    let refusals = next.map_or(0, |to| figures_of(to).refusals_per_s);
    let next = next.map_or_else(String::new, |to| label(view, to));
    let often = format!("{} times a second", exact(refusals));
    let bottleneck = bottleneck(view, figures, id).or(busiest(figures).map(|(at, _)| at));
    let phrase = Phrase::new().name(source.label.clone());
    let phrase = match bottleneck {
        Some(at) if at == id => phrase
            .text(" sets the pace: ")
            .name(next)
            .text(format!(" answers false {often} and drains at once.")),
        _ => phrase
            .text(" stops and goes: ")
            .name(next)
            .text(format!(" answers false {often}.")),
    };
    let (tone, phrase) = match bottleneck {
        Some(at) if at != id => (
            Tone::Brim,
            phrase
                .text(" The bottleneck is ")
                .name(label(view, at))
                .text("."),
        ),
        _ => (Tone::Water, phrase),
    };
    Verdict {
        bottleneck: bottleneck.filter(|at| *at != id),
        ..Verdict::says(tone, phrase)
    }
}

fn flowing(view: &RunView, figures: &[Figures], id: StageId, source: &StageView) -> Verdict {
    let out = figures.get(usize::from(id.0)).map_or(0, |f| f.out_per_s);
    let phrase = Phrase::new().name(source.label.clone()).text(" flows");
    let phrase = if out > 0 {
        phrase.text(format!(" at {}", rate(out)))
    } else {
        phrase
    };
    let cut = view.stages.iter().enumerate().skip(1).find(|(at, stage)| {
        let id = u16::try_from(*at).map(StageId).unwrap_or(StageId(0));
        stage.readable.is_some() && !view.pipes.iter().any(|pipe| pipe.from == id)
    });
    if let Some((_, stage)) = cut {
        let phrase = phrase
            .text(", but nobody is piped behind ")
            .name(stage.label.clone());
        return Verdict::says(Tone::Brim, phrase.text("."));
    }
    if let Some(at) = bottleneck(view, figures, id) {
        let phrase = phrase.text(". The bottleneck is ").name(label(view, at));
        return Verdict {
            bottleneck: Some(at),
            ..Verdict::says(Tone::Water, phrase.text("."))
        };
    }
    let phrase = match busiest(figures) {
        Some((at, share)) => phrase
            .text("; the busiest is ")
            .name(label(view, at))
            .text(format!(", {} % of its time.", share.percents()[0])),
        None => phrase.text("; every write answers true."),
    };
    Verdict::says(Tone::Water, phrase)
}

/// Of the stages that hold a source back, the one that is the reason: as long as what a stage itself
/// writes to is refused too, it only passes the answer on.
fn last_of_chain(view: &RunView, source: StageId, to: StageId) -> StageId {
    let mut chain = vec![source, to];
    let mut at = to;
    while let Some(pipe) = view.pipes.iter().find(|pipe| pipe.from == at && !pipe.open)
        && !chain.contains(&pipe.to)
    {
        at = pipe.to;
        chain.push(at);
    }
    at
}

/// The stage that is busy for most of its time, if it is more than half.
fn busiest(figures: &[Figures]) -> Option<(StageId, Share)> {
    let shares = figures
        .iter()
        .enumerate()
        .filter_map(|(at, figures)| Some((u16::try_from(at).map(StageId).ok()?, figures.share?)));
    shares
        .filter(|(_, share)| share.busy >= 500)
        .max_by_key(|(_, share)| share.busy)
}

fn owing(view: &RunView, source: StageId) -> Option<StageId> {
    let pipes = view.pipes.iter().filter(|pipe| pipe.from == source);
    pipes.map(|pipe| pipe.to).find(|to| {
        let writable = view.stage(*to).and_then(|stage| stage.writable.as_ref());
        writable.is_some_and(|writable| writable.need_drain)
    })
}

/// Bytes that were thrown away in the whole run.
#[must_use]
pub fn lost(view: &RunView) -> u64 {
    let readables = view
        .stages
        .iter()
        .filter_map(|stage| stage.readable.as_ref());
    readables.map(|readable| readable.discarded_bytes).sum()
}

/// Bytes of the whole run that only a `read()` by hand got.
fn read_alone(view: &RunView) -> u64 {
    let readables = view.stages.iter();
    let readables = readables.filter_map(|stage| stage.readable.as_ref());
    readables.map(|readable| readable.read_bytes).sum()
}

#[cfg(test)]
mod tests;
