//! The playground's board: a card a stage with a port on each side that it has, a line a pipe.
//!
//! Attributes that are acted on: `data-stage`, `data-out`, `data-in` (names of stages), `data-wire`
//! (both names). Test ids: `card-{name}` (with `data-problem`), `out-{name}`, `in-{name}`,
//! `wire-{from}-{to}`.

use spillway_protocol::control::StageSpec;
use spillway_protocol::stages::{Side, StageKind};
use spillway_recipe::Recipe;

use crate::geometry::board::{Board, CARD_HEIGHT, CARD_WIDTH};
use crate::html::escape;
use crate::model::playground::edit::{destinations, feed};
use crate::model::playground::option::shown;
use crate::model::playground::palette::{gives, side_of, takes};
use crate::model::playground::{Problem, Selected};

/// What is shown besides the pipeline itself.
#[derive(Debug, Clone, Copy)]
pub struct Marks<'a> {
    /// What is selected.
    pub selected: &'a Selected,
    /// The stage that is about to be piped into another.
    pub from: Option<&'a str>,
    /// What the server has against it.
    pub problem: Option<&'a Problem>,
}

/// Everything on the board.
#[must_use]
pub fn board(recipe: &Recipe, kinds: &[StageKind], board: &Board, marks: Marks<'_>) -> String {
    let wires = recipe
        .pipes
        .iter()
        .map(|(from, to)| wire(recipe, board, from, to, marks));
    let cards = recipe
        .stages
        .iter()
        .enumerate()
        .map(|(at, stage)| card(recipe, kinds, board, at, stage, marks));
    wires.chain(cards).collect()
}

fn wire(recipe: &Recipe, board: &Board, from: &str, to: &str, marks: Marks<'_>) -> String {
    let place = |name: &str| recipe.stages.iter().position(|stage| stage.id == name);
    let (Some(a), Some(b)) = (place(from), place(to)) else {
        return String::new();
    };
    let path = line(board.out_of(a), board.into_of(b));
    let is_selected =
        matches!(marks.selected, Selected::Pipe(one, other) if one == from && other == to);
    let class = if is_selected { "wire on" } else { "wire" };
    let (from, to) = (escape(from), escape(to));
    format!(
        "<g class=\"{class}\" data-wire=\"{from} {to}\" data-testid=\"wire-{from}-{to}\" \
         role=\"button\" tabindex=\"0\" aria-pressed=\"{is_selected}\" \
         aria-label=\"Pipe from {from} to {to}\"><path class=\"reach\" d=\"{path}\"/>\
         <path class=\"line\" d=\"{path}\"/></g>"
    )
}

/// The line of a pipe between two points.
#[must_use]
pub fn line((x1, y1): (i32, i32), (x2, y2): (i32, i32)) -> String {
    let bend = ((x2 - x1) / 2).abs().clamp(20, 80);
    format!("M{x1} {y1}C{} {y1} {} {y2} {x2} {y2}", x1 + bend, x2 - bend)
}

fn card(
    recipe: &Recipe,
    kinds: &[StageKind],
    board: &Board,
    at: usize,
    stage: &StageSpec,
    marks: Marks<'_>,
) -> String {
    let (x, y) = board.cards[at];
    let name = escape(&stage.id);
    let is_selected = marks.selected.stage() == Some(&stage.id);
    let problem = marks
        .problem
        .filter(|it| it.stage.as_ref() == Some(&stage.id));
    let mut class = String::from("card");
    for (is_so, word) in [
        (is_selected, " on"),
        (problem.is_some(), " wrong"),
        (marks.from == Some(&*stage.id), " from"),
    ] {
        if is_so {
            class += word;
        }
    }
    let sign = if problem.is_some() { "✕ " } else { "" };
    let label = escape(&spoken(recipe, kinds, stage, problem));
    // The button is the ground alone: what it is called says more than the text before it.
    let card = format!(
        "<g class=\"{class}\" data-stage=\"{name}\" transform=\"translate({x} {y})\">\
         <rect data-testid=\"card-{name}\" data-problem=\"{}\" role=\"button\" tabindex=\"0\" \
         aria-pressed=\"{is_selected}\" aria-label=\"{label}\" width=\"{CARD_WIDTH}\" \
         height=\"{CARD_HEIGHT}\" rx=\"10\"/><g class=\"words\" aria-hidden=\"true\">\
         <text class=\"name\" x=\"16\" y=\"25\">{sign}{}</text>\
         <text class=\"kind\" x=\"16\" y=\"42\">{}</text>\
         <text class=\"with\" x=\"16\" y=\"59\">{}</text></g></g>",
        problem.is_some(),
        escape(&cut(&stage.id, 17)),
        escape(&cut(kind_line(kinds, stage), 22)),
        escape(&cut(&options(stage), 22)),
    );
    let middle = y + CARD_HEIGHT / 2;
    let mut ports = String::new();
    if takes(kinds, &stage.kind) {
        ports += &port("in", &name, x, middle, "pipe a stage into this one");
    }
    if gives(kinds, &stage.kind) {
        ports += &port(
            "out",
            &name,
            x + CARD_WIDTH,
            middle,
            "pipe this stage into another",
        );
    }
    card + &ports
}

fn port(side: &str, name: &str, x: i32, y: i32, tip: &str) -> String {
    format!(
        "<g class=\"port {side}\" data-{side}=\"{name}\" data-testid=\"{side}-{name}\" \
         aria-hidden=\"true\" transform=\"translate({x} {y})\"><title>{tip}</title>\
         <circle class=\"reach\" r=\"15\"/><circle class=\"dot\" r=\"7\"/></g>"
    )
}

/// The kind, unless it is the name already.
fn kind_line<'a>(kinds: &[StageKind], stage: &'a StageSpec) -> &'a str {
    if stage.id == stage.kind {
        side_name(kinds, &stage.kind)
    } else {
        &stage.kind
    }
}

const fn name_of(side: Side) -> &'static str {
    match side {
        Side::Readable => "Readable",
        Side::Writable => "Writable",
        Side::Transform => "Transform",
        Side::Duplex => "Duplex",
    }
}

fn side_name(kinds: &[StageKind], kind: &str) -> &'static str {
    side_of(kinds, kind).map_or("unknown kind", name_of)
}

fn options(stage: &StageSpec) -> String {
    let option = |(name, value): (&String, _)| [name, "=", &shown(Some(value))].concat();
    let options: Vec<String> = stage.options.iter().map(option).collect();
    options.join(" ")
}

/// What a screen reader says of a stage.
fn spoken(
    recipe: &Recipe,
    kinds: &[StageKind],
    stage: &StageSpec,
    problem: Option<&Problem>,
) -> String {
    let mut said = [&stage.id, ", ", side_name(kinds, &stage.kind)].concat();
    if stage.kind != stage.id {
        said = [&said, " ", &stage.kind].concat();
    }
    if let Some(feed) = feed(recipe, &stage.id) {
        said = [&said, ", fed by ", feed].concat();
    }
    let fed = destinations(recipe, &stage.id);
    if !fed.is_empty() {
        said = [&said, ", piped into ", &fed.join(" and ")].concat();
    }
    if let Some(problem) = problem {
        said = [&said, ". Problem: ", &problem.message].concat();
    }
    said
}

/// The beginning of a text that has no room.
fn cut(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(letters - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use spillway_recipe::parse;

    use super::*;
    use crate::model::playground::edit::tests::kinds;

    fn drawn(text: &str, problem: Option<&Problem>) -> String {
        let recipe = parse(text).expect("a pipeline");
        let marks = Marks {
            selected: &Selected::Stage("gzip".to_owned()),
            from: None,
            problem,
        };
        board(&recipe, &kinds(), &Board::of(&recipe), marks)
    }

    #[test]
    fn a_stage_has_a_port_on_each_side_that_it_has() {
        let drawn = drawn("csv_sample | gzip | null", None);
        for there in ["out-csv_sample", "in-gzip", "out-gzip", "in-null"] {
            assert!(drawn.contains(there), "{there}");
        }
        for not in ["in-csv_sample", "out-null"] {
            assert!(!drawn.contains(not), "{not}");
        }
        assert!(drawn.contains("data-wire=\"csv_sample gzip\""));
    }

    #[test]
    fn what_is_wrong_is_on_the_stage_concerned_and_said() {
        let problem = Problem {
            stage: Some("gzip".to_owned()),
            message: "level is \"0\" to 9".to_owned(),
        };
        let drawn = drawn("csv_sample | gzip | null", Some(&problem));
        assert!(drawn.contains("class=\"card on wrong\" data-stage=\"gzip\""));
        assert!(drawn.contains("Problem: level is &quot;0&quot; to 9"));
        assert_eq!(drawn.matches("data-problem=\"true\"").count(), 1);
    }

    #[test]
    fn a_stage_says_what_feeds_it_and_what_it_feeds() {
        let drawn = drawn("csv_sample | z: gzip | null\nz | null2: null", None);
        assert!(drawn.contains("z, Transform gzip, fed by csv_sample, piped into null and null2"));
    }

    #[test]
    fn a_text_from_outside_is_escaped_and_cut() {
        let drawn = drawn("csv_sample label=\"<b>a rather long label\"", None);
        assert!(drawn.contains("label=&lt;b&gt;a rather lon…"), "{drawn}");
    }
}
