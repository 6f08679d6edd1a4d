//! What happens, told in words at the pace of a reader: for screen readers, and as a view of its own.
//!
//! Verbs, pauses by hand, errors and ends are told one by one and never dropped. Chunks, and the
//! stop and go between a `false` and its `drain`, are told one by one as long as they are few, and
//! else by their number.

use std::collections::VecDeque;

use spillway_streams::{Event, EventKind, FlowCause, RunView, StageView};

use super::log_line::Line;
use super::number::{chunks, exact, seconds, size};
use super::verdict::Verdict;
use crate::model::log::Log;

/// Shortest time between two texts, milliseconds.
const PACE_MS: f64 = 2_000.0;

/// The same when nothing happened but that bytes moved.
const QUIET_PACE_MS: f64 = 5_000.0;

/// Time for a letter, milliseconds: about 300 words a minute, as fast as a screen reader is set by
/// those who use one.
const LETTER_MS: f64 = 38.0;

/// Sentences in one text; what is left waits for the next one.
const SENTENCES: usize = 6;

/// Everyday events that are still told one by one.
const FEW: usize = 4;

/// Deeds that may wait to be told, a bound for memory: nobody makes so many by hand.
const WAITING: usize = 200;

/// Tells a run from its log.
#[derive(Debug, Default)]
pub struct Narrator {
    /// The last event that was taken from the log.
    seq: u64,
    /// What is to be told one by one.
    waiting: VecDeque<Event>,
    /// Deeds that did not fit and are in the log alone.
    left_out: u64,
    /// What happened too often to be told one by one, a stage each.
    counts: Vec<Counts>,
    /// The view when bytes were told last.
    moved: RunView,
    /// The sentence above the picture as it was told, without its figures.
    verdict: String,
    told_ms: f64,
    /// When the last text has been read.
    read_ms: f64,
}

/// A text, and the time of the run when it was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Seconds since the run began.
    pub time: String,
    /// Sentences.
    pub text: String,
}

/// How often a stage answered false and drained. Who writes to it is stopped and goes on as often.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    refused: u64,
    drained: u64,
}

impl Narrator {
    /// What is to be told now, if anything is and the text before has been read.
    pub fn tell(
        &mut self,
        now_ms: f64,
        log: &Log,
        view: &RunView,
        verdict: &Verdict,
    ) -> Option<Told> {
        if now_ms < self.read_ms {
            return None;
        }
        self.listen(log, view);
        let mut sentences = self.one_by_one(view);
        if self.waiting.is_empty() {
            sentences.extend(self.counted(view));
            let due = !sentences.is_empty() || now_ms >= self.told_ms + QUIET_PACE_MS;
            let said = self.judged(verdict);
            if due || said.is_some() {
                sentences.extend(self.bytes_moved(view));
            }
            sentences.extend(said);
        }
        if sentences.is_empty() {
            return None;
        }
        let text = sentences.join(" ");
        let letters = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        self.told_ms = now_ms;
        self.read_ms = now_ms + PACE_MS.max(f64::from(letters) * LETTER_MS);
        Some(Told {
            time: seconds(view.at_us),
            text,
        })
    }

    /// Takes what is new in the log.
    fn listen(&mut self, log: &Log, view: &RunView) {
        if view.seq < self.seq {
            // Another run.
            *self = Self::default();
        }
        self.counts.resize(view.stages.len(), Counts::default());
        let [deeds, waiting, chunks] = log.since(self.seq);
        let everyday: Vec<&Event> = waiting.chain(chunks).collect();
        let mut new: Vec<&Event> = deeds.filter(|event| is_told(event)).collect();
        if everyday.len() <= FEW {
            let told = everyday.iter().filter(|event| !is_internal(event));
            new.extend(told);
            new.sort_by_key(|event| event.seq);
            if new.iter().any(|event| moves(event)) {
                self.moved = view.clone();
            }
        } else {
            for event in everyday {
                self.count(event);
            }
        }
        self.seq = view.seq;
        for event in new {
            if self.waiting.len() == WAITING {
                self.left_out += 1;
                let least = self.waiting.iter().position(|event| !is_end(event));
                self.waiting.remove(least.unwrap_or(0));
            }
            self.waiting.push_back(event.clone());
        }
    }

    fn count(&mut self, event: &Event) {
        let Some(counts) = self.counts.get_mut(usize::from(event.stage.0)) else {
            return;
        };
        match &event.kind {
            EventKind::Wrote { answer: false, .. } => counts.refused += 1,
            EventKind::Drain => counts.drained += 1,
            _ => {}
        }
    }

    fn one_by_one(&mut self, view: &RunView) -> Vec<String> {
        let mut sentences = Vec::new();
        if self.left_out > 0 {
            sentences.push(format!("{} more events are in the log.", self.left_out));
            self.left_out = 0;
        }
        while sentences.len() < SENTENCES {
            let Some(event) = self.waiting.pop_front() else {
                break;
            };
            sentences.push(sentence(&Line::of(&event, view).phrase.plain()));
        }
        sentences
    }

    fn counted(&mut self, view: &RunView) -> Vec<String> {
        let mut sentences = Vec::new();
        for (stage, counts) in view.stages.iter().zip(&mut self.counts) {
            let Counts { refused, drained } = std::mem::take(counts);
            let name = &stage.label;
            let mut parts = Vec::new();
            if refused > 0 {
                parts.push(format!("answered false {}", times(refused)));
            }
            if drained > 0 {
                parts.push(format!("drained {}", times(drained)));
            }
            if !parts.is_empty() {
                sentences.push(format!("{name} {}.", parts.join(", ")));
            }
        }
        sentences
    }

    /// How much the ends of the stream have given and taken since that was told last.
    fn bytes_moved(&mut self, view: &RunView) -> Option<String> {
        let mut parts = Vec::new();
        let ends = |stage: &StageView| stage.readable.is_none() || stage.writable.is_none();
        for (at, stage) in view
            .stages
            .iter()
            .enumerate()
            .filter(|(_, stage)| ends(stage))
        {
            let (verb, now) = passed(stage);
            let before = self
                .moved
                .stages
                .get(at)
                .map_or((0, 0), |old| passed(old).1);
            let moved = (
                now.0.saturating_sub(before.0),
                now.1.saturating_sub(before.1),
            );
            if moved.0 > 0 {
                let (count, bytes) = (chunks(moved.0), size(moved.1));
                parts.push(format!("{} {verb} {count}, {bytes}", stage.label));
            }
        }
        self.moved = view.clone();
        (!parts.is_empty()).then(|| format!("{}.", parts.join("; ")))
    }

    /// The sentence above the picture, when more of it than its figures has changed.
    fn judged(&mut self, verdict: &Verdict) -> Option<String> {
        let plain = verdict.phrase.plain();
        let words: String = plain.chars().filter(|c| c.is_alphabetic()).collect();
        if words.is_empty() || words == self.verdict {
            return None;
        }
        self.verdict = words;
        Some(sentence(&plain))
    }
}

/// Deeds of the learner and of the streams, without what may come in floods.
fn is_told(event: &Event) -> bool {
    let follows = matches!(
        event.kind,
        EventKind::Listeners { .. }
        | EventKind::Hearing { .. }
            // It follows from `pipe()`, which was told.
            | EventKind::Flowing {
                by: FlowCause::Pipe { .. },
                undid_pause: false,
            }
    );
    !event.kind.may_be_thinned() && !follows
}

/// Errors and ends, the last things to be left out.
const fn is_end(event: &Event) -> bool {
    matches!(
        event.kind,
        EventKind::Errored { .. } | EventKind::Ended | EventKind::Finished | EventKind::Over { .. }
    )
}

/// What an implementation does inside itself tells a listener nothing.
const fn is_internal(event: &Event) -> bool {
    matches!(
        event.kind,
        EventKind::InWork { .. } | EventKind::Times { .. } | EventKind::Pushed { .. }
    )
}

const fn moves(event: &Event) -> bool {
    matches!(event.kind, EventKind::Data { .. } | EventKind::Taken { .. })
}

/// Chunks and bytes that left a stage, or that its implementation took.
fn passed(stage: &StageView) -> (&'static str, (u64, u64)) {
    match (&stage.readable, &stage.writable) {
        (Some(side), _) => (
            "gave",
            (
                side.chunks + side.discarded_chunks,
                side.bytes + side.discarded_bytes,
            ),
        ),
        (None, Some(side)) => ("took", (side.chunks, side.bytes)),
        (None, None) => ("gave", (0, 0)),
    }
}

fn times(count: u64) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        _ => format!("{} times", exact(count)),
    }
}

/// With a full stop, so that a voice rests.
fn sentence(plain: &str) -> String {
    let plain = plain.trim_end();
    let stop = if plain.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{plain}{stop}")
}

#[cfg(test)]
mod tests;
