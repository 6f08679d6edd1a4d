//! What can be counted of a stage, or of all of them: events, written in Node's words.

use std::fmt::Write as _;

use spillway_streams::{Event, EventKind, RunView, Verb};

use crate::condition::RUN;
use crate::nearest::{did_you_mean, list};

/// Events of one kind, of one stage or of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Counted {
    /// A stage's name, or [`RUN`] for all.
    subject: String,
    counts: &'static Counts,
}

#[derive(Debug)]
struct Counts {
    name: &'static str,
    /// For the author's guide.
    about: &'static str,
    /// One of them in a sentence, as HTML, without its stage: `the 3rd …`.
    one: &'static str,
    is: fn(&Event) -> bool,
}

impl PartialEq for Counts {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Counts {}

impl Counted {
    /// Reads `STAGE.NAME`, with what is wrong with it and what there is.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let Some((subject, name)) = text.split_once('.') else {
            return Err(format!(
                "`{text}` is nothing to count; write `STAGE.EVENT`, such as `sink.write`"
            ));
        };
        let Some(counts) = COUNTED.iter().find(|known| known.name == name) else {
            let names = || COUNTED.iter().map(|known| known.name);
            let hint = did_you_mean(name, names());
            let hint = if hint.is_empty() { "." } else { &hint };
            let names = list(names());
            return Err(format!(
                "`{name}` cannot be counted{hint} There are {names}."
            ));
        };
        Ok(Self {
            subject: String::from(subject),
            counts,
        })
    }

    /// Whether the event is one of them.
    pub(crate) fn is(&self, event: &Event, view: &RunView) -> bool {
        let of_subject = self.subject == RUN || view.id_of(&self.subject) == Some(event.stage);
        of_subject && (self.counts.is)(event)
    }

    /// One of them in a sentence, as HTML: `<code>write()</code> on <code>sink</code>`.
    pub(crate) fn one(&self) -> String {
        if self.subject == RUN {
            return String::from(self.counts.one);
        }
        format!("{} of <code>{}</code>", self.counts.one, self.subject)
    }

    /// The stage that it names.
    pub(crate) fn stage(&self) -> Option<&str> {
        (self.subject != RUN).then_some(self.subject.as_str())
    }
}

/// The table of what can be counted for the author's guide, in Markdown.
#[must_use]
pub fn counted_table() -> String {
    let mut table = String::from("| counted | is |\n|---|---|\n");
    for counts in &COUNTED {
        // Writing to a String cannot fail.
        let _ = writeln!(table, "| `{}` | {} |", counts.name, counts.about);
    }
    table
}

static COUNTED: [Counts; 15] = [
    Counts {
        name: "write",
        about: "calls of `write()` on it",
        one: "<code>write()</code>",
        is: |event| matches!(event.kind, EventKind::Wrote { .. }),
    },
    Counts {
        name: "by_hand",
        about: "calls of `write()` on it that no pipe made: by hand, or by a step",
        one: "<code>write()</code> by hand",
        is: |event| matches!(event.kind, EventKind::Wrote { from, .. } if from == event.stage),
    },
    Counts {
        name: "refused",
        about: "calls of `write()` on it that answered false",
        one: "false from <code>write()</code>",
        is: |event| matches!(event.kind, EventKind::Wrote { answer: false, .. }),
    },
    Counts {
        name: "taken",
        about: "chunks that its implementation has taken",
        one: "chunk taken by the implementation",
        is: |event| matches!(event.kind, EventKind::Taken { .. }),
    },
    Counts {
        name: "drain",
        about: "`drain` events",
        one: "<code>drain</code>",
        is: |event| matches!(event.kind, EventKind::Drain),
    },
    Counts {
        name: "push",
        about: "chunks that its implementation has pushed into the read buffer",
        one: "<code>push()</code>",
        is: |event| matches!(event.kind, EventKind::Pushed { .. }),
    },
    Counts {
        name: "data",
        about: "chunks that it gave to a listener or a pipe",
        one: "<code>data</code>",
        is: |event| matches!(event.kind, EventKind::Data { .. }),
    },
    Counts {
        name: "discarded",
        about: "chunks that left it and nobody listened",
        one: "chunk thrown away",
        is: |event| matches!(event.kind, EventKind::Discarded { .. }),
    },
    Counts {
        name: "readable",
        about: "`readable` events",
        one: "<code>readable</code>",
        is: |event| matches!(event.kind, EventKind::Readable),
    },
    Counts {
        name: "read",
        about: "calls of `read()` by hand",
        one: "<code>read()</code>",
        is: |event| {
            matches!(
                event.kind,
                EventKind::Verb {
                    verb: Verb::Read { .. }
                }
            )
        },
    },
    Counts {
        name: "paused",
        about: "times that it was stopped",
        one: "pause",
        is: |event| matches!(event.kind, EventKind::Paused { .. }),
    },
    Counts {
        name: "flowing",
        about: "times that it began to flow",
        one: "start of the flow",
        is: |event| matches!(event.kind, EventKind::Flowing { .. }),
    },
    Counts {
        name: "finish",
        about: "`finish` events",
        one: "<code>finish</code>",
        is: |event| matches!(event.kind, EventKind::Finished),
    },
    Counts {
        name: "error",
        about: "`error` events",
        one: "<code>error</code>",
        is: |event| matches!(event.kind, EventKind::Errored { .. }),
    },
    Counts {
        name: "close",
        about: "`close` events",
        one: "<code>close</code>",
        is: |event| matches!(event.kind, EventKind::Closed),
    },
];

#[cfg(test)]
mod tests {
    use spillway_streams::StageId;

    use super::*;
    use crate::goal::testing;

    fn counts(text: &str, stage: u16, kind: EventKind) -> bool {
        let event = Event {
            seq: 1,
            at_us: 0,
            stage: StageId(stage),
            kind,
        };
        Counted::parse(text).unwrap().is(&event, &testing::run())
    }

    #[test]
    fn only_events_of_its_stage_and_kind_count() {
        assert!(counts("sink.drain", 1, EventKind::Drain));
        assert!(!counts("source.drain", 1, EventKind::Drain));
        assert!(!counts("sink.close", 1, EventKind::Drain));
        assert!(counts("run.close", 0, EventKind::Closed));
        assert!(counts("run.close", 1, EventKind::Closed));
        let wrote = |from| EventKind::Wrote {
            from: StageId(from),
            bytes: 1,
            answer: true,
            buffered: 1,
            mark: 16,
        };
        assert!(counts("sink.write", 1, wrote(0)) && counts("sink.write", 1, wrote(1)));
        assert!(!counts("sink.by_hand", 1, wrote(0)) && counts("sink.by_hand", 1, wrote(1)));
    }

    #[test]
    fn what_cannot_be_counted_says_what_can() {
        for (text, wanted) in [
            ("sink", "write `STAGE.EVENT`"),
            ("sink.writes", "did you mean `write`?"),
            ("sink.bytesWritten", "There are `write`, `by_hand`"),
        ] {
            let problem = Counted::parse(text).unwrap_err();
            assert!(problem.contains(wanted), "{problem}");
        }
    }

    #[test]
    fn every_count_has_a_name_of_its_own() {
        for (at, counts) in COUNTED.iter().enumerate() {
            assert!(!COUNTED[..at].contains(counts), "{}", counts.name);
        }
    }
}
