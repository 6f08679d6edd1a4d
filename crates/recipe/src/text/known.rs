//! A stage held against the kinds that the server has.

use serde_json::Value;
use spillway_protocol::stages::{StageKind, StageOption, Takes};

use super::ParseError;
use super::parse::Item;
use crate::nearest::hint;

/// Checks the kind and the options of a stage.
pub(super) fn check(item: &Item<'_>, kinds: &[StageKind]) -> Result<(), ParseError> {
    let Some(kind) = kinds.iter().find(|kind| kind.kind == item.kind) else {
        let known: Vec<&str> = kinds.iter().map(|kind| kind.kind.as_str()).collect();
        let hint = hint(item.kind, &known);
        return Err(item
            .at
            .wrong(&["there is no stage kind `", item.kind, "`", &hint]));
    };
    for (name, at, value_at) in &item.places {
        let Some(option) = kind.options.iter().find(|option| option.name == *name) else {
            let known: Vec<&str> = kind.options.iter().map(|option| &*option.name).collect();
            let hint = hint(name, &known);
            return Err(at.wrong(&["`", item.kind, "` has no option `", name, "`", &hint]));
        };
        if !item
            .options
            .get(*name)
            .is_some_and(|value| fits(value, &option.takes))
        {
            return Err(value_at.wrong(&["`", name, "` is ", &allowed(&option.takes)]));
        }
    }
    let missing =
        |option: &&StageOption| option.required && !item.options.contains_key(&option.name);
    match kind.options.iter().find(missing) {
        None => Ok(()),
        Some(option) => {
            let needs = [
                "`",
                item.kind,
                "` needs `",
                &option.name,
                "`: ",
                &option.about,
            ];
            Err(item
                .at
                .wrong(&[&needs.concat(), ", ", &allowed(&option.takes)]))
        }
    }
}

fn fits(value: &Value, takes: &Takes) -> bool {
    match takes {
        Takes::Number { min, max } | Takes::Size { min, max } => value
            .as_u64()
            .is_some_and(|number| number >= *min && max.is_none_or(|max| number <= max)),
        Takes::Text => value.is_string(),
        Takes::Choice { choices } => value
            .as_str()
            .is_some_and(|text| choices.iter().any(|choice| choice == text)),
        Takes::Bool => value.is_boolean(),
        Takes::List => value.is_array(),
        Takes::Map => value.is_object(),
    }
}

/// What is allowed, in words that follow "is".
fn allowed(takes: &Takes) -> String {
    match takes {
        Takes::Number { min, max } => range("a whole number", *min, *max),
        Takes::Size { min, max } => range("a number of bytes", *min, *max),
        Takes::Text => "a text, in \"quotes\"".to_owned(),
        Takes::Choice { choices } => ["one of ", &choices.join(", ")].concat(),
        Takes::Bool => "true or false".to_owned(),
        Takes::List => "a list of texts, as [\"text\"]".to_owned(),
        Takes::Map => "texts by name, as {\"name\": \"text\"}".to_owned(),
    }
}

fn range(what: &str, min: u64, max: Option<u64>) -> String {
    let min = min.to_string();
    match max {
        Some(max) => [what, ", ", &min, " to ", &max.to_string()].concat(),
        None => [what, ", at least ", &min].concat(),
    }
}
