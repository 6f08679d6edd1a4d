//! The words between IN and OUT: each spells a stage.

use std::fmt::Write;

use spillway_lessons::did_you_mean;
use spillway_protocol::control::StageSpec;

use super::PipeError;
use crate::engine::stages::{Defaults, KINDS, Kind, Word};

/// Marks of a pipe without a page: a few chunks, so that a stage that is woken finds work for a
/// while, and all of a pipe stays in the caches.
const MARK: usize = 256 * 1024;

/// How much a file is read at once, and the largest chunk that a compressor gives: what Node reads
/// of a file. With 256 KiB a copy was a third slower.
const CHUNK: usize = 64 * 1024;

/// Makes specifications of the words. Stages of one kind get names of their own.
pub(super) fn specs(words: &[String]) -> Result<Vec<StageSpec>, PipeError> {
    let mut specs: Vec<StageSpec> = Vec::with_capacity(words.len());
    for word in words {
        let (name, argument) = split(word);
        let Some((kind, spelling)) = kind_of(name) else {
            return Err(PipeError::Usage(unknown(name)));
        };
        let options = (spelling.options)(argument);
        let options = options.map_err(|reason| {
            let usage = spelling.usage;
            PipeError::Usage(format!("'{word}': {reason}; it is written {usage}"))
        })?;
        let before = specs.iter().filter(|spec| spec.kind == kind.name).count();
        let id = match before {
            0 => spelling.name.to_owned(),
            _ => format!("{}-{}", spelling.name, before + 1),
        };
        specs.push(StageSpec {
            id,
            kind: kind.name.to_owned(),
            options,
        });
    }
    Ok(specs)
}

/// The sizes that stages have in such a pipe.
pub(super) const SIZES: Defaults = Defaults {
    mark: MARK,
    file_read_mark: CHUNK,
    chunk: CHUNK,
    parallel: true,
};

/// Refuses a stage where a path is expected: a forgotten IN or OUT would make a file of its name.
pub(super) fn check_end(place: &str, end: &str, word: &str) -> Result<(), PipeError> {
    let (name, _) = split(word);
    if kind_of(name).is_none() {
        return Ok(());
    }
    Err(PipeError::Usage(format!(
        "the {place} word is {end}, a path or -, but '{word}' is a stage; write './{word}' for a \
         file of this name"
    )))
}

/// What there is, and examples, for `spillway pipe --help`.
#[must_use]
pub fn help() -> String {
    let mut help = "Stages:\n".to_owned();
    for (_, word) in spellings() {
        // A String takes whatever is written.
        let _ = writeln!(help, "  {:<22} {}", word.usage, word.help);
    }
    help + EXAMPLES
}

const EXAMPLES: &str = "
Examples:
  spillway pipe cities.csv 'csv:population>500000' gzip big.csv.gz
      the cities with more than 500,000 people, compressed
  cat x | spillway pipe - gzip:9 - > x.gz
      between other programs
  spillway pipe big.csv.gz gunzip 'csv:country=JP && population>1000000' -
      quote an expression: > and & mean something to the shell
  spillway pipe x x.copy --json
      a plain copy, measured: one JSON object says how it went

OUT is written aside and gets its name when it is whole: a pipe that fails, or that you
interrupt, leaves nothing half-written. At the end a table says what each stage did.

Exit code: 0 done (also when the reader of OUT went away), 1 a stage failed, 2 usage.";

fn split(word: &str) -> (&str, Option<&str>) {
    match word.split_once(':') {
        Some((name, argument)) => (name, Some(argument)),
        None => (word, None),
    }
}

fn spellings() -> impl Iterator<Item = (&'static Kind, &'static Word)> {
    let kinds = KINDS.iter().copied();
    kinds.filter_map(|kind| kind.word.as_ref().map(|word| (kind, word)))
}

fn kind_of(name: &str) -> Option<(&'static Kind, &'static Word)> {
    spellings().find(|(_, word)| word.name == name)
}

fn unknown(name: &str) -> String {
    let usages: Vec<&str> = spellings().map(|(_, word)| word.usage).collect();
    let near = match spellings().find(|(kind, _)| kind.name == name) {
        Some((_, word)) => format!("; did you mean `{}`?", word.name),
        None => did_you_mean(name, spellings().map(|(_, word)| word.name)),
    };
    let name: String = name.chars().take(60).collect();
    format!(
        "there is no stage '{name}'; the stages are {}{near}",
        usages.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_of(words: &[&str]) -> String {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        specs(&words).unwrap_err().to_string()
    }

    #[test]
    fn an_unknown_word_is_answered_with_the_list_and_the_nearest() {
        let error = error_of(&["gzpi"]);
        assert!(error.contains("stages are 'csv:EXPR', "), "{error}");
        assert!(error.ends_with("did you mean `gzip`?"), "{error}");
        assert!(error_of(&["csv_filter:a=1"]).ends_with("did you mean `csv`?"));
    }

    #[test]
    fn a_wrong_argument_is_answered_with_how_the_word_is_written() {
        let error = error_of(&["gzip:fast"]);
        assert!(error.contains("'fast' is not a whole number"), "{error}");
        assert!(error.ends_with("it is written gzip[:LEVEL]"), "{error}");
    }

    #[test]
    fn stages_of_one_kind_have_names_of_their_own() {
        let specs = specs(&["gzip".to_owned(), "gzip:1".to_owned()]).unwrap();
        let names: Vec<&str> = specs.iter().map(|spec| spec.id.as_str()).collect();
        assert_eq!(names, ["gzip", "gzip-2"]);
    }
}
