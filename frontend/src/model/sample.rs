//! A pipeline for the tests: `cities.csv` → `filter rows` → `gzip` → `out.csv.gz`.

use spillway_streams::{
    Hearing, Measured, Outcome, PipeView, ReadState, ReadableView, Resources, RunView, StageId,
    StageView, WritableView, WriteState,
};

/// Four stages, piped in order and flowing.
pub(crate) fn pipeline() -> RunView {
    let pipe = |from, to| PipeView {
        from: StageId(from),
        to: StageId(to),
        open: true,
    };
    RunView {
        seq: 10,
        at_us: 1_000_000,
        stages: vec![
            stage("source", "cities.csv", Some(65_536), None),
            stage("filter", "filter rows", Some(16_384), Some(16_384)),
            stage("gzip", "gzip, level 6", Some(16_384), Some(16_384)),
            stage("sink", "out.csv.gz", None, Some(16_384)),
        ],
        pipes: vec![pipe(0, 1), pipe(1, 2), pipe(2, 3)],
        outcome: None,
        measured: Measured {
            peak_bytes: 131_072,
            first_taken_us: Some(12_000),
        },
    }
}

/// The same after a run that brought everything to its end.
pub(crate) fn complete() -> RunView {
    let mut view = pipeline();
    view.outcome = Some(Outcome::Completed);
    for stage in &mut view.stages {
        if let Some(readable) = &mut stage.readable {
            readable.state = ReadState::Ended;
        }
        if let Some(writable) = &mut stage.writable {
            writable.state = WriteState::Finished;
        }
    }
    view
}

fn stage(name: &str, label: &str, read: Option<u64>, write: Option<u64>) -> StageView {
    StageView {
        name: name.to_owned(),
        label: label.to_owned(),
        kind: name.to_owned(),
        readable: read.map(|mark| ReadableView {
            state: ReadState::Flowing,
            paused_by: None,
            paused_by_hand: false,
            object_mode: false,
            data_listeners: 0,
            readable_listeners: 0,
            buffered: 0,
            mark,
            chunks: 0,
            bytes: 0,
            read_bytes: 0,
            discarded_chunks: 0,
            discarded_bytes: 0,
        }),
        writable: write.map(|mark| WritableView {
            state: WriteState::Open,
            object_mode: false,
            corked: 0,
            buffered: 0,
            mark,
            need_drain: false,
            chunks: 0,
            bytes: 0,
        }),
        in_work: 0,
        open: Resources::default(),
        missed_chunks: 0,
        missed_bytes: 0,
        bytes_per_s: None,
        throttles: name == "sink",
        busy_us: 0,
        held_us: 0,
        hearing: Hearing::Nobody,
        error: None,
        closed: false,
    }
}
