//! What the server has against a pipeline, and the stage that it is about.

use spillway_recipe::Recipe;

/// A refusal of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The stage concerned, when the message names one.
    pub stage: Option<String>,
    /// The server's words.
    pub message: String,
}

impl Problem {
    /// Finds the stage that a message is about: the first that it quotes by name, else the first
    /// whose kind it quotes.
    #[must_use]
    pub fn of(message: String, recipe: &Recipe) -> Self {
        let mut quoted = message.split('\'').skip(1).step_by(2);
        let stage = quoted.find_map(|word| {
            let named = recipe.stage(word);
            let of_kind = || recipe.stages.iter().find(|stage| stage.kind == word);
            named.or_else(of_kind).map(|stage| stage.id.clone())
        });
        Self { stage, message }
    }
}

#[cfg(test)]
mod tests {
    use spillway_recipe::parse;

    use super::*;

    #[test]
    fn a_message_is_shown_on_the_stage_that_it_names() {
        let recipe = parse("a: csv_sample | z: gzzip | null").expect("a pipeline");
        let about = |message: &str| Problem::of(message.to_owned(), &recipe).stage;
        assert_eq!(about("nothing reads 'z': it would").as_deref(), Some("z"));
        let unknown = "there is no stage kind 'gzzip'; the kinds are";
        assert_eq!(about(unknown).as_deref(), Some("z"));
        assert_eq!(about("a pipeline has 1 to 12 stages"), None);
    }
}
