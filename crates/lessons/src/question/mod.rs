//! Questions that a learner answers before a run, and the run answers: "how many writes before
//! false?" Judged from the complete log, like goals, which are not judged meanwhile.
//!
//! A new kind of question is a file with a struct that implements [`Seek`] and its [`Kind`], and one
//! line in each of the three lists of this file.

mod asked;
mod choices;
mod counted;
mod how_many;
mod how_much;
mod number;
#[cfg(test)]
mod testing;
pub(crate) mod vary;
mod which_first;
pub(crate) mod wire;

use std::fmt::Write as _;

use serde_json::Value;
use spillway_protocol::course as page;
use spillway_streams::{Event, RunView};

pub use asked::{Answer, Asked};
pub use counted::counted_table;

use crate::call::Call;
use crate::condition::Condition;
use crate::show::{Player, ShowStep, When};
use crate::wire::WireEvent;

use how_many::HowMany;
use how_much::HowMuch;
use vary::{Picked, Varied};
use which_first::WhichFirst;
use wire::{HowManyCross, HowMuchCrosses, WhichCrossesFirst};

/// Most questions that a lesson can have.
pub(crate) const MOST: usize = 3;

/// A question as `lesson.toml` has it, with names in braces where it differs from learner to
/// learner.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub(crate) kind: &'static Kind,
    /// What is asked, as safe inline HTML.
    pub(crate) ask: String,
    /// Why the answer is what it is, as safe inline HTML.
    pub(crate) why: String,
    /// The options of its kind; of choices, what each waits for.
    pub(crate) options: Vec<String>,
    /// The choices in words, as safe inline HTML.
    pub(crate) says: Vec<String>,
    pub(crate) vary: Vec<Varied>,
    pub(crate) steps: Vec<Step>,
    /// The scenario that answers it, of a question about what crosses.
    pub(crate) frames: Option<String>,
    /// Its line in `lesson.toml`.
    pub line: u32,
}

/// What is called on the run of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    /// What it waits for; the step before it when left out.
    pub(crate) when: Option<String>,
    pub(crate) call: String,
    pub(crate) line: u32,
}

/// A question as one learner gets it.
#[derive(Debug, Clone)]
pub struct Posed {
    /// What is asked, as safe inline HTML.
    pub ask: String,
    /// Settings of the lesson's stages that are others in its run: stage, option, value.
    pub settings: Vec<(String, String, Value)>,
    /// What is called on its run.
    pub steps: Vec<ShowStep>,
    /// The scenario that answers it, of a question about what crosses.
    pub frames: Option<String>,
    kind: QuestionKind,
    why: String,
}

/// What is asked. The set is closed; each kind holds its options and what it has seen so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum QuestionKind {
    /// How often something happens before something is true.
    HowMany(HowMany),
    /// How much something is at the moment that something is true.
    HowMuch(HowMuch),
    /// What becomes true first.
    WhichFirst(WhichFirst),
    /// How many of something cross.
    HowManyCross(HowManyCross),
    /// How much something that crosses is.
    HowMuchCrosses(HowMuchCrosses),
    /// What crosses first.
    WhichCrossesFirst(WhichCrossesFirst),
}

/// Every kind, in the order of the author's guide.
pub(crate) static KINDS: [Kind; 3] = [HowMany::KIND, HowMuch::KIND, WhichFirst::KIND];

impl QuestionKind {
    fn seek(&mut self) -> &mut dyn Seek {
        match self {
            Self::HowMany(kind) => kind,
            Self::HowMuch(kind) => kind,
            Self::WhichFirst(kind) => kind,
            Self::HowManyCross(kind) => kind,
            Self::HowMuchCrosses(kind) => kind,
            Self::WhichCrossesFirst(kind) => kind,
        }
    }

    /// The stages that its options name, each with the number of the option.
    pub(crate) fn stages(&self) -> Vec<(usize, &str)> {
        match self {
            Self::HowMany(kind) => kind.stages(),
            Self::HowMuch(kind) => kind.stages(),
            Self::WhichFirst(kind) => kind.stages(),
            Self::HowManyCross(_) | Self::HowMuchCrosses(_) | Self::WhichCrossesFirst(_) => {
                Vec::new()
            }
        }
    }

    fn unit(&self) -> &'static str {
        match self {
            Self::HowMuch(kind) => kind.unit(),
            Self::HowMuchCrosses(kind) => kind.unit(),
            Self::HowMany(_)
            | Self::WhichFirst(_)
            | Self::HowManyCross(_)
            | Self::WhichCrossesFirst(_) => "",
        }
    }
}

/// Looks at a log as it grows for the answer to its question.
trait Seek {
    /// Takes the learner's prediction.
    fn predict(&mut self, text: &str) -> Result<(), String>;

    /// What was predicted, as HTML.
    fn predicted(&self) -> String;

    /// An event was applied to `view`.
    fn on_event(&mut self, _event: &Event, _view: &RunView) -> Option<Found> {
        None
    }

    /// Something crossed the connection of a scenario.
    fn on_wire(&mut self, _event: &WireEvent) -> Option<Found> {
        None
    }

    /// What has not come when the run, or the connection, is over, as HTML.
    fn awaited(&self) -> String;
}

/// What the log shows.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Found {
    /// The truth.
    Truth(Truth),
    /// Two choices came with the same event: neither was first.
    Tie(String),
}

/// The truth beside what was predicted.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Truth {
    /// It, as HTML.
    was: String,
    /// It was predicted.
    right: bool,
    /// The event at which the run parts from the prediction; the one that shows the truth, when it
    /// was right or not before.
    parts_at: u64,
    /// What can be seen there, as HTML.
    parts: String,
    /// Where that crossed, of something that did.
    on_wire: Option<wire::Place>,
}

/// How a kind of question is written in `lesson.toml`.
#[derive(Debug)]
pub(crate) struct Kind {
    /// Value of `kind`.
    pub(crate) name: &'static str,
    /// Its options, all required; none when it has choices.
    pub(crate) options: &'static [&'static str],
    /// Options that may be left out; they come behind the others, empty when they are.
    pub(crate) maybe: &'static [&'static str],
    /// What it asks, for the author's guide.
    asks: &'static str,
    /// Makes it of its options, with values in place of names; else which option is wrong, and why.
    pub(crate) make: fn(&[String], &[String]) -> Result<QuestionKind, Wrong>,
}

/// Which option of a question is wrong, counted through its options and then its steps, and why.
pub(crate) type Wrong = (usize, String);

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Question {
    /// The question with the values that this seed picks; `number` is its own, from 1.
    ///
    /// # Errors
    /// When the values do not go together, which the checker of lessons would have found.
    pub fn posed(&self, number: usize, seed: u64) -> Result<Posed, String> {
        self.posed_with(&Picked::by(seed, number, &self.vary))
            .map_err(|(_, message)| message)
    }

    /// The same with given values.
    pub(crate) fn posed_with(&self, picked: &Picked) -> Result<Posed, Wrong> {
        let options: Vec<String> = self.options.iter().map(|text| picked.fill(text)).collect();
        let says: Vec<String> = self
            .says
            .iter()
            .map(|html| picked.fill_html(html))
            .collect();
        let kind = (self.kind.make)(&options, &says)?;
        let mut steps = Vec::with_capacity(self.steps.len());
        for (at, step) in self.steps.iter().enumerate() {
            let step = step.filled(picked);
            steps.push(step.map_err(|message| (self.options.len() + at, message))?);
        }
        let settings = picked.values().iter().filter_map(|(name, value)| {
            let (stage, option) = name.split_once('.')?;
            Some((String::from(stage), String::from(option), value.clone()))
        });
        Ok(Posed {
            ask: picked.fill_html(&self.ask),
            settings: settings.collect(),
            steps,
            frames: self.frames.as_ref().map(|frames| picked.fill(frames)),
            kind,
            why: picked.fill_html(&self.why),
        })
    }

    /// Seeds that together pick every value of every name once.
    #[must_use]
    pub fn telling_seeds(&self, number: usize) -> Vec<u64> {
        let mut missing: Vec<(&str, &Value)> = self
            .vary
            .iter()
            .flat_map(|varied| varied.values.iter().map(|value| (&*varied.name, value)))
            .collect();
        let mut seeds = vec![0];
        for seed in 0..ENOUGH_SEEDS {
            let picked = Picked::by(seed, number, &self.vary);
            let before = missing.len();
            missing.retain(|(name, value)| {
                let is = |(known, picked): &(String, Value)| known == name && picked == *value;
                !picked.values().iter().any(is)
            });
            if missing.len() < before && seed > 0 {
                seeds.push(seed);
            }
        }
        seeds
    }
}

/// Among so many seeds each value of a list is picked, but for a chance that does not matter.
const ENOUGH_SEEDS: u64 = 200;

impl Step {
    fn filled(&self, picked: &Picked) -> Result<ShowStep, String> {
        let when = match &self.when {
            Some(when) => When::That(Condition::parse(&picked.fill(when))?),
            None => When::Next,
        };
        Ok(ShowStep {
            when,
            call: Call::parse(&picked.fill(&self.call))?,
            say: String::new(),
            line: self.line,
        })
    }
}

impl Posed {
    /// A player of what is called on its run; nothing may be.
    #[must_use]
    pub fn player(&self) -> Player {
        Player::of_question(self.steps.clone())
    }

    /// The question for the page.
    #[must_use]
    pub fn to_page(&self) -> page::Question {
        page::Question {
            ask: self.ask.clone(),
            unit: String::from(self.kind.unit()),
            choices: match &self.kind {
                QuestionKind::WhichFirst(kind) => kind.says().map(String::from).collect(),
                QuestionKind::WhichCrossesFirst(kind) => kind.says().map(String::from).collect(),
                QuestionKind::HowMany(_)
                | QuestionKind::HowMuch(_)
                | QuestionKind::HowManyCross(_)
                | QuestionKind::HowMuchCrosses(_) => Vec::new(),
            },
        }
    }

    /// What its options name.
    pub(crate) fn kind(&self) -> &QuestionKind {
        &self.kind
    }
}

/// The table of question kinds for the author's guide, in Markdown.
#[must_use]
pub fn question_table() -> String {
    table_of(&KINDS)
}

/// The same of the kinds that a scenario answers.
#[must_use]
pub fn wire_question_table() -> String {
    table_of(&wire::KINDS)
}

fn table_of(kinds: &[Kind]) -> String {
    let mut table = String::from("| kind | options | asks |\n|---|---|---|\n");
    for kind in kinds {
        let options = match kind.options {
            [] => String::from("`[[question.choice]]`, 2 to 4 times, each `that` and `say`"),
            options => {
                let all = options.iter().chain(kind.maybe);
                let quoted: Vec<_> = all.map(|key| format!("`{key}`")).collect();
                quoted.join(", ")
            }
        };
        // Writing to a String cannot fail.
        let _ = writeln!(table, "| `{}` | {options} | {} |", kind.name, kind.asks);
    }
    table
}
