//! What two runs of the same work say side by side: the figures of each, and one sentence on what
//! differs and why. Every figure was measured on the server.

use spillway_streams::{Outcome, RunView, StageView};

use super::number::{duration, size};
use super::phrase::{Phrase, Tone};
use super::{label, resources};
use crate::model::compare::Which;

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its name in tests.
    pub id: &'static str,
    /// What is measured.
    pub label: &'static str,
    /// The figure of each side, once it was measured.
    pub cells: [Option<Cell>; 2],
}

/// A figure: as it was measured, and as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Bytes, microseconds, or how many.
    pub raw: u64,
    /// In words.
    pub text: String,
}

/// What is measured of a side.
#[derive(Debug, Clone, Copy)]
enum Fact {
    FirstByte,
    Peak,
    Held,
    Taken,
    Closed,
    Files,
    Timers,
    LeftBehind,
    Ending,
}

/// The table of a comparison.
#[must_use]
pub fn rows(which: Which, sides: [&RunView; 2]) -> Vec<Row> {
    use Fact as F;
    let facts: &[Fact] = match which {
        Which::Backpressure => &[F::Held, F::Peak, F::Taken, F::FirstByte, F::Ending],
        Which::Pipeline => &[F::Closed, F::Files, F::Timers, F::LeftBehind, F::Ending],
        Which::Buffering => &[F::FirstByte, F::Peak, F::Held, F::Taken, F::Ending],
    };
    facts.iter().map(|fact| fact.row(sides)).collect()
}

impl Row {
    /// Whether both sides were measured and say different things.
    #[must_use]
    pub fn differs(&self) -> bool {
        let [one, other] = &self.cells;
        matches!((one, other), (Some(one), Some(other)) if one.text != other.text)
    }
}

impl Fact {
    fn row(self, sides: [&RunView; 2]) -> Row {
        let (id, label) = match self {
            Self::FirstByte => ("first-byte", "time to the first byte"),
            Self::Peak => ("peak", "most held at once"),
            Self::Held => ("held", "held now"),
            Self::Taken => ("taken", "arrived at the end"),
            Self::Closed => ("closed", "streams closed"),
            Self::Files => ("files", "open files"),
            Self::Timers => ("timers", "timers after the fault"),
            Self::LeftBehind => ("left-behind", "left open by the fault"),
            Self::Ending => ("ending", "the run"),
        };
        let cells = sides.map(|view| self.cell(view).filter(|_| !view.stages.is_empty()));
        Row { id, label, cells }
    }

    fn cell(self, view: &RunView) -> Option<Cell> {
        let bytes = |raw| Cell {
            raw,
            text: size(raw),
        };
        let count = |raw: u64| Cell {
            raw,
            text: raw.to_string(),
        };
        Some(match self {
            Self::FirstByte => {
                let raw = view.measured.first_taken_us?;
                Cell {
                    raw,
                    text: duration(raw),
                }
            }
            Self::Peak => bytes(view.peak()),
            Self::Held => bytes(view.held_bytes()),
            Self::Taken => bytes(taken(view)),
            Self::Closed => {
                let closed = view.stages.iter().filter(|stage| stage.closed).count();
                Cell {
                    raw: closed as u64,
                    text: format!("{closed} of {}", view.stages.len()),
                }
            }
            Self::Files => count(view.open().files),
            // Before it, a speed limit has a timer now and then.
            Self::Timers => count(has_failed(view).then(|| view.open().timers)?),
            Self::LeftBehind => left_behind(view)?,
            Self::Ending => ending(view),
        })
    }
}

/// Bytes that the Writable at the end has taken.
fn taken(view: &RunView) -> u64 {
    let last = view.stages.last().and_then(|stage| stage.writable.as_ref());
    last.map_or(0, |side| side.bytes)
}

/// The stages that nobody has closed, once one has failed.
fn left_behind(view: &RunView) -> Option<Cell> {
    view.stages.iter().find(|stage| stage.error.is_some())?;
    let left = view.leaked();
    let names: Vec<String> = left.iter().map(|id| label(view, *id)).collect();
    let text = match names.is_empty() {
        true => "nothing".to_owned(),
        false => names.join(", "),
    };
    Some(Cell {
        raw: left.len() as u64,
        text,
    })
}

fn ending(view: &RunView) -> Cell {
    let text = match &view.outcome {
        None if has_failed(view) => "goes on with what was left open",
        None => "goes on",
        Some(Outcome::Completed) => "complete",
        Some(Outcome::Failed { heard: true, .. }) => "over: its callback was told",
        Some(Outcome::Failed { heard: false, .. }) => "over: nobody heard the error",
        Some(Outcome::Stopped { .. }) => "stopped at its quota",
    };
    Cell {
        raw: u64::from(view.outcome.is_some()),
        text: text.to_owned(),
    }
}

fn has_failed(view: &RunView) -> bool {
    view.stages.iter().any(|stage| stage.error.is_some())
}

fn is_stopped(view: &RunView) -> bool {
    matches!(view.outcome, Some(Outcome::Stopped { .. }))
}

/// What differs between the sides and why.
#[must_use]
pub fn sentence(which: Which, sides: [&RunView; 2]) -> (Tone, Phrase) {
    if sides.iter().any(|view| view.stages.is_empty()) {
        return (Tone::Quiet, Phrase::new().text(question(which)));
    }
    match which {
        Which::Backpressure => backpressure(sides),
        Which::Pipeline => pipeline(sides),
        Which::Buffering => buffering(sides),
    }
}

/// What the comparison is about, before anything was measured.
const fn question(which: Which) -> &'static str {
    match which {
        Which::Backpressure => {
            "The same source and the same slow sink. One source waits when write() answers false, \
             the other does not look. Run both."
        }
        Which::Pipeline => {
            "The same three streams, joined in two ways. Run both, then fail both: who closes the \
             neighbours?"
        }
        Which::Buffering => {
            "The same bytes: passed on as they come, or collected first. Run both: when does the \
             reader get the first one?"
        }
    }
}

fn backpressure([with, without]: [&RunView; 2]) -> (Tone, Phrase) {
    let said = Phrase::new();
    if is_stopped(without) {
        let said = said
            .text("Without backpressure the queue grew to ")
            .name(size(without.peak()))
            .text(" and the run was stopped at its quota: nobody looked at what ")
            .code("write()")
            .text(" answered. With it never more than ")
            .name(size(with.peak()))
            .text(" waited: the source stops until ")
            .code("drain")
            .text(".");
        return (Tone::Fault, said);
    }
    if without.held_bytes() < 4 * with.peak().max(16_384) {
        let said = said
            .text("Both hold little: the sinks keep up. Let them take less, and only one source ")
            .text("will wait.");
        return (Tone::Water, said);
    }
    let said = said
        .name(size(without.held_bytes()))
        .text(" wait in front of the right sink, because its source does not look at what ")
        .code("write()")
        .text(" answers. The left source waits for ")
        .code("drain")
        .text(": it never held more than ")
        .name(size(with.peak()))
        .text(".");
    (Tone::Brim, said)
}

fn pipeline([pipe, pipeline]: [&RunView; 2]) -> (Tone, Phrase) {
    let said = Phrase::new();
    if !(has_failed(pipe) && has_failed(pipeline)) {
        let said = said
            .text("Both run alike. ")
            .name("Fail both")
            .text(" makes ")
            .code("gzip")
            .text(" fail in both at once: then look at its neighbours.");
        return (Tone::Water, said);
    }
    let left: Vec<&StageView> = pipe
        .leaked()
        .iter()
        .filter_map(|id| pipe.stage(*id))
        .collect();
    let names: Vec<&str> = left.iter().map(|stage| stage.label.as_str()).collect();
    let closed = pipeline.stages.iter().filter(|stage| stage.closed).count();
    let said = said
        .code(".pipe()")
        .text(" told nobody: ")
        .name(names.join(" and "))
        .text(" stay as they were, with ")
        .name(resources(pipe.open()))
        .text(" open until the run ends. ")
        .code("pipeline()")
        .text(format!(
            " destroyed all {closed} streams and told its callback; open now: "
        ))
        .name(resources(pipeline.open()))
        .text(".");
    (Tone::Fault, said)
}

fn buffering([streaming, all]: [&RunView; 2]) -> (Tone, Phrase) {
    let first = |view: &RunView| view.measured.first_taken_us;
    let said = Phrase::new();
    let (Some(early), Some(late)) = (first(streaming), first(all)) else {
        let said = said
            .text("The streaming reader has ")
            .name(size(taken(streaming)))
            .text(" already. The other has nothing: ")
            .name(size(all.held_bytes()))
            .text(" are collected, and nothing leaves before the source has ended.");
        return (Tone::Brim, said);
    };
    let said = said
        .text("Streaming gave its first byte after ")
        .name(duration(early))
        .text(" and never held more than ")
        .name(size(streaming.peak()))
        .text(". Collecting everything took ")
        .name(duration(late))
        .text(" and ")
        .name(size(all.peak()))
        .text(" of memory: both grow with the data.");
    (Tone::Done, said)
}

#[cfg(test)]
mod tests {
    use spillway_streams::Resources;

    use super::*;
    use crate::model::sample;
    use crate::words::number::NARROW;

    fn side(change: impl FnOnce(&mut RunView)) -> RunView {
        let mut view = sample::pipeline();
        view.measured.peak_bytes = 0;
        view.measured.first_taken_us = None;
        change(&mut view);
        view
    }

    fn says(which: Which, one: &RunView, other: &RunView) -> String {
        let (_, said) = sentence(which, [one, other]);
        said.plain().replace(NARROW, " ")
    }

    fn queue(view: &mut RunView, bytes: u64) {
        let sink = view
            .stages
            .last_mut()
            .and_then(|stage| stage.writable.as_mut());
        sink.expect("a Writable").buffered = bytes;
    }

    #[test]
    fn nothing_is_said_of_what_was_not_measured() {
        let none = RunView::default();
        let rows = rows(Which::Buffering, [&none, &side(|_| {})]);
        assert_eq!(rows[0].cells, [None, None], "no byte has arrived");
        assert_eq!(rows[1].cells[0], None);
        assert!(rows.iter().all(|row| !row.differs()));
        assert!(says(Which::Buffering, &none, &none).contains("Run both"));
    }

    #[test]
    fn the_queue_that_nobody_looks_at_is_told_as_it_grows_and_when_it_is_stopped() {
        let with = side(|view| queue(view, 32_768));
        let without = side(|view| queue(view, 20_000_000));
        let growing = says(Which::Backpressure, &with, &without);
        assert!(growing.starts_with("20 MB wait in front"), "{growing}");
        assert!(growing.contains("more than 32.8 KB"), "{growing}");
        let stopped = side(|view| {
            queue(view, 67_000_000);
            view.outcome = Some(Outcome::Stopped {
                message: "its quota".to_owned(),
            });
        });
        let said = says(Which::Backpressure, &with, &stopped);
        assert!(
            said.contains("grew to 67 MB and the run was stopped"),
            "{said}"
        );
        let rows = rows(Which::Backpressure, [&with, &stopped]);
        let peak = rows.iter().find(|row| row.id == "peak").expect("its row");
        let raw = peak.cells.clone().map(|cell| cell.expect("measured").raw);
        assert_eq!(raw, [32_768, 67_000_000]);
        assert!(peak.differs());
    }

    #[test]
    fn a_fault_leaves_files_open_on_the_one_side_alone() {
        let fails = |view: &mut RunView| {
            view.stages[2].error = Some("boom".to_owned());
            view.stages[2].closed = true;
        };
        let pipe = side(|view| {
            fails(view);
            for at in [0, 3] {
                view.stages[at].open.files = 1;
            }
        });
        let pipeline = side(|view| {
            fails(view);
            for stage in &mut view.stages {
                stage.closed = true;
                stage.open = Resources::default();
            }
        });
        let said = says(Which::Pipeline, &pipe, &pipeline);
        assert!(
            said.contains(
                "cities.csv and filter rows and out.csv.gz stay as they were, with 2 files open"
            ),
            "{said}"
        );
        assert!(said.contains("all 4 streams") && said.ends_with("open now: nothing."));
        let rows = rows(Which::Pipeline, [&pipe, &pipeline]);
        let texts = |id: &str| {
            let row = rows.iter().find(|row| row.id == id).expect("its row");
            row.cells.clone().map(|cell| cell.expect("measured").text)
        };
        assert_eq!(texts("files"), ["2", "0"]);
        assert_eq!(texts("closed"), ["1 of 4", "4 of 4"]);
        assert_eq!(texts("left-behind")[1], "nothing");
    }

    #[test]
    fn buffering_is_told_by_the_first_byte_and_by_the_memory() {
        let first = |us| side(move |view| view.measured.first_taken_us = Some(us));
        let streaming = first(12_000);
        let waiting = side(|view| view.stages[1].in_work = 3_000_000);
        let said = says(Which::Buffering, &streaming, &waiting);
        assert!(said.contains("3 MB are collected"), "{said}");
        let mut all = first(3_410_000);
        all.measured.peak_bytes = 8_000_000;
        let said = says(Which::Buffering, &streaming, &all);
        assert!(
            said.contains("after 12 ms") && said.contains("took 3.4 s and 8 MB"),
            "{said}"
        );
    }
}
