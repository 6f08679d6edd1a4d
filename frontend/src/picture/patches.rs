//! What changes in the picture while bytes move.

use spillway_streams::{RunView, StageId, StageView};

use super::{Patch, Patches};
use crate::geometry::layout::{Card, Layout, TANK_HEIGHT};
use crate::geometry::tank::{at_mark, empty_above};
use crate::model::meter::Share;
use crate::model::run::Figures;
use crate::words::badge::{badge, is_flicker, role};
use crate::words::number::{against_mark, chunks, rate, size};

/// What is watched: levels, gates, states. `figures` says which states flicker.
#[must_use]
pub fn frame_patches(
    view: &RunView,
    layout: &Layout,
    figures: &[Figures],
    selected: StageId,
    bottleneck: Option<StageId>,
) -> Vec<Patch> {
    let mut list = Vec::new();
    let stages = view.stages.iter().zip(&layout.cards).enumerate();
    for (at, (stage, card)) in stages {
        let figures = figures.get(at).copied().unwrap_or_default();
        let is = |id: StageId| usize::from(id.0) == at;
        let prefix = at.to_string();
        let mut patches = Patches {
            prefix: &prefix,
            list: &mut list,
        };
        state(
            &mut patches,
            stage,
            card,
            figures,
            is(selected),
            bottleneck.is_some_and(is),
        );
        levels(&mut patches, stage);
    }
    for pipe in &view.pipes {
        let prefix = format!("{}-{}", pipe.from.0, pipe.to.0);
        let moving = figures
            .get(usize::from(pipe.from.0))
            .is_some_and(|f| f.out_per_s > 0);
        let moving = if moving && view.outcome.is_none() {
            " moving"
        } else {
            ""
        };
        let shut = if pipe.open { "" } else { " shut" };
        let mut patches = Patches {
            prefix: &prefix,
            list: &mut list,
        };
        patches.attribute("", "class", &format!("channel{moving}{shut}"));
        patches.attribute("", "data-open", &pipe.open);
        let often = figures
            .get(usize::from(pipe.to.0))
            .map_or(0, |f| f.refusals_per_s);
        let flickers = is_flicker(often);
        patches.text(".answer", if flickers || !pipe.open { "false" } else { "" });
        patches.text(
            ".often",
            if flickers {
                format!("{often}/s")
            } else {
                String::new()
            },
        );
    }
    list
}

/// What is read: figures, counts, shares of time.
#[must_use]
pub fn told_patches(view: &RunView, layout: &Layout, figures: &[Figures]) -> Vec<Patch> {
    let mut list = Vec::new();
    let stages = view.stages.iter().zip(&layout.cards).enumerate();
    for (at, (stage, card)) in stages {
        let figures = figures.get(at).copied().unwrap_or_default();
        let prefix = at.to_string();
        let mut patches = Patches {
            prefix: &prefix,
            list: &mut list,
        };
        counts(&mut patches, stage, figures);
        for (side, fill) in sides(stage) {
            if let Some((buffered, mark)) = fill {
                let slot = format!(".{side}.figure");
                let warn = if at_mark(buffered, mark) {
                    "figure warn"
                } else {
                    "figure"
                };
                patches.text(&slot, against_mark(buffered, mark));
                patches.attribute(&slot, "class", &warn);
                patches.attribute(&slot, "data-bytes", &buffered);
            }
        }
        if let Some(share) = figures.share {
            times(&mut patches, share, card.width - 32);
        }
    }
    list
}

/// Which steps of the chain of causes each stage takes part in, while a chain is told.
#[must_use]
pub fn cause_patches(layout: &Layout, steps: &[String]) -> Vec<Patch> {
    let mut list = Vec::new();
    for at in 0..layout.cards.len() {
        let prefix = at.to_string();
        let mut patches = Patches {
            prefix: &prefix,
            list: &mut list,
        };
        let steps = steps.get(at).map_or("", String::as_str);
        patches.attribute(
            ".cause",
            "class",
            &if steps.is_empty() {
                "cause"
            } else {
                "cause lit"
            },
        );
        patches.text(".steps", steps);
    }
    list
}

fn state(
    patches: &mut Patches<'_>,
    stage: &StageView,
    card: &Card,
    figures: Figures,
    selected: bool,
    bottleneck: bool,
) {
    let shown = badge(stage, figures.stops_per_s.max(figures.refusals_per_s));
    let mut class = format!("stage {}", shown.tone.class());
    if selected {
        class.push_str(" selected");
    }
    if bottleneck {
        class.push_str(" bottleneck");
    }
    patches.attribute("", "class", &class);
    patches.attribute("", "data-selected", &selected);
    patches.attribute(".card", "aria-pressed", &selected);
    let letters = i32::try_from(shown.word.len()).unwrap_or(0);
    let half = 10 + letters * 33 / 10;
    patches.attribute(
        ".badge",
        "transform",
        &format!("translate({} 0)", card.width - 12 - half),
    );
    patches.attribute(".pill", "x", &(-half));
    patches.attribute(".pill", "width", &(2 * half));
    patches.text(".state", shown.word);
    patches.attribute(".state", "data-state", &shown.state);
}

fn levels(patches: &mut Patches<'_>, stage: &StageView) {
    for (side, fill) in sides(stage) {
        if let Some((buffered, mark)) = fill {
            let down = empty_above(buffered, mark, TANK_HEIGHT);
            // Cut, not moved: a browser paints a cut anew, but lays the whole picture out after a move.
            patches.style(
                &format!(".{side}.level"),
                "clip-path",
                format!("inset({down}px 0 0)"),
            );
            let class = if at_mark(buffered, mark) {
                "tank over"
            } else {
                "tank"
            };
            patches.attribute(&format!(".{side}"), "class", &class);
        }
    }
}

/// What the tanks hold, and their marks.
fn sides(stage: &StageView) -> [(&'static str, Option<(u64, u64)>); 2] {
    let write = stage
        .writable
        .as_ref()
        .map(|side| (side.buffered, side.mark));
    let read = stage
        .readable
        .as_ref()
        .map(|side| (side.buffered, side.mark));
    [("write", write), ("read", read)]
}

fn counts(patches: &mut Patches<'_>, stage: &StageView, figures: Figures) {
    let (count, bytes, per_s, lost) = match (&stage.readable, &stage.writable) {
        (Some(side), _) => (
            side.chunks,
            side.bytes,
            figures.out_per_s,
            side.discarded_bytes,
        ),
        (None, Some(side)) => (side.chunks, side.bytes, figures.taken_per_s, 0),
        (None, None) => (0, 0, 0, 0),
    };
    let both = stage.readable.is_some() && stage.writable.is_some();
    let out = if both { " out" } else { "" };
    patches.text(".bytes", format!("{}{out}", size(bytes)));
    patches.attribute(".bytes", "data-count", &bytes);
    patches.text(".rate", rate(per_s));
    patches.attribute(".rate", "data-per-s", &per_s);
    patches.text(".chunks", chunks(count));
    patches.attribute(".chunks", "data-count", &count);
    patches.text(".lost", some(lost, "discarded"));
    patches.attribute(".lost", "data-count", &lost);
    // Both do not fit; what is lost matters more.
    let work = if lost > 0 { 0 } else { stage.in_work };
    patches.text(".work", some(work, "in work"));
    patches.attribute(".work", "data-count", &stage.in_work);
    let says = format!(
        "{}, {}, {}, {} in {}",
        stage.label,
        role(stage),
        badge(stage, figures.stops_per_s).word,
        size(bytes),
        chunks(count)
    );
    patches.attribute(".card", "aria-label", &says);
}

fn times(patches: &mut Patches<'_>, share: Share, width: i32) {
    let part = |thousandths: u64| i32::try_from(thousandths).map_or(0, |t| width * t / 1_000);
    let (busy, held) = (part(share.busy), part(share.held));
    patches.attribute(".busy", "width", &busy);
    patches.attribute(".held", "x", &busy);
    patches.attribute(".held", "width", &held);
    let [busy, held, idle] = share.percents();
    let says = format!("busy {busy} %, held back {held} %, idle {idle} %");
    patches.text(".times", says);
}

fn some(bytes: u64, word: &str) -> String {
    if bytes == 0 {
        return String::new();
    }
    format!("{} {word}", size(bytes))
}
