//! Events of a run.

use spillway_streams::{
    Callback, Event, EventKind, FlowCause, Hearing, Outcome, PauseCause, ReadState, Resources,
    StageId, UnpipeCause, Verb,
};

use super::fields::Fields;
use super::parse::Json;

pub(super) fn event(fields: Fields<'_>) -> Option<Event> {
    Some(Event {
        seq: fields.u64("seq")?,
        at_us: fields.u64("at_us")?,
        stage: stage(fields, "stage")?,
        kind: kind(fields)?,
    })
}

pub(super) fn stage(fields: Fields<'_>, key: &str) -> Option<StageId> {
    fields.value(key).and_then(stage_id)
}

fn stage_id(value: &Json) -> Option<StageId> {
    value.as_u64()?.try_into().ok().map(StageId)
}

fn kind(fields: Fields<'_>) -> Option<EventKind> {
    let name = fields.str("type")?;
    Some(match name {
        "verb" => EventKind::Verb {
            verb: verb(fields.object("verb")?)?,
        },
        "flowing" => EventKind::Flowing {
            by: flow_cause(fields.object("by")?)?,
            undid_pause: fields.bool("undid_pause")?,
        },
        "paused" => EventKind::Paused {
            by: pause_cause(fields.object("by")?)?,
        },
        "ended" => EventKind::Ended,
        "drain" => EventKind::Drain,
        "ending" => EventKind::Ending,
        "finished" => EventKind::Finished,
        "closed" => EventKind::Closed,
        "piped" => EventKind::Piped {
            to: stage(fields, "to")?,
        },
        "unpiped" => EventKind::Unpiped {
            to: stage(fields, "to")?,
            by: unpipe_cause(fields.str("by")?)?,
        },
        "called_back" => EventKind::CalledBack {
            of: match fields.str("of")? {
                "finished" => Callback::Finished,
                "pipeline" => Callback::Pipeline,
                "loop" => Callback::Loop,
                _ => return None,
            },
            error: fields.maybe_string("error")?,
        },
        "next" => EventKind::Next {
            bytes: fields.maybe("bytes", Json::as_u64)?,
            error: fields.maybe_string("error")?,
        },
        "errored" => EventKind::Errored {
            message: fields.string("message")?,
        },
        "throttled" => EventKind::Throttled {
            bytes_per_s: fields.maybe("bytes_per_s", Json::as_u64)?,
        },
        "resources" => EventKind::Resources {
            open: resources(fields)?,
        },
        "times" => EventKind::Times {
            busy_us: fields.u64("busy_us")?,
            held_us: fields.u64("held_us")?,
        },
        "told" => EventKind::Told {
            text: fields.string("text")?,
        },
        "readable" => EventKind::Readable,
        "listeners" => EventKind::Listeners {
            data: fields.u64("data")?,
            readable: fields.u64("readable")?,
            state: read_state(fields.str("state")?)?,
        },
        "hearing" => EventKind::Hearing {
            by: hearing(fields.str("by")?)?,
        },
        "marked" => EventKind::Marked {
            mark: fields.u64("mark")?,
        },
        "corked" => EventKind::Corked {
            times: fields.u64("times")?,
        },
        "over" => EventKind::Over {
            outcome: outcome(fields.object("outcome")?)?,
        },
        _ => return chunk(name, fields),
    })
}

/// Events of a chunk: all have its size.
fn chunk(name: &str, fields: Fields<'_>) -> Option<EventKind> {
    let bytes = fields.u64("bytes")?;
    let buffered = || fields.u64("buffered");
    let chunks = || fields.u64("chunks");
    let total = || fields.u64("total");
    Some(match name {
        "pushed" => EventKind::Pushed {
            bytes,
            buffered: buffered()?,
            more: fields.bool("more")?,
        },
        "data" => EventKind::Data {
            bytes,
            buffered: buffered()?,
            chunks: chunks()?,
            total: total()?,
        },
        "discarded" => EventKind::Discarded {
            bytes,
            buffered: buffered()?,
            chunks: chunks()?,
            total: total()?,
        },
        "wrote" => EventKind::Wrote {
            from: stage(fields, "from")?,
            bytes,
            answer: fields.bool("answer")?,
            buffered: buffered()?,
            mark: fields.u64("mark")?,
        },
        "taken" => EventKind::Taken {
            bytes,
            buffered: buffered()?,
            chunks: chunks()?,
            total: total()?,
            took_us: fields.u64("took_us")?,
        },
        "missed" => EventKind::Missed {
            chunks: chunks()?,
            bytes,
        },
        "in_work" => EventKind::InWork { bytes },
        _ => return None,
    })
}

pub(super) fn resources(fields: Fields<'_>) -> Option<Resources> {
    let open = fields.object("open")?;
    Some(Resources {
        files: open.u64("files")?,
        sockets: open.u64("sockets")?,
        timers: open.u64("timers")?,
    })
}

fn verb(fields: Fields<'_>) -> Option<Verb> {
    Some(match fields.str("name")? {
        "pipe" => Verb::Pipe {
            to: stage(fields, "to")?,
        },
        "unpipe" => Verb::Unpipe {
            to: fields.maybe("to", stage_id)?,
        },
        "pause" => Verb::Pause,
        "resume" => Verb::Resume,
        "destroy" => Verb::Destroy {
            failing: fields.bool("failing")?,
        },
        "read" => Verb::Read {
            n: fields.maybe("n", Json::as_u64)?,
        },
        "write" => Verb::Write {
            bytes: fields.u64("bytes")?,
        },
        "cork" => Verb::Cork,
        "uncork" => Verb::Uncork,
        "end" => Verb::End,
        _ => return None,
    })
}

fn flow_cause(fields: Fields<'_>) -> Option<FlowCause> {
    Some(match fields.str("cause")? {
        "resume" => FlowCause::Resume,
        "pipe" => FlowCause::Pipe {
            to: stage(fields, "to")?,
        },
        "drain" => FlowCause::Drain {
            of: stage(fields, "of")?,
        },
        _ => return None,
    })
}

pub(super) fn pause_cause(fields: Fields<'_>) -> Option<PauseCause> {
    Some(match fields.str("cause")? {
        "pause" => PauseCause::Pause,
        "backpressure" => PauseCause::Backpressure {
            to: stage(fields, "to")?,
            buffered: fields.u64("buffered")?,
            mark: fields.u64("mark")?,
        },
        "unpipe" => PauseCause::Unpipe,
        _ => return None,
    })
}

pub(super) fn read_state(name: &str) -> Option<ReadState> {
    Some(match name {
        "initial" => ReadState::Initial,
        "flowing" => ReadState::Flowing,
        "paused" => ReadState::Paused,
        "ended" => ReadState::Ended,
        _ => return None,
    })
}

pub(super) fn hearing(name: &str) -> Option<Hearing> {
    Some(match name {
        "nobody" => Hearing::Nobody,
        "program" => Hearing::Program,
        "pipeline" => Hearing::Pipeline,
        _ => return None,
    })
}

fn unpipe_cause(name: &str) -> Option<UnpipeCause> {
    Some(match name {
        "unpipe" => UnpipeCause::Unpipe,
        "finish" => UnpipeCause::Finish,
        "error" => UnpipeCause::Error,
        "close" => UnpipeCause::Close,
        "end" => UnpipeCause::End,
        _ => return None,
    })
}

pub(super) fn outcome(fields: Fields<'_>) -> Option<Outcome> {
    let message = || fields.string("message");
    Some(match fields.str("how")? {
        "completed" => Outcome::Completed,
        "failed" => Outcome::Failed {
            message: message()?,
            heard: fields.bool("heard")?,
        },
        "stopped" => Outcome::Stopped {
            message: message()?,
        },
        _ => return None,
    })
}
