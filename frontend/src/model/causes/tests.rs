use spillway_protocol::control::{Clock, Message};
use spillway_streams::{Outcome, UnpipeCause, Verb};

use super::*;
use crate::model::driven::{Driven, FILTER, SINK, SOURCE};
use crate::model::run::Run;
use crate::words::causes::step;

/// The page's side of a run that it heard all of, but for what `left_out` picks.
fn heard(driven: &Driven, left_out: impl Fn(&Event) -> bool) -> Run {
    let mut run = Run::new("r".to_owned());
    let snapshot = Message::Snapshot {
        run: "r".to_owned(),
        lesson: None,
        view: driven.first.clone(),
        clock: Clock::default(),
        recent: Vec::new(),
        thinned: 0,
        downloads: Vec::new(),
    };
    run.apply(&snapshot, 0.0);
    let kept = driven.log.iter().filter(|event| !left_out(event));
    let batch = Message::Events {
        run: "r".to_owned(),
        events: kept.cloned().collect(),
        thinned: 0,
        view: None,
    };
    run.apply(&batch, 0.0);
    run
}

/// The chain behind the last event that is as wanted, in words.
fn told(run: &Run, wanted: impl Fn(&Event) -> bool) -> Vec<String> {
    let mut back = run.history.back_from(run.history.last());
    let found = back.find(|(_, event)| wanted(event));
    let (moment, _) = found.expect("it happened");
    let words = |link: &Link| {
        let said = step(link, run.view()).plain().replace('\u{a0}', " ");
        said.trim_end().to_owned()
    };
    chain(&run.history, moment, moment)
        .iter()
        .map(words)
        .collect()
}

fn check(driven: &Driven, wanted: impl Fn(&Event) -> bool, expect: &[&str]) {
    let told = told(&heard(driven, |_| false), wanted);
    assert_eq!(told, expect, "\n{}", words_of(driven));
}

/// The whole log in words, for whoever reads why a test failed.
fn words_of(driven: &Driven) -> String {
    let line = |event: &Event| {
        let phrase = crate::words::log_line::Line::of(event, &driven.view).phrase;
        format!("{} {}\n", event.seq, phrase.plain())
    };
    driven.log.iter().map(line).collect()
}

fn paused(id: StageId) -> impl Fn(&Event) -> bool {
    move |event| event.stage == id && matches!(event.kind, EventKind::Paused { .. })
}

fn is(id: StageId, kind: EventKind) -> impl Fn(&Event) -> bool {
    move |event| event.stage == id && event.kind == kind
}

/// A source of which one chunk of 40 bytes waits before a filter at work, whose mark is 16.
fn held_by_work() -> Driven {
    let mut driven = Driven::piped(0);
    driven.answer(SOURCE, 40);
    driven
}

/// The same, held by the sink: the filter's own buffer is full.
fn held_by_sink() -> Driven {
    let mut driven = Driven::piped(0);
    for _ in 0..4 {
        driven.answer(SOURCE, 10);
        driven.answer(FILTER, 0);
    }
    driven.answer(SOURCE, 10);
    driven
}

#[test]
fn a_pause_leads_to_the_write_that_was_refused_and_to_the_work_behind_it() {
    let expect = [
        "source paused",
        "source asked filter write(40) → false",
        "filter: 40 bytes are queued, its mark is 16: 40 ≥ 16, by this chunk alone",
        "filter was at work on a chunk",
    ];
    check(&held_by_work(), paused(SOURCE), &expect);
}

#[test]
fn a_pause_leads_through_every_stage_that_only_passes_the_answer_on() {
    let expect = [
        "source paused",
        "source asked filter write(10) → false",
        "filter: 20 bytes are queued, its mark is 16: 20 ≥ 16",
        "filter must not go on: its own read buffer is at its mark, 20 ≥ 16",
        "filter asked sink write(10) → false",
        "sink: 20 bytes are queued, its mark is 16: 20 ≥ 16",
        "sink was at work on a chunk, for 7 ms by then",
    ];
    check(&held_by_sink(), paused(SOURCE), &expect);
}

#[test]
fn what_holds_a_pause_now_may_be_another_thing_than_what_began_it() {
    let mut driven = held_by_work();
    driven.answer(FILTER, 0);
    driven.answer(SOURCE, 40);
    driven.answer(FILTER, 0);
    let run = heard(&driven, |_| false);
    let mut back = run.history.back_from(run.history.last());
    let (pause, _) = back
        .find(|(_, event)| paused(SOURCE)(event))
        .expect("it was paused");
    let words = |shown| -> Vec<String> {
        let links = chain(&run.history, pause, shown);
        links
            .iter()
            .map(|link| step(link, run.view()).plain())
            .collect()
    };
    let then = words(pause);
    assert_eq!(then[3], "filter was at work on a chunk");
    let now = words(run.history.last());
    assert_eq!(
        now[3],
        "filter must not go on: its own read buffer is at its mark, 40 ≥ 16"
    );
    assert_eq!(now[4], "filter asked sink write(40) → false");
    assert!(
        now[6].starts_with("sink was at work on a chunk"),
        "{now:#?}"
    );
}

#[test]
fn a_speed_limit_is_the_end_of_the_chain() {
    let mut driven = Driven::piped(0);
    driven.act(|machine| {
        let limit = Some(64_000);
        machine.note(FILTER, EventKind::Throttled { bytes_per_s: limit });
    });
    driven.answer(SOURCE, 40);
    let told = told(&heard(&driven, |_| false), paused(SOURCE));
    assert_eq!(told[3], "filter may take no more than 64 KB/s");
}

#[test]
fn work_that_is_done_meanwhile_is_told_with_its_time() {
    let mut driven = held_by_work();
    driven.later(13_000);
    driven.answer(FILTER, 0);
    let told = told(&heard(&driven, |_| false), |event| {
        event.seq == pause_of(&driven)
    });
    assert_eq!(told[3], "filter was at work on a chunk, which took 14 ms");
}

fn pause_of(driven: &Driven) -> u64 {
    let first = driven.log.iter().find(|event| paused(SOURCE)(event));
    first.expect("the source was paused").seq
}

#[test]
fn chunk_events_that_were_left_out_are_said_and_not_guessed() {
    let mut driven = held_by_work();
    for _ in 0..4 {
        driven.answer(FILTER, 0);
        driven.answer(SINK, 0);
        driven.answer(SOURCE, 40);
    }
    let run = heard(&driven, |event| event.kind.may_be_thinned());
    let told = told(&run, paused(SOURCE));
    let last = told.last().expect("a chain");
    assert!(
        last.ends_with("what is behind this is not kept"),
        "{told:#?}"
    );
}

#[test]
fn a_drain_leads_to_the_last_chunk_and_to_the_refusal_that_it_answers() {
    let mut driven = held_by_work();
    driven.answer(FILTER, 0);
    let expect = [
        "source flows",
        "filter drained",
        "filter took 40 bytes in 1 ms",
        "source asked filter write(40) → false",
        "filter: 40 bytes are queued, its mark is 16: 40 ≥ 16, by this chunk alone",
        "filter was at work on a chunk, which took 1 ms",
    ];
    let flowing =
        |event: &Event| event.stage == SOURCE && matches!(event.kind, EventKind::Flowing { .. });
    check(&driven, flowing, &expect);
}

#[test]
fn a_pause_by_hand_leads_to_the_hand_and_so_does_its_undoing() {
    let mut driven = held_by_work();
    driven.act(|machine| machine.pause(SOURCE).expect("it can be paused"));
    driven.answer(FILTER, 0);
    let run = heard(&driven, |_| false);
    let told = told(&run, |event| {
        matches!(event.kind, EventKind::Flowing { .. })
    });
    assert_eq!(
        told[..3],
        [
            "source flows again: your pause was undone by drain of filter",
            "you called pause() on source",
            "filter drained",
        ]
    );
    let mut driven = Driven::piped(0);
    driven.act(|machine| machine.pause(SOURCE).expect("it can be paused"));
    let expect = ["source paused", "you called pause() on source"];
    check(&driven, paused(SOURCE), &expect);
}

#[test]
fn an_unpiped_source_and_what_it_discards_lead_to_your_verbs() {
    let mut driven = Driven::piped(0);
    driven.act(|machine| machine.unpipe(SOURCE, None).expect("it is piped"));
    let expect = ["source paused", "you called unpipe() on source"];
    check(&driven, paused(SOURCE), &expect);
    driven.act(|machine| machine.resume(SOURCE).expect("it can be resumed"));
    driven.answer(SOURCE, 40);
    let expect = [
        "source threw 40 bytes away",
        "source is no longer piped to filter",
        "source flows",
        "you called resume() on source",
    ];
    let discarded = |event: &Event| matches!(event.kind, EventKind::Discarded { .. });
    check(&driven, discarded, &expect);
    driven.act(|machine| machine.pipe(SOURCE, FILTER).expect("it can be piped"));
    let piped = is(SOURCE, EventKind::Piped { to: FILTER });
    let expect = [
        "source is piped to filter",
        "you called pipe(filter) on source",
    ];
    check(&driven, piped, &expect);
}

#[test]
fn an_end_leads_back_to_the_source_that_has_given_everything() {
    let mut driven = Driven::piped(0);
    driven.act(|machine| {
        machine.handle_push(SOURCE, None);
    });
    while driven.answer_one(1) {}
    let expect = [
        "sink closed",
        "sink finished",
        "sink was told end()",
        "filter ended",
        "filter was told end()",
        "source ended",
    ];
    let told = told(&heard(&driven, |_| false), is(SINK, EventKind::Closed));
    let told: Vec<_> = told
        .iter()
        .filter(|step| *step != "filter finished")
        .collect();
    assert_eq!(
        told,
        expect.iter().collect::<Vec<_>>(),
        "\n{}",
        words_of(&driven)
    );
}

#[test]
fn what_is_written_and_ended_by_hand_leads_to_the_hand() {
    let mut driven = Driven::new(0);
    let verb = |verb| EventKind::Verb { verb };
    driven.act(|machine| {
        machine.note(SINK, verb(Verb::Write { bytes: 5 }));
        machine.write(SINK, SINK, vec![0; 5].into());
    });
    let wrote = |event: &Event| matches!(event.kind, EventKind::Wrote { .. });
    let expect = [
        "you asked sink write(5) → true",
        "you called write(5) on sink",
    ];
    check(&driven, wrote, &expect);
    driven.act(|machine| {
        machine.note(SINK, verb(Verb::Cork));
        machine.cork(SINK);
    });
    let corked = |event: &Event| matches!(event.kind, EventKind::Corked { .. });
    check(
        &driven,
        corked,
        &["sink is corked 1 times", "you called cork() on sink"],
    );
    driven.act(|machine| {
        machine.note(SINK, verb(Verb::End));
        machine.end(SINK);
    });
    let expect = ["sink was told end()", "you called end() on sink"];
    check(&driven, is(SINK, EventKind::Ending), &expect);
    driven.act(|machine| {
        machine.note(SINK, verb(Verb::Write { bytes: 5 }));
        machine.write(SINK, SINK, vec![0; 5].into());
    });
    let told = told(&heard(&driven, |_| false), |event| {
        matches!(event.kind, EventKind::Errored { .. })
    });
    assert_eq!(told[1..], ["you called write(5) on sink"], "{told:#?}");
}

#[test]
fn what_is_read_by_hand_leads_to_the_hand() {
    let mut driven = Driven::new(0);
    driven.act(|machine| {
        machine.handle_push(SOURCE, Some(vec![0; 9].into()));
    });
    let verb = |n| EventKind::Verb {
        verb: Verb::Read { n: Some(n) },
    };
    driven.act(|machine| {
        machine.note(SOURCE, verb(5));
        machine.read(SOURCE, Some(5));
    });
    let data = |event: &Event| matches!(event.kind, EventKind::Data { .. });
    let expect = ["source gave 5 bytes", "you called read(5) on source"];
    check(&driven, data, &expect);
    driven.act(|machine| {
        machine.note(SOURCE, verb(100));
        machine.read(SOURCE, Some(100));
    });
    let expect = [
        "source has a mark of 128 now",
        "you called read(100) on source",
    ];
    check(
        &driven,
        is(SOURCE, EventKind::Marked { mark: 128 }),
        &expect,
    );
}

#[test]
fn a_destination_that_fails_is_the_reason_of_the_unpiping() {
    let mut driven = Driven::piped(0);
    driven.fail(SINK, "boom");
    let unpiped = EventKind::Unpiped {
        to: SINK,
        by: UnpipeCause::Error,
    };
    let expect = [
        "filter is no longer piped to sink",
        "sink failed: boom",
        "you called destroy(error) on sink",
    ];
    check(&driven, is(FILTER, unpiped), &expect);
    check(
        &driven,
        is(SINK, EventKind::Closed),
        &["sink closed", expect[1], expect[2]],
    );
}

#[test]
fn what_a_pipeline_destroys_leads_to_the_stage_that_failed_first() {
    let mut driven = Driven::pipeline();
    driven.fail(FILTER, "boom");
    let outcome = Outcome::Failed {
        message: "filter (filter): boom".to_owned(),
        heard: true,
    };
    driven.act(|machine| machine.note(FILTER, EventKind::Over { outcome }));
    let failed = ["filter failed: boom", "you called destroy(error) on filter"];
    let closed = |event: &Event| event.stage == SINK && event.kind == EventKind::Closed;
    let run = heard(&driven, |_| false);
    let closed = told(&run, closed);
    assert_eq!(closed[closed.len() - 2..], failed, "{closed:#?}");
    let back = told(&run, |event| {
        matches!(event.kind, EventKind::CalledBack { .. })
    });
    assert_eq!(back[1..], failed, "{back:#?}");
    let over = told(&run, |event| matches!(event.kind, EventKind::Over { .. }));
    assert_eq!(over[1..], failed, "{over:#?}");
}

#[test]
fn a_run_that_is_stopped_leads_to_the_buffer_that_grew() {
    let mut driven = held_by_work();
    let outcome = Outcome::Stopped {
        message: "its buffers held too much".to_owned(),
    };
    let over = |stage| {
        let kind = EventKind::Over {
            outcome: outcome.clone(),
        };
        move |machine: &mut spillway_streams::Machine| machine.note(stage, kind)
    };
    driven.act(over(FILTER));
    let stopped = |event: &Event| matches!(event.kind, EventKind::Over { .. });
    let told_of = |driven: &Driven| told(&heard(driven, |_| false), stopped);
    let grown = told_of(&driven);
    assert_eq!(grown[1], "source asked filter write(40) → false");
    assert_eq!(grown.len(), 4, "{grown:#?}");
    driven.act(over(SOURCE));
    assert_eq!(told_of(&driven).len(), 1, "time has no buffer behind it");
}

#[test]
fn how_a_run_stands_has_an_event_behind_it() {
    let check = |driven: &Driven, held, expect: &str| {
        let run = heard(driven, |_| false);
        let now = run.history.last();
        let found = behind(&run.history, now, run.view(), held).expect("something is behind it");
        let event = run.history.event(found).expect("it is kept");
        let said = crate::words::log_line::Line::of(event, run.view()).tag;
        assert_eq!(said, expect);
    };
    check(&Driven::piped(0), false, "flowing");
    check(&held_by_work(), false, "pause");
    let mut driven = held_by_work();
    driven.answer(FILTER, 0);
    check(&driven, false, "flowing");
    check(&driven, true, "pause");
    driven.fail(FILTER, "boom");
    check(&driven, false, "error");
    let outcome = Outcome::Stopped {
        message: "enough".to_owned(),
    };
    driven.act(|machine| machine.note(FILTER, EventKind::Over { outcome }));
    check(&driven, false, "over");
}

#[test]
fn every_event_of_any_run_has_a_chain_that_goes_back_in_time() {
    for seed in 0..6 {
        let mut driven = Driven::piped(seed);
        for _ in 0..300 {
            driven.step();
        }
        let run = heard(&driven, |_| false);
        for (moment, event) in run.history.back_from(run.history.last()) {
            let links = chain(&run.history, moment, moment);
            assert_eq!(links[0].seq, event.seq);
            assert!(links.len() < MOST_LINKS, "{links:#?}");
            assert!(links.iter().all(|link| link.seq <= event.seq));
        }
    }
}

#[test]
fn the_steps_of_each_stage_are_numbered() {
    let run = heard(&held_by_work(), |_| false);
    let pause = run
        .history
        .find(pause_of(&held_by_work()))
        .expect("it is kept");
    let links = chain(&run.history, pause, pause);
    assert_eq!(steps_of_stages(&links, 3), ["1", "2, 3, 4", ""]);
}
