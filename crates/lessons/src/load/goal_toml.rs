//! Reads a `[[goal]]`, and what goals and solutions have in common.

use crate::call::Call;
use crate::condition::Condition;
use crate::course::Thing;
use crate::goal::{Goal, GoalOption, KINDS, Kind, Options};
use crate::markdown::Targets;
use crate::nearest::{did_you_mean, list};
use crate::report::Report;
use crate::table::{Placed, Table};
use crate::wire::What;

use super::lesson_toml::render;

/// Reads a `[[goal]]`.
pub(super) fn read_goal(
    mut table: Table<'_>,
    report: &Report<'_>,
    targets: &Targets<'_>,
    thing: &Thing,
) -> Option<Goal> {
    let line = report.line(table.at());
    let say = table.text("say");
    let kind = table.text("kind")?;
    let Some(known) = KINDS.iter().find(|known| known.name == kind.value) else {
        let names = || KINDS.iter().map(|known| known.name);
        let hint = did_you_mean(&kind.value, names());
        let hint = if hint.is_empty() { "." } else { &hint };
        let names = list(names());
        report.error(
            kind.at,
            format!(
                "there is no kind of goal `{}`{hint} Kinds: {names}.",
                kind.value
            ),
        );
        return None;
    };
    if !known.subject.is_of(thing) {
        report.error(
            kind.at,
            format!(
                "this lesson runs nothing that `{}` can be judged on",
                known.name
            ),
        );
    }
    let options = read_options(&mut table, report, known, thing);
    table.finish();
    Some(Goal {
        kind: (known.make)(&options?),
        say: render(&say?, report, targets)?,
        line,
    })
}

fn read_options(
    table: &mut Table<'_>,
    report: &Report<'_>,
    kind: &Kind,
    thing: &Thing,
) -> Option<Options> {
    let mut options = Some(Options::default());
    for option in kind.options {
        match option {
            GoalOption::Stage(key) => {
                let stage = table.text(key);
                if let Some(stage) = &stage {
                    check_stage_name(&stage.value, stage.at, report, thing);
                }
                match (&mut options, stage) {
                    (Some(options), Some(stage)) => options.stages.push(stage.value),
                    _ => options = None,
                }
            }
            GoalOption::ForMs => match (&mut options, table.count(option.key())) {
                (Some(options), Some(count)) => options.for_us = count.value.saturating_mul(1_000),
                _ => options = None,
            },
            GoalOption::Call => {
                let call = read_call(table, report, thing, option.key());
                match &mut options {
                    Some(options) if call.is_some() => options.call = call,
                    _ => options = None,
                }
            }
            GoalOption::What => {
                let text = table.text(option.key());
                match (&mut options, text.and_then(|text| read_what(&text, report))) {
                    (Some(options), Some(what)) => options.what = Some(what),
                    _ => options = None,
                }
            }
            GoalOption::Times => {
                let times = table.maybe_count(option.key());
                if let (Some(options), Some(times)) = (&mut options, times) {
                    options.times = times.value;
                }
            }
            GoalOption::That => {
                let text = table.text(option.key());
                match (
                    &mut options,
                    text.and_then(|text| read_condition(&text, report, thing)),
                ) {
                    (Some(options), Some(that)) => options.that = that,
                    _ => options = None,
                }
            }
        }
    }
    options
}

/// Reads a call, whose stages have to be the lesson's.
pub(super) fn read_call(
    table: &mut Table<'_>,
    report: &Report<'_>,
    thing: &Thing,
    key: &'static str,
) -> Option<Call> {
    let text = table.text(key)?;
    let call = Call::parse(&text.value)
        .map_err(|problem| report.error(text.at, problem))
        .ok()?;
    for stage in call.stages() {
        check_stage_name(stage, text.at, report, thing);
    }
    Some(call)
}

/// Reads a condition, whose stages have to be the lesson's.
pub(super) fn read_condition(
    text: &Placed<String>,
    report: &Report<'_>,
    thing: &Thing,
) -> Option<Condition> {
    let condition = Condition::parse(&text.value)
        .map_err(|problem| report.error(text.at, problem))
        .ok()?;
    for stage in condition.stages() {
        check_stage_name(stage, text.at, report, thing);
    }
    Some(condition)
}

/// Reads something that crosses.
pub(super) fn read_what(text: &Placed<String>, report: &Report<'_>) -> Option<What> {
    What::parse(&text.value)
        .map_err(|problem| report.error(text.at, problem))
        .ok()
}

/// Reports a name that no stage of the lesson has. Answers whether it is one.
pub(super) fn check_stage_name(name: &str, at: usize, report: &Report<'_>, thing: &Thing) -> bool {
    let names: Vec<&str> = match thing {
        Thing::Pipeline(stages) => stages.specs.iter().map(|stage| stage.id.as_str()).collect(),
        Thing::Pressure => vec!["source", "out"],
        _ => return true,
    };
    let known = || names.iter().copied();
    let is_known = known().any(|stage| stage == name);
    if !is_known {
        let hint = did_you_mean(name, known());
        let hint = if hint.is_empty() { "." } else { &hint };
        let stages = list(known());
        report.error(
            at,
            format!("the lesson has no stage `{name}`{hint} Stages: {stages}."),
        );
    }
    is_known
}
