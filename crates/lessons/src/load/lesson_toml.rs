use spillway_protocol::control::Join;

use crate::course::Thing;
use crate::goal::{Goal, Order};
use crate::markdown::{Targets, inline};
use crate::question::Question;
use crate::report::Report;
use crate::show::{ControlStep, ShowStep};
use crate::table::{Placed, Table};

use super::StageCheck;
use super::goal_toml::read_goal;
use super::question_toml::{QuestionFile, read_questions};
use super::show_toml::{read_control_step, read_show};
use super::thing_toml::read_thing;

/// What `lesson.toml` says.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) summary: String,
    pub(super) thing: Thing,
    pub(super) join: Join,
    pub(super) goals: Vec<Goal>,
    pub(super) order: Order,
    pub(super) hints: Vec<String>,
    pub(super) show: Vec<ShowStep>,
    pub(super) controls: Vec<ControlStep>,
    pub(super) questions: Vec<Question>,
}

/// Reads `lesson.toml`. What is wrong goes to the report; the settings are then incomplete.
pub(super) fn read(
    mut table: Table<'_>,
    report: &Report<'_>,
    targets: &Targets<'_>,
    check_stage: &StageCheck<'_>,
) -> Settings {
    let summary = table
        .text("summary")
        .map(|text| text.value)
        .unwrap_or_default();
    let reading_only = table.flag("reading_only");
    let any_order = table.flag("any_order");
    let join = read_join(&mut table);
    let thing = read_thing(&mut table, report, check_stage, reading_only);
    let goal_tables = table.tables("goal");
    let goals = goal_tables
        .into_iter()
        .filter_map(|goal| read_goal(goal, report, targets, &thing))
        .collect::<Vec<_>>();
    let hint_tables = table.tables("hint");
    let show_tables = table.tables("show");
    if !reading_only {
        if goals.is_empty() && !report.has_errors() {
            report.file_error(
                "the lesson has no goal; add `[[goal]]`, or `reading_only = true` at the top",
            );
        }
        if hint_tables.is_empty() {
            report.file_error(
                "the lesson has no hint; add `[[hint]]`, or `reading_only = true` at the top",
            );
        }
        if show_tables.is_empty() && !matches!(thing, Thing::Nothing) {
            report.file_error(
                "the lesson has no solution; add `[[show]]`, once for each step, or \
                 `reading_only = true` at the top",
            );
        }
    }
    let (mut show, mut controls) = (Vec::new(), Vec::new());
    for step in show_tables {
        match &thing {
            Thing::Pipeline(_) | Thing::Nothing => {
                show.extend(read_show(step, report, targets, &thing, goals.len()));
            }
            _ => controls.extend(read_control_step(
                step,
                report,
                targets,
                &thing,
                goals.len(),
            )),
        }
    }
    let hints = hint_tables
        .into_iter()
        .filter_map(|mut hint| {
            let text = hint.text("text");
            hint.finish();
            render(&text?, report, targets)
        })
        .collect();
    let question_tables = table.tables("question");
    let file = QuestionFile {
        report,
        targets,
        thing: &thing,
        check_stage,
    };
    let questions = read_questions(question_tables, &file);
    table.finish();
    Settings {
        summary,
        thing,
        join,
        goals,
        order: if any_order {
            Order::Any
        } else {
            Order::AsListed
        },
        hints,
        show,
        controls,
        questions,
    }
}

fn read_join(table: &mut Table<'_>) -> Join {
    let ways = [
        ("pipe", Join::Pipe),
        ("pipeline", Join::Pipeline),
        ("write", Join::Write),
        ("iterate", Join::Iterate),
    ];
    let said = table.choice("join", &ways.map(|(name, _)| name));
    let way = ways
        .into_iter()
        .find(|(name, _)| Some(*name) == said.as_deref());
    way.map(|(_, join)| join).unwrap_or_default()
}

pub(super) fn render(
    text: &Placed<String>,
    report: &Report<'_>,
    targets: &Targets<'_>,
) -> Option<String> {
    let (filled, problems) = targets.numbers.fill(&text.value);
    for (_, problem) in problems {
        report.error(text.at, problem);
    }
    inline(&filled, targets)
        .map_err(|problem| report.error(text.at, problem))
        .ok()
}

pub(super) fn is_name(name: &str) -> bool {
    let plain = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
    };
    (1..=32).contains(&name.len()) && name.bytes().all(plain)
}
