use spillway_streams::{Event, RunView};

use super::{ChatEvent, Goal, GoalKind, Watch};
use crate::wire::WireEvent;

/// Whether the goals of a lesson have to be reached one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// A goal counts only once all before it are reached.
    #[default]
    AsListed,
    /// Each goal counts on its own.
    Any,
}

/// Judges the goals of one lesson. Feed it the complete log, before anything is thinned.
#[derive(Debug, Clone)]
pub struct Judge {
    /// The goals as they are before a run, for [`Judge::handle_new_run`].
    fresh: Vec<GoalKind>,
    /// The same goals with what they have seen of the present run.
    goals: Vec<GoalKind>,
    reached: Vec<bool>,
    order: Order,
}

impl Judge {
    /// A judge that has seen nothing.
    #[must_use]
    pub fn new(goals: &[Goal], order: Order) -> Self {
        let fresh: Vec<GoalKind> = goals.iter().map(|goal| goal.kind.clone()).collect();
        Self {
            goals: fresh.clone(),
            reached: vec![false; fresh.len()],
            fresh,
            order,
        }
    }

    /// One entry per goal in the lesson's order. Once reached stays reached.
    #[must_use]
    pub fn reached(&self) -> &[bool] {
        &self.reached
    }

    /// An event was reported; `view` already has it. Answers whether a goal was reached by it.
    pub fn handle_event(&mut self, event: &Event, view: &RunView) -> bool {
        self.ask(|goal| goal.on_event(event, view))
    }

    /// The run's clock shows `at_us`; call it a few times a second while nothing happens, so that
    /// "stayed still for so long" can be seen. Answers whether a goal was reached.
    pub fn handle_time(&mut self, at_us: u64, view: &RunView) -> bool {
        self.ask(|goal| goal.on_time(at_us, view))
    }

    /// Something happened on the chat connection. Answers whether a goal was reached.
    pub fn handle_chat(&mut self, event: ChatEvent) -> bool {
        self.ask(|goal| goal.on_chat(event))
    }

    /// Something crossed a watched connection. Answers whether a goal was reached.
    pub fn handle_wire(&mut self, event: &WireEvent) -> bool {
        self.ask(|goal| goal.on_wire(event))
    }

    /// A trial of the transports has come to its end. Answers whether a goal was reached.
    pub fn handle_measured(&mut self) -> bool {
        self.ask(|goal| goal.on_measured())
    }

    /// The learner starts the lesson again: what was reached stays, what was half seen is
    /// forgotten.
    pub fn handle_new_run(&mut self) {
        self.goals.clone_from(&self.fresh);
    }

    /// Every goal sees everything, also before its turn: one that needs an earlier `unpipe()` must
    /// not have missed it.
    fn ask(&mut self, mut question: impl FnMut(&mut dyn Watch) -> bool) -> bool {
        let mut changed = false;
        let mut earlier_reached = true;
        for (goal, reached) in self.goals.iter_mut().zip(&mut self.reached) {
            if !*reached {
                let in_turn = earlier_reached || self.order == Order::Any;
                if question(goal.watch()) && in_turn {
                    *reached = true;
                    changed = true;
                }
            }
            earlier_reached &= *reached;
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Step, check_all, drain_resumes, goal, pipe, unpipe};
    use super::*;

    fn undone_then_unpiped() -> [Goal; 2] {
        [
            goal("pause_undone", &["source"], 0),
            goal("unpiped", &["source", "sink"], 0),
        ]
    }

    #[test]
    fn a_goal_waits_for_the_one_before_it() {
        let goals = undone_then_unpiped();
        let early = [unpipe(1), pipe(2)];
        check_all(&goals, Order::AsListed, &early, &[false, false]);
        let again = [unpipe(1), pipe(2), drain_resumes(3, true), unpipe(4)];
        check_all(&goals, Order::AsListed, &again, &[true, true]);
    }

    #[test]
    fn in_any_order_each_goal_counts_on_its_own() {
        let goals = undone_then_unpiped();
        check_all(&goals, Order::Any, &[unpipe(1)], &[false, true]);
    }

    #[test]
    fn a_new_run_keeps_what_is_reached_and_forgets_what_is_half_seen() {
        let goals = [
            goal("unpiped", &["source", "sink"], 0),
            goal("piped_again", &["source", "sink"], 0),
        ];
        let steps = [unpipe(1), Step::NewRun, pipe(2)];
        check_all(&goals, Order::AsListed, &steps, &[true, false]);
    }

    #[test]
    fn the_answer_says_whether_a_goal_was_reached() {
        let mut judge = Judge::new(&[goal("chat_said", &[], 0)], Order::AsListed);
        assert!(!judge.handle_chat(ChatEvent::Joined));
        assert!(judge.handle_chat(ChatEvent::Said));
        assert!(!judge.handle_chat(ChatEvent::Said));
    }
}
