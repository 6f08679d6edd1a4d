//! `GET /api/course`: the course as the page shows it.

use serde::{Deserialize, Serialize};

use crate::control::StageSpec;

/// The whole course.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Course {
    /// Its title.
    pub title: String,
    /// A sentence or two for the course map.
    pub welcome: String,
    /// The chapters in their order.
    pub chapters: Vec<Chapter>,
    /// Lessons that could not be read: shown as cards, the others are unharmed.
    pub problems: Vec<Problem>,
}

impl Course {
    /// Leaves out what a course map shows nothing of: the text of every lesson.
    pub fn keep_map(&mut self) {
        for lesson in self.lessons_mut() {
            lesson.text = None;
        }
    }

    /// Leaves out what whoever reads the lesson `chapter/lesson` needs nothing of: the text of every other one, and
    /// what the course map says of them.
    pub fn keep_text_of(&mut self, lesson: &str) {
        let wanted = lesson.split_once('/');
        for chapter in &mut self.chapters {
            chapter.summary = None;
            for other in &mut chapter.lessons {
                other.summary = None;
                if wanted != Some((&chapter.slug, &other.slug)) {
                    other.text = None;
                }
            }
        }
    }

    /// Whether it has what a course map shows.
    #[must_use]
    pub fn has_map(&self) -> bool {
        self.chapters
            .iter()
            .all(|chapter| chapter.summary.is_some())
    }

    fn lessons_mut(&mut self) -> impl Iterator<Item = &mut Lesson> {
        let chapters = self.chapters.iter_mut();
        chapters.flat_map(|chapter| chapter.lessons.iter_mut())
    }
}

/// A chapter: lessons that belong together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chapter {
    /// Its part of the address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// One line about it; absent where a lesson was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Its lessons in their order.
    pub lessons: Vec<Lesson>,
}

/// One lesson.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lesson {
    /// Its part of the address; with the chapter's slug it names the lesson: `chapter/lesson`.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// One line about it; absent where a lesson was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// How many goals it has.
    pub goal_count: usize,
    /// What there is to read and to do, unless another lesson's was asked for.
    #[serde(flatten)]
    pub text: Option<LessonText>,
}

/// What there is to read and to do in a lesson.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LessonText {
    /// The prose as safe HTML: raw HTML is not allowed in a lesson.
    pub html: String,
    /// The same code in several languages, shown as tabs.
    pub code: Vec<Code>,
    /// What runs beside the prose.
    pub thing: Thing,
    /// What to reach, in order, as safe inline HTML.
    pub goals: Vec<String>,
    /// Hints, shown one at a time, as safe inline HTML.
    pub hints: Vec<String>,
    /// What to predict before a run, with the numbers that the learner's seed picked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
    /// The solution, where the page plays it with its own controls; that of a pipeline is played on
    /// the server.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub show: Vec<ShowStep>,
}

/// A step of a solution that the page plays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowStep {
    /// The goal that it waits for, from 1; absent when it follows the step before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<u64>,
    /// The call as code, such as `close(1000, 'done')`.
    pub text: String,
    /// What of it is called, such as `close` or `someone.say`.
    pub call: String,
    /// What is between its brackets, without quotes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<String>,
    /// The scenario that is put into the workbench's editor first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frames: Option<String>,
    /// What it is for, as safe inline HTML; empty when nothing is said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub say: String,
}

/// A question that a learner answers before a run and the run then answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What is asked, as safe inline HTML.
    pub ask: String,
    /// What the predicted number counts, such as `bytes`; empty when it needs no word.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// What to choose from, as safe inline HTML; empty when a number is to be predicted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
}

/// A piece of code to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// `js` or `rust`.
    pub language: String,
    /// The text.
    pub text: String,
}

/// What runs beside the prose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Thing {
    /// A pipeline of real streams.
    Pipeline {
        /// The stages, piped in this order.
        stages: Vec<StageSpec>,
        /// Which of them is piped into which, by their names, when that is not their order.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pipes: Option<Vec<(String, String)>>,
    },
    /// A chat room with its bytes.
    Chat {
        /// The room's name; empty for a room of the learner's own, which the page names.
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

/// What is wrong with a lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// File within the course folder.
    pub file: String,
    /// Line in it, from 1; absent when the whole file is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// What is wrong and what to do.
    pub message: String,
}
