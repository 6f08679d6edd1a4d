//! The playground: a pipeline that somebody builds, how it got there, and what is wrong with it.

pub mod delivery;
pub mod edit;
pub mod history;
pub mod opening;
pub mod option;
pub mod palette;
pub mod presets;
pub mod problem;
pub mod upload;

pub use history::{Draft, History, Step};
pub use problem::Problem;

/// What the next click on the board or in the palette is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Selected {
    /// Nothing.
    #[default]
    Nothing,
    /// The stage of this name.
    Stage(String),
    /// The pipe from the one to the other.
    Pipe(String, String),
}

impl Selected {
    /// The stage, if it is one.
    #[must_use]
    pub fn stage(&self) -> Option<&str> {
        match self {
            Self::Stage(name) => Some(name),
            Self::Nothing | Self::Pipe(..) => None,
        }
    }
}
