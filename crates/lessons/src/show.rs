//! The solution of a lesson: what to call, and what to wait for before each call.

use spillway_protocol::course as page;
use spillway_streams::{Event, RunView};

use crate::call::Call;
use crate::condition::Condition;
use crate::control::ControlCall;
use crate::course::Lesson;
use crate::goal::{Judge, Order};

/// One step of a solution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShowStep {
    /// What it waits for.
    pub when: When,
    /// What it calls then.
    pub call: Call,
    /// What the page says about it, as safe inline HTML; empty when nothing.
    pub say: String,
    /// Its line in `lesson.toml`.
    pub line: u32,
}

impl ShowStep {
    /// The stages that it names.
    pub(crate) fn stages(&self) -> impl Iterator<Item = &str> {
        let awaited = match &self.when {
            When::That(condition) => Some(condition.stages()),
            When::Next | When::Goal(_) => None,
        };
        self.call.stages().chain(awaited.into_iter().flatten())
    }
}

/// One step of a solution that the page plays with its own controls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlStep {
    /// The goal that it waits for, from 1; `None`: it follows the step before it.
    pub goal: Option<usize>,
    /// What it calls then.
    pub call: ControlCall,
    /// The scenario that is put into the workbench's editor first.
    pub frames: Option<String>,
    /// What the page says about it, as safe inline HTML; empty when nothing.
    pub say: String,
    /// Its line in `lesson.toml`.
    pub line: u32,
}

impl ControlStep {
    pub(crate) fn to_page(&self) -> page::ShowStep {
        page::ShowStep {
            goal: self.goal.map(|goal| goal as u64),
            text: self.call.text.clone(),
            call: String::from(self.call.name),
            arguments: self.call.arguments.clone(),
            frames: self.frames.clone(),
            say: self.say.clone(),
        }
    }
}

/// What a step waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// The step before it, and no more.
    Next,
    /// A goal of the lesson, counted from 1.
    Goal(usize),
    /// Something that is true of the run.
    That(Condition),
}

/// Plays the solution of a lesson on a run: it is told what happens, and says what to call.
#[derive(Debug, Clone)]
pub struct Player {
    steps: Vec<ShowStep>,
    /// Steps that were done.
    done: usize,
    /// When the last of them was, microseconds of the run.
    done_us: u64,
    /// What was reached in this run alone; the learner may have reached it before.
    judge: Judge,
    /// Least time between two steps, microseconds of the run.
    pause_us: u64,
}

/// Time between two steps, for those who watch to read along, microseconds of the run.
const READING_US: u64 = 1_200_000;

/// The same where there is nothing to read, and the steps are to be seen one by one.
const SEEING_US: u64 = 400_000;

impl Player {
    /// A player at the beginning; `None` when the lesson has no solution.
    #[must_use]
    pub fn new(lesson: &Lesson) -> Option<Self> {
        (!lesson.show.is_empty()).then(|| Self {
            steps: lesson.show.clone(),
            done: 0,
            done_us: 0,
            judge: lesson.judge(),
            pause_us: READING_US,
        })
    }

    /// A player of what is called on the run of a question.
    #[must_use]
    pub fn of_question(steps: Vec<ShowStep>) -> Self {
        Self {
            steps,
            done: 0,
            done_us: 0,
            judge: Judge::new(&[], Order::Any),
            pause_us: SEEING_US,
        }
    }

    /// An event was reported; `view` already has it.
    pub fn handle_event(&mut self, event: &Event, view: &RunView) {
        self.judge.handle_event(event, view);
    }

    /// Time has passed without an event.
    pub fn handle_time(&mut self, at_us: u64, view: &RunView) {
        self.judge.handle_time(at_us, view);
    }

    /// What to call now, if anything. Whoever calls it says so with [`Self::handle_done`].
    #[must_use]
    pub fn poll_call(&self, view: &RunView, now_us: u64) -> Option<&Call> {
        let step = self.steps.get(self.done)?;
        if now_us < self.done_us.saturating_add(self.pause_us) {
            return None;
        }
        let due = match &step.when {
            When::Next => true,
            When::Goal(number) => self.judge.reached().get(*number - 1) == Some(&true),
            When::That(condition) => condition.holds(view),
        };
        due.then_some(&step.call)
    }

    /// The call was made.
    pub fn handle_done(&mut self, now_us: u64) {
        self.done += 1;
        self.done_us = now_us;
    }

    /// The call was refused, or no more is wanted: nothing more is played.
    pub fn handle_refused(&mut self) {
        self.steps.truncate(self.done);
    }

    /// How many steps were done.
    #[must_use]
    pub const fn done(&self) -> usize {
        self.done
    }

    /// How many steps there are to do.
    #[must_use]
    pub const fn steps(&self) -> usize {
        self.steps.len()
    }

    /// How far it is, in words, as safe inline HTML: the step that was done, and what the next one
    /// waits for.
    #[must_use]
    pub fn told(&self) -> String {
        let mut told = String::new();
        if let Some(step) = self.done.checked_sub(1).and_then(|at| self.steps.get(at)) {
            told = format!("<code>{}</code>", escape(&step.call.text));
            if !step.say.is_empty() {
                told = format!("{told} {}", step.say);
            }
        }
        let next = match self.steps.get(self.done) {
            Some(step) => {
                let call = escape(&step.call.text);
                match &step.when {
                    When::Next => format!("Next: <code>{call}</code>."),
                    When::Goal(number) => {
                        format!("After goal {number}: <code>{call}</code>.")
                    }
                    When::That(condition) => {
                        let that = escape(condition.text());
                        format!("Waiting for <code>{that}</code>, then: <code>{call}</code>.")
                    }
                }
            }
            None => String::from("Nothing more need be done."),
        };
        if told.is_empty() {
            next
        } else {
            format!("{told} <span class=\"next\">{next}</span>")
        }
    }
}

/// Text as it stands in HTML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use spillway_streams::{EventKind, StageId};

    use super::*;
    use crate::goal::testing;

    fn player(steps: &[(When, &str)]) -> Player {
        let step = |(when, call): &(When, &str)| ShowStep {
            when: when.clone(),
            call: Call::parse(call).unwrap(),
            say: String::from("So."),
            line: 1,
        };
        Player {
            steps: steps.iter().map(step).collect(),
            done: 0,
            done_us: 0,
            judge: Judge::new(
                &[testing::goal("unpiped", &["source", "sink"], 0)],
                Order::AsListed,
            ),
            pause_us: READING_US,
        }
    }

    fn called(player: &Player, view: &RunView, at_s: u64) -> Option<String> {
        let call = player.poll_call(view, at_s * 1_000_000)?;
        Some(call.text.clone())
    }

    #[test]
    fn a_step_waits_until_what_it_waits_for_is_true() {
        let when = When::That(Condition::parse("source.bytesRead >= 5").unwrap());
        let player = player(&[(when, "source.pause()")]);
        let mut view = testing::run();
        assert_eq!(called(&player, &view, 9), None);
        view.stages[0].readable.as_mut().unwrap().bytes = 5;
        assert_eq!(called(&player, &view, 9).as_deref(), Some("source.pause()"));
        assert_eq!(called(&player, &view, 1), None, "nobody could read along");
    }

    #[test]
    fn a_step_waits_for_a_goal_of_this_run() {
        let mut player = player(&[
            (When::Next, "source.unpipe(sink)"),
            (When::Goal(1), "source.pipe(sink)"),
        ]);
        let view = testing::run();
        assert_eq!(
            called(&player, &view, 2).as_deref(),
            Some("source.unpipe(sink)")
        );
        player.handle_done(2_000_000);
        assert_eq!(called(&player, &view, 9), None);
        let kind = EventKind::Unpiped {
            to: StageId(1),
            by: spillway_streams::UnpipeCause::Unpipe,
        };
        let event = Event {
            seq: 1,
            at_us: 3,
            stage: StageId(0),
            kind,
        };
        player.handle_event(&event, &view);
        assert_eq!(
            called(&player, &view, 9).as_deref(),
            Some("source.pipe(sink)")
        );
        player.handle_done(9_000_000);
        assert_eq!(called(&player, &view, 99), None);
    }

    #[test]
    fn what_is_told_is_the_step_and_what_the_next_one_waits_for() {
        let when = When::That(Condition::parse("source.bytesRead >= 5").unwrap());
        let mut player = player(&[(When::Next, "source.pause()"), (when, "source.resume()")]);
        assert_eq!(player.told(), "Next: <code>source.pause()</code>.");
        player.handle_done(0);
        assert_eq!(
            player.told(),
            "<code>source.pause()</code> So. <span class=\"next\">Waiting for \
             <code>source.bytesRead &gt;= 5</code>, then: <code>source.resume()</code>.</span>"
        );
        player.handle_refused();
        assert!(player.told().contains("Nothing more"), "{}", player.told());
    }
}
