//! A pipeline that somebody builds, in all its forms: text, a link, a program for Node.js, a
//! program in Rust. Pure: the page and the tests use the same code.
//!
//! ```
//! use spillway_recipe::{from_link, link, parse, print};
//!
//! let recipe = parse("cities: csv_sample rows=100 | gzip level=9 | null")?;
//! assert_eq!(parse(&print(&recipe))?, recipe);
//! assert_eq!(from_link(&link(&recipe)?)?, recipe);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod link;
mod nearest;
mod program;
mod text;

pub use link::{LinkError, MAX_LINK_BYTES, from_link, link};
pub use program::{NoProgram, RustProgram, node, rust};
use spillway_protocol::control::{Join, StageSpec};
pub use text::{ParseError, parse, parse_checked, print};

/// A pipeline: which stages, which pipes between them, and how they are joined.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Recipe {
    /// The stages, in the order in which they are made. No two have one name.
    pub stages: Vec<StageSpec>,
    /// From the name of a Readable to the name of a Writable, in the order in which they are piped.
    pub pipes: Vec<(String, String)>,
    /// How each is joined to the next.
    pub join: Join,
}

impl Recipe {
    /// Stages of which each is piped into the next, as those of a lesson.
    #[must_use]
    pub fn chain(stages: Vec<StageSpec>, join: Join) -> Self {
        let pairs = stages.windows(2);
        let pipes = pairs.map(|pair| (pair[0].id.clone(), pair[1].id.clone()));
        Self {
            pipes: pipes.collect(),
            stages,
            join,
        }
    }

    /// The stage of this name.
    #[must_use]
    pub fn stage(&self, name: &str) -> Option<&StageSpec> {
        self.stages.iter().find(|stage| stage.id == name)
    }
}
