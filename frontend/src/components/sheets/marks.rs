//! The marks of the next run.
//!
//! Test ids: `marks-set`, `marks-clear`, `marks-wrong`, and those of [`html::marks`].

use leptos::html::Div;
use leptos::prelude::*;
use spillway_protocol::control::Side;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use crate::html;
use crate::state::Hands;
use crate::words::verbs::side_name;

/// A field for each buffer.
#[component]
pub fn MarksSheet(
    /// What the marks are set with.
    hands: Hands,
) -> impl IntoView {
    let runner = hands.runner;
    let root = NodeRef::<Div>::new();
    let wrong = RwSignal::new(None::<String>);
    let fields = runner
        .view
        .with_untracked(|view| html::marks(view, |stage, side| runner.mark(stage, side)));
    let set = move |clear: bool| {
        let Some(root) = root.get_untracked() else {
            return;
        };
        match read(hands, &root, clear) {
            Ok(marks) => {
                let any = marks.iter().any(|(_, _, mark)| mark.is_some());
                for (stage, side, mark) in marks {
                    runner.set_mark(&stage, side, mark);
                }
                hands.sheet.set(None);
                runner.say(false, if any { SET } else { CLEARED });
            }
            Err(message) => wrong.set(Some(message)),
        }
    };
    view! {
        <p>
            "How many bytes each buffer asks for before it says stop. A mark "
            <b>"takes effect at the next Run"</b>
            "; a field left empty stays as the stage has it."
        </p>
        <div node_ref=root inner_html=fields></div>
        <div role="alert">
            {move || wrong.get().map(|wrong| view! {
                <p class="notice refused" data-testid="marks-wrong">{wrong}</p>
            })}
        </div>
        <div class="row">
            <button class="btn primary" data-testid="marks-set" on:click=move |_| set(false)>
                "Set for the next Run"
            </button>
            <button class="btn" data-testid="marks-clear" on:click=move |_| set(true)>
                "All as they were"
            </button>
        </div>
    }
}

type Field = (String, Side, Option<u64>);

/// What the fields say; with `clear`, nothing in any of them.
fn read(hands: Hands, root: &Element, clear: bool) -> Result<Vec<Field>, String> {
    let stages = hands.runner.view.with_untracked(|view| {
        let names = view.stages.iter().map(|stage| stage.name.clone());
        names.collect::<Vec<_>>()
    });
    let mut marks = Vec::new();
    for stage in stages {
        for side in [Side::Write, Side::Read] {
            let Some(typed) = typed(root, &stage, side) else {
                continue;
            };
            let typed: String = typed
                .chars()
                .filter(|letter| !letter.is_whitespace())
                .collect();
            let mark = match typed.parse() {
                _ if clear || typed.is_empty() => None,
                Ok(mark) => Some(mark),
                Err(_) => {
                    let side = side_name(side);
                    return Err(format!(
                        "the {side} mark of {stage} is '{typed}': a mark is a whole number of bytes"
                    ));
                }
            };
            marks.push((stage.clone(), side, mark));
        }
    }
    Ok(marks)
}

fn typed(root: &Element, stage: &str, side: Side) -> Option<String> {
    let selector = format!("[data-mark=\"{stage} {}\"]", side_name(side));
    let field = root.query_selector(&selector).ok()??;
    Some(field.unchecked_into::<HtmlInputElement>().value())
}

const SET: &str = "the marks take effect at the next Run";
const CLEARED: &str = "the next Run has the marks of its stages again";
