//! The workbench: any frames, lawful or not, made by fields or bytes and sent to this server.
//!
//! Test ids: `workbench`, `scenario-text`, `scenario-problem`, `field-problem`, `add-{frame,bytes,wait,cut}`, `send`,
//! `saved-name`, `save`, `saved`, `saved-delete`; those of the lists are in [`html`], those of the bytes in
//! [`wire`](super::wire).

pub mod editor;
pub mod keeping;
pub mod sending;

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use self::editor::Editor;
use self::keeping::Keeping;
use self::sending::{Answer, Sender};
use super::focus::keep_named;
use super::predict::answer_on_wire;
use super::wire::WirePanel;
use crate::html;
use crate::model::workbench::{Act, Bench, foresee};

/// The workbench.
#[component]
pub fn Workbench(
    /// The lesson whose goals its bytes are judged by, as `chapter/lesson`.
    #[prop(optional_no_strip)]
    lesson: Option<String>,
    /// What is on it at first; `None`: the preset that the address names.
    #[prop(optional_no_strip)]
    begins: Option<Bench>,
) -> impl IntoView {
    let named = || {
        let name = window().location().hash().unwrap_or_default();
        Bench::with(name.trim_start_matches('#'))
    };
    let bench = RwSignal::new(begins.unwrap_or_else(named));
    let sender = Sender::new(bench, lesson.clone());
    // A lesson has its own scenarios.
    let presets = lesson.is_none().then(|| view! { <Presets bench/> });
    answer_on_wire(lesson, sender.wire);
    view! {
        <div class="bench" data-testid="workbench">
            {presets}
            <section class="making panel" aria-label="The scenario">
                <div class="rule" data-testid="rule" inner_html=move || bench.with(html::rule)></div>
                <div class="bar">
                    <button
                        class="btn primary"
                        data-testid="send"
                        disabled=move || sender.is_busy()
                        on:click=move |_| sender.send()
                    >
                        {move || if sender.is_busy() { "Sending …" } else { "Send" }}
                    </button>
                    <span class="muted">
                        "over a connection from the server to itself, which never goes elsewhere"
                    </span>
                </div>
                <Steps bench/>
                <Editor bench/>
                <Keeping bench/>
            </section>
            <section class="answer" aria-label="What came of it">
                <Answer sender/>
                <WirePanel wire=sender.wire/>
            </section>
        </div>
    }
}

/// One scenario for each rule.
#[component]
fn Presets(bench: RwSignal<Bench>) -> impl IntoView {
    let chosen = Memo::new(move |_| bench.with(|bench| bench.preset.map(|preset| preset.name)));
    let choose = move |event: MouseEvent| {
        if let Some(name) = told(&event, "data-preset") {
            keep_named(&event);
            bench.set(Bench::with(&name));
            // The address names the preset, so that it can be handed on.
            let _ = window().location().replace(&["#", &name].concat());
        }
    };
    view! {
        <nav
            class="presets panel"
            aria-label="Presets"
            tabindex="0"
            on:click=choose
            inner_html=move || html::preset_list(chosen.get())
        ></nav>
    }
}

/// The list of steps, and what can be added to it.
#[component]
fn Steps(bench: RwSignal<Bench>) -> impl IntoView {
    let act = move |event: MouseEvent| {
        let act = told(&event, "data-act");
        keep_named(&event);
        if act.as_deref() == Some("handshake") {
            bench.update(|bench| bench.selected = None);
            return;
        }
        let act = Act::ALL
            .into_iter()
            .find(|known| act.as_deref() == Some(known.name()));
        let at = told(&event, "data-at").and_then(|at| at.parse().ok());
        if let (Some(act), Some(at)) = (act, at) {
            bench.update(|bench| bench.act(act, at));
        }
    };
    let list = move || bench.with(|bench| html::scenario_steps(bench, &foresee(&bench.scenario)));
    let add = move |(what, says): (&'static str, &'static str)| {
        view! {
            <button
                class="btn small"
                data-testid=["add-", what].concat()
                on:click=move |_| bench.update(|bench| bench.add(what))
            >
                {says}
            </button>
        }
    };
    view! {
        <ol class="steps" on:click=act inner_html=list></ol>
        <div class="bar">
            {[("frame", "+ frame"), ("bytes", "+ bytes"), ("wait", "+ wait"), ("cut", "+ cut")].map(add)}
        </div>
    }
}

/// The attribute of the button that was pressed.
fn told(event: &MouseEvent, attribute: &str) -> Option<String> {
    let target: web_sys::Element = event.target()?.dyn_into().ok()?;
    target.closest("button").ok()??.get_attribute(attribute)
}
