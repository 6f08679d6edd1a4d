//! The steps of a scenario, each with what it breaks.

use spillway_websocket::WireStep;

use crate::html::escape;
use crate::model::workbench::{Act, Bench, Broken, foresee_handshake};
use crate::words::number::exact;

/// The steps of a scenario, with the rules that they break.
#[must_use]
pub fn steps(bench: &Bench, broken: &[Option<Broken>]) -> String {
    let lines = bench.scenario.handshake.to_string();
    let words: Vec<&str> = lines
        .lines()
        .map(|line| line.strip_prefix("handshake ").unwrap_or(line))
        .collect();
    let handshake = words.join("\n");
    let problem = foresee_handshake(&bench.scenario.handshake);
    let shown = if handshake.is_empty() {
        "a lawful request, and the server's answer"
    } else {
        &handshake
    };
    let current = |is: bool| if is { " aria-current=\"true\"" } else { "" };
    let mut html = [
        "<li class=\"step\"",
        current(bench.step().is_none()),
        " data-testid=\"handshake-step\"><span class=\"at\">⇄</span><button class=\"line\" data-act=\"handshake\" data-testid=\"step-handshake\"><b>handshake</b> ",
        &escape(shown),
        &breaks(problem.as_deref(), None),
        "</button></li>",
    ]
    .concat();
    for (at, step) in bench.scenario.steps.iter().enumerate() {
        let number = (at + 1).to_string();
        let place = at.to_string();
        let found = broken.get(at).and_then(Option::as_ref);
        let is_broken = if found.is_some() { "true" } else { "false" };
        html.push_str(
            &[
                "<li class=\"step\"",
                current(bench.selected == Some(at)),
                " data-testid=\"step-",
                &number,
                "\" data-broken=\"",
                is_broken,
                "\"><span class=\"at\">",
                &number,
                "</span><button class=\"line\" data-act=\"select\" data-at=\"",
                &place,
                "\" data-testid=\"step-select-",
                &number,
                "\"><code>",
                &escape(&shortened(&step.to_string())),
                "</code>",
                &weight(step),
                &breaks(
                    found.map(|it| it.words.as_str()),
                    found.map(|it| it.section),
                ),
                "</button><span class=\"acts\">",
                &acts(&number, &place),
                "</span></li>",
            ]
            .concat(),
        );
    }
    html
}

fn acts(number: &str, place: &str) -> String {
    let of = |(act, sign, says): (Act, &str, &str)| {
        let name = act.name();
        [
            "<button data-act=\"",
            name,
            "\" data-at=\"",
            place,
            "\" data-testid=\"step-",
            name,
            "-",
            number,
            "\" title=\"",
            says,
            "\" aria-label=\"",
            says,
            " step ",
            number,
            "\">",
            sign,
            "</button>",
        ]
        .concat()
    };
    [
        (Act::Up, "↑", "Move up"),
        (Act::Down, "↓", "Move down"),
        (Act::Copy, "❐", "Copy"),
        (Act::Remove, "✕", "Remove"),
    ]
    .map(of)
    .concat()
}

fn weight(step: &WireStep) -> String {
    match step {
        WireStep::Frame(_) | WireStep::Bytes(_) => {
            ["<small>", &exact(step.len() as u64), " bytes</small>"].concat()
        }
        WireStep::Wait { .. } | WireStep::Cut => String::new(),
    }
}

fn breaks(words: Option<&str>, section: Option<&str>) -> String {
    let Some(words) = words else {
        return String::new();
    };
    let place = section.map_or_else(String::new, |section| [" · ", section].concat());
    [
        "<em class=\"breaks\">✗ ",
        &escape(words),
        &escape(&place),
        "</em>",
    ]
    .concat()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(90) {
        Some((end, _)) => [&text[..end], " …"].concat(),
        None => text.to_owned(),
    }
}
