//! The sentence above the picture, and the chain of causes one click away.
//!
//! Test ids: `verdict`, `why`, `why-step`.

use leptos::prelude::*;

use super::phrase_view::phrase_view;
use crate::state::Runner;

/// The sentence above the picture.
#[component]
pub fn VerdictBar(
    /// The run it is about.
    runner: Runner,
) -> impl IntoView {
    let verdict = Memo::new(move |_| runner.told.with(|told| told.verdict.clone()));
    let tone = Memo::new(move |_| verdict.with(|verdict| verdict.tone.class()));
    let phrase = Memo::new(move |_| verdict.with(|verdict| verdict.phrase.clone()));
    let why = Memo::new(move |_| verdict.with(|verdict| verdict.why.clone()));
    let open = RwSignal::new(false);
    let count = Memo::new(move |_| why.with(Vec::len));
    let button = move || {
        let steps = count.get();
        (steps > 0).then(|| {
            view! {
                <button
                    class="why"
                    data-testid="why"
                    aria-expanded=move || open.get().to_string()
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    {move || if open.get() { "Hide".to_owned() } else { format!("Why? {steps} steps") }}
                </button>
            }
        })
    };
    let steps = move || {
        (open.get() && count.get() > 0).then(|| {
            let steps = why.get().into_iter();
            let steps =
                steps.map(|step| view! { <li data-testid="why-step">{phrase_view(step)}</li> });
            view! { <ol class="causes">{steps.collect_view()}</ol> }
        })
    };
    view! {
        <div class=move || format!("verdict {}", tone.get())>
            <span class="sign" aria-hidden="true">"◆"</span>
            <span class="says" data-testid="verdict">{move || phrase_view(phrase.get())}</span>
            {button}
        </div>
        {steps}
    }
}
