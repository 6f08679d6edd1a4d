//! The sentence above the picture, and the chain of causes one click away.
//!
//! Test ids: `verdict`, `why` (with `data-steps`), those of [`html::steps`]; in a past moment `then`
//! (with `data-seq`) and `now`.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};

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
    move || {
        let Some(then) = runner.then.get() else {
            return view! { <span class="sign" aria-hidden="true">"◆"</span> }.into_any();
        };
        view! {
            <b class="then" data-testid="then" data-seq=then.seq.to_string()>
                {format!("then · {} s", seconds(then.at_us))}
            </b>
            <button class="btn small" data-testid="now" on:click=move |_| runner.go(Go::Now)>
                "Back to now" <kbd>"Esc"</kbd>
            </button>
        }
        .into_any()
    }
}
