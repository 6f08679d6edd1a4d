//! The step that is edited: its form and its bits.

use js_sys::Reflect;
use leptos::prelude::*;
use spillway_websocket::WireStep;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use crate::html;
use crate::model::workbench::{Bench, Form, form_of, step_of};

/// The step that is edited. The form is drawn anew when another step is chosen, or this one was changed from
/// elsewhere; while somebody types in it, it is left alone.
#[component]
pub fn Editor(
    /// What is being made.
    bench: RwSignal<Bench>,
) -> impl IntoView {
    let problem = RwSignal::new(None);
    let typed = StoredValue::new(None::<WireStep>);
    let shown = Memo::new(move |before: Option<&(Option<usize>, Option<Form>)>| {
        bench.with(|bench| {
            let step = bench.step();
            let same = before.is_some_and(|(at, _)| *at == bench.selected);
            match before {
                Some(before) if same && typed.with_value(|typed| typed.as_ref() == step) => {
                    before.clone()
                }
                _ => (bench.selected, step.map(form_of)),
            }
        })
    });
    let form = move || {
        problem.set(None);
        shown.with(|(_, form)| match form {
            Some(form) => html::form(form),
            None => "<p class=\"muted\">Choose a step to change it, or add one.</p>".to_owned(),
        })
    };
    let change = move |event: leptos::ev::Event| {
        let Some(what) = shown.with_untracked(|(_, form)| form.as_ref().map(|form| form.what))
        else {
            return;
        };
        let Some(form) = event
            .current_target()
            .and_then(|it| it.dyn_into::<Element>().ok())
        else {
            return;
        };
        match step_of(&read(&form, what)) {
            Ok(step) => {
                problem.set(None);
                typed.set_value(Some(step.clone()));
                bench.update(|bench| bench.replace(step));
            }
            Err(words) => problem.set(Some(words)),
        }
    };
    let bits = move || {
        bench.with(|bench| match bench.step() {
            Some(WireStep::Frame(frame)) => html::bits(frame),
            Some(_) | None => String::new(),
        })
    };
    let payload = move || {
        bench.with(|bench| match bench.step() {
            Some(WireStep::Frame(frame)) => match frame.payload {
                spillway_websocket::Payload::Close { .. } => "close",
                _ => "other",
            },
            Some(_) | None => "none",
        })
    };
    view! {
        <form
            class="editor"
            data-testid="form"
            data-payload=payload
            on:submit=|event| event.prevent_default()
            on:input=change
            inner_html=form
        ></form>
        <p class="problem" role="status" data-testid="field-problem">{move || problem.get()}</p>
        <div class="bit-view" data-testid="bits" tabindex="0" role="group" aria-label="The frame bit by bit" inner_html=bits></div>
    }
}

/// What stands in the form.
fn read(form: &Element, what: &'static str) -> Form {
    let property = |name: &str, property: &str| {
        let found = form
            .query_selector(&["[name=", name, "]"].concat())
            .ok()??;
        Reflect::get(&found, &JsValue::from_str(property)).ok()
    };
    let text = |name: &str| {
        property(name, "value")
            .and_then(|it| it.as_string())
            .unwrap_or_default()
    };
    let set = |name: &str| {
        property(name, "checked")
            .and_then(|it| it.as_bool())
            .unwrap_or_default()
    };
    Form {
        what,
        opcode: text("opcode"),
        bits: ["FIN", "RSV1", "RSV2", "RSV3"].map(set),
        masked: set("MASK"),
        key: text("key"),
        length: text("length"),
        form: text("form"),
        payload: text("payload"),
        content: text("content"),
        code: text("code"),
    }
}
