use spillway_protocol::control::{Clock, ClockMode};
use spillway_streams::{EventKind, StageId};

use super::*;
use crate::model::log::Filter;
use crate::model::sample;

fn snapshot(view: RunView, recent: Vec<Event>) -> Message {
    Message::Snapshot {
        run: "r1".to_owned(),
        lesson: None,
        view,
        clock: Clock::default(),
        recent,
        thinned: 0,
        downloads: Vec::new(),
    }
}

fn events(events: Vec<Event>, view: Option<RunView>) -> Message {
    Message::Events {
        run: "r1".to_owned(),
        events,
        thinned: 7,
        view,
    }
}

fn data(seq: u64, at_us: u64, total: u64) -> Event {
    Event {
        seq,
        at_us,
        stage: StageId(0),
        kind: EventKind::Data {
            bytes: 1,
            buffered: 0,
            chunks: seq,
            total,
        },
    }
}

fn started() -> Run {
    let mut run = Run::new("r1".to_owned());
    assert!(run.apply(&snapshot(sample::pipeline(), Vec::new()), 0.0));
    run
}

#[test]
fn events_are_folded_into_the_view() {
    let mut run = started();
    run.apply(&events(vec![data(11, 1_100_000, 640)], None), 100.0);
    let readable = run.view().stages[0].readable.as_ref().expect("a Readable");
    assert_eq!(readable.bytes, 640);
    assert_eq!(run.thinned, 7);
}

#[test]
fn a_batch_with_a_view_replaces_what_was_folded() {
    let mut run = started();
    let mut exact = sample::pipeline();
    exact.seq = 99;
    let batch = events(vec![data(11, 1_100_000, 640)], Some(exact.clone()));
    run.apply(&batch, 0.0);
    assert_eq!(*run.view(), exact);
    let moment = run.history.find(11).expect("the event is kept");
    assert_eq!(run.shown_at(moment).expect("it is kept").view, exact);
}

#[test]
fn a_snapshot_that_follows_adds_only_what_was_missed() {
    let mut run = started();
    let drain = |seq| Event {
        kind: EventKind::Drain,
        ..data(seq, 1_100_000, 0)
    };
    run.apply(&events(vec![drain(11)], None), 0.0);
    let before = run.history.last();
    let mut view = sample::pipeline();
    view.seq = 12;
    run.apply(&snapshot(view.clone(), vec![drain(11), drain(12)]), 0.0);
    assert_eq!(run.log.last(10, Filter::default()).len(), 2);
    assert_eq!(*run.view(), view);
    assert!(run.shown_at(before).is_some(), "what was before is kept");
}

#[test]
fn a_snapshot_after_a_gap_starts_afresh() {
    let mut run = started();
    run.apply(&events(vec![data(11, 1_100_000, 64)], None), 0.0);
    let before = run.history.last();
    let mut view = sample::pipeline();
    view.seq = 900;
    run.apply(&snapshot(view, vec![data(900, 2_000_000, 9_000)]), 0.0);
    assert_eq!(run.history.find(11), Err(crate::model::history::Gone));
    assert!(run.shown_at(before).is_none());
    let last = run
        .history
        .find(900)
        .expect("the last event before the picture");
    assert_eq!(run.shown_at(last).expect("it is kept").view.seq, 900);
}

#[test]
fn speeds_fall_by_themselves_when_nothing_more_comes() {
    let mut run = started();
    run.apply(&events(vec![data(11, 1_500_000, 64_000)], None), 500.0);
    assert_eq!(run.figures(500.0)[0].out_per_s, 128_000);
    run.apply(&events(vec![data(12, 2_500_000, 64_000)], None), 1_500.0);
    assert_eq!(run.figures(1_500.0)[0].out_per_s, 0);
    assert_eq!(run.figures(3_600.0)[0].out_per_s, 0);
}

#[test]
fn speeds_stay_while_the_clock_is_paused() {
    let mut run = started();
    run.apply(&events(vec![data(11, 1_500_000, 64_000)], None), 500.0);
    let speed = run.figures(500.0)[0].out_per_s;
    let paused = Message::Clock {
        run: "r1".to_owned(),
        clock: Clock {
            mode: ClockMode::Paused,
            events_per_s: None,
        },
    };
    assert!(run.apply(&paused, 600.0));
    assert_eq!(run.figures(60_000.0)[0].out_per_s, speed);
    let full = Message::Clock {
        run: "r1".to_owned(),
        clock: Clock::default(),
    };
    assert!(run.apply(&full, 60_000.0));
    assert_eq!(run.figures(60_000.0)[0].out_per_s, speed);
    assert_eq!(run.figures(63_000.0)[0].out_per_s, 0);
}

#[test]
fn messages_about_other_runs_change_nothing() {
    let mut run = started();
    let ready = Message::Ready {
        run: "r2".to_owned(),
        download: Download {
            path: String::new(),
            name: String::new(),
            bytes: 1,
        },
    };
    assert!(!run.apply(&ready, 0.0));
    assert!(run.is_live());
}
