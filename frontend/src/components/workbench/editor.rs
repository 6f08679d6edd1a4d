//! What is edited: the form of a step and its bits, or that of the handshake and the request.

use js_sys::Reflect;
use leptos::prelude::*;
use spillway_websocket::WireStep;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use crate::html;
use crate::model::workbench::{Bench, Edited, Form, HEADERS, HeadForm, edited_of, form_of};

/// The step that is edited. The form is drawn anew when another step is chosen, or this one was changed from
/// elsewhere; while somebody types in it, it is left alone.
#[component]
pub fn Editor(
    /// What is being made.
    bench: RwSignal<Bench>,
) -> impl IntoView {
    let problem = RwSignal::new(None);
    let typed = StoredValue::new(None::<Edited>);
    let shown = Memo::new(move |before: Option<&(Option<usize>, Form)>| {
        bench.with(|bench| {
            let edited = bench.edited();
            let same = before.is_some_and(|(at, _)| *at == bench.selected);
            match before {
                Some(before)
                    if same && typed.with_value(|typed| typed.as_ref() == Some(&edited)) =>
                {
                    before.clone()
                }
                _ => (bench.selected, form_of(&edited)),
            }
        })
    });
    let form = move || {
        problem.set(None);
        shown.with(|(_, form)| html::form(form))
    };
    let change = move |event: leptos::ev::Event| {
        let what = shown.with_untracked(|(_, form)| form.what);
        let Some(form) = event
            .current_target()
            .and_then(|it| it.dyn_into::<Element>().ok())
        else {
            return;
        };
        match edited_of(&read(&form, what)) {
            Ok(edited) => {
                problem.set(None);
                typed.set_value(Some(edited.clone()));
                bench.update(|bench| bench.replace(edited));
            }
            Err(words) => problem.set(Some(words)),
        }
    };
    let bits = move || {
        bench.with(|bench| match bench.step() {
            Some(WireStep::Frame(frame)) => html::bits(frame),
            Some(_) => String::new(),
            None => html::request(&bench.scenario.handshake),
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
        <div class="bit-view" data-testid="bits" tabindex="0" role="group" aria-label="As it will cross" inner_html=bits></div>
    }
}

/// What stands in the form.
fn read(form: &Element, what: &'static str) -> Form {
    let property = |name: &str, property: &str| {
        let found = form
            .query_selector(&["[name='", name, "']"].concat())
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
        head: HeadForm {
            first: ["method", "path", "version"].map(text),
            headers: HEADERS
                .iter()
                .map(|header| (set(header.name), text(&["value-", header.name].concat())))
                .collect(),
            more: text("more"),
            cut: text("cut"),
        },
    }
}
