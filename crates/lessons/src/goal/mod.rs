//! Goals: what a lesson asks the learner to reach, judged from the event log.
//!
//! A new kind of goal is a struct that implements [`Watch`], with its [`Kind`] beside it, and one
//! line in each of the three lists of this file.

mod chat;
mod crossed;
mod finish;
mod general;
mod judge;
mod measured;
mod pause;
mod pipe;
mod still;
#[cfg(test)]
pub(crate) mod testing;

use std::fmt::Write as _;

use spillway_streams::{Event, RunView};

pub use judge::{Judge, Order};

use crate::call::Call;
use crate::condition::Condition;
use crate::course::Thing;
use crate::wire::{What, WireEvent};

use chat::{ChatCreated, ChatJoined, ChatReceived, ChatResumed, ChatSaid};
use crossed::Crossed;
use finish::FinishedWhole;
use general::{Becomes, Called, Lasts};
use measured::Measured;
use pause::{Backpressured, HeldStill, PauseUndone, StoppedForGood};
use pipe::{PipedAgain, Unpiped};
use still::SinkStill;

/// One goal of a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goal {
    /// What has to happen.
    pub kind: GoalKind,
    /// What the page says about it, as safe inline HTML.
    pub say: String,
    /// Its line in `lesson.toml`.
    pub line: u32,
}

/// What has to happen. The set is closed; each kind holds its options and what it has seen so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GoalKind {
    /// The learner calls a verb.
    Called(Called),
    /// Something is true.
    Becomes(Becomes),
    /// Something stays true.
    Lasts(Lasts),
    /// The learner removes a pipe.
    Unpiped(Unpiped),
    /// Nothing reaches a stage after that.
    SinkStill(SinkStill),
    /// The learner puts the pipe back.
    PipedAgain(PipedAgain),
    /// A sink finishes and nothing was lost.
    FinishedWhole(FinishedWhole),
    /// The learner's pause holds.
    HeldStill(HeldStill),
    /// A destination holds the stage back.
    Backpressured(Backpressured),
    /// A drain undoes the learner's pause.
    PauseUndone(PauseUndone),
    /// The learner stops it with `unpipe()` instead.
    StoppedForGood(StoppedForGood),
    /// The learner is in the room.
    ChatJoined(ChatJoined),
    /// The learner says something.
    ChatSaid(ChatSaid),
    /// Somebody else's message comes in.
    ChatReceived(ChatReceived),
    /// The learner is in a room of their own.
    ChatCreated(ChatCreated),
    /// The learner comes back and has missed nothing.
    ChatResumed(ChatResumed),
    /// Something crosses a watched connection.
    Crossed(Crossed),
    /// The transports are measured.
    Measured(Measured),
}

/// Every kind, in the order of the author's guide.
pub(crate) const KINDS: [Kind; 18] = [
    Called::KIND,
    Becomes::KIND,
    Lasts::KIND,
    Unpiped::KIND,
    SinkStill::KIND,
    PipedAgain::KIND,
    FinishedWhole::KIND,
    HeldStill::KIND,
    Backpressured::KIND,
    PauseUndone::KIND,
    StoppedForGood::KIND,
    ChatJoined::KIND,
    ChatSaid::KIND,
    ChatReceived::KIND,
    ChatCreated::KIND,
    ChatResumed::KIND,
    Crossed::KIND,
    Measured::KIND,
];

impl GoalKind {
    fn watch(&mut self) -> &mut dyn Watch {
        match self {
            Self::Called(goal) => goal,
            Self::Becomes(goal) => goal,
            Self::Lasts(goal) => goal,
            Self::Unpiped(goal) => goal,
            Self::SinkStill(goal) => goal,
            Self::PipedAgain(goal) => goal,
            Self::FinishedWhole(goal) => goal,
            Self::HeldStill(goal) => goal,
            Self::Backpressured(goal) => goal,
            Self::PauseUndone(goal) => goal,
            Self::StoppedForGood(goal) => goal,
            Self::ChatJoined(goal) => goal,
            Self::ChatSaid(goal) => goal,
            Self::ChatReceived(goal) => goal,
            Self::ChatCreated(goal) => goal,
            Self::ChatResumed(goal) => goal,
            Self::Crossed(goal) => goal,
            Self::Measured(goal) => goal,
        }
    }
}

/// What happened on the learner's own chat connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatEvent {
    /// The connection is in the room.
    Joined,
    /// A message of the learner was accepted.
    Said,
    /// A message of somebody else was sent to the learner.
    Received,
    /// The connection is that of the room's creator.
    Created,
    /// The connection came back, and was told all that it had missed.
    Resumed,
}

/// Looks at a log as it grows and says when its goal is reached. Each method answers whether the
/// goal is reached at that moment; a goal that depends on a state answers so as long as it lasts.
trait Watch {
    /// An event was applied to `view`.
    fn on_event(&mut self, _event: &Event, _view: &RunView) -> bool {
        false
    }

    /// The run's clock shows `at_us` and nothing has happened since the last event.
    fn on_time(&mut self, _at_us: u64, _view: &RunView) -> bool {
        false
    }

    /// Something happened on the chat connection.
    fn on_chat(&mut self, _event: ChatEvent) -> bool {
        false
    }

    /// Something crossed a watched connection.
    fn on_wire(&mut self, _event: &WireEvent) -> bool {
        false
    }

    /// A trial of the transports has come to its end.
    fn on_measured(&mut self) -> bool {
        false
    }
}

/// What a lesson runs that a kind of goal can be judged on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A pipeline of stages.
    Pipeline,
    /// A chat connection.
    Chat,
    /// Watched connections.
    Wire,
    /// The transports, side by side.
    Transports,
}

impl Subject {
    /// Whether a lesson with this beside its text has it.
    pub(crate) const fn is_of(self, thing: &Thing) -> bool {
        match self {
            Self::Pipeline => matches!(thing, Thing::Pipeline(_) | Thing::Pressure),
            Self::Chat => matches!(thing, Thing::Chat { .. }),
            Self::Wire => thing.is_watched(),
            Self::Transports => matches!(thing, Thing::Transports),
        }
    }
}

/// How a kind of goal is written in `lesson.toml`.
pub(crate) struct Kind {
    /// Value of `kind`.
    pub(crate) name: &'static str,
    /// What it can be judged on.
    pub(crate) subject: Subject,
    /// Its options; all of them but `times` are required.
    pub(crate) options: &'static [GoalOption],
    /// When it is reached, for the author's guide.
    pub(crate) reached_when: &'static str,
    /// Makes it; `options` have been read and are of the right type.
    pub(crate) make: fn(&Options) -> GoalKind,
}

/// One option of a kind of goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GoalOption {
    /// Names a stage of the lesson.
    Stage(&'static str),
    /// `for_ms`, how long something has to last.
    ForMs,
    /// `call`, a verb on a stage.
    Call,
    /// `that`, a condition.
    That,
    /// `what`, something that crosses.
    What,
    /// `times`, how often; may be left out.
    Times,
}

impl GoalOption {
    /// Its key in `lesson.toml`.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Stage(key) => key,
            Self::ForMs => "for_ms",
            Self::Call => "call",
            Self::That => "that",
            Self::What => "what",
            Self::Times => "times",
        }
    }
}

/// The options of one goal as they were read.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// Stage names, in the order of [`Kind::options`].
    pub(crate) stages: Vec<String>,
    /// `for_ms` in microseconds; 0 where the kind has no such option.
    pub(crate) for_us: u64,
    /// `call`, where the kind has one.
    pub(crate) call: Option<Call>,
    /// `that`; never true where the kind has no such option.
    pub(crate) that: Condition,
    /// `what`, where the kind has one.
    pub(crate) what: Option<What>,
    /// `times`; 0 where it is left out.
    pub(crate) times: u64,
}

impl Options {
    /// The stage of the `nth` stage option; empty when the kind has fewer, which matches no stage.
    fn stage(&self, nth: usize) -> String {
        self.stages.get(nth).cloned().unwrap_or_default()
    }
}

/// The table of goal kinds for the author's guide, in Markdown.
#[must_use]
pub fn guide_table() -> String {
    let mut table = String::from("| kind | options | reached when |\n|---|---|---|\n");
    for kind in &KINDS {
        let options: Vec<String> = kind
            .options
            .iter()
            .map(|option| format!("`{}`", option.key()))
            .collect();
        // Writing to a String cannot fail.
        let _ = writeln!(
            table,
            "| `{}` | {} | {} |",
            kind.name,
            options.join(", "),
            kind.reached_when
        );
    }
    table
}
