//! Reads and checks a course folder, judges the goals of its lessons, and plays their solutions.
//!
//! [`load`] never fails: it gives the lessons that are good and says what is wrong with the rest,
//! so that a bad lesson is a card on a page and never a stopped server.

mod call;
mod comparison;
mod condition;
mod control;
mod course;
mod error;
mod goal;
mod load;
mod markdown;
mod nearest;
mod numbers;
mod quantity;
mod question;
mod report;
mod show;
mod table;
mod tree;
mod wire;

pub use call::{Call, CallVerb, verb_table};
pub use condition::{Condition, property_table};
pub use control::{ControlCall, control_table};
pub use course::{Chapter, Course, Lesson, Listened, Stages, Thing};
pub use error::{LessonError, Severity};
pub use goal::{ChatEvent, Goal, GoalKind, Judge, Order, guide_table};
pub use load::{Engine, StageCheck, load, picture_file};
pub use markdown::PICTURE_ROUTE;
pub use nearest::did_you_mean;
pub use numbers::NumberText;
pub use question::{
    Answer, Asked, Posed, Question, counted_table, question_table, wire_question_table,
};
pub use show::{ControlStep, Player, ShowStep, When};
pub use tree::Tree;
pub use wire::{Crossing, WireEvent, WireFrame, WireThing, wire_table};
