//! Reads a `[[show]]`, a step of a lesson's solution.

use crate::control::ControlCall;
use crate::course::Thing;
use crate::markdown::Targets;
use crate::report::Report;
use crate::show::{ControlStep, ShowStep, When};
use crate::table::{Placed, Table};

use super::frames::check_frames;
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

/// Reads one step that the page plays; the lesson has so many goals.
pub(super) fn read_control_step(
    mut table: Table<'_>,
    report: &Report<'_>,
    targets: &Targets<'_>,
    thing: &Thing,
    goals: usize,
) -> Option<ControlStep> {
    let line = report.line(table.at());
    let when = table.maybe_text("when");
    let call = table.text("do");
    let frames = match thing {
        Thing::Workbench { .. } => table.maybe_text("frames"),
        _ => None,
    };
    let say = table.maybe_text("say");
    table.finish();
    let call = call.and_then(|call| {
        ControlCall::parse(&call.value, thing)
            .map_err(|problem| report.error(call.at, problem))
            .ok()
    });
    let goal = match when {
        None => None,
        Some(when) => Some(read_goal_number(&when, report, goals)?),
    };
    if let Some(frames) = &frames
        && !check_frames(frames, report)
    {
        return None;
    }
    let say = match say {
        Some(say) => render(&say, report, targets)?,
        None => String::new(),
    };
    Some(ControlStep {
        goal,
        call: call?,
        frames: frames.map(|frames| frames.value),
        say,
        line,
    })
}

fn read_goal_number(text: &Placed<String>, report: &Report<'_>, goals: usize) -> Option<usize> {
    let Some(number) = text.value.strip_prefix("goal ") else {
        report.error(
            text.at,
            format!(
                "`{}` is nothing that a step beside this thing waits for; write `goal 1`, or leave \
                 it out",
                text.value
            ),
        );
        return None;
    };
    match number.parse() {
        Ok(number) if (1..=goals).contains(&number) => Some(number),
        _ => {
            report.error(
                text.at,
                format!("there is no goal `{number}`; the lesson has {goals}, counted from 1"),
            );
            None
        }
    }
}

fn read_when(
    text: &Placed<String>,
    report: &Report<'_>,
    thing: &Thing,
    goals: usize,
) -> Option<When> {
    if text.value.starts_with("goal ") {
        return read_goal_number(text, report, goals).map(When::Goal);
    }
    read_condition(text, report, thing).map(When::That)
}
