//! The last events of a run and the pictures between them, so that any kept moment can be shown
//! again as it was shown when it was now.

use std::collections::VecDeque;

use spillway_streams::{Event, EventKind, RunView};

/// How many of the newest events can be rewound to, at least.
pub const KEPT: usize = 20_000;

/// A whole picture is kept every so many events; in between it is folded anew.
const STEP: usize = 256;

/// Bound of the pictures. The server sends one with every thinned batch, and such a batch has
/// more than a hundred events.
const MOST_FRAMES: usize = 512;

/// A moment of a run, as its page knows it: after so many events that the page has heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Moment(pub u64);

/// What is known of a run at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct State {
    /// The picture.
    pub view: RunView,
    /// What the events have counted, a stage each.
    pub counts: Vec<Counts>,
}

/// What is counted of a stage beyond its view, since the page first heard of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// How often its read side was stopped.
    pub stops: u64,
    /// How often its `write()` answered false.
    pub refusals: u64,
}

impl State {
    /// A picture with which counting begins.
    #[must_use]
    pub fn of(view: RunView) -> Self {
        Self {
            counts: vec![Counts::default(); view.stages.len()],
            view,
        }
    }

    /// Applies one event; the only way a state changes, but for a picture that replaces its view.
    pub fn apply(&mut self, event: &Event) {
        self.view.apply(event);
        let Some(counts) = self.counts.get_mut(usize::from(event.stage.0)) else {
            return;
        };
        match &event.kind {
            EventKind::Paused { .. } => counts.stops += 1,
            EventKind::Wrote { answer: false, .. } => counts.refusals += 1,
            _ => {}
        }
    }
}

/// The kept events and pictures.
#[derive(Debug, Default)]
pub struct History {
    /// How many events came before the first of `events`.
    before: u64,
    events: VecDeque<Event>,
    /// In order. The first is the oldest moment that can be shown.
    frames: VecDeque<Frame>,
}

#[derive(Debug)]
struct Frame {
    moment: Moment,
    state: State,
}

/// The moments that can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// The oldest.
    pub first: Moment,
    /// Its time, microseconds since the run began.
    pub first_us: u64,
    /// The last event before it; when there is one, events were let go.
    pub first_seq: u64,
    /// The newest.
    pub last: Moment,
    /// Its time.
    pub last_us: u64,
    /// The newest event.
    pub last_seq: u64,
}

/// The event is older than what is kept, or the page never had it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone;

impl History {
    /// Begins anew: the events of `recent` led to `state`, and what was before them is not known.
    pub fn restart(&mut self, recent: &[Event], state: &State) {
        let kept = &recent[recent.len().saturating_sub(KEPT)..];
        self.before = self.last().0;
        self.events = kept.iter().cloned().collect();
        self.frames.clear();
        self.keep_picture(state);
    }

    /// Adds the newest event; `after` is the state that it led to.
    pub fn push(&mut self, event: &Event, after: &State) {
        self.events.push_back(event.clone());
        let far = |frame: &Frame| self.last().0 - frame.moment.0 >= STEP as u64;
        if self.frames.back().is_none_or(far) {
            self.keep_picture(after);
        }
        self.trim();
    }

    /// The picture of the newest moment is this one, whatever its events would give.
    pub fn keep_picture(&mut self, state: &State) {
        let moment = self.last();
        if self
            .frames
            .back()
            .is_some_and(|frame| frame.moment == moment)
        {
            self.frames.pop_back();
        }
        self.frames.push_back(Frame {
            moment,
            state: state.clone(),
        });
        self.trim();
    }

    /// The oldest moment that can be shown.
    #[must_use]
    pub fn first(&self) -> Moment {
        self.frames.front().map_or(Moment(0), |frame| frame.moment)
    }

    /// The newest moment.
    #[must_use]
    pub fn last(&self) -> Moment {
        Moment(self.before + self.events.len() as u64)
    }

    /// The moments that can be shown.
    #[must_use]
    pub fn span(&self) -> Span {
        let first = self.frames.front().map(|frame| &frame.state.view);
        let newest = self.frames.back().map(|frame| &frame.state.view);
        let last = self.events.back();
        let last = last.map_or((0, 0), |event| (event.seq, event.at_us));
        // A picture may be newer than the last event, when the server left out those after it.
        let last = newest.map_or(last, |view| last.max((view.seq, view.at_us)));
        Span {
            first: self.first(),
            first_us: first.map_or(0, |view| view.at_us),
            first_seq: first.map_or(0, |view| view.seq),
            last: self.last(),
            last_us: last.1,
            last_seq: last.0,
        }
    }

    /// What was shown at a moment; `None` when it is not kept.
    #[must_use]
    pub fn at(&self, moment: Moment) -> Option<State> {
        if moment > self.last() {
            return None;
        }
        let after = self.frames.partition_point(|frame| frame.moment <= moment);
        let frame = self.frames.get(after.checked_sub(1)?)?;
        let mut state = frame.state.clone();
        for event in self
            .events
            .range(self.index(frame.moment)..self.index(moment))
        {
            state.apply(event);
        }
        Some(state)
    }

    /// The event that led to a moment, while it is kept.
    #[must_use]
    pub fn event(&self, moment: Moment) -> Option<&Event> {
        let at = moment.0.checked_sub(self.before + 1)?;
        self.events.get(usize::try_from(at).ok()?)
    }

    /// The moment right after an event.
    ///
    /// # Errors
    /// When it is not kept.
    pub fn find(&self, seq: u64) -> Result<Moment, Gone> {
        let at = self.events.partition_point(|event| event.seq < seq);
        let moment = Moment(self.before + at as u64 + 1);
        let there = self.events.get(at).is_some_and(|event| event.seq == seq);
        if there && moment >= self.first() {
            Ok(moment)
        } else {
            Err(Gone)
        }
    }

    /// The kept events up to a moment, the newest first, each with the moment it led to.
    pub fn back_from(&self, moment: Moment) -> impl Iterator<Item = (Moment, &Event)> {
        let upto = self.index(moment.min(self.last()));
        let events = self.events.range(..upto).enumerate().rev();
        events.map(|(at, event)| (Moment(self.before + at as u64 + 1), event))
    }

    /// The kept events after a moment, the oldest first.
    pub fn forward_from(&self, moment: Moment) -> impl Iterator<Item = &Event> {
        let from = self.index(moment.min(self.last()));
        self.events.range(from..)
    }

    /// Where in `events` a moment is: so many of them led to it.
    fn index(&self, moment: Moment) -> usize {
        usize::try_from(moment.0.saturating_sub(self.before)).unwrap_or(usize::MAX)
    }

    /// Lets go of the oldest events, up to a picture.
    fn trim(&mut self) {
        while self.frames.len() > 1
            && (self.events.len() > KEPT + STEP || self.frames.len() > MOST_FRAMES)
        {
            self.frames.pop_front();
            // The event that led to the oldest picture stays, for its words.
            let gone = self.index(self.first()).saturating_sub(1);
            self.events.drain(..gone);
            self.before += gone as u64;
        }
    }
}

#[cfg(test)]
mod tests;
