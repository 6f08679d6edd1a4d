//! The marks of the next run, to be typed.

use spillway_protocol::control::Side;
use spillway_streams::{RunView, StageView};

use super::escape;
use crate::words::number::exact;
use crate::words::verbs::side_name;

/// A row a stage, an input a side. What was set stands in it, else the mark of now shows through;
/// `set` tells what was set by stage and side.
///
/// Test ids: `mark-{stage}-{side}`.
#[must_use]
pub fn marks(view: &RunView, set: impl Fn(&str, Side) -> Option<u64>) -> String {
    let rows = view.stages.iter().map(|stage| row(stage, &set));
    format!(
        "<table class=\"marks\"><thead><tr><th scope=\"col\">stage</th>\
         <th scope=\"col\">write buffer</th><th scope=\"col\">read buffer</th></tr></thead>\
         <tbody>{}</tbody></table>",
        rows.collect::<String>()
    )
}

fn row(stage: &StageView, set: &impl Fn(&str, Side) -> Option<u64>) -> String {
    let write = stage.writable.as_ref().map(|side| side.mark);
    let read = stage.readable.as_ref().map(|side| side.mark);
    let cell = |side, now: Option<u64>| {
        now.map_or_else(String::new, |now| {
            field(&stage.name, side, now, set(&stage.name, side))
        })
    };
    format!(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>",
        escape(&stage.label),
        cell(Side::Write, write),
        cell(Side::Read, read)
    )
}

fn field(name: &str, side: Side, now: u64, set: Option<u64>) -> String {
    let (name, side) = (escape(name), side_name(side));
    let set = set.map_or_else(String::new, |set| set.to_string());
    format!(
        "<input inputmode=\"numeric\" size=\"9\" data-mark=\"{name} {side}\" value=\"{set}\" \
         placeholder=\"{}\" aria-label=\"{side} mark of {name}, bytes\" \
         data-testid=\"mark-{name}-{side}\">",
        exact(now)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;
    use crate::words::number::NARROW;

    #[test]
    fn each_buffer_has_a_field_with_what_was_set_or_what_is_now() {
        let set = |name: &str, side| (name == "gzip" && side == Side::Read).then_some(100);
        let html = marks(&sample::pipeline(), set).replace(NARROW, " ");
        assert_eq!(html.matches("<input").count(), 6);
        assert!(
            html.contains("data-mark=\"gzip read\" value=\"100\""),
            "{html}"
        );
        assert!(html.contains("placeholder=\"65 536\""), "{html}");
    }
}
