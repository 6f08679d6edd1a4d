//! What the page holds in signals: copies of the pure model, at most one a frame.

mod builder;
mod clock;
mod course;
mod hands;
mod learned;
mod pressure;
mod program;
mod runner;
mod seed;
mod settings;
mod storage;
mod transports;
mod upload;

pub use builder::Builder;
pub use clock::RunClock;
pub use course::{CourseState, load_course, load_what_is_missing};
pub use hands::{Hands, OpenMenu, Sheet};
pub use learned::Learned;
pub use pressure::{Desk, Pressure, Reader, blocks_for_good, has_stream};
pub use program::Program;
pub use runner::{Go, Notice, Phase, Runner, Then, Told, VERBS_ARE_OFF, Why};
pub use seed::seed;
pub use settings::{Settings, Size, Theme, View};
pub use storage::{read as read_stored, write as write_stored};
pub use transports::{Transports, TrialPhase};
pub use upload::{Sending, delete_upload, list_uploads, send};
