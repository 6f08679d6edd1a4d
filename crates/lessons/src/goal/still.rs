use spillway_streams::{Event, EventKind, RunView, StageId, UnpipeCause};

use super::{GoalKind, GoalOption, Kind, Subject, Watch};

/// A stretch of time in which something must not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stillness {
    /// When it began; `None` while it does not count.
    since: Option<u64>,
    for_us: u64,
}

impl Stillness {
    pub(super) const fn new(for_us: u64) -> Self {
        Self {
            since: None,
            for_us,
        }
    }

    /// It counts from now on.
    pub(super) const fn begin(&mut self, at_us: u64) {
        self.since = Some(at_us);
    }

    /// It counts from now on, or goes on counting.
    pub(super) const fn begin_unless_begun(&mut self, at_us: u64) {
        if self.since.is_none() {
            self.since = Some(at_us);
        }
    }

    /// It was broken; if it counted, it counts again from now on.
    pub(super) const fn restart(&mut self, at_us: u64) {
        if self.since.is_some() {
            self.since = Some(at_us);
        }
    }

    /// It does not count any more.
    pub(super) const fn stop(&mut self) {
        self.since = None;
    }

    pub(super) fn lasted(&self, at_us: u64) -> bool {
        self.since
            .is_some_and(|since| at_us.saturating_sub(since) >= self.for_us)
    }
}

/// Nothing reached a stage after a pipe was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SinkStill {
    stage: String,
    /// Pipes the learner removed and has not put back.
    removed: Vec<(StageId, StageId)>,
    still: Stillness,
}

impl SinkStill {
    pub(super) const KIND: Kind = Kind {
        name: "sink_still",
        subject: Subject::Pipeline,
        options: &[GoalOption::Stage("stage"), GoalOption::ForMs],
        reached_when: "with a pipe removed by the learner, nothing is written to `stage` for \
                       `for_ms` milliseconds",
        make: |options| {
            GoalKind::SinkStill(Self {
                stage: options.stage(0),
                removed: Vec::new(),
                still: Stillness::new(options.for_us),
            })
        },
    };
}

impl Watch for SinkStill {
    fn on_event(&mut self, event: &Event, view: &RunView) -> bool {
        let lasted = self.still.lasted(event.at_us);
        match event.kind {
            EventKind::Unpiped {
                to,
                by: UnpipeCause::Unpipe,
            } => {
                self.removed.push((event.stage, to));
                self.still.begin_unless_begun(event.at_us);
            }
            EventKind::Piped { to } => {
                self.removed.retain(|pair| *pair != (event.stage, to));
                if self.removed.is_empty() {
                    self.still.stop();
                }
            }
            EventKind::Wrote { .. } if view.id_of(&self.stage) == Some(event.stage) => {
                self.still.restart(event.at_us);
            }
            // A sink that has finished, or a run that is over, is still for another reason.
            EventKind::Finished if view.id_of(&self.stage) == Some(event.stage) => {
                self.still.stop();
            }
            EventKind::Over { .. } => self.still.stop(),
            _ => {}
        }
        lasted
    }

    fn on_time(&mut self, at_us: u64, _view: &RunView) -> bool {
        self.still.lasted(at_us)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Goal;
    use super::super::testing::{Step, check, finished, goal, over, pipe, unpipe, wrote};

    fn still_for_2_s() -> Goal {
        goal("sink_still", &["sink"], 2_000)
    }

    #[test]
    fn a_sink_that_gets_nothing_after_unpipe_is_still() {
        check(still_for_2_s(), &[unpipe(10), Step::Time(2_009)], false);
        check(still_for_2_s(), &[unpipe(10), Step::Time(2_010)], true);
    }

    #[test]
    fn what_was_on_its_way_starts_the_time_again() {
        let steps = [unpipe(10), wrote(500, true), Step::Time(2_400)];
        check(still_for_2_s(), &steps, false);
        let steps = [unpipe(10), wrote(500, true), Step::Time(2_500)];
        check(still_for_2_s(), &steps, true);
    }

    #[test]
    fn time_is_seen_by_the_next_event_too() {
        check(still_for_2_s(), &[unpipe(10), pipe(2_010)], true);
    }

    #[test]
    fn a_piped_sink_is_never_still() {
        check(still_for_2_s(), &[Step::Time(9_000)], false);
        let steps = [unpipe(10), pipe(1_000), Step::Time(9_000)];
        check(still_for_2_s(), &steps, false);
    }

    #[test]
    fn an_ended_sink_is_not_still() {
        let steps = [unpipe(10), finished(20), Step::Time(9_000)];
        check(still_for_2_s(), &steps, false);
        let steps = [unpipe(10), over(20), Step::Time(9_000)];
        check(still_for_2_s(), &steps, false);
    }
}
