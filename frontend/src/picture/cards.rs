//! The cards of the stages.
//!
//! Test ids, `{name}` being the stage's name in the lesson: `stage-{name}` (with `data-selected`),
//! `stage-{name}-state` (with `data-state`, the state of this moment), `stage-{name}-read-buffer`,
//! `stage-{name}-write-buffer` (both with `data-bytes`), `stage-{name}-bytes`,
//! `stage-{name}-chunks` (both with `data-count`), `stage-{name}-rate` (with `data-per-s`),
//! `stage-{name}-discarded` (with `data-count`), `stage-{name}-in-work` (with `data-count`).

use spillway_streams::StageView;

use crate::geometry::layout::{
    CARD_HEIGHT, CARD_Y, Card, Layout, MARK_Y, TANK_HEIGHT, TANK_Y, Tank,
};
use crate::html::escape;
use crate::words::badge::role;

/// Longest name that fits a card.
const MOST_LETTERS: usize = 21;

/// All cards, empty of what changes.
#[must_use]
pub fn cards(stages: &[StageView], layout: &Layout) -> String {
    let cards = stages.iter().zip(&layout.cards).enumerate();
    cards
        .map(|(at, (stage, place))| card(at, stage, place))
        .collect()
}

/// The ground of the card is its button: what is drawn on it changes all the time, and a button's
/// name should say in order what the eye picks out.
fn card(at: usize, stage: &StageView, card: &Card) -> String {
    let name = escape(&stage.name);
    let Card { x, width, .. } = card;
    let middle = width / 2;
    let alone = card.beside.is_some();
    let tank = |tank: &Option<Tank>, side| {
        let tank = tank.as_ref();
        tank.map(|tank| self::tank(at, &name, side, tank, alone))
    };
    let (write, read) = (tank(&card.write, "write"), tank(&card.read, "read"));
    format!(
        "<g data-slot=\"{at}\" data-stage=\"{at}\" class=\"stage\" transform=\"translate({x} {CARD_Y})\" \
         data-testid=\"stage-{name}\">\
         <rect data-slot=\"{at}.card\" class=\"card\" role=\"button\" tabindex=\"0\" width=\"{width}\" height=\"{CARD_HEIGHT}\" rx=\"12\"/>\
         <text class=\"name\" x=\"16\" y=\"27\">{}<title>{}</title></text>\
         <text class=\"muted\" x=\"16\" y=\"45\">{}</text>\
         <g data-slot=\"{at}.badge\" class=\"badge\">\
         <rect data-slot=\"{at}.pill\" y=\"32\" height=\"19\" rx=\"9.5\"/>\
         <text data-slot=\"{at}.state\" y=\"45.5\" text-anchor=\"middle\" data-testid=\"stage-{name}-state\"></text></g>\
         <g class=\"sign\"><rect x=\"{}\" y=\"-9\" width=\"80\" height=\"18\" rx=\"9\"/>\
         <text x=\"{middle}\" y=\"4\" text-anchor=\"middle\">bottleneck</text></g>\
         {}{}{}{}{}</g>",
        escape(&fit(&stage.label)),
        escape(&stage.label),
        role(stage),
        middle - 40,
        write.unwrap_or_default(),
        read.unwrap_or_default(),
        counts(at, &name, card),
        time(at, card),
        cause(at, card),
    )
}

fn tank(at: usize, name: &str, side: &str, tank: &Tank, alone: bool) -> String {
    let Tank { x, width } = tank;
    let middle = width / 2;
    let (inner, within) = (width - 3, TANK_HEIGHT - 3);
    // A long figure has room on one side only, where the tank is alone near the edge.
    let (figure, anchor) = match (alone, side) {
        (false, _) => (middle, "middle"),
        (true, "write") => (0, "start"),
        (true, _) => (*width, "end"),
    };
    format!(
        "<g data-slot=\"{at}.{side}\" class=\"tank\" data-tank=\"{side}\" role=\"button\" tabindex=\"-1\" transform=\"translate({x} {TANK_Y})\">\
         <text class=\"muted\" x=\"{middle}\" y=\"-8\" text-anchor=\"middle\">{side}</text>\
         <rect class=\"glass\" width=\"{width}\" height=\"{TANK_HEIGHT}\" rx=\"5\"/>\
         <svg x=\"1.5\" y=\"1.5\" width=\"{inner}\" height=\"{within}\">\
         <g data-slot=\"{at}.{side}.level\" class=\"level\">\
         <rect class=\"water\" width=\"{width}\" height=\"{TANK_HEIGHT}\"/>\
         <rect class=\"brim\" width=\"{width}\" height=\"{TANK_HEIGHT}\" fill=\"url(#hatch)\"/></g></svg>\
         <path class=\"mark-line\" d=\"M-5 {MARK_Y}h{}\"/>\
         <text data-slot=\"{at}.{side}.figure\" class=\"figure\" x=\"{figure}\" y=\"{}\" \
         text-anchor=\"{anchor}\" data-testid=\"stage-{name}-{side}-buffer\"></text></g>",
        width + 10,
        TANK_HEIGHT + 17
    )
}

/// Counts beside a single tank, or below two, and the line for what is out of the ordinary.
fn counts(at: usize, name: &str, card: &Card) -> String {
    let places = match card.beside {
        Some(x) => [(x, 112, "start"), (x, 127, "start"), (x, 142, "start")],
        None => [
            (16, 201, "start"),
            (card.width - 16, 201, "end"),
            (16, 216, "start"),
        ],
    };
    let kinds = [("bytes", ""), ("rate", " muted"), ("chunks", " muted")];
    let counted: String = places
        .into_iter()
        .zip(kinds)
        .map(|((x, y, anchor), (kind, class))| {
            format!(
                "<text data-slot=\"{at}.{kind}\" class=\"mono{class}\" x=\"{x}\" y=\"{y}\" \
                 text-anchor=\"{anchor}\" data-testid=\"stage-{name}-{kind}\"></text>"
            )
        })
        .collect();
    format!(
        "{counted}<text data-slot=\"{at}.lost\" class=\"fault\" x=\"16\" y=\"231\" \
         data-testid=\"stage-{name}-discarded\"></text>\
         <text data-slot=\"{at}.work\" class=\"muted\" x=\"{}\" y=\"231\" text-anchor=\"end\" \
         data-testid=\"stage-{name}-in-work\"></text>",
        card.width - 16
    )
}

/// The outline of a stage that takes part in the chain of causes that is told, and its steps.
fn cause(at: usize, card: &Card) -> String {
    let (width, height) = (card.width + 8, CARD_HEIGHT + 8);
    let middle = card.width / 2;
    format!(
        "<g data-slot=\"{at}.cause\" class=\"cause\">\
         <rect class=\"ring\" x=\"-4\" y=\"-4\" width=\"{width}\" height=\"{height}\" rx=\"15\"/>\
         <rect class=\"pill\" x=\"{}\" y=\"{}\" width=\"84\" height=\"15\" rx=\"7.5\"/>\
         <text data-slot=\"{at}.steps\" x=\"{middle}\" y=\"{}\" text-anchor=\"middle\" \
         data-testid=\"cause-{at}\"></text></g>",
        middle - 42,
        CARD_HEIGHT - 9,
        CARD_HEIGHT + 3,
    )
}

/// The thin bar at the foot: busy, held back, idle, always a whole.
fn time(at: usize, card: &Card) -> String {
    let width = card.width - 32;
    format!(
        "<g class=\"time\" transform=\"translate(16 {})\"><title data-slot=\"{at}.times\"></title>\
         <rect class=\"idle\" width=\"{width}\" height=\"7\" rx=\"3.5\"/>\
         <rect data-slot=\"{at}.busy\" class=\"busy\" height=\"7\" rx=\"3.5\"/>\
         <rect data-slot=\"{at}.held\" height=\"7\" rx=\"3.5\" fill=\"url(#hatch)\"/></g>",
        CARD_HEIGHT - 18
    )
}

/// A name that fits its card.
fn fit(label: &str) -> String {
    if label.chars().count() <= MOST_LETTERS {
        return label.to_owned();
    }
    let kept: String = label.chars().take(MOST_LETTERS - 1).collect();
    format!("{}…", kept.trim_end())
}
