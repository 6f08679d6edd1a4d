use spillway_streams::{Event, EventKind, RunView, UnpipeCause};

use super::{GoalKind, GoalOption, Kind, Subject, Watch};

/// The learner removed a pipe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpiped {
    from: String,
    to: String,
}

impl Unpiped {
    pub(super) const KIND: Kind = Kind {
        name: "unpiped",
        subject: Subject::Pipeline,
        options: &[GoalOption::Stage("from"), GoalOption::Stage("to")],
        reached_when: "the learner calls `from.unpipe(to)` while the run is going",
        make: |options| {
            GoalKind::Unpiped(Self {
                from: options.stage(0),
                to: options.stage(1),
            })
        },
    };
}

impl Watch for Unpiped {
    fn on_event(&mut self, event: &Event, view: &RunView) -> bool {
        view.outcome.is_none() && is_unpipe(event, view, &self.from, &self.to)
    }
}

/// The learner put back a pipe removed before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipedAgain {
    from: String,
    to: String,
    /// The pipe was removed by the learner and has not been put back.
    removed: bool,
}

impl PipedAgain {
    pub(super) const KIND: Kind = Kind {
        name: "piped_again",
        subject: Subject::Pipeline,
        options: &[GoalOption::Stage("from"), GoalOption::Stage("to")],
        reached_when: "after such an `unpipe()` the learner calls `from.pipe(to)`",
        make: |options| {
            GoalKind::PipedAgain(Self {
                from: options.stage(0),
                to: options.stage(1),
                removed: false,
            })
        },
    };
}

impl Watch for PipedAgain {
    fn on_event(&mut self, event: &Event, view: &RunView) -> bool {
        if is_unpipe(event, view, &self.from, &self.to) {
            self.removed = true;
        }
        let piped = matches!(event.kind, EventKind::Piped { to }
            if view.id_of(&self.from) == Some(event.stage) && view.id_of(&self.to) == Some(to));
        piped && std::mem::take(&mut self.removed)
    }
}

fn is_unpipe(event: &Event, view: &RunView, from: &str, to: &str) -> bool {
    // A pipe that ends because its destination finished or failed is not the learner's doing.
    matches!(event.kind, EventKind::Unpiped { to: id, by: UnpipeCause::Unpipe }
        if view.id_of(from) == Some(event.stage) && view.id_of(to) == Some(id))
}

#[cfg(test)]
mod tests {
    use spillway_streams::UnpipeCause;

    use super::super::testing::{check, goal, over, pipe, unpipe, unpipe_by};

    #[test]
    fn unpipe_by_the_learner_reaches_unpiped() {
        check(goal("unpiped", &["source", "sink"], 0), &[unpipe(1)], true);
    }

    #[test]
    fn a_pipe_that_ends_with_its_destination_does_not() {
        let steps = [unpipe_by(1, UnpipeCause::Finish)];
        check(goal("unpiped", &["source", "sink"], 0), &steps, false);
    }

    #[test]
    fn another_pair_does_not() {
        check(goal("unpiped", &["sink", "source"], 0), &[unpipe(1)], false);
    }

    #[test]
    fn unpipe_after_the_run_does_not() {
        let steps = [over(1), unpipe(2)];
        check(goal("unpiped", &["source", "sink"], 0), &steps, false);
    }

    #[test]
    fn the_first_pipe_is_not_piped_again() {
        check(
            goal("piped_again", &["source", "sink"], 0),
            &[pipe(1)],
            false,
        );
    }

    #[test]
    fn pipe_after_unpipe_is_piped_again() {
        let steps = [unpipe(1), pipe(2)];
        check(goal("piped_again", &["source", "sink"], 0), &steps, true);
    }
}
