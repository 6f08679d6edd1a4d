//! The kinds of goals that serve for most lessons: a verb is called, something becomes true, and
//! stays so for a while.

use spillway_streams::{Event, RunView};

use super::still::Stillness;
use super::{GoalKind, GoalOption, Kind, Subject, Watch};
use crate::call::Call;
use crate::condition::Condition;

/// The learner calls a verb.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// Absent, it matches nothing.
    call: Option<Call>,
}

impl Called {
    pub(super) const KIND: Kind = Kind {
        name: "called",
        subject: Subject::Pipeline,
        options: &[GoalOption::Call],
        reached_when: "the learner makes the `call`; how much a `read()` asks for, what a \
                       `write()` writes, and which speed is set, does not matter",
        make: |options| {
            GoalKind::Called(Self {
                call: options.call.clone(),
            })
        },
    };
}

impl Watch for Called {
    fn on_event(&mut self, event: &Event, view: &RunView) -> bool {
        let call = self.call.as_ref();
        call.is_some_and(|call| call.is_made_by(event, view))
    }
}

/// A condition becomes true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Becomes {
    that: Condition,
}

impl Becomes {
    pub(super) const KIND: Kind = Kind {
        name: "becomes",
        subject: Subject::Pipeline,
        options: &[GoalOption::That],
        reached_when: "the condition `that` is true",
        make: |options| {
            GoalKind::Becomes(Self {
                that: options.that.clone(),
            })
        },
    };
}

impl Watch for Becomes {
    fn on_event(&mut self, _event: &Event, view: &RunView) -> bool {
        self.that.holds(view)
    }

    fn on_time(&mut self, _at_us: u64, view: &RunView) -> bool {
        self.that.holds(view)
    }
}

/// A condition stays true for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lasts {
    that: Condition,
    still: Stillness,
}

impl Lasts {
    pub(super) const KIND: Kind = Kind {
        name: "lasts",
        subject: Subject::Pipeline,
        options: &[GoalOption::That, GoalOption::ForMs],
        reached_when: "the condition `that` stays true for `for_ms` milliseconds of a run that is \
                       not over",
        make: |options| {
            GoalKind::Lasts(Self {
                that: options.that.clone(),
                still: Stillness::new(options.for_us),
            })
        },
    };
}

impl Watch for Lasts {
    fn on_event(&mut self, event: &Event, view: &RunView) -> bool {
        // Until just before this event the picture was the one before it.
        let lasted = self.still.lasted(event.at_us);
        if view.outcome.is_none() && self.that.holds(view) {
            self.still.begin_unless_begun(event.at_us);
        } else {
            self.still.stop();
        }
        lasted
    }

    fn on_time(&mut self, at_us: u64, _view: &RunView) -> bool {
        self.still.lasted(at_us)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{
        Step, check, data, finished, goal_with, over, pause_verb, paused, resume, unpipe, wrote,
    };
    use spillway_streams::PauseCause;

    fn called(call: &str) -> super::super::Goal {
        goal_with("called", Some(call), "", 0)
    }

    #[test]
    fn the_learners_call_reaches_called() {
        check(called("source.pause()"), &[pause_verb(1)], true);
        check(called("source.unpipe(sink)"), &[unpipe(1)], true);
        check(called("source.resume()"), &[pause_verb(1)], false);
        check(called("sink.end()"), &[pause_verb(1)], false);
    }

    #[test]
    fn a_condition_counts_when_it_is_true() {
        let full = || goal_with("becomes", None, "sink.writableNeedDrain", 0);
        check(full(), &[data(1), wrote(2, true)], false);
        check(full(), &[data(1), wrote(2, false)], true);
        let done = || goal_with("becomes", None, "sink.writableFinished", 0);
        check(done(), &[finished(3)], true);
    }

    #[test]
    fn a_condition_lasts_when_nothing_breaks_it() {
        let paused_for = || goal_with("lasts", None, "source.isPaused", 2_000);
        let pause = paused(1_000, PauseCause::Pause);
        check(paused_for(), &[pause.clone(), Step::Time(2_999)], false);
        check(paused_for(), &[pause.clone(), Step::Time(3_000)], true);
        check(
            paused_for(),
            &[pause.clone(), resume(2_000), Step::Time(9_000)],
            false,
        );
        check(
            paused_for(),
            &[pause, over(2_000), Step::Time(9_000)],
            false,
        );
    }
}
