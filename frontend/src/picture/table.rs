//! The picture as a table: what it draws, in words and figures.
//!
//! Test ids, `{name}` being the stage's name: `row-{name}`, `row-{name}-{column}` with the columns
//! `state`, `read`, `write`, `pipes`, `time`, `chunks`, `bytes`, `rate`.

use spillway_streams::{RunView, StageId, StageView};

use super::{Patch, Patches};
use crate::geometry::tank::at_mark;
use crate::html::escape;
use crate::model::run::Figures;
use crate::words::badge::{badge, role};
use crate::words::label;
use crate::words::number::{against_mark, exact, rate, size};

/// The columns after the stage's name.
const COLUMNS: [(&str, &str); 8] = [
    ("state", "State"),
    ("read", "Read buffer"),
    ("write", "Write buffer"),
    ("pipes", "Piped to"),
    ("time", "Busy, held, idle"),
    ("chunks", "Chunks"),
    ("bytes", "Bytes"),
    ("rate", "Speed"),
];

/// The table, empty of what changes.
#[must_use]
pub fn table(stages: &[StageView]) -> String {
    let heads: String = COLUMNS
        .iter()
        .map(|(_, title)| format!("<th scope=\"col\">{title}</th>"))
        .collect();
    let rows: String = stages.iter().enumerate().map(row).collect();
    format!(
        "<table><caption class=\"unseen\">The stages of the stream</caption>\
         <thead><tr><th scope=\"col\">Stage</th>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )
}

fn row((at, stage): (usize, &StageView)) -> String {
    let name = escape(&stage.name);
    let cells: String = COLUMNS
        .iter()
        .map(|(column, _)| {
            format!("<td data-slot=\"{at}.{column}\" data-testid=\"row-{name}-{column}\"></td>")
        })
        .collect();
    format!(
        "<tr data-testid=\"row-{name}\"><th scope=\"row\"><button data-slot=\"{at}.name\" \
         data-stage=\"{at}\">{}</button><span>{}</span></th>{cells}</tr>",
        escape(&stage.label),
        role(stage)
    )
}

/// What its cells say.
#[must_use]
pub fn table_patches(view: &RunView, figures: &[Figures], selected: StageId) -> Vec<Patch> {
    let mut list = Vec::new();
    for (at, stage) in view.stages.iter().enumerate() {
        let figures = figures.get(at).copied().unwrap_or_default();
        let prefix = at.to_string();
        let mut patches = Patches {
            prefix: &prefix,
            list: &mut list,
        };
        let is_selected = usize::from(selected.0) == at;
        patches.attribute(".name", "aria-pressed", &is_selected);
        let stops = figures.stops_per_s.max(figures.refusals_per_s);
        let shown = badge(stage, stops);
        patches.text(".state", shown.word);
        patches.attribute(".state", "class", &shown.tone.class());
        let read = stage
            .readable
            .as_ref()
            .map(|side| (side.buffered, side.mark));
        let write = stage
            .writable
            .as_ref()
            .map(|side| (side.buffered, side.mark));
        patches.text(".read", buffer(read));
        patches.text(".write", buffer(write));
        patches.text(".pipes", pipes(view, at));
        patches.text(".time", time(figures));
        let (count, bytes, per_s) = match (&stage.readable, &stage.writable) {
            (Some(side), _) => (side.chunks, side.bytes, figures.out_per_s),
            (None, Some(side)) => (side.chunks, side.bytes, figures.taken_per_s),
            (None, None) => (0, 0, 0),
        };
        patches.text(".chunks", exact(count));
        patches.text(".bytes", size(bytes));
        patches.text(".rate", rate(per_s));
    }
    list
}

fn buffer(side: Option<(u64, u64)>) -> String {
    match side {
        Some((buffered, mark)) if at_mark(buffered, mark) => {
            format!("{} ≥ mark", against_mark(buffered, mark))
        }
        Some((buffered, mark)) => against_mark(buffered, mark),
        None => "–".to_owned(),
    }
}

/// Where its pipes go, and what the last write through each was answered.
fn pipes(view: &RunView, at: usize) -> String {
    let own = view
        .pipes
        .iter()
        .filter(|pipe| usize::from(pipe.from.0) == at);
    let each: Vec<String> = own
        .map(|pipe| {
            let shut = if pipe.open { "" } else { ": false" };
            format!("{}{shut}", label(view, pipe.to))
        })
        .collect();
    if each.is_empty() {
        return "–".to_owned();
    }
    each.join(", ")
}

fn time(figures: Figures) -> String {
    let Some(share) = figures.share else {
        return "–".to_owned();
    };
    let idle = 1_000_u64.saturating_sub(share.busy + share.held);
    format!("{}, {}, {} %", share.busy / 10, share.held / 10, idle / 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::meter::Share;
    use crate::model::sample;
    use crate::picture::Part;

    fn says(patches: &[Patch], slot: &str) -> String {
        let found = patches
            .iter()
            .find(|patch| patch.slot == slot && patch.part == Part::Text);
        found.expect(slot).value.replace('\u{a0}', " ")
    }

    #[test]
    fn a_row_says_what_the_card_draws() {
        let mut view = sample::pipeline();
        let sink = view.stages[3].writable.as_mut().expect("a Writable");
        (sink.buffered, sink.chunks, sink.bytes) = (32_768, 12, 190_000);
        view.pipes[2].open = false;
        let mut figures = [Figures::default(); 4];
        figures[3].taken_per_s = 64_000;
        figures[3].share = Some(Share { busy: 900, held: 0 });
        let patches = table_patches(&view, &figures, StageId(0));
        for (slot, expect) in [
            ("0.state", "flowing"),
            ("0.read", "0/64 KiB"),
            ("0.write", "–"),
            ("0.pipes", "filter rows"),
            ("0.time", "–"),
            ("2.pipes", "out.csv.gz: false"),
            ("3.write", "32/16 KiB ≥ mark"),
            ("3.chunks", "12"),
            ("3.bytes", "190 KB"),
            ("3.rate", "64 KB/s"),
            ("3.time", "90, 0, 10 %"),
        ] {
            assert_eq!(says(&patches, slot), expect, "{slot}");
        }
    }

    #[test]
    fn every_slot_that_is_patched_stands_in_the_table_once() {
        let view = sample::pipeline();
        let table = table(&view.stages);
        for patch in table_patches(&view, &[], StageId(1)) {
            let slot = format!("data-slot=\"{}\"", patch.slot);
            assert_eq!(table.matches(&slot).count(), 1, "{slot}");
        }
    }
}
