//! The sentence above the picture, and the chain of causes one click away.
//!
//! Test ids: `verdict`, `why`, `why-step`; in a past moment `then` (with `data-seq`) and `now`.

use leptos::prelude::*;

use crate::html;
use crate::state::{Go, Runner};
use crate::words::number::seconds;

/// The sentence above the picture.
#[component]
pub fn VerdictBar(
    /// The run it is about.
    runner: Runner,
) -> impl IntoView {
    let tone = Memo::new(move |_| runner.told.with(|told| told.verdict.tone.class()));
    let says = Memo::new(move |_| runner.told.with(|told| html::phrase(&told.verdict.phrase)));
    let why = Memo::new(move |_| {
        runner.told.with(|told| {
            let step = |step| format!("<li data-testid=\"why-step\">{}</li>", html::phrase(step));
            told.verdict.why.iter().map(step).collect::<String>()
        })
    });
    let open = RwSignal::new(false);
    let known = Memo::new(move |_| why.with(|why| !why.is_empty()));
    let label = move || if open.get() { "Hide" } else { "Why?" };
    view! {
        <div class=move || format!("verdict {}", tone.get())>
            <Past runner/>
            <span class="says" data-testid="verdict" inner_html=says></span>
            <button
                class="why"
                data-testid="why"
                hidden=move || !known.get()
                aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {label}
            </button>
        </div>
        <ol class="causes" hidden=move || !(open.get() && known.get()) inner_html=why></ol>
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
