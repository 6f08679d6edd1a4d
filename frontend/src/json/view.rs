//! The picture of a run.

use spillway_streams::{
    Measured, PipeView, ReadableView, RunView, StageView, WritableView, WriteState,
};

use super::event::{hearing, outcome, pause_cause, read_state, resources, stage};
use super::fields::Fields;
use super::parse::Json;

pub(super) fn run_view(fields: Fields<'_>) -> Option<RunView> {
    Some(RunView {
        seq: fields.u64("seq")?,
        at_us: fields.u64("at_us")?,
        stages: fields.objects("stages", stage_view)?,
        pipes: fields.objects("pipes", pipe_view)?,
        outcome: fields.maybe("outcome", |value| outcome(Fields::of(value)?))?,
        measured: measured(fields.object("measured")?)?,
    })
}

fn measured(fields: Fields<'_>) -> Option<Measured> {
    Some(Measured {
        peak_bytes: fields.u64("peak_bytes")?,
        first_taken_us: fields.maybe("first_taken_us", Json::as_u64)?,
    })
}

fn stage_view(fields: Fields<'_>) -> Option<StageView> {
    Some(StageView {
        name: fields.string("name")?,
        label: fields.string("label")?,
        kind: fields.string("kind")?,
        readable: fields.maybe("readable", |value| readable(Fields::of(value)?))?,
        writable: fields.maybe("writable", |value| writable(Fields::of(value)?))?,
        in_work: fields.u64("in_work")?,
        open: resources(fields)?,
        missed_chunks: fields.u64("missed_chunks")?,
        missed_bytes: fields.u64("missed_bytes")?,
        bytes_per_s: fields.maybe("bytes_per_s", Json::as_u64)?,
        throttles: fields.bool("throttles")?,
        busy_us: fields.u64("busy_us")?,
        held_us: fields.u64("held_us")?,
        hearing: hearing(fields.str("hearing")?)?,
        error: fields.maybe_string("error")?,
        closed: fields.bool("closed")?,
    })
}

fn readable(fields: Fields<'_>) -> Option<ReadableView> {
    Some(ReadableView {
        state: read_state(fields.str("state")?)?,
        paused_by: fields.maybe("paused_by", |value| pause_cause(Fields::of(value)?))?,
        paused_by_hand: fields.bool("paused_by_hand")?,
        object_mode: fields.bool("object_mode")?,
        data_listeners: fields.u64("data_listeners")?,
        readable_listeners: fields.u64("readable_listeners")?,
        buffered: fields.u64("buffered")?,
        mark: fields.u64("mark")?,
        chunks: fields.u64("chunks")?,
        bytes: fields.u64("bytes")?,
        read_bytes: fields.u64("read_bytes")?,
        discarded_chunks: fields.u64("discarded_chunks")?,
        discarded_bytes: fields.u64("discarded_bytes")?,
    })
}

fn writable(fields: Fields<'_>) -> Option<WritableView> {
    Some(WritableView {
        state: match fields.str("state")? {
            "open" => WriteState::Open,
            "ending" => WriteState::Ending,
            "finished" => WriteState::Finished,
            _ => return None,
        },
        object_mode: fields.bool("object_mode")?,
        corked: fields.u64("corked")?,
        buffered: fields.u64("buffered")?,
        mark: fields.u64("mark")?,
        need_drain: fields.bool("need_drain")?,
        chunks: fields.u64("chunks")?,
        bytes: fields.u64("bytes")?,
    })
}

fn pipe_view(fields: Fields<'_>) -> Option<PipeView> {
    Some(PipeView {
        from: stage(fields, "from")?,
        to: stage(fields, "to")?,
        open: fields.bool("open")?,
    })
}
