//! A verb that is called on a stage, as it is written in code: `source.unpipe(filter)`.

use std::fmt::Write as _;

use spillway_streams::{Event, EventKind, RunView, UnpipeCause, Verb};

use crate::nearest::{did_you_mean, list};

/// A verb called on a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// As it was written.
    pub text: String,
    /// The stage.
    pub stage: String,
    /// What is called on it.
    pub verb: CallVerb,
}

/// What can be called on a stage: the verbs that the page has as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallVerb {
    /// `pipe(to)`.
    Pipe {
        /// The destination.
        to: String,
    },
    /// `unpipe(to)`, or `unpipe()` from all.
    Unpipe {
        /// The destination.
        to: Option<String>,
    },
    /// `pause()`.
    Pause,
    /// `resume()`.
    Resume,
    /// `read(n)`, or `read()`.
    Read {
        /// How many bytes; `None`: what there is.
        n: Option<u64>,
    },
    /// `write(…)`.
    Write {
        /// The chunk.
        chunk: Vec<u8>,
    },
    /// `cork()`.
    Cork,
    /// `uncork()`.
    Uncork,
    /// `end()`.
    End,
    /// `destroy()`, or `destroy('message')`.
    Destroy {
        /// The error's message.
        error: Option<String>,
    },
    /// The speed control.
    Throttle {
        /// Bytes a second; `None`: full speed.
        bytes_per_s: Option<u64>,
    },
}

/// Verbs and what each does, for messages and the author's guide.
const VERBS: [(&str, &str, &str); 11] = [
    ("pipe", "pipe(to)", "pipes the stage into `to`"),
    (
        "unpipe",
        "unpipe(to)",
        "removes that pipe; `unpipe()` removes all of the stage",
    ),
    ("pause", "pause()", "pauses it"),
    ("resume", "resume()", "resumes it"),
    (
        "read",
        "read(100)",
        "reads so many bytes out of its read buffer, or null when there are fewer; `read()` reads what there is",
    ),
    (
        "write",
        "write(20000)",
        "writes a chunk of so many bytes; `write('text')` writes a text",
    ),
    ("cork", "cork()", "corks it"),
    ("uncork", "uncork()", "undoes a `cork()`"),
    ("end", "end()", "ends its write side"),
    (
        "destroy",
        "destroy()",
        "destroys it; `destroy('message')` with that error",
    ),
    (
        "throttle",
        "throttle(50000)",
        "sets its speed control, bytes a second; `throttle()` is full speed",
    ),
];

/// Largest chunk of a `write()`, bytes: that of a chunk written by hand.
const MAX_WRITE: usize = spillway_protocol::control::MAX_WRITE;

/// Most that a `read(n)` asks for, bytes: that of a read by hand.
const MAX_READ: u64 = spillway_protocol::control::MAX_READ;

impl Call {
    /// Reads a call.
    ///
    /// # Errors
    /// With what is wrong with it and what there is.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let parts = text
            .strip_suffix(')')
            .and_then(|text| text.split_once('('))
            .and_then(|(path, argument)| Some((path.split_once('.')?, argument.trim())));
        let Some(((stage, verb), argument)) = parts else {
            return Err(format!(
                "`{text}` is no call; write it as in code, such as `source.unpipe(filter)`"
            ));
        };
        let verb = verb_of(verb, argument).map_err(|problem| format!("`{text}`: {problem}"))?;
        Ok(Self {
            text: String::from(text),
            stage: String::from(stage),
            verb,
        })
    }

    /// The stages that it names.
    pub(crate) fn stages(&self) -> impl Iterator<Item = &str> {
        let other = match &self.verb {
            CallVerb::Pipe { to } => Some(to),
            CallVerb::Unpipe { to } => to.as_ref(),
            _ => None,
        };
        [Some(&self.stage), other]
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    /// Whether this event is the learner making this call; how much a `read()` asks for, what a
    /// `write()` writes, and the speed that is set, do not matter.
    pub(crate) fn is_made_by(&self, event: &Event, view: &RunView) -> bool {
        if view.id_of(&self.stage) != Some(event.stage) {
            return false;
        }
        let is = |name: &str, id| view.id_of(name) == Some(id);
        let verb = match &event.kind {
            EventKind::Verb { verb } => verb,
            EventKind::Throttled { .. } => return matches!(self.verb, CallVerb::Throttle { .. }),
            EventKind::Unpiped {
                to: id,
                by: UnpipeCause::Unpipe,
            } => {
                return matches!(&self.verb, CallVerb::Unpipe { to: Some(to) } if is(to, *id));
            }
            _ => return false,
        };
        match (&self.verb, verb) {
            (CallVerb::Pipe { to }, Verb::Pipe { to: id }) => is(to, *id),
            (CallVerb::Unpipe { to: None }, Verb::Unpipe { .. })
            | (CallVerb::Pause, Verb::Pause)
            | (CallVerb::Resume, Verb::Resume)
            | (CallVerb::Read { .. }, Verb::Read { .. })
            | (CallVerb::Write { .. }, Verb::Write { .. })
            | (CallVerb::Cork, Verb::Cork)
            | (CallVerb::Uncork, Verb::Uncork)
            | (CallVerb::End, Verb::End) => true,
            (CallVerb::Destroy { error }, Verb::Destroy { failing }) => error.is_some() == *failing,
            _ => false,
        }
    }
}

fn verb_of(verb: &str, argument: &str) -> Result<CallVerb, String> {
    let some = (!argument.is_empty()).then(|| String::from(argument));
    let none = |made: CallVerb| match &some {
        None => Ok(made),
        Some(_) => Err(format!("`{verb}()` takes nothing between the brackets")),
    };
    match verb {
        "pipe" => some
            .map(|to| CallVerb::Pipe { to })
            .ok_or_else(|| String::from("`pipe` needs its destination, such as `pipe(sink)`")),
        "unpipe" => Ok(CallVerb::Unpipe { to: some }),
        "pause" => none(CallVerb::Pause),
        "resume" => none(CallVerb::Resume),
        "cork" => none(CallVerb::Cork),
        "uncork" => none(CallVerb::Uncork),
        "end" => none(CallVerb::End),
        "read" if argument.is_empty() => Ok(CallVerb::Read { n: None }),
        "read" => match number(argument) {
            Some(n) if n <= MAX_READ => Ok(CallVerb::Read { n: Some(n) }),
            _ => Err(format!(
                "`read` takes a number of bytes, 0 to {MAX_READ}, or nothing"
            )),
        },
        "write" => Ok(CallVerb::Write {
            chunk: chunk_of(argument)?,
        }),
        "destroy" if argument.is_empty() => Ok(CallVerb::Destroy { error: None }),
        "destroy" => quoted(argument)
            .map(|error| CallVerb::Destroy {
                error: Some(String::from(error)),
            })
            .ok_or_else(|| String::from("the message of an error stands in single quotes")),
        "throttle" if argument.is_empty() => Ok(CallVerb::Throttle { bytes_per_s: None }),
        "throttle" => match number(argument) {
            Some(speed) if speed > 0 => Ok(CallVerb::Throttle {
                bytes_per_s: Some(speed),
            }),
            _ => Err(format!(
                "`{argument}` is no speed; write bytes a second, at least 1"
            )),
        },
        _ => {
            let names = || VERBS.iter().map(|(name, ..)| *name);
            let hint = did_you_mean(verb, names());
            let hint = if hint.is_empty() { "." } else { &hint };
            let names = list(names());
            Err(format!("there is no verb `{verb}`{hint} Verbs: {names}."))
        }
    }
}

fn chunk_of(argument: &str) -> Result<Vec<u8>, String> {
    let chunk = match (quoted(argument), number(argument)) {
        (Some(text), _) => text.as_bytes().to_vec(),
        // Beyond the bound it is refused below, so no more is made than that.
        (None, Some(size)) => {
            let size = usize::try_from(size).unwrap_or(usize::MAX);
            vec![b'x'; size.min(MAX_WRITE + 1)]
        }
        (None, None) => Vec::new(),
    };
    if chunk.is_empty() || chunk.len() > MAX_WRITE {
        return Err(format!(
            "`write` takes a text in single quotes or a number of bytes, 1 to {MAX_WRITE}"
        ));
    }
    Ok(chunk)
}

fn number(text: &str) -> Option<u64> {
    text.replace('_', "").parse().ok()
}

fn quoted(text: &str) -> Option<&str> {
    text.strip_prefix('\'')?.strip_suffix('\'')
}

/// The table of verbs for the author's guide, in Markdown.
#[must_use]
pub fn verb_table() -> String {
    let mut table = String::from("| call | what it does |\n|---|---|\n");
    for (_, call, about) in VERBS {
        // Writing to a String cannot fail.
        let _ = writeln!(table, "| `{call}` | {about} |");
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, verb: CallVerb) {
        let call = Call::parse(text).unwrap();
        assert_eq!((call.text.as_str(), call.verb), (text, verb));
    }

    fn refused(text: &str, wanted: &str) {
        let problem = Call::parse(text).unwrap_err();
        assert!(problem.contains(wanted), "{problem}");
    }

    #[test]
    fn calls_are_written_as_in_code() {
        let to = || String::from("filter");
        check("source.pipe(filter)", CallVerb::Pipe { to: to() });
        check("source.unpipe(filter)", CallVerb::Unpipe { to: Some(to()) });
        check("source.unpipe()", CallVerb::Unpipe { to: None });
        check("source.read()", CallVerb::Read { n: None });
        check("source.read(1_000)", CallVerb::Read { n: Some(1_000) });
        check(
            "sink.write(3)",
            CallVerb::Write {
                chunk: b"xxx".to_vec(),
            },
        );
        check(
            "sink.write('hi')",
            CallVerb::Write {
                chunk: b"hi".to_vec(),
            },
        );
        check(
            "sink.destroy('no disk')",
            CallVerb::Destroy {
                error: Some(String::from("no disk")),
            },
        );
        check(
            "sink.throttle(50_000)",
            CallVerb::Throttle {
                bytes_per_s: Some(50_000),
            },
        );
        check("sink.throttle()", CallVerb::Throttle { bytes_per_s: None });
    }

    #[test]
    fn what_is_no_call_says_what_would_be() {
        refused("unpipe the source", "write it as in code");
        refused("source.unpip(filter)", "did you mean `unpipe`?");
        refused("source.pipe()", "needs its destination");
        refused("source.pause(now)", "takes nothing");
        refused("source.read(all)", "0 to 16777216, or nothing");
        refused("source.read(16777217)", "0 to 16777216, or nothing");
        refused("sink.write()", "1 to 32768");
        refused("sink.write(99999999999)", "1 to 32768");
        refused("sink.throttle(0)", "at least 1");
        refused("sink.destroy(oops)", "single quotes");
    }

    #[test]
    fn every_verb_of_the_guide_can_be_called() {
        for (_, call, _) in VERBS {
            Call::parse(&format!("stage.{call}")).unwrap();
        }
    }
}
