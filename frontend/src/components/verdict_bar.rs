//! The sentence above the picture, and the chain of causes one click away.
//!
//! Test ids: `verdict`, `why` (with `data-steps`), those of [`html::steps`]; in a past moment `then`
//! (with `data-seq`) and `now`.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};

use super::focus::hand_on;
use crate::html;
use crate::state::{Go, Runner};
use crate::words::causes::how_many;
use crate::words::number::seconds;

/// The sentence above the picture.
#[component]
pub fn VerdictBar(
    /// The run it is about.
    runner: Runner,
) -> impl IntoView {
    let tone = Memo::new(move |_| runner.told.with(|told| told.verdict.tone.class()));
    let says = Memo::new(move |_| runner.told.with(|told| html::phrase(&told.verdict.phrase)));
    let steps = Memo::new(move |_| runner.why.with(|why| why.links.len()));
    let open = Memo::new(move |_| runner.why.with(|why| why.open));
    let label = move || match (open.get(), steps.get()) {
        (true, _) => "Hide".to_owned(),
        (false, steps) => how_many(steps),
    };
    view! {
        <div class=move || format!("verdict {}", tone.get())>
            <Past runner/>
            <span class="says" data-testid="verdict" inner_html=says></span>
            <button
                class="why"
                data-testid="why"
                data-steps=move || steps.get().to_string()
                hidden=move || steps.get() == 0
                aria-expanded=move || open.get().to_string()
                on:click=move |_| runner.toggle_why()
            >
                {label}
            </button>
        </div>
        <Causes runner/>
    }
}

/// The chain, from what happened to its first cause.
#[component]
fn Causes(runner: Runner) -> impl IntoView {
    let told = Memo::new(move |_| {
        let current = runner.then.get().map(|then| then.seq);
        runner.why.with(|why| {
            let links = if why.open { &why.links[..] } else { &[] };
            runner.told.with(|told| {
                let rules = if links.is_empty() {
                    &[]
                } else {
                    &told.verdict.rules[..]
                };
                html::steps(links, rules, &told.view, current)
            })
        })
    });
    let hold = move |held| runner.why.update(|why| why.held = held);
    let go = move |event: MouseEvent| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        let step = target.and_then(|target| target.closest("[data-seq]").ok()?);
        let seq = step.and_then(|step| step.get_attribute("data-seq"));
        if let Some(seq) = seq.and_then(|seq| seq.parse().ok()) {
            runner.go(Go::Cause(seq));
        }
    };
    view! {
        <ol
            class="causes"
            aria-label="Why: from what happened back to its first cause"
            hidden=move || told.with(String::is_empty)
            inner_html=told
            on:click=go
            on:mouseenter=move |_| hold(true)
            on:mouseleave=move |_| hold(false)
            on:focusin=move |_| hold(true)
            on:focusout=move |_| hold(false)
        ></ol>
    }
}

/// Whether the sentence is about now or a past moment, and the way back.
#[component]
fn Past(runner: Runner) -> impl IntoView {
    // The button stays while the moment changes: it may have the focus.
    let past = Memo::new(move |_| runner.then.with(Option::is_some));
    let seq = move || {
        runner
            .then
            .with(|then| then.as_ref().map(|then| then.seq.to_string()))
    };
    let says = move || {
        let then = runner.then.get();
        then.map(|then| format!("then · {} s", seconds(then.at_us)))
    };
    let back = move |event: MouseEvent| {
        hand_on(&event, "[data-testid=time-slider]");
        runner.go(Go::Now);
    };
    move || {
        if !past.get() {
            return view! { <span class="sign" aria-hidden="true">"◆"</span> }.into_any();
        }
        view! {
            <b class="then" data-testid="then" data-seq=seq>
                {says}
            </b>
            <button class="btn small" data-testid="now" on:click=back>
                "Back to now" <kbd>"Esc"</kbd>
            </button>
        }
        .into_any()
    }
}
