use spillway_streams::{Event, RunView, WriteState};

use super::{GoalKind, GoalOption, Kind, Subject, Watch};

/// A sink finished and nothing was lost on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinishedWhole {
    stage: String,
}

impl FinishedWhole {
    pub(super) const KIND: Kind = Kind {
        name: "finished_whole",
        subject: Subject::Pipeline,
        options: &[GoalOption::Stage("stage")],
        reached_when: "`stage` finishes and not one byte was discarded anywhere in the run",
        make: |options| {
            GoalKind::FinishedWhole(Self {
                stage: options.stage(0),
            })
        },
    };

    fn is_reached(&self, view: &RunView) -> bool {
        let finished = view
            .id_of(&self.stage)
            .and_then(|id| view.stage(id)?.writable.as_ref())
            .is_some_and(|writable| writable.state == WriteState::Finished);
        finished
            && view.stages.iter().all(|stage| {
                stage
                    .readable
                    .as_ref()
                    .is_none_or(|readable| readable.discarded_bytes == 0)
            })
    }
}

impl Watch for FinishedWhole {
    fn on_event(&mut self, _event: &Event, view: &RunView) -> bool {
        self.is_reached(view)
    }

    fn on_time(&mut self, _at_us: u64, view: &RunView) -> bool {
        self.is_reached(view)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Goal;
    use super::super::testing::{check, data, discarded, finished, goal};

    fn finished_whole() -> Goal {
        goal("finished_whole", &["sink"], 0)
    }

    #[test]
    fn a_finished_sink_reaches_it() {
        check(finished_whole(), &[data(1), finished(2)], true);
    }

    #[test]
    fn a_sink_at_work_does_not() {
        check(finished_whole(), &[data(1)], false);
    }

    #[test]
    fn a_run_that_discarded_a_byte_does_not() {
        check(finished_whole(), &[discarded(1), finished(2)], false);
    }
}
