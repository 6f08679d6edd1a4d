use spillway_protocol::control::{Clock, Message};

use super::*;
use crate::model::driven::Driven;
use crate::model::run::{Run, Shown};

/// Chunk events that the server puts into one batch.
const CHUNK_EVENTS: usize = 5;

/// Tells a run to its page as the server's tap does: batches, and pictures with thinned ones.
struct Page {
    run: Run,
    heard: usize,
    shown: Vec<(Moment, Shown)>,
}

impl Page {
    fn of(driven: &Driven) -> Self {
        let mut run = Run::new("r".to_owned());
        run.apply(&snapshot(driven.first.clone(), Vec::new()), 0.0);
        Self {
            run,
            heard: 0,
            shown: Vec::new(),
        }
    }

    /// Hears of the next `count` events of the log, whose picture after them is `after`.
    fn hear(&mut self, events: &[Event], after: &RunView) {
        let mut chunks = 0;
        let mut kept = Vec::new();
        for event in events {
            chunks += usize::from(event.kind.may_be_thinned());
            if !event.kind.may_be_thinned() || chunks <= CHUNK_EVENTS {
                kept.push(event.clone());
            }
        }
        let gap = kept.len() < events.len();
        let batch = Message::Events {
            run: "r".to_owned(),
            events: kept,
            thinned: 0,
            view: gap.then(|| after.clone()),
        };
        self.run.apply(&batch, 0.0);
        let now = Shown {
            view: self.run.view().clone(),
            figures: self.run.figures(0.0),
        };
        assert_eq!(now.view, *after, "what is shown now is what the server has");
        self.shown.push((self.run.history.last(), now));
    }

    fn check_all_that_is_kept(&self) -> usize {
        let first = self.run.history.first();
        let kept = self.shown.iter().filter(|(moment, _)| *moment >= first);
        let mut checked = 0;
        for (moment, live) in kept {
            let then = self.run.shown_at(*moment).expect("it is kept");
            assert_eq!(then, *live, "{moment:?}");
            checked += 1;
        }
        checked
    }
}

fn snapshot(view: RunView, recent: Vec<Event>) -> Message {
    Message::Snapshot {
        run: "r".to_owned(),
        lesson: None,
        view,
        clock: Clock::default(),
        recent,
        thinned: 0,
        downloads: Vec::new(),
    }
}

/// Plays a run of about so many events, in batches of 1 to `most` of them.
fn play(seed: u64, count: usize, most: u64) -> Page {
    let mut driven = Driven::piped(seed);
    let mut page = Page::of(&driven);
    let mut told = driven.first.clone();
    while page.heard < count {
        driven.step();
        while page.heard < driven.log.len() {
            let batch = 1 + driven.below(most) as usize;
            let end = (page.heard + batch).min(driven.log.len());
            let events = &driven.log[page.heard..end];
            for event in events {
                told.apply(event);
            }
            page.hear(events, &told);
            page.heard = end;
        }
    }
    page
}

#[test]
fn every_kept_event_shows_again_what_was_shown_live() {
    for seed in 0..8 {
        let page = play(seed, 1_500, 1);
        assert!(page.check_all_that_is_kept() >= 1_500);
    }
}

#[test]
fn thinned_batches_show_again_what_was_shown_live() {
    for seed in 0..8 {
        let page = play(seed, 1_500, 60);
        assert!(page.check_all_that_is_kept() > 50);
    }
}

#[test]
fn what_is_kept_of_a_long_run_is_bounded_and_still_right() {
    let page = play(7, KEPT + 3 * STEP, 1);
    let history = &page.run.history;
    let kept = history.last().0 - history.first().0;
    assert!(
        (KEPT as u64..=(KEPT + STEP) as u64).contains(&kept),
        "{kept}"
    );
    assert!(history.events.len() <= KEPT + STEP + 1);
    assert!(history.frames.len() <= (KEPT / STEP) + 3);
    assert!(page.check_all_that_is_kept() >= KEPT);
    assert_eq!(history.find(1), Err(Gone));
    let oldest = history.event(history.first()).expect("it has words");
    assert_eq!(history.find(oldest.seq), Ok(history.first()));
}

#[test]
fn pictures_are_bounded_however_many_the_server_sends() {
    let mut history = History::default();
    let mut state = State::default();
    history.restart(&[], &state);
    for seq in 1..=5_000 {
        let event = Event {
            seq,
            at_us: seq,
            stage: spillway_streams::StageId(0),
            kind: EventKind::Drain,
        };
        state.apply(&event);
        history.push(&event, &state);
        history.keep_picture(&state);
    }
    assert_eq!(history.frames.len(), MOST_FRAMES);
    assert_eq!(history.at(history.last()), Some(state));
}

#[test]
fn a_moment_that_was_never_kept_is_none() {
    let page = play(1, 50, 1);
    let history = &page.run.history;
    let Moment(last) = history.last();
    assert_eq!(history.at(Moment(last + 1)), None);
    assert_eq!(history.find(10_000), Err(Gone));
    assert!(history.at(Moment(0)).is_some(), "before the first event");
    assert_eq!(history.event(Moment(0)), None);
}

#[test]
fn events_are_found_backwards_with_their_moments() {
    let page = play(1, 50, 1);
    let history = &page.run.history;
    let back: Vec<_> = history.back_from(Moment(3)).collect();
    let seqs: Vec<_> = back.iter().map(|(_, event)| event.seq).collect();
    assert_eq!(seqs, [3, 2, 1]);
    for (moment, event) in back {
        assert_eq!(history.event(moment), Some(event));
    }
}
