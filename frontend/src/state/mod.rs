//! What the page holds in signals: copies of the pure model, at most one a frame.

mod clock;
mod course;
mod learned;
mod runner;
mod settings;
mod storage;

pub use clock::RunClock;
pub use course::{CourseState, load_course};
pub use learned::Learned;
pub use runner::{Go, Notice, Phase, Runner, Then, Told, VERBS_ARE_OFF, Why};
pub use settings::{Settings, Size, Theme, View};
