//! An option of a stage as a field of a form: what stands in it, and what it may be.

use serde_json::Value;
use spillway_protocol::stages::{StageOption, Takes};

/// What a value looks like in its field.
#[must_use]
pub fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Bool(flag)) => if *flag { "true" } else { "false" }.to_owned(),
        Some(Value::Number(number)) => number
            .as_u64()
            .map_or_else(String::new, |number| number.to_string()),
        Some(Value::Array(values)) => joined(values.iter().map(|value| shown(Some(value)))),
        Some(Value::Object(fields)) => {
            let pair = |(name, value): (&String, _)| [name, "=", &shown(Some(value))].concat();
            joined(fields.iter().map(pair))
        }
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

/// Reads a field; an empty one leaves the option to its default.
///
/// # Errors
/// What is allowed, in words.
pub fn read(text: &str, option: &StageOption) -> Result<Option<Value>, String> {
    let text = text.trim();
    if text.is_empty() {
        return if option.required {
            Err(["needed: ", &allowed(&option.takes)].concat())
        } else {
            Ok(None)
        };
    }
    let value = match &option.takes {
        Takes::Number { min, max } | Takes::Size { min, max } => number(text, *min, *max),
        Takes::Text => Some(Value::from(text)),
        Takes::Choice { choices } => choices
            .iter()
            .find(|choice| *choice == text)
            .map(|choice| Value::from(choice.as_str())),
        Takes::Bool => match text {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        Takes::List => {
            let texts = text.split(',').map(str::trim);
            Some(Value::Array(texts.map(Value::from).collect()))
        }
        Takes::Map => map(text),
    };
    match value {
        Some(value) => Ok(Some(value)),
        None => Err(["not taken: ", &allowed(&option.takes)].concat()),
    }
}

fn number(text: &str, min: u64, max: Option<u64>) -> Option<Value> {
    let digits: String = text
        .chars()
        .filter(|letter| !matches!(letter, ' ' | '\u{a0}' | '_'))
        .collect();
    let number: u64 = digits.parse().ok()?;
    let fits = number >= min && max.is_none_or(|max| number <= max);
    fits.then(|| Value::from(number))
}

fn map(text: &str) -> Option<Value> {
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        let whole = !name.is_empty() && !value.is_empty();
        whole.then(|| (name.to_owned(), Value::from(value)))
    };
    let pairs: Option<Vec<(String, Value)>> = text.split(',').map(pair).collect();
    Some(Value::Object(pairs?.into_iter().collect()))
}

/// What a field may hold, in words.
#[must_use]
pub fn allowed(takes: &Takes) -> String {
    match takes {
        Takes::Number { min, max } => range("a whole number", *min, *max),
        Takes::Size { min, max } => range("bytes", *min, *max),
        Takes::Text => "any text".to_owned(),
        Takes::Choice { choices } => ["one of ", &choices.join(", ")].concat(),
        Takes::Bool => "true or false".to_owned(),
        Takes::List => "texts, with commas between".to_owned(),
        Takes::Map => "NAME=TEXT, with commas between".to_owned(),
    }
}

fn range(what: &str, min: u64, max: Option<u64>) -> String {
    let min = min.to_string();
    match max {
        Some(max) => [what, ", ", &min, " to ", &max.to_string()].concat(),
        None => [what, ", at least ", &min].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn option(takes: Takes, required: bool) -> StageOption {
        StageOption {
            name: "o".to_owned(),
            takes,
            required,
            default: None,
            example: None,
            about: String::new(),
        }
    }

    fn level() -> StageOption {
        let max = Some(9);
        option(Takes::Number { min: 0, max }, false)
    }

    #[test]
    fn a_number_outside_its_range_says_the_range() {
        assert_eq!(read(" 9 ", &level()), Ok(Some(Value::from(9))));
        assert_eq!(read("", &level()), Ok(None));
        for wrong in ["10", "-1", "1.5", "six"] {
            let error = read(wrong, &level()).expect_err(wrong);
            assert_eq!(error, "not taken: a whole number, 0 to 9");
        }
        let size = Takes::Size { min: 1, max: None };
        assert_eq!(
            read("65 536", &option(size, false)),
            Ok(Some(Value::from(65_536)))
        );
    }

    #[test]
    fn what_is_needed_may_not_be_empty() {
        let error = read(" ", &option(Takes::Text, true)).expect_err("it is needed");
        assert_eq!(error, "needed: any text");
    }

    #[test]
    fn every_value_that_is_shown_is_read_again() {
        let choices = vec!["lines".to_owned(), "array".to_owned()];
        let fields = [
            (Takes::Text, serde_json::json!("a.csv")),
            (Takes::Bool, serde_json::json!(false)),
            (Takes::List, serde_json::json!(["name", "population"])),
            (Takes::Choice { choices }, serde_json::json!("array")),
            (Takes::Map, serde_json::json!({"a": "integer", "b": "text"})),
        ];
        for (takes, value) in fields {
            let text = shown(Some(&value));
            assert_eq!(read(&text, &option(takes, true)), Ok(Some(value)), "{text}");
        }
        assert!(read("maybe", &option(Takes::Bool, false)).is_err());
    }
}
