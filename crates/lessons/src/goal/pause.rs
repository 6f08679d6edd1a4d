use spillway_streams::{
    Event, EventKind, FlowCause, PauseCause, RunView, StageId, UnpipeCause, Verb,
};

use super::still::Stillness;
use super::{GoalKind, GoalOption, Kind, Subject, Watch};

/// The learner's pause held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldStill {
    stage: String,
    still: Stillness,
}

impl HeldStill {
    pub(super) const KIND: Kind = Kind {
        name: "held_still",
        subject: Subject::Pipeline,
        options: &[GoalOption::Stage("stage"), GoalOption::ForMs],
        reached_when: "the learner calls `stage.pause()` while no destination of it owes a \
                       `drain`, and no byte leaves it for `for_ms` milliseconds",
        make: |options| {
            GoalKind::HeldStill(Self {
                stage: options.stage(0),
                still: Stillness::new(options.for_us),
            })
        },
    };
}

impl Watch for HeldStill {
    fn on_event(&mut self, event: &Event, view: &RunView) -> bool {
        let lasted = self.still.lasted(event.at_us);
        if matches!(event.kind, EventKind::Over { .. }) {
            self.still.stop();
        } else if view.id_of(&self.stage) == Some(event.stage) {
            match event.kind {
                EventKind::Verb { verb: Verb::Pause } if !is_owed_drain(view, event.stage) => {
                    self.still.begin_unless_begun(event.at_us);
                }
                EventKind::Data { .. } | EventKind::Discarded { .. } => {
                    self.still.restart(event.at_us);
                }
                EventKind::Flowing { .. } | EventKind::Ended | EventKind::Errored { .. } => {
                    self.still.stop();
                }
                _ => {}
            }
        }
        lasted
    }

    fn on_time(&mut self, at_us: u64, _view: &RunView) -> bool {
        self.still.lasted(at_us)
    }
}

/// Whether a destination of `from` still owes a `drain`: then that drain would undo a pause.
fn is_owed_drain(view: &RunView, from: StageId) -> bool {
    view.pipes.iter().any(|pipe| {
        let owes = view
            .stage(pipe.to)
            .and_then(|stage| stage.writable.as_ref())
            .is_some_and(|writable| writable.need_drain);
        pipe.from == from && (owes || !pipe.open)
    })
}

/// A destination holds the stage back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backpressured {
    stage: String,
}

impl Backpressured {
    pub(super) const KIND: Kind = Kind {
        name: "backpressured",
        subject: Subject::Pipeline,
        options: &[GoalOption::Stage("stage")],
        reached_when: "`stage` is paused because a destination's `write()` answered false",
        make: |options| {
            GoalKind::Backpressured(Self {
                stage: options.stage(0),
            })
        },
    };

    fn is_reached(&self, view: &RunView) -> bool {
        view.id_of(&self.stage)
            .and_then(|id| view.stage(id)?.readable.as_ref())
            .is_some_and(|readable| {
                matches!(readable.paused_by, Some(PauseCause::Backpressure { .. }))
            })
    }
}

impl Watch for Backpressured {
    fn on_event(&mut self, _event: &Event, view: &RunView) -> bool {
        self.is_reached(view)
    }

    fn on_time(&mut self, _at_us: u64, view: &RunView) -> bool {
        self.is_reached(view)
    }
}

/// A drain undid the learner's pause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PauseUndone {
    stage: String,
}

impl PauseUndone {
    pub(super) const KIND: Kind = Kind {
        name: "pause_undone",
        subject: Subject::Pipeline,
        options: &[GoalOption::Stage("stage")],
        reached_when: "a `drain` undoes the learner's `stage.pause()`",
        make: |options| {
            GoalKind::PauseUndone(Self {
                stage: options.stage(0),
            })
        },
    };
}

impl Watch for PauseUndone {
    fn on_event(&mut self, event: &Event, view: &RunView) -> bool {
        is_undone(event, view, &self.stage)
    }
}

fn is_undone(event: &Event, view: &RunView, stage: &str) -> bool {
    let undone = matches!(
        event.kind,
        EventKind::Flowing {
            by: FlowCause::Drain { .. },
            undid_pause: true,
        }
    );
    undone && view.id_of(stage) == Some(event.stage)
}

/// After a pause that was undone, the learner stopped the stage in the way that lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoppedForGood {
    stage: String,
    /// A drain has undone a pause of the stage.
    undone: bool,
    still: Stillness,
}

impl StoppedForGood {
    pub(super) const KIND: Kind = Kind {
        name: "stopped_for_good",
        subject: Subject::Pipeline,
        options: &[GoalOption::Stage("stage"), GoalOption::ForMs],
        reached_when: "after a pause that was undone, the learner unpipes `stage` from all its \
                       destinations and no byte leaves it for `for_ms` milliseconds",
        make: |options| {
            GoalKind::StoppedForGood(Self {
                stage: options.stage(0),
                undone: false,
                still: Stillness::new(options.for_us),
            })
        },
    };
}

impl Watch for StoppedForGood {
    fn on_event(&mut self, event: &Event, view: &RunView) -> bool {
        let lasted = self.still.lasted(event.at_us);
        self.undone |= is_undone(event, view, &self.stage);
        if matches!(event.kind, EventKind::Over { .. }) {
            self.still.stop();
        } else if view.id_of(&self.stage) == Some(event.stage) {
            match event.kind {
                EventKind::Unpiped {
                    by: UnpipeCause::Unpipe,
                    ..
                } if self.undone && view.pipes.iter().all(|pipe| pipe.from != event.stage) => {
                    self.still.begin(event.at_us);
                }
                EventKind::Data { .. } | EventKind::Discarded { .. } => {
                    self.still.restart(event.at_us);
                }
                EventKind::Flowing { .. }
                | EventKind::Piped { .. }
                | EventKind::Ended
                | EventKind::Errored { .. } => self.still.stop(),
                _ => {}
            }
        }
        lasted
    }

    fn on_time(&mut self, at_us: u64, _view: &RunView) -> bool {
        self.still.lasted(at_us)
    }
}

#[cfg(test)]
mod tests {
    use spillway_streams::PauseCause;

    use super::super::Goal;
    use super::super::testing::{
        Step, backpressure, check, data, drain_resumes, goal, over, pause_verb, paused, pipe,
        resume, unpipe, wrote,
    };

    fn held_for_2_s() -> Goal {
        goal("held_still", &["source"], 2_000)
    }

    fn stopped_for_2_s() -> Goal {
        goal("stopped_for_good", &["source"], 2_000)
    }

    #[test]
    fn a_pause_that_owes_nobody_a_drain_holds() {
        let steps = [pause_verb(10), paused(10, PauseCause::Pause)];
        let early = [steps.as_slice(), &[Step::Time(2_009)]].concat();
        check(held_for_2_s(), &early, false);
        let late = [steps.as_slice(), &[Step::Time(2_010)]].concat();
        check(held_for_2_s(), &late, true);
    }

    #[test]
    fn a_pause_during_backpressure_does_not_count() {
        let steps = [
            wrote(5, false),
            backpressure(5),
            pause_verb(10),
            Step::Time(9_000),
        ];
        check(held_for_2_s(), &steps, false);
    }

    #[test]
    fn a_byte_that_leaves_starts_the_time_again() {
        let steps = [pause_verb(10), data(1_000), Step::Time(2_500)];
        check(held_for_2_s(), &steps, false);
    }

    #[test]
    fn a_pause_taken_back_does_not_count() {
        let steps = [pause_verb(10), resume(1_000), Step::Time(9_000)];
        check(held_for_2_s(), &steps, false);
    }

    #[test]
    fn a_run_that_is_over_is_not_held() {
        let steps = [pause_verb(10), over(1_000), Step::Time(9_000)];
        check(held_for_2_s(), &steps, false);
    }

    #[test]
    fn being_held_back_by_a_destination_is_backpressure() {
        let held = || goal("backpressured", &["source"], 0);
        check(held(), &[wrote(5, false), backpressure(5)], true);
        check(
            held(),
            &[pause_verb(5), paused(5, PauseCause::Pause)],
            false,
        );
    }

    #[test]
    fn only_a_drain_that_undoes_a_pause_counts_as_undone() {
        let undone = || goal("pause_undone", &["source"], 0);
        check(undone(), &[backpressure(5), drain_resumes(9, false)], false);
        check(undone(), &[pause_verb(5), resume(9)], false);
        check(undone(), &[pause_verb(5), drain_resumes(9, true)], true);
    }

    #[test]
    fn unpipe_after_an_undone_pause_stops_for_good() {
        let steps = [drain_resumes(5, true), unpipe(10), Step::Time(2_010)];
        check(stopped_for_2_s(), &steps, true);
    }

    #[test]
    fn unpipe_alone_is_not_the_answer_to_an_undone_pause() {
        check(stopped_for_2_s(), &[unpipe(10), Step::Time(9_000)], false);
    }

    #[test]
    fn a_source_piped_again_was_not_stopped_for_good() {
        let steps = [
            drain_resumes(5, true),
            unpipe(10),
            pipe(1_000),
            Step::Time(9_000),
        ];
        check(stopped_for_2_s(), &steps, false);
    }
}
