//! An event of every kind there is.

use spillway_streams::{
    Callback, Event, EventKind, FlowCause, Hearing, Outcome, PauseCause, ReadState, Resources,
    StageId, UnpipeCause, Verb,
};

use super::name;

const OPEN: Resources = Resources {
    files: 1,
    sockets: 2,
    timers: 3,
};

/// The kind after this one; a kind that is missing here does not compile.
fn next_kind(kind: Option<&EventKind>) -> Option<EventKind> {
    use EventKind as K;
    let (bytes, buffered, chunks, total) = (1, 2, 3, 4);
    let (busy_us, held_us) = (5, 6);
    let by = Hearing::Pipeline;
    let (of, error, outcome) = (Callback::Finished, None, Outcome::Completed);
    let to = StageId(1);
    let Some(kind) = kind else {
        return Some(K::Verb { verb: Verb::Pause });
    };
    Some(match kind {
        K::Verb { .. } => K::Pushed {
            bytes,
            buffered,
            more: true,
        },
        K::Pushed { .. } => K::Data {
            bytes,
            buffered,
            chunks,
            total,
        },
        K::Data { .. } => K::Discarded {
            bytes,
            buffered,
            chunks,
            total,
        },
        K::Discarded { .. } => K::Flowing {
            by: FlowCause::Resume,
            undid_pause: true,
        },
        K::Flowing { .. } => K::Paused {
            by: PauseCause::Pause,
        },
        K::Paused { .. } => K::Ended,
        K::Ended => K::Wrote {
            from: to,
            bytes,
            answer: false,
            buffered,
            mark: 5,
        },
        K::Wrote { .. } => K::Taken {
            bytes,
            buffered,
            chunks,
            total,
            took_us: 6,
        },
        K::Taken { .. } => K::Drain,
        K::Drain => K::Ending,
        K::Ending => K::Finished,
        K::Finished => K::Piped { to },
        K::Piped { .. } => K::Unpiped {
            to,
            by: UnpipeCause::Unpipe,
        },
        K::Unpiped { .. } => K::Errored { message: name() },
        K::Errored { .. } => K::Closed,
        K::Closed => K::InWork { bytes },
        K::InWork { .. } => K::Resources { open: OPEN },
        K::Resources { .. } => K::Throttled { bytes_per_s: None },
        K::Throttled { .. } => K::Missed { chunks, bytes },
        K::Missed { .. } => K::Told { text: name() },
        K::Told { .. } => K::Readable,
        K::Readable => K::Listeners {
            data: 1,
            readable: 2,
            state: ReadState::Paused,
        },
        K::Listeners { .. } => K::Hearing { by },
        K::Hearing { .. } => K::Marked { mark: 5 },
        K::Marked { .. } => K::Corked { times: 1 },
        K::Corked { .. } => K::CalledBack { of, error },
        K::CalledBack { .. } => K::Next { bytes: None, error },
        K::Next { .. } => K::Times { busy_us, held_us },
        K::Times { .. } => K::Over { outcome },
        K::Over { .. } => return None,
    })
}

/// The parts of events that come in several kinds themselves.
fn inner_kinds() -> Vec<EventKind> {
    let to = StageId(1);
    let verbs = [
        Verb::Pipe { to },
        Verb::Unpipe { to: Some(to) },
        Verb::Unpipe { to: None },
        Verb::Resume,
        Verb::Destroy { failing: true },
        Verb::Read { n: Some(5) },
        Verb::Read { n: None },
        Verb::Write { bytes: 5 },
        Verb::Cork,
        Verb::Uncork,
        Verb::End,
    ];
    let flows = [FlowCause::Pipe { to }, FlowCause::Drain { of: to }];
    let pauses = [
        PauseCause::Backpressure {
            to,
            buffered: 1,
            mark: 2,
        },
        PauseCause::Unpipe,
    ];
    let unpipes = [
        UnpipeCause::Finish,
        UnpipeCause::Error,
        UnpipeCause::Close,
        UnpipeCause::End,
    ];
    let outcomes = [
        Outcome::Failed {
            message: name(),
            heard: true,
        },
        Outcome::Stopped { message: name() },
    ];
    let mut kinds = vec![
        EventKind::Throttled {
            bytes_per_s: Some(8),
        },
        EventKind::Next {
            bytes: Some(3),
            error: Some(name()),
        },
        EventKind::CalledBack {
            of: Callback::Pipeline,
            error: Some(name()),
        },
        EventKind::CalledBack {
            of: Callback::Loop,
            error: None,
        },
    ];
    kinds.extend(verbs.map(|verb| EventKind::Verb { verb }));
    kinds.extend(flows.map(|by| EventKind::Flowing {
        by,
        undid_pause: false,
    }));
    kinds.extend(pauses.map(|by| EventKind::Paused { by }));
    kinds.extend(unpipes.map(|by| EventKind::Unpiped { to, by }));
    kinds.extend(outcomes.map(|outcome| EventKind::Over { outcome }));
    kinds
}

pub(super) fn events() -> Vec<Event> {
    let mut kinds = inner_kinds();
    let mut last = None;
    while let Some(kind) = next_kind(last.as_ref()) {
        kinds.push(kind.clone());
        last = Some(kind);
    }
    let event = |kind| Event {
        seq: 7,
        at_us: 8,
        stage: StageId(2),
        kind,
    };
    kinds.into_iter().map(event).collect()
}
