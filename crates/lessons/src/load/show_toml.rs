//! Reads a `[[show]]`, a step of a lesson's solution.

use crate::course::Thing;
use crate::markdown::Targets;
use crate::report::Report;
use crate::show::{ShowStep, When};
use crate::table::{Placed, Table};

use super::goal_toml::{read_call, read_condition};
use super::lesson_toml::render;

/// Reads one step; the lesson has so many goals.
pub(super) fn read_show(
    mut table: Table<'_>,
    report: &Report<'_>,
    targets: &Targets<'_>,
    thing: &Thing,
    goals: usize,
) -> Option<ShowStep> {
    let line = report.line(table.at());
    let when = table.maybe_text("when");
    let call = read_call(&mut table, report, thing, "do");
    let say = table.maybe_text("say");
    table.finish();
    let when = match when {
        Some(when) => read_when(&when, report, thing, goals)?,
        None => When::Next,
    };
    let say = match say {
        Some(say) => render(&say, report, targets)?,
        None => String::new(),
    };
    Some(ShowStep {
        when,
        call: call?,
        say,
        line,
    })
}

fn read_when(
    text: &Placed<String>,
    report: &Report<'_>,
    thing: &Thing,
    goals: usize,
) -> Option<When> {
    let Some(number) = text.value.strip_prefix("goal ") else {
        return read_condition(text, report, thing).map(When::That);
    };
    match number.parse() {
        Ok(number) if (1..=goals).contains(&number) => Some(When::Goal(number)),
        _ => {
            report.error(
                text.at,
                format!("there is no goal `{number}`; the lesson has {goals}, counted from 1"),
            );
            None
        }
    }
}
