//! Logs made by hand for the tests of the goals: a source piped to a sink.

use spillway_streams::{
    Event, EventKind, FlowCause, Hearing, Outcome, PauseCause, PipeView, ReadState, ReadableView,
    Resources, RunView, StageId, StageView, UnpipeCause, Verb, WritableView, WriteState,
};

use crate::call::Call;
use crate::condition::Condition;
use crate::wire::What;

use super::{ChatEvent, Goal, Judge, KINDS, Options, Order};

pub(crate) const SOURCE: StageId = StageId(0);
pub(crate) const SINK: StageId = StageId(1);

/// One thing a judge is told. Times are milliseconds.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    At(u64, StageId, EventKind),
    Time(u64),
    Chat(ChatEvent),
    NewRun,
}

/// A goal of `kind` with its stage options in their order.
pub(crate) fn goal(kind: &str, stages: &[&str], for_ms: u64) -> Goal {
    let kind = KINDS.iter().find(|known| known.name == kind).unwrap();
    let options = Options {
        stages: stages.iter().copied().map(String::from).collect(),
        for_us: for_ms * 1_000,
        ..Options::default()
    };
    Goal {
        kind: (kind.make)(&options),
        say: String::new(),
        line: 1,
    }
}

/// A goal of `kind` with a call or a condition.
pub(crate) fn goal_with(kind: &str, call: Option<&str>, that: &str, for_ms: u64) -> Goal {
    let kind = KINDS.iter().find(|known| known.name == kind).unwrap();
    let options = Options {
        for_us: for_ms * 1_000,
        call: call.map(|call| Call::parse(call).unwrap()),
        that: match that {
            "" => Condition::default(),
            that => Condition::parse(that).unwrap(),
        },
        ..Options::default()
    };
    Goal {
        kind: (kind.make)(&options),
        say: String::new(),
        line: 1,
    }
}

/// A goal of `kind` about what crosses.
pub(crate) fn goal_on_wire(kind: &str, what: &str, times: u64) -> Goal {
    let kind = KINDS.iter().find(|known| known.name == kind).unwrap();
    let options = Options {
        what: Some(What::parse(what).unwrap()),
        times,
        ..Options::default()
    };
    Goal {
        kind: (kind.make)(&options),
        say: String::new(),
        line: 1,
    }
}

/// Feeds `steps` to a judge of these goals and compares what is reached at the end.
pub(super) fn check_all(goals: &[Goal], order: Order, steps: &[Step], reached: &[bool]) {
    let mut judge = Judge::new(goals, order);
    let mut view = run();
    for step in steps {
        match step {
            Step::At(at_ms, stage, kind) => {
                let event = Event {
                    seq: view.seq + 1,
                    at_us: at_ms * 1_000,
                    stage: *stage,
                    kind: kind.clone(),
                };
                view.apply(&event);
                judge.handle_event(&event, &view);
            }
            Step::Time(at_ms) => {
                judge.handle_time(at_ms * 1_000, &view);
            }
            Step::Chat(event) => {
                judge.handle_chat(*event);
            }
            Step::NewRun => {
                view = run();
                judge.handle_new_run();
            }
        }
    }
    assert_eq!(judge.reached(), reached, "after {steps:#?}");
}

/// The same for a single goal.
pub(super) fn check(goal: Goal, steps: &[Step], reached: bool) {
    check_all(&[goal], Order::AsListed, steps, &[reached]);
}

pub(super) fn pipe(at_ms: u64) -> Step {
    Step::At(at_ms, SOURCE, EventKind::Piped { to: SINK })
}

pub(super) fn unpipe(at_ms: u64) -> Step {
    unpipe_by(at_ms, UnpipeCause::Unpipe)
}

pub(super) fn unpipe_by(at_ms: u64, by: UnpipeCause) -> Step {
    Step::At(at_ms, SOURCE, EventKind::Unpiped { to: SINK, by })
}

pub(super) fn pause_verb(at_ms: u64) -> Step {
    Step::At(at_ms, SOURCE, EventKind::Verb { verb: Verb::Pause })
}

pub(crate) fn paused(at_ms: u64, by: PauseCause) -> Step {
    Step::At(at_ms, SOURCE, EventKind::Paused { by })
}

pub(crate) fn backpressure(at_ms: u64) -> Step {
    let by = PauseCause::Backpressure {
        to: SINK,
        buffered: 20,
        mark: 16,
    };
    paused(at_ms, by)
}

pub(super) fn resume(at_ms: u64) -> Step {
    flowing(at_ms, FlowCause::Resume, true)
}

pub(super) fn drain_resumes(at_ms: u64, undid_pause: bool) -> Step {
    flowing(at_ms, FlowCause::Drain { of: SINK }, undid_pause)
}

fn flowing(at_ms: u64, by: FlowCause, undid_pause: bool) -> Step {
    Step::At(at_ms, SOURCE, EventKind::Flowing { by, undid_pause })
}

pub(crate) fn data(at_ms: u64) -> Step {
    let kind = EventKind::Data {
        bytes: 1,
        buffered: 0,
        chunks: 1,
        total: 1,
    };
    Step::At(at_ms, SOURCE, kind)
}

pub(super) fn discarded(at_ms: u64) -> Step {
    let kind = EventKind::Discarded {
        bytes: 1,
        buffered: 0,
        chunks: 1,
        total: 1,
    };
    Step::At(at_ms, SOURCE, kind)
}

pub(crate) fn wrote(at_ms: u64, answer: bool) -> Step {
    let kind = EventKind::Wrote {
        from: SOURCE,
        bytes: 20,
        answer,
        buffered: 20,
        mark: 16,
    };
    Step::At(at_ms, SINK, kind)
}

pub(crate) fn finished(at_ms: u64) -> Step {
    Step::At(at_ms, SINK, EventKind::Finished)
}

pub(crate) fn over(at_ms: u64) -> Step {
    let outcome = Outcome::Completed;
    Step::At(at_ms, SINK, EventKind::Over { outcome })
}

pub(crate) fn run() -> RunView {
    let stage = |name: &str| StageView {
        name: String::from(name),
        label: String::from(name),
        kind: String::from(name),
        readable: None,
        writable: None,
        in_work: 0,
        open: Resources::default(),
        missed_chunks: 0,
        missed_bytes: 0,
        bytes_per_s: None,
        throttles: false,
        busy_us: 0,
        held_us: 0,
        hearing: Hearing::Nobody,
        error: None,
        closed: false,
    };
    let mut source = stage("source");
    source.readable = Some(ReadableView {
        state: ReadState::Flowing,
        paused_by: None,
        paused_by_hand: false,
        object_mode: false,
        data_listeners: 0,
        readable_listeners: 0,
        buffered: 0,
        mark: 16,
        chunks: 0,
        bytes: 0,
        read_bytes: 0,
        discarded_chunks: 0,
        discarded_bytes: 0,
    });
    let mut sink = stage("sink");
    sink.writable = Some(WritableView {
        state: WriteState::Open,
        object_mode: false,
        corked: 0,
        buffered: 0,
        mark: 16,
        need_drain: false,
        chunks: 0,
        bytes: 0,
    });
    RunView {
        stages: vec![source, sink],
        pipes: vec![PipeView {
            from: SOURCE,
            to: SINK,
            open: true,
        }],
        ..RunView::default()
    }
}
