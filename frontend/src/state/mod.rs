//! What the page holds in signals: copies of the pure model, at most one a frame.

mod course;
mod learned;
mod runner;
mod settings;
mod storage;

pub use course::{CourseState, load_course};
pub use learned::Learned;
pub use runner::{Notice, Phase, Runner, Told};
pub use settings::{Settings, Size, Theme};
