//! The kinds of stages: one file each, one line here to register.

mod csv_filter;
mod expression;
mod file_sink;
mod file_source;
mod gzip;

use std::path::{Path, PathBuf};

use bytes::Bytes;
pub(crate) use expression::unknown_column;
use serde::de::DeserializeOwned;
use spillway_protocol::control::StageSpec;
use spillway_streams::Profile;
use thiserror::Error;

/// A kind of stage that a lesson or a client can name.
pub(crate) struct Kind {
    /// Its name in a lesson.
    pub(crate) name: &'static str,
    /// What it does and its options, for the author guide and for who gets an option wrong.
    about: &'static str,
    plan: fn(&Options<'_>) -> Result<Plan, StageError>,
}

/// Every kind there is.
pub(crate) const KINDS: [&Kind; 4] = [
    &file_source::KIND,
    &csv_filter::KIND,
    &gzip::KIND,
    &file_sink::KIND,
];

/// What a stage will be made of, before anything is opened.
pub(crate) struct Plan {
    /// What the page calls it.
    pub(crate) label: String,
    /// `readableHighWaterMark`, when it has a read side.
    pub(crate) read_mark: Option<usize>,
    /// `writableHighWaterMark`, when it has a write side.
    pub(crate) write_mark: Option<usize>,
    /// Its speed limit at the start; `None` inside: it has a speed control and no limit yet.
    pub(crate) speed: Option<Option<u64>>,
    /// The output file it makes.
    pub(crate) output: Option<String>,
    /// Columns a filter asks for, to be checked against what the source gives.
    pub(crate) wants_columns: Vec<String>,
    /// Columns of what the source gives.
    pub(crate) gives_columns: Option<&'static [&'static str]>,
    make: Make,
}

type Make = Box<dyn FnOnce(&Places<'_>) -> Result<Worker, StageError> + Send>;

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan")
            .field("label", &self.label)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Where a stage finds and puts its files.
pub(crate) struct Places<'a> {
    /// The sample of cities.
    pub(crate) cities: &'a Path,
    /// Path of an output by its checked name.
    pub(crate) output: &'a dyn Fn(&str) -> PathBuf,
}

/// The implementation of a stage. Each method is one operation, called off the async threads.
pub(crate) enum Worker {
    /// A Readable.
    Source(Box<dyn Source>),
    /// A Transform.
    Transform(Box<dyn Transform>),
    /// A Writable.
    Sink(Box<dyn Sink>),
}

/// `_read` of a Readable.
pub(crate) trait Source: Send {
    /// The next chunk of at most `n` bytes, or `None` at the end.
    fn read(&mut self, n: usize) -> Result<Option<Bytes>, StageError>;
}

/// `_transform` and `_flush` of a Transform.
pub(crate) trait Transform: Send {
    /// Takes a chunk and gives what comes of it, in order.
    fn transform(&mut self, chunk: &Bytes) -> Result<Vec<Bytes>, StageError>;
    /// Gives what is left.
    fn flush(&mut self) -> Result<Vec<Bytes>, StageError>;
    /// Bytes taken in that have not shown up in what came out.
    fn in_work(&self) -> u64;
}

/// `_write` and `_final` of a Writable.
pub(crate) trait Sink: Send {
    /// Takes a chunk.
    fn write(&mut self, chunk: &Bytes) -> Result<(), StageError>;
    /// Everything was written: make it last.
    fn finish(&mut self) -> Result<(), StageError>;
}

/// Why a stage cannot be made, or failed.
#[derive(Debug, Error)]
pub(crate) enum StageError {
    /// There is no such kind.
    #[error("there is no stage kind '{name}'; the kinds are {known}{hint}")]
    UnknownKind {
        /// What was asked for.
        name: String,
        /// All kinds.
        known: String,
        /// " - did you mean …?" when one is close.
        hint: String,
    },
    /// An option is wrong.
    #[error("{0}")]
    Options(String),
    /// The operating system refused.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The data is not what the stage can work on.
    #[error("{0}")]
    Data(String),
}

/// Plans a stage from its specification: checks everything that can be checked without a file.
pub(crate) fn plan(spec: &StageSpec, profile: Profile) -> Result<Plan, StageError> {
    let kind = KINDS.iter().find(|kind| kind.name == spec.kind);
    let kind = kind.ok_or_else(|| unknown_kind(&spec.kind))?;
    (kind.plan)(&Options {
        spec,
        profile,
        about: kind.about,
    })
}

impl Plan {
    /// Opens what the stage needs.
    pub(crate) fn make(self, places: &Places<'_>) -> Result<Worker, StageError> {
        (self.make)(places)
    }
}

/// The options of one stage and the defaults they fall back to.
struct Options<'a> {
    spec: &'a StageSpec,
    profile: Profile,
    about: &'static str,
}

impl Options<'_> {
    /// The options as the kind's own type; an unknown or wrong one is named.
    fn parse<T: DeserializeOwned>(&self) -> Result<T, StageError> {
        let options = serde_json::Value::Object(self.spec.options.clone());
        serde_json::from_value(options).map_err(|error| {
            StageError::Options(format!(
                "stage '{}': {error}; {} is a {}",
                self.spec.id, self.spec.kind, self.about
            ))
        })
    }

    fn mark(&self, wanted: Option<u64>, default: usize) -> Result<usize, StageError> {
        match wanted {
            None => Ok(default),
            Some(mark) if mark <= MAX_MARK => Ok(mark as usize),
            Some(mark) => Err(StageError::Options(format!(
                "stage '{}': high_water_mark {mark} is too large; allowed are 0 to {MAX_MARK}",
                self.spec.id
            ))),
        }
    }

    fn speed(&self, wanted: Option<u64>) -> Result<Option<u64>, StageError> {
        match wanted {
            Some(0) => Err(StageError::Options(format!(
                "stage '{}': bytes_per_s must be at least 1; leave it out for full speed",
                self.spec.id
            ))),
            speed => Ok(speed),
        }
    }
}

fn unknown_kind(name: &str) -> StageError {
    let known: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
    let close = known.iter().find(|kind| {
        kind.contains(name) || name.contains(*kind) || same_but_punctuation(kind, name)
    });
    StageError::UnknownKind {
        name: name.chars().take(60).collect(),
        known: known.join(", "),
        hint: close.map_or_else(String::new, |kind| format!("; did you mean {kind}?")),
    }
}

fn same_but_punctuation(one: &str, other: &str) -> bool {
    let letters = |text: &str| {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.collect::<String>().to_ascii_lowercase()
    };
    letters(one) == letters(other)
}

/// No lesson needs a larger mark, and a run may not hold more.
const MAX_MARK: u64 = 16 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn error_of(json: &str) -> String {
        let spec: StageSpec = serde_json::from_str(json).unwrap();
        plan(&spec, Profile::Node20).err().unwrap().to_string()
    }

    #[test]
    fn an_unknown_kind_is_named_with_what_there_is() {
        let error = error_of(r#"{"id":"z","kind":"g-zip"}"#);
        assert!(
            error.contains("'g-zip'") && error.contains("file_source"),
            "{error}"
        );
        assert!(error.ends_with("did you mean gzip?"), "{error}");
    }

    #[test]
    fn an_unknown_option_is_named_with_what_there_is() {
        let error = error_of(r#"{"id":"z","kind":"gzip","levle":6}"#);
        assert!(error.contains("stage 'z'") && error.contains("levle") && error.contains("level"));
    }

    #[test]
    fn the_author_guide_lists_every_kind() {
        let mut table = "| kind | what it is, and its options |\n|---|---|\n".to_owned();
        for kind in KINDS {
            table += &format!("| `{}` | {} |\n", kind.name, kind.about);
        }
        let guide = include_str!("../../../../lessons/GUIDE.md");
        assert!(
            guide.contains(&table),
            "lessons/GUIDE.md should have:\n{table}"
        );
    }

    #[test]
    fn a_mark_or_speed_out_of_range_says_what_is_allowed() {
        let error = error_of(r#"{"id":"z","kind":"gzip","high_water_mark":99999999}"#);
        assert!(error.contains("0 to 16777216"), "{error}");
        let error =
            error_of(r#"{"id":"s","kind":"file_source","file":"cities.csv","bytes_per_s":0}"#);
        assert!(error.contains("at least 1"), "{error}");
    }
}

/// What the tests of several stages need.
#[cfg(test)]
mod tests_support {
    use super::*;

    /// Makes a Transform from its specification.
    pub(super) fn transform(json: &str) -> Box<dyn Transform> {
        let spec: StageSpec = serde_json::from_str(json).unwrap();
        let places = Places {
            cities: Path::new("none"),
            output: &|_| PathBuf::new(),
        };
        match plan(&spec, Profile::Node20).unwrap().make(&places).unwrap() {
            Worker::Transform(transform) => transform,
            Worker::Source(_) | Worker::Sink(_) => panic!("not a Transform"),
        }
    }
}
