//! A pipeline as a program. What stages do is written out in the languages themselves, in
//! `node/js` and `rust/code`, as a teacher would; here it is chosen and put together.

mod expression;
mod names;
mod node;
mod options;
mod rust;
mod snippet;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::fmt;

pub use node::node;
pub use rust::{RustProgram, rust};
use spillway_protocol::control::Join;

use crate::Recipe;

/// Why there is no program for a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoProgram {
    /// The stage that has no place in it.
    pub stage: String,
    /// Why not.
    pub why: String,
}

impl NoProgram {
    fn new(stage: &str, why: impl Into<String>) -> Self {
        Self {
            stage: stage.to_owned(),
            why: why.into(),
        }
    }
}

impl fmt::Display for NoProgram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.stage)?;
        f.write_str(": ")?;
        f.write_str(&self.why)
    }
}

impl Error for NoProgram {}

/// Checks what every program relies on: stages that are there, each fed by one, and one chain of
/// them for `pipeline()`.
fn check_pipes(recipe: &Recipe) -> Result<(), NoProgram> {
    if recipe.stages.is_empty() {
        return Err(NoProgram::new("the pipeline", "it has no stages"));
    }
    let mut fed: Vec<&str> = Vec::new();
    for (from, to) in &recipe.pipes {
        for name in [from, to] {
            if recipe.stage(name).is_none() {
                return Err(NoProgram::new(
                    name,
                    "a pipe names it, and there is no such stage",
                ));
            }
        }
        if fed.contains(&&**to) {
            return Err(NoProgram::new(
                to,
                "it is fed twice; a stage is fed by one other",
            ));
        }
        fed.push(to);
    }
    let forks = recipe.pipes.windows(2).find(|pair| pair[0].1 != pair[1].0);
    match forks {
        Some(pair) if recipe.join == Join::Pipeline => {
            let why = "pipeline() joins one chain of stages, and this one begins another branch";
            Err(NoProgram::new(&pair[1].0, why))
        }
        Some(pair) if recipe.join == Join::Iterate => {
            let why = "two loops over one stage would share its chunks between them";
            Err(NoProgram::new(&pair[1].0, why))
        }
        _ => Ok(()),
    }
}
