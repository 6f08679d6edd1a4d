//! What can be true of a run at a moment, written in Node's words: `sink.writableNeedDrain`,
//! `source.bytesRead >= 200000 && !sink.closed`.

use std::fmt::Write as _;

use spillway_streams::{Outcome, ReadState, RunView, StageView, WriteState};

use crate::comparison::{Parts, Test};
use crate::nearest::{did_you_mean, list};

/// Something that is true of a run, or not, at each moment: all of its terms together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Condition {
    text: String,
    terms: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    /// A stage's name, or [`RUN`].
    subject: String,
    property: &'static Property,
    test: Test,
}

/// What stands for the run as a whole, where else a stage is named.
pub(crate) const RUN: &str = "run";

/// One of the properties.
#[derive(Debug)]
pub(crate) struct Property {
    /// In Node's words.
    pub(crate) name: &'static str,
    /// For the author's guide.
    about: &'static str,
    value: Value,
}

impl PartialEq for Property {
    fn eq(&self, other: &Self) -> bool {
        (self.name, self.value.is_of_run()) == (other.name, other.value.is_of_run())
    }
}

impl Eq for Property {}

impl Property {
    /// The property of a stage, or of the run, that has this name.
    pub(crate) fn find(subject: &str, name: &str) -> Result<&'static Self, String> {
        let of_run = subject == RUN;
        let known = || {
            PROPERTIES
                .iter()
                .filter(move |known| known.value.is_of_run() == of_run)
        };
        known().find(|known| known.name == name).ok_or_else(|| {
            let names = || known().map(|known| known.name);
            let hint = did_you_mean(name, names());
            let hint = if hint.is_empty() { "." } else { &hint };
            let of = if of_run { "a run" } else { "a stage" };
            let names = list(names());
            format!("{of} has no property `{name}`{hint} There are {names}.")
        })
    }

    /// Whether it is true or false, and no number.
    pub(crate) const fn is_flag(&self) -> bool {
        self.value.is_flag()
    }

    /// Its value as the run stands, 1 for what is true; `None` where there is none.
    pub(crate) fn value_of(&self, subject: &str, view: &RunView) -> Option<u64> {
        let stage = || view.stage(view.id_of(subject)?);
        match self.value {
            Value::Flag(read) => stage().and_then(read).map(u64::from),
            Value::Bytes(read) => stage().and_then(read),
            Value::RunFlag(read) => Some(u64::from(read(view))),
            Value::RunCount(read) => Some(read(view)),
        }
    }
}

/// How the value of a property is found; `None` where a stage has no such side.
#[derive(Debug, Clone, Copy)]
enum Value {
    Flag(fn(&StageView) -> Option<bool>),
    Bytes(fn(&StageView) -> Option<u64>),
    RunFlag(fn(&RunView) -> bool),
    RunCount(fn(&RunView) -> u64),
}

impl Value {
    const fn is_of_run(self) -> bool {
        matches!(self, Self::RunFlag(_) | Self::RunCount(_))
    }

    const fn is_flag(self) -> bool {
        matches!(self, Self::Flag(_) | Self::RunFlag(_))
    }
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// With what is wrong with it and what there is.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let terms = text.split("&&").map(|term| Term::parse(term.trim()));
        Ok(Self {
            text: String::from(text),
            terms: terms.collect::<Result<_, _>>()?,
        })
    }

    /// Whether it is true of the run as it stands.
    #[must_use]
    pub fn holds(&self, view: &RunView) -> bool {
        !self.terms.is_empty() && self.terms.iter().all(|term| term.holds(view))
    }

    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The stages that it names.
    pub(crate) fn stages(&self) -> impl Iterator<Item = &str> {
        let names = self.terms.iter().map(|term| term.subject.as_str());
        names.filter(|name| *name != RUN)
    }
}

impl Term {
    fn parse(text: &str) -> Result<Self, String> {
        let parts = Parts::of(text);
        let Some((subject, name)) = parts.path.split_once('.') else {
            return Err(format!(
                "`{text}` is no condition; write `STAGE.PROPERTY`, such as \
                 `sink.writableNeedDrain`, or `STAGE.PROPERTY >= NUMBER`"
            ));
        };
        let property = Property::find(subject, name)?;
        // `=` is none of the signs: a number may pass the one that is waited for between two events.
        let test = parts.test(name, property.is_flag(), &[">=", "<="])?;
        Ok(Self {
            subject: String::from(subject),
            property,
            test,
        })
    }

    fn holds(&self, view: &RunView) -> bool {
        let value = self.property.value_of(&self.subject, view);
        value.is_some_and(|value| self.test.holds(value))
    }
}

/// The table of properties for the author's guide, in Markdown.
#[must_use]
pub fn property_table() -> String {
    let mut table = String::from("| property | is |\n|---|---|\n");
    for property in &PROPERTIES {
        let of = if property.value.is_of_run() {
            "run."
        } else {
            ""
        };
        // Writing to a String cannot fail.
        let _ = writeln!(table, "| `{of}{}` | {} |", property.name, property.about);
    }
    table
}

const fn flag(
    name: &'static str,
    about: &'static str,
    read: fn(&StageView) -> Option<bool>,
) -> Property {
    Property {
        name,
        about,
        value: Value::Flag(read),
    }
}

const fn bytes(
    name: &'static str,
    about: &'static str,
    read: fn(&StageView) -> Option<u64>,
) -> Property {
    Property {
        name,
        about,
        value: Value::Bytes(read),
    }
}

const fn run(name: &'static str, about: &'static str, value: Value) -> Property {
    Property { name, about, value }
}

static PROPERTIES: [Property; 25] = [
    flag("readableFlowing", "true while it flows", |stage| {
        Some(stage.readable.as_ref()?.state == ReadState::Flowing)
    }),
    flag("isPaused", "true while it is paused", |stage| {
        Some(stage.readable.as_ref()?.state == ReadState::Paused)
    }),
    flag("readableEnded", "true after `end`", |stage| {
        Some(stage.readable.as_ref()?.state == ReadState::Ended)
    }),
    bytes("readableLength", "bytes in the read buffer", |stage| {
        Some(stage.readable.as_ref()?.buffered)
    }),
    bytes(
        "readableHighWaterMark",
        "the mark of the read buffer, which `read(n)` may raise",
        |stage| Some(stage.readable.as_ref()?.mark),
    ),
    bytes(
        "bytesRead",
        "bytes that have left the read buffer for a listener or a pipe",
        |stage| Some(stage.readable.as_ref()?.bytes),
    ),
    bytes(
        "bytesDiscarded",
        "bytes that have left it and nobody listened",
        |stage| Some(stage.readable.as_ref()?.discarded_bytes),
    ),
    flag(
        "writableNeedDrain",
        "true from a `write()` that answered false to the `drain`",
        |stage| Some(stage.writable.as_ref()?.need_drain),
    ),
    flag("writableEnded", "true after `end()` was called", |stage| {
        Some(stage.writable.as_ref()?.state != WriteState::Open)
    }),
    flag("writableFinished", "true after `finish`", |stage| {
        Some(stage.writable.as_ref()?.state == WriteState::Finished)
    }),
    bytes("writableLength", "bytes in the write buffer", |stage| {
        Some(stage.writable.as_ref()?.buffered)
    }),
    bytes(
        "writableHighWaterMark",
        "the mark of the write buffer",
        |stage| Some(stage.writable.as_ref()?.mark),
    ),
    bytes("writableCorked", "calls of `cork()` not undone", |stage| {
        Some(stage.writable.as_ref()?.corked)
    }),
    bytes(
        "bytesWritten",
        "bytes that its implementation has taken",
        |stage| Some(stage.writable.as_ref()?.bytes),
    ),
    bytes(
        "bytesMissed",
        "bytes that a source which cannot wait let go of",
        |stage| Some(stage.missed_bytes),
    ),
    bytes(
        "held",
        "bytes in its buffers and in its work together",
        |stage| Some(stage.held_bytes()),
    ),
    flag("errored", "true after `error`", |stage| {
        Some(stage.error.is_some())
    }),
    flag("closed", "true after `close`", |stage| Some(stage.closed)),
    run(
        "held",
        "bytes that all stages hold together",
        Value::RunCount(RunView::held_bytes),
    ),
    run(
        "peak",
        "most bytes they have held together so far",
        Value::RunCount(RunView::peak),
    ),
    run(
        "open",
        "files, sockets and timers that they have open",
        Value::RunCount(|view| {
            let open = view.open();
            open.files + open.sockets + open.timers
        }),
    ),
    run(
        "firstTaken",
        "true once the last stage has taken a chunk",
        Value::RunFlag(|view| view.measured.first_taken_us.is_some()),
    ),
    run(
        "completed",
        "true when it is over and all of it finished",
        Value::RunFlag(|view| matches!(view.outcome, Some(Outcome::Completed))),
    ),
    run(
        "failed",
        "true when an error ended it",
        Value::RunFlag(|view| matches!(view.outcome, Some(Outcome::Failed { .. }))),
    ),
    run(
        "stopped",
        "true when it reached a quota and was stopped",
        Value::RunFlag(|view| matches!(view.outcome, Some(Outcome::Stopped { .. }))),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::goal::testing;

    fn check(text: &str, holds: bool) {
        let condition = Condition::parse(text).unwrap();
        assert_eq!(condition.holds(&testing::run()), holds, "{text}");
    }

    fn refused(text: &str, wanted: &str) {
        let problem = Condition::parse(text).unwrap_err();
        assert!(problem.contains(wanted), "{problem}");
    }

    #[test]
    fn flags_and_numbers_are_those_of_the_run() {
        check("source.readableFlowing", true);
        check("!source.readableFlowing", false);
        check("source.bytesRead >= 0", true);
        check("source.bytesRead >= 1", false);
        check("sink.writableLength <= 0", true);
        check("run.open <= 0 && !run.completed", true);
        check("run.open <= 0 && run.completed", false);
    }

    #[test]
    fn what_a_stage_does_not_have_is_never_true() {
        check("source.writableLength >= 0", false);
        check("!source.writableNeedDrain", false);
    }

    #[test]
    fn what_is_no_condition_says_what_would_be() {
        refused("full", "write `STAGE.PROPERTY`");
        refused(
            "sink.writableNeedDrian",
            "did you mean `writableNeedDrain`?",
        );
        refused("run.closed", "a run has no property `closed`");
        refused(
            "sink.writableLength",
            "write `sink.writableLength >= NUMBER`",
        );
        refused("sink.writableLength > 5", "is a number");
        refused("sink.closed >= 1", "is true or false");
        refused("!sink.writableLength >= 1", "takes no `!`");
    }

    #[test]
    fn every_property_of_one_subject_has_a_name_of_its_own() {
        for (at, property) in PROPERTIES.iter().enumerate() {
            let twin = PROPERTIES[..at].iter().any(|other| {
                other.name == property.name && other.value.is_of_run() == property.value.is_of_run()
            });
            assert!(!twin, "{}", property.name);
        }
    }
}
