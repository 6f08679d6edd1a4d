//! How `spillway pipe` spells a stage: `gzip:9`, `'csv:population>500000'`.

use serde_json::{Map, Value};

/// A kind's options, or what is wrong with the word and what is allowed.
pub(crate) type WordOptions = Result<Map<String, Value>, String>;

/// The word of a kind on the command line.
#[derive(Debug)]
pub(crate) struct Word {
    /// What stands before the colon.
    pub(crate) name: &'static str,
    /// The whole of it, such as `gzip[:LEVEL]`.
    pub(crate) usage: &'static str,
    /// What it does, in one line.
    pub(crate) help: &'static str,
    /// Makes the kind's options of what stands after the colon.
    pub(crate) options: fn(Option<&str>) -> WordOptions,
}

impl Word {
    /// The options of a word that takes no argument.
    pub(crate) fn alone(argument: Option<&str>) -> WordOptions {
        match argument {
            None => Ok(Map::new()),
            Some(argument) => Err(format!(
                "it takes nothing after a colon, and got '{argument}'"
            )),
        }
    }

    /// The options of a word whose argument, if there is one, is a number.
    pub(crate) fn number(option: &str, argument: Option<&str>) -> WordOptions {
        let Some(argument) = argument else {
            return Ok(Map::new());
        };
        let number: u64 = argument
            .parse()
            .map_err(|_| format!("'{argument}' is not a whole number"))?;
        Ok(Map::from_iter([(option.to_owned(), number.into())]))
    }

    /// The options of a word whose argument is needed, as text.
    pub(crate) fn text(option: &str, argument: Option<&str>, what: &str) -> WordOptions {
        match argument {
            Some(argument) if !argument.is_empty() => {
                Ok(Map::from_iter([(option.to_owned(), argument.into())]))
            }
            _ => Err(format!("it needs {what} after a colon")),
        }
    }
}
