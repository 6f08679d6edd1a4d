//! The rules that surprise, each on the machine alone: what a source, a Transform and a sink do
//! when the implementation answers only where the test says so.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

use std::collections::VecDeque;

use bytes::Bytes;
use spillway_streams::{
    Backpressure, Call, Event, EventKind, FinishedOptions, FlowCause, Hearing, Machine, PauseCause,
    ReadOptions, ReadState, RunView, StageId, StageOptions, UnpipeCause, VerbError, WriteOptions,
    WriteState,
};

/// A machine, its log, its fold, and the calls nobody has answered yet.
struct Bench {
    machine: Machine,
    log: Vec<Event>,
    folded: RunView,
    calls: VecDeque<Call>,
}

impl Bench {
    fn new(stages: Vec<StageOptions>) -> Self {
        let mut machine = Machine::new();
        for stage in stages {
            machine.add(stage);
        }
        let folded = machine.view();
        Self {
            machine,
            log: Vec::new(),
            folded,
            calls: VecDeque::new(),
        }
    }

    /// Runs the tick queue, collects calls and events, and holds the fold to the machine.
    fn settle(&mut self) {
        self.machine.tick();
        self.calls
            .extend(std::iter::from_fn(|| self.machine.poll_call()));
        while let Some(event) = self.machine.poll_event() {
            self.folded.apply(&event);
            self.log.push(event);
        }
        let mut exact = self.machine.view();
        for (exact, folded) in exact.stages.iter_mut().zip(&mut self.folded.stages) {
            exact.busy_us = folded.busy_us;
            exact.held_us = folded.held_us;
            if exact.error.is_some() || exact.closed {
                // A destroyed stage's buffers are no longer anybody's.
                exact.readable = folded.readable.clone();
                exact.writable = folded.writable.clone();
            }
        }
        exact.outcome.clone_from(&self.folded.outcome);
        exact.measured = self.folded.measured;
        assert_eq!(exact, self.folded, "the fold differs from the machine");
    }

    fn push(&mut self, id: StageId, bytes: usize) -> bool {
        let more = self
            .machine
            .handle_push(id, Some(Bytes::from(vec![b'x'; bytes])));
        self.settle();
        more
    }

    fn write_done(&mut self, id: StageId) {
        self.machine.handle_write_done(id, Ok(()));
        self.settle();
    }

    fn kinds(&self) -> Vec<&EventKind> {
        self.log.iter().map(|event| &event.kind).collect()
    }

    fn saw(&self, wanted: &EventKind) -> bool {
        self.kinds().contains(&wanted)
    }

    fn state(&self, id: StageId) -> ReadState {
        self.folded
            .stage(id)
            .unwrap()
            .readable
            .as_ref()
            .unwrap()
            .state
    }
}

const SOURCE: StageId = StageId(0);
const SINK: StageId = StageId(1);
const OTHER: StageId = StageId(2);

fn source() -> StageOptions {
    StageOptions {
        name: "source".to_owned(),
        read: Some(ReadOptions {
            mark: 65_536,
            ..ReadOptions::default()
        }),
        ..StageOptions::default()
    }
}

fn sink(name: &str) -> StageOptions {
    StageOptions {
        name: name.to_owned(),
        write: Some(WriteOptions {
            mark: 16_384,
            finalizes: false,
            ..WriteOptions::default()
        }),
        ..StageOptions::default()
    }
}

fn piped() -> Bench {
    let mut bench = Bench::new(vec![source(), sink("sink"), sink("other")]);
    bench.machine.pipe(SOURCE, SINK).unwrap();
    bench.settle();
    bench
}

#[test]
fn one_large_write_is_queued_whole_and_answers_false() {
    let mut bench = piped();
    bench.push(SOURCE, 65_536);
    assert!(bench.saw(&EventKind::Wrote {
        from: SOURCE,
        bytes: 65_536,
        answer: false,
        buffered: 65_536,
        mark: 16_384,
    }));
    assert!(bench.saw(&EventKind::Paused {
        by: PauseCause::Backpressure {
            to: SINK,
            buffered: 65_536,
            mark: 16_384,
        },
    }));
}

#[test]
fn drain_comes_only_when_the_buffer_is_empty_again() {
    let mut bench = Bench::new(vec![source(), sink("sink")]);
    for _ in 0..3 {
        bench
            .machine
            .write(SINK, SOURCE, Bytes::from_static(&[0; 8_192]));
    }
    bench.settle();
    bench.write_done(SINK);
    bench.write_done(SINK);
    assert!(
        !bench.saw(&EventKind::Drain),
        "8 192 bytes are still queued"
    );
    bench.write_done(SINK);
    assert!(bench.saw(&EventKind::Drain));
}

#[test]
fn a_pause_does_not_hold_while_the_destination_owes_a_drain() {
    let mut bench = piped();
    bench.push(SOURCE, 65_536);
    bench.machine.pause(SOURCE).unwrap();
    bench.settle();
    bench.write_done(SINK);
    assert!(bench.saw(&EventKind::Flowing {
        by: FlowCause::Drain { of: SINK },
        undid_pause: true,
    }));
    assert_eq!(bench.state(SOURCE), ReadState::Flowing);
}

#[test]
fn a_pause_holds_when_nobody_owes_a_drain_and_no_byte_leaves() {
    let mut bench = piped();
    bench.push(SOURCE, 1_000);
    bench.write_done(SINK);
    bench.machine.pause(SOURCE).unwrap();
    bench.settle();
    for _ in 0..10 {
        bench.push(SOURCE, 10_000);
    }
    let readable = bench.folded.stages[0].readable.clone().unwrap();
    assert_eq!(readable.bytes, 1_000);
    assert!(
        readable.buffered >= readable.mark,
        "it fills up to its mark and stops"
    );
    assert!(readable.paused_by_hand);
}

#[test]
fn pipe_after_pause_resumes() {
    let mut bench = Bench::new(vec![source(), sink("sink")]);
    bench.machine.pause(SOURCE).unwrap();
    bench.machine.pipe(SOURCE, SINK).unwrap();
    bench.settle();
    assert_eq!(bench.state(SOURCE), ReadState::Flowing);
}

#[test]
fn unpipe_stops_the_source_and_loses_nothing() {
    let mut bench = piped();
    bench.push(SOURCE, 1_000);
    bench.machine.unpipe(SOURCE, Some(SINK)).unwrap();
    bench.push(SOURCE, 1_000);
    assert_eq!(bench.state(SOURCE), ReadState::Paused);
    bench.machine.pipe(SOURCE, SINK).unwrap();
    bench.settle();
    let readable = bench.folded.stages[0].readable.clone().unwrap();
    assert_eq!((readable.bytes, readable.discarded_bytes), (2_000, 0));
}

#[test]
fn unpipe_of_a_destination_that_owes_a_drain_does_not_start_the_source() {
    let mut bench = piped();
    bench.push(SOURCE, 65_536);
    bench.machine.unpipe(SOURCE, None).unwrap();
    bench.settle();
    bench.write_done(SINK);
    assert_eq!(bench.state(SOURCE), ReadState::Paused);
}

#[test]
fn piping_into_a_destination_that_owes_a_drain_waits_for_it() {
    let mut bench = piped();
    bench.push(SOURCE, 65_536);
    bench.machine.unpipe(SOURCE, Some(SINK)).unwrap();
    bench.machine.pipe(SOURCE, SINK).unwrap();
    bench.settle();
    assert_eq!(bench.state(SOURCE), ReadState::Paused);
    bench.write_done(SINK);
    assert_eq!(bench.state(SOURCE), ReadState::Flowing);
}

#[test]
fn resume_with_nobody_listening_discards_and_counts() {
    let mut bench = Bench::new(vec![source(), sink("sink")]);
    bench.machine.resume(SOURCE).unwrap();
    bench.settle();
    bench.push(SOURCE, 500);
    bench.push(SOURCE, 700);
    let readable = bench.folded.stages[0].readable.clone().unwrap();
    assert_eq!(
        (readable.discarded_chunks, readable.discarded_bytes),
        (2, 1_200)
    );
    assert_eq!(readable.bytes, 0);
}

#[test]
fn the_same_pair_piped_twice_delivers_twice() {
    let mut bench = piped();
    bench.machine.pipe(SOURCE, SINK).unwrap();
    bench.settle();
    bench.push(SOURCE, 100);
    let writes = bench.kinds().into_iter();
    let writes = writes.filter(|kind| matches!(kind, EventKind::Wrote { .. }));
    assert_eq!(writes.count(), 2);
}

#[test]
fn a_slow_second_destination_holds_back_the_first() {
    let mut bench = piped();
    bench.machine.pipe(SOURCE, OTHER).unwrap();
    bench.settle();
    bench.push(SOURCE, 20_000);
    bench.write_done(SINK);
    assert_eq!(bench.state(SOURCE), ReadState::Paused, "other owes a drain");
    bench.write_done(OTHER);
    assert_eq!(bench.state(SOURCE), ReadState::Flowing);
}

#[test]
fn removing_the_slow_destination_lets_the_other_go_on() {
    let mut bench = piped();
    bench.machine.pipe(SOURCE, OTHER).unwrap();
    bench.settle();
    bench.push(SOURCE, 20_000);
    bench.write_done(SINK);
    bench.machine.unpipe(SOURCE, Some(OTHER)).unwrap();
    bench.settle();
    assert_eq!(bench.state(SOURCE), ReadState::Flowing);
}

#[test]
fn end_travels_down_the_pipe_and_finish_removes_it() {
    let mut bench = piped();
    bench.push(SOURCE, 100);
    bench.machine.handle_push(SOURCE, None);
    bench.settle();
    bench.write_done(SINK);
    let order: Vec<&EventKind> = bench
        .kinds()
        .into_iter()
        .filter(|kind| {
            matches!(
                kind,
                EventKind::Ended
                    | EventKind::Ending
                    | EventKind::Finished
                    | EventKind::Unpiped { .. }
            )
        })
        .collect();
    assert_eq!(
        order,
        [
            &EventKind::Ended,
            &EventKind::Ending,
            &EventKind::Finished,
            &EventKind::Unpiped {
                to: SINK,
                by: UnpipeCause::Finish
            }
        ]
    );
    assert_eq!(bench.state(SOURCE), ReadState::Ended);
    let sink = bench.folded.stages[1].clone();
    assert_eq!(sink.writable.unwrap().state, WriteState::Finished);
    assert!(sink.closed && bench.folded.stages[0].closed);
}

#[test]
fn a_failing_destination_is_unpiped_and_its_source_neither_destroyed_nor_ended() {
    let mut bench = piped();
    bench.push(SOURCE, 100);
    bench
        .machine
        .handle_write_done(SINK, Err("disk full".to_owned()));
    bench.settle();
    assert!(bench.saw(&EventKind::Unpiped {
        to: SINK,
        by: UnpipeCause::Error
    }));
    assert_eq!(bench.state(SOURCE), ReadState::Paused);
    let source = &bench.folded.stages[0];
    assert!(!source.closed && source.error.is_none());
    assert_eq!(
        bench.machine.uncaught(),
        Some(&(SINK, "disk full".to_owned()))
    );
}

#[test]
fn a_transform_holds_its_write_until_its_read_side_has_room() {
    let mut bench = Bench::new(vec![
        source(),
        StageOptions {
            name: "double".to_owned(),
            read: Some(ReadOptions {
                mark: 100,
                ..ReadOptions::default()
            }),
            write: Some(WriteOptions {
                mark: 100,
                finalizes: true,
                ..WriteOptions::default()
            }),
            ..StageOptions::default()
        },
        sink("sink"),
    ]);
    bench.machine.pipe(SOURCE, SINK).unwrap();
    bench.settle();
    bench.push(SOURCE, 60);
    bench
        .machine
        .handle_transform_done(SINK, Ok(vec![Bytes::from_static(&[0; 120])]));
    bench.settle();
    let double = bench.folded.stages[1].clone();
    assert_eq!(double.readable.unwrap().buffered, 120);
    assert_eq!(
        double.writable.unwrap().buffered,
        60,
        "the callback is held"
    );
    bench.machine.pipe(SINK, OTHER).unwrap();
    bench.settle();
    assert_eq!(
        bench.folded.stages[1].writable.as_ref().unwrap().buffered,
        0
    );
}

#[test]
fn read_above_the_mark_raises_the_mark() {
    let mut bench = Bench::new(vec![source(), sink("sink")]);
    assert_eq!(bench.machine.read(SOURCE, Some(70_000)), None);
    assert_eq!(
        bench.machine.view().stages[0]
            .readable
            .as_ref()
            .unwrap()
            .mark,
        131_072
    );
}

#[test]
fn a_pipe_needs_a_readable_and_a_writable() {
    let mut bench = Bench::new(vec![source(), sink("sink"), source()]);
    assert_eq!(
        bench.machine.pipe(SOURCE, OTHER),
        Err(VerbError::NotWritable("source".to_owned()))
    );
    assert_eq!(
        bench.machine.pipe(SINK, OTHER),
        Err(VerbError::NotReadable("sink".to_owned()))
    );
    bench.settle();
    assert!(bench.log.is_empty());
}

#[test]
fn a_listener_that_ignores_backpressure_lets_the_buffer_grow() {
    let mut bench = Bench::new(vec![source(), sink("sink")]);
    bench
        .machine
        .forward(SOURCE, SINK, Backpressure::Ignored)
        .unwrap();
    bench.settle();
    for _ in 0..10 {
        bench.push(SOURCE, 16_384);
    }
    assert_eq!(bench.state(SOURCE), ReadState::Flowing);
    let sink = bench.folded.stages[1].writable.clone().unwrap();
    assert_eq!(sink.buffered, 10 * sink.mark);
    assert_eq!(
        bench.folded.stages[0]
            .readable
            .as_ref()
            .unwrap()
            .data_listeners,
        1
    );
}

#[test]
fn a_pipe_hears_no_error_for_the_program_and_a_pipeline_hears_all_of_its_stages() {
    let hearing = |bench: &Bench| {
        let stages = bench.folded.stages.iter();
        stages.map(|stage| stage.hearing).collect::<Vec<_>>()
    };
    let mut bench = piped();
    assert_eq!(hearing(&bench), [Hearing::Nobody; 3]);
    bench.machine.on_error(SINK);
    bench.settle();
    let expect = [Hearing::Nobody, Hearing::Program, Hearing::Nobody];
    assert_eq!(hearing(&bench), expect);

    let mut bench = Bench::new(vec![source(), sink("sink")]);
    bench.machine.pipeline(&[SOURCE, SINK]).unwrap();
    bench.settle();
    assert_eq!(hearing(&bench), [Hearing::Pipeline; 2]);
    let told = |kind: &&&EventKind| matches!(kind, EventKind::Hearing { .. });
    assert_eq!(bench.kinds().iter().filter(told).count(), 2, "each once");
    bench.machine.destroy(SOURCE, Some("boom"));
    bench.settle();
    assert!(bench.machine.uncaught().is_none());
    assert!(bench.folded.stages[1].closed, "it is destroyed too");

    let mut bench = Bench::new(vec![source()]);
    let finished = bench.machine.finished(SOURCE, FinishedOptions::default());
    bench.settle();
    assert_eq!(hearing(&bench), [Hearing::Program]);
    bench.machine.clean_up_finished(finished);
    bench.settle();
    assert_eq!(hearing(&bench), [Hearing::Nobody]);
}

#[test]
fn what_a_live_source_missed_is_in_the_picture() {
    let mut bench = Bench::new(vec![source(), sink("sink")]);
    let missed = EventKind::Missed {
        chunks: 3,
        bytes: 960,
    };
    assert!(missed.may_be_thinned(), "its totals are absolute");
    bench.machine.note(SOURCE, missed);
    while let Some(event) = bench.machine.poll_event() {
        bench.folded.apply(&event);
    }
    let source = &bench.folded.stages[0];
    assert_eq!((source.missed_chunks, source.missed_bytes), (3, 960));
}
