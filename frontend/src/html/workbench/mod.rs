//! The workbench as HTML text: the presets, the list of steps, the form of one, its bits, and what came of it.
//!
//! Test ids: `preset-{name}`, `rule`, `step-{n}` (from 1; with `data-broken`), `step-{act}-{n}`, `handshake-step`,
//! `form`, `field-{name}`, `request`, `bits`, `bit-field-{name}`, `verdict` (with `data-asked`: `met`, `missed` or `unknown`).

mod bits;
mod form;
mod head;
mod steps;

use spillway_websocket::PRESETS;

pub use self::bits::bits;
pub use self::form::form;
pub use self::head::request;
pub use self::steps::steps;
use super::escape;
use crate::model::workbench::Bench;
use crate::words::wire::rfc_address;
use crate::words::workbench::Verdict;

/// All presets, by the rule that they are about.
#[must_use]
pub fn preset_list(chosen: Option<&str>) -> String {
    let mut html = String::new();
    for (group, presets) in PRESETS {
        html.push_str(&["<h3>", &escape(group), "</h3><ul>"].concat());
        for preset in *presets {
            let current = if chosen == Some(preset.name) {
                " aria-current=\"true\""
            } else {
                ""
            };
            html.push_str(
                &[
                    "<li><button data-preset=\"",
                    preset.name,
                    "\" data-testid=\"preset-",
                    preset.name,
                    "\"",
                    current,
                    ">",
                    &escape(preset.title),
                    "<small>",
                    &escape(preset.section),
                    "</small></button></li>",
                ]
                .concat(),
            );
        }
        html.push_str("</ul>");
    }
    html
}

/// The rule that the preset on the bench is about.
#[must_use]
pub fn rule(bench: &Bench) -> String {
    let Some(preset) = bench.preset else {
        return "<h1>A scenario of your own</h1><p>No rule says what the server must answer to all of it: send it and see.</p>".to_owned();
    };
    [
        "<h1>",
        &escape(preset.title),
        "</h1><p>The rule: ",
        &escape(preset.rule),
        ". ",
        &section(preset.section),
        "</p><p class=\"muted\">What it asks for: ",
        &escape(&preset.expected.words()),
        ".</p>",
    ]
    .concat()
}

/// What came of a scenario.
#[must_use]
pub fn verdict(verdict: &Verdict) -> String {
    let (state, asked) = match &verdict.asked {
        Some((true, _)) => (
            "met",
            "<p class=\"asked\">✓ As the rule asks.</p>".to_owned(),
        ),
        Some((false, asked)) => (
            "missed",
            [
                "<p class=\"asked\">✗ The rule asks for something else: ",
                &escape(asked),
                ".</p>",
            ]
            .concat(),
        ),
        None => ("unknown", String::new()),
    };
    let why = verdict
        .why
        .as_deref()
        .map_or_else(String::new, |why| [": ", &escape(why)].concat());
    let section = verdict
        .section
        .as_deref()
        .map_or_else(String::new, |place| [", ", &section(place)].concat());
    [
        "<div class=\"verdict\" data-testid=\"verdict\" data-asked=\"",
        state,
        "\"><p><b>",
        &escape(&verdict.did),
        "</b>",
        &why,
        &section,
        ".</p>",
        &asked,
        "<p class=\"muted\">",
        &escape(&verdict.end),
        "</p></div>",
    ]
    .concat()
}

fn section(section: &str) -> String {
    match rfc_address(section) {
        Some(address) => [
            "<a href=\"",
            &address,
            "\" target=\"_blank\" rel=\"noopener\">",
            &escape(section),
            "</a>",
        ]
        .concat(),
        None => escape(section),
    }
}

#[cfg(test)]
mod tests {
    use spillway_websocket::WireStep;

    use super::*;
    use crate::model::workbench::{Edited, foresee, form_of};

    #[test]
    fn every_preset_can_be_chosen() {
        let list = preset_list(Some("unmasked"));
        for preset in PRESETS.iter().flat_map(|(_, presets)| presets.iter()) {
            assert!(list.contains(&["data-preset=\"", preset.name, "\""].concat()));
        }
        assert_eq!(list.matches("aria-current").count(), 1);
    }

    #[test]
    fn nothing_that_was_typed_becomes_markup() {
        let text = "handshake with \"X\" \"<b>\"\ntext \"<script>&\\\"\"\nbytes 00";
        let bench = Bench::of(text.parse().unwrap());
        let mut html = steps(&bench, &foresee(&bench.scenario));
        for step in &bench.scenario.steps {
            html.push_str(&form(&form_of(&Edited::Step(step.clone()))));
            if let WireStep::Frame(frame) = step {
                html.push_str(&bits(frame));
            }
        }
        let handshake = &bench.scenario.handshake;
        html.push_str(&form(&form_of(&Edited::Handshake(handshake.clone()))));
        html.push_str(&request(handshake));
        html.push_str(&verdict(&Verdict {
            did: "<i>".to_owned(),
            why: Some("<i>".to_owned()),
            section: Some("<i>".to_owned()),
            asked: Some((false, "<i>".to_owned())),
            end: "<i>".to_owned(),
        }));
        for bad in ["<script", "<b>\"", "<i>", "value=\"<"] {
            assert!(!html.contains(bad), "{bad}");
        }
    }

    #[test]
    fn the_bits_of_a_frame_are_those_that_will_cross() {
        let bench = Bench::of("text rsv2 unmasked \"Hi\"".parse().unwrap());
        let Some(WireStep::Frame(frame)) = bench.step() else {
            panic!("no frame");
        };
        let html = bits(frame);
        assert!(
            html.contains("4 bytes") && html.contains(">48 69"),
            "{html}"
        );
        assert!(html.contains("bit-field-rsv2"), "{html}");
        let list = steps(&bench, &foresee(&bench.scenario));
        assert!(list.contains("data-broken=\"true\""));
    }
}
