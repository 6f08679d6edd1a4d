//! The kinds of stages: one file each, one line here to register.

mod aes_ctr;
mod asking;
mod brotli;
mod buffer_all;
mod collect;
mod csv_filter;
mod csv_sample;
mod database_insert;
mod database_rows;
mod decoding;
mod documented;
mod encoding;
mod error;
mod expression;
mod fault;
mod file_sink;
mod file_source;
mod flip;
mod gunzip;
mod gzip;
mod http_response;
mod http_source;
mod json;
mod json_sample;
mod key;
mod lines;
mod live_samples;
mod loopback;
mod null;
mod open;
mod options;
mod passthrough;
mod pieces;
mod reach;
#[cfg(test)]
mod round_trips;
mod sample;
mod seal;
mod sealing;
mod sha256;
mod slow;
mod tcp_echo;
mod tcp_source;
#[cfg(test)]
mod tests_support;
mod throttle;
mod ticker;
mod unbrotli;
mod upload;
mod upper;
mod websocket;
mod word;
mod worker;

use std::path::{Path, PathBuf};

use documented::Documented;
pub(crate) use error::{Again, StageError};
pub(crate) use expression::{Comparison, Expression, unknown_column};
use options::Options;
pub(crate) use options::{Defaults, MAX_MARK};
pub(crate) use reach::Reach;
pub(crate) use sealing::SEGMENT;
pub(crate) use slow::SLOW_BYTES_PER_S;
use spillway_protocol::control::StageSpec;
use spillway_protocol::stages::{Catalogue, Side, StageKind};
use spillway_streams::Sides;
pub(crate) use word::Word;
pub(crate) use worker::{Inside, LiveSink, LiveSource, Sink, Source, Transform, Worker};

use super::{Buffers, Ledger};

/// A kind of stage that a lesson or a client can name.
pub(crate) struct Kind {
    /// Its name in a lesson.
    pub(crate) name: &'static str,
    /// What it does and its options, for the author guide and for who gets an option wrong.
    about: &'static str,
    /// Which sides it has.
    side: Side,
    /// Its options.
    options: &'static [&'static [Documented]],
    /// How `spillway pipe` spells it, when it can stand between two files there.
    pub(crate) word: Option<Word>,
    plan: fn(&Options<'_>) -> Result<Plan, StageError>,
}

/// Every kind there is.
pub(crate) const KINDS: &[&Kind] = &[
    &file_source::KIND,
    &upload::KIND,
    &csv_sample::KIND,
    &json_sample::KIND,
    &ticker::KIND,
    &live_samples::KIND,
    &http_source::KIND,
    &tcp_source::KIND,
    &database_rows::KIND,
    &csv_filter::KIND,
    &lines::KIND,
    &json::KIND,
    &upper::KIND,
    &gzip::KIND,
    &gunzip::KIND,
    &brotli::KIND,
    &unbrotli::KIND,
    &aes_ctr::KIND,
    &seal::KIND,
    &open::KIND,
    &sha256::KIND,
    &throttle::KIND,
    &fault::KIND,
    &flip::KIND,
    &passthrough::KIND,
    &buffer_all::KIND,
    &file_sink::KIND,
    &null::KIND,
    &slow::KIND,
    &database_insert::KIND,
    &collect::KIND,
    &http_response::KIND,
    &websocket::KIND,
    &tcp_echo::KIND,
];

/// All kinds and their options, for clients.
pub(crate) fn catalogue() -> Catalogue {
    let kinds = KINDS.iter().map(|kind| StageKind {
        kind: kind.name.to_owned(),
        about: kind.sentence().to_owned(),
        side: kind.side,
        options: kind.documented().map(Documented::option).collect(),
    });
    Catalogue {
        kinds: kinds.collect(),
    }
}

impl Kind {
    /// What it does, without its options.
    fn sentence(&self) -> &'static str {
        let end = self.about.find(". `").map(|dot| dot + 1);
        &self.about[..end.unwrap_or(self.about.len())]
    }

    fn documented(&self) -> impl Iterator<Item = &'static Documented> {
        self.options.iter().copied().flatten()
    }
}

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
    /// What joins its two sides, when it has both.
    pub(crate) sides: Sides,
    /// Columns of what the source gives.
    pub(crate) gives_columns: Option<&'static [&'static str]>,
    make: Make,
}

impl Plan {
    /// A Readable with this mark.
    pub(crate) fn readable(label: String, mark: usize, make: Make) -> Self {
        Self::new(label, Some(mark), None, make)
    }

    /// A Writable with this mark.
    pub(crate) fn writable(label: String, mark: usize, make: Make) -> Self {
        Self::new(label, None, Some(mark), make)
    }

    /// A Transform, or a Duplex, with these marks.
    fn both(label: String, read_mark: usize, write_mark: usize, make: Make) -> Self {
        Self::new(label, Some(read_mark), Some(write_mark), make)
    }

    fn new(label: String, read_mark: Option<usize>, write_mark: Option<usize>, make: Make) -> Self {
        Self {
            label,
            read_mark,
            write_mark,
            speed: None,
            output: None,
            wants_columns: Vec::new(),
            sides: Sides::default(),
            gives_columns: None,
            make,
        }
    }
}

/// Opens what a stage needs, when its run starts.
pub(crate) type Make = Box<dyn FnOnce(&Places<'_>) -> Result<Worker, StageError> + Send>;

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
    /// Memory for chunks that was used before.
    pub(crate) buffers: Buffers,
    /// Counts what the stage opens.
    pub(crate) ledger: Ledger,
    /// What only the run of a page has.
    pub(crate) reach: Option<&'a Reach>,
}

impl<'a> Places<'a> {
    /// The same for another stage, which has a ledger of its own.
    pub(crate) fn another(&self) -> Self {
        Self {
            buffers: self.buffers.clone(),
            ledger: self.ledger.another(),
            ..*self
        }
    }

    /// What only the run of a page has.
    fn reach(&self) -> Result<&'a Reach, StageError> {
        self.reach.ok_or_else(|| {
            StageError::Options("this kind of stage needs a server and its page".to_owned())
        })
    }
}

/// Plans a stage from its specification: checks everything that can be checked without a file.
pub(crate) fn plan(spec: &StageSpec, defaults: Defaults) -> Result<Plan, StageError> {
    let kind = KINDS.iter().find(|kind| kind.name == spec.kind);
    let kind = kind.ok_or_else(|| unknown_kind(&spec.kind))?;
    (kind.plan)(&Options {
        spec,
        defaults,
        about: kind.about,
    })
}

impl Plan {
    /// Opens what the stage needs.
    pub(crate) fn make(self, places: &Places<'_>) -> Result<Worker, StageError> {
        (self.make)(places)
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

#[cfg(test)]
mod tests {
    use super::tests_support::refusal;
    use super::*;

    #[test]
    fn an_unknown_kind_is_named_with_what_there_is() {
        let error = refusal(r#"{"id":"z","kind":"g-zip"}"#);
        assert!(
            error.contains("'g-zip'") && error.contains("file_source"),
            "{error}"
        );
        assert!(error.ends_with("did you mean gzip?"), "{error}");
    }

    #[test]
    fn an_unknown_option_is_named_with_what_there_is() {
        let error = refusal(r#"{"id":"z","kind":"gzip","levle":6}"#);
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
        let error = refusal(r#"{"id":"z","kind":"gzip","high_water_mark":99999999}"#);
        assert!(error.contains("0 to 16777216"), "{error}");
        let error =
            refusal(r#"{"id":"s","kind":"file_source","file":"cities.csv","bytes_per_s":0}"#);
        assert!(error.contains("at least 1"), "{error}");
    }
}
