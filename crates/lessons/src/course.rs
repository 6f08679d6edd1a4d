use serde_json::Value;
use spillway_protocol::control::{Join, StageSpec};
use spillway_protocol::course as page;

use crate::error::{LessonError, Severity};
use crate::goal::{Goal, Judge, Order};
use crate::question::{Posed, Question};
use crate::show::{ControlStep, ShowStep};

/// A course as the server knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// Its title.
    pub title: String,
    /// A sentence or two for the course map, as plain text.
    pub welcome: String,
    /// The chapters in their order.
    pub chapters: Vec<Chapter>,
}

/// Lessons that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Chapter {
    /// Its part of the address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// One line about it.
    pub summary: String,
    /// Its lessons in their order; those with errors are not among them.
    pub lessons: Vec<Lesson>,
}

/// One lesson.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    /// Its folder in the course.
    pub folder: String,
    /// Its part of the address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// One line about it.
    pub summary: String,
    /// The prose as safe HTML.
    pub html: String,
    /// The same code in several languages.
    pub code: Vec<page::Code>,
    /// What runs beside the prose.
    pub thing: Thing,
    /// How the stages of a pipeline are joined.
    pub join: Join,
    /// What to reach.
    pub goals: Vec<Goal>,
    /// Whether the goals have to be reached one after the other.
    pub order: Order,
    /// Hints, shown one at a time, as safe inline HTML.
    pub hints: Vec<String>,
    /// The solution of a pipeline, which is played on the server.
    pub show: Vec<ShowStep>,
    /// The solution of any other thing, which the page plays with its controls.
    pub controls: Vec<ControlStep>,
    /// What the learner predicts before a run.
    pub questions: Vec<Question>,
}

/// What runs beside the prose of a lesson.
#[derive(Debug, Clone, PartialEq)]
pub enum Thing {
    /// A pipeline of real streams.
    Pipeline(Stages),
    /// A chat room with its bytes.
    Chat {
        /// The room's name; empty for a room of the learner's own.
        room: String,
    },
    /// A WebSocket to the echo, with its bytes.
    Echo {
        /// Whether compression is agreed to.
        deflate: bool,
    },
    /// The workbench of frames.
    Workbench {
        /// The scenario that its editor begins with; empty for the workbench's own.
        frames: String,
    },
    /// The ways a connection ends.
    Closing,
    /// The same messages by four transports.
    Transports,
    /// Where bytes wait when the page reads slowly.
    Pressure,
    /// Nothing: the lesson is for reading.
    Nothing,
}

/// The stages of a lesson and how its start finds them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stages {
    /// The stages.
    pub specs: Vec<StageSpec>,
    /// Which of them is piped into which, by their names; `None`: each into the next.
    pub pipes: Option<Vec<(String, String)>>,
    /// To which of them the program listens besides, by their names.
    pub listened: Vec<(String, Listened)>,
}

/// What a program listens for without doing anything with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listened {
    /// `data`: it flows, and each chunk is used.
    Data,
    /// `readable`: nothing flows; whoever wants a chunk calls `read()`.
    Readable,
    /// `error`: the stage may fail without ending the run.
    Error,
    /// `finished()`: it is called back when the stage is over, and hears its error.
    Finished,
}

impl Course {
    /// The lesson at `chapter/lesson`.
    #[must_use]
    pub fn lesson(&self, address: &str) -> Option<&Lesson> {
        let (chapter, lesson) = address.split_once('/')?;
        self.chapters
            .iter()
            .find(|known| known.slug == chapter)?
            .lessons
            .iter()
            .find(|known| known.slug == lesson)
    }

    /// The course for the page, with the errors that kept lessons out of it. Warnings are for the
    /// author and are left out. The seed is the learner's: it picks the numbers of the questions.
    #[must_use]
    pub fn to_page(&self, problems: &[LessonError], seed: u64) -> page::Course {
        page::Course {
            title: self.title.clone(),
            welcome: self.welcome.clone(),
            chapters: self
                .chapters
                .iter()
                .map(|chapter| chapter.to_page(seed))
                .collect(),
            problems: problems
                .iter()
                .filter(|problem| problem.severity == Severity::Error)
                .map(LessonError::to_problem)
                .collect(),
        }
    }
}

impl Chapter {
    fn to_page(&self, seed: u64) -> page::Chapter {
        page::Chapter {
            slug: self.slug.clone(),
            title: self.title.clone(),
            summary: Some(self.summary.clone()),
            lessons: self
                .lessons
                .iter()
                .map(|lesson| lesson.to_page(seed))
                .collect(),
        }
    }
}

impl Lesson {
    /// A judge for one learner's attempt at this lesson.
    #[must_use]
    pub fn judge(&self) -> Judge {
        Judge::new(&self.goals, self.order)
    }

    /// A question of the lesson with the numbers that the seed picks; `number` is from 1.
    ///
    /// # Errors
    /// When there is no such question.
    pub fn posed(&self, number: u64, seed: u64) -> Result<Posed, String> {
        let at = usize::try_from(number).unwrap_or(usize::MAX);
        let question = at.checked_sub(1).and_then(|at| self.questions.get(at));
        let Some(question) = question else {
            return Err(match self.questions.len() {
                0 => String::from("the lesson asks no question"),
                1 => format!("the lesson has no question {number}; it has one, question 1"),
                most => format!("the lesson has no question {number}; they are 1 to {most}"),
            });
        };
        question.posed(at, seed)
    }

    fn to_page(&self, seed: u64) -> page::Lesson {
        page::Lesson {
            slug: self.slug.clone(),
            title: self.title.clone(),
            summary: Some(self.summary.clone()),
            goal_count: self.goals.len(),
            text: Some(page::LessonText {
                html: self.html.clone(),
                code: self.code.clone(),
                thing: self.thing.to_page(),
                goals: self.goals.iter().map(|goal| goal.say.clone()).collect(),
                hints: self.hints.clone(),
                questions: (1..)
                    .zip(&self.questions)
                    .filter_map(|(number, question)| question.posed(number, seed).ok())
                    .map(|posed| posed.to_page())
                    .collect(),
                show: self.controls.iter().map(ControlStep::to_page).collect(),
            }),
        }
    }
}

impl Thing {
    /// The same with other settings of its stages: stage, option, value. A stage that is not there
    /// is passed over.
    #[must_use]
    pub fn with_settings(&self, settings: &[(String, String, Value)]) -> Self {
        let mut thing = self.clone();
        if let Self::Pipeline(stages) = &mut thing {
            for (name, option, value) in settings {
                for stage in stages.specs.iter_mut().filter(|stage| stage.id == *name) {
                    stage.options.insert(option.clone(), value.clone());
                }
            }
        }
        thing
    }

    /// Its key in `lesson.toml`.
    pub(crate) const fn key(&self) -> &'static str {
        match self {
            Self::Pipeline(_) => "stage",
            Self::Chat { .. } => "chat",
            Self::Echo { .. } => "echo",
            Self::Workbench { .. } => "workbench",
            Self::Closing => "closing",
            Self::Transports => "transports",
            Self::Pressure => "pressure",
            Self::Nothing => "reading_only",
        }
    }

    /// Whether its connections are watched, and its questions answered by a scenario.
    #[must_use]
    pub const fn is_watched(&self) -> bool {
        matches!(
            self,
            Self::Chat { .. } | Self::Echo { .. } | Self::Workbench { .. } | Self::Closing
        )
    }

    fn to_page(&self) -> page::Thing {
        match self {
            Self::Pipeline(stages) => page::Thing::Pipeline {
                stages: stages.specs.clone(),
                pipes: stages.pipes.clone(),
            },
            Self::Chat { room } => page::Thing::Chat { room: room.clone() },
            Self::Echo { deflate } => page::Thing::Echo { deflate: *deflate },
            Self::Workbench { frames } => page::Thing::Workbench {
                frames: frames.clone(),
            },
            Self::Closing => page::Thing::Closing,
            Self::Transports => page::Thing::Transports,
            Self::Pressure => page::Thing::Pressure,
            Self::Nothing => page::Thing::Nothing,
        }
    }
}
