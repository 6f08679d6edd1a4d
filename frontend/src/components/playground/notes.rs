//! What there is to say about the board: what is wrong with it, what to do next.
//!
//! Test ids: `problem`, `said` (with `data-bad`), `next`.

use leptos::prelude::*;

use crate::state::Builder;

/// The lines between the toolbar and the board.
#[component]
pub fn Notes(
    /// What is being built.
    builder: Builder,
) -> impl IntoView {
    let problem = move || {
        builder.problem.get().map(|problem| {
            view! {
                <p class="note wrong" role="status" data-testid="problem">
                    <b aria-hidden="true">"✕"</b>
                    <span>
                        {problem.stage.map(|stage| view! { <b>{stage}</b> ": " })}
                        {problem.message}
                    </span>
                </p>
            }
        })
    };
    let said = move || {
        builder.said.get().map(|said| {
            view! {
                <p
                    class="note"
                    class:wrong=said.is_bad
                    role="alert"
                    data-testid="said"
                    data-bad=said.is_bad.to_string()
                >
                    <b aria-hidden="true">{if said.is_bad { "✕" } else { "◆" }}</b>
                    <span>{said.text}</span>
                    <button
                        class="ghost"
                        aria-label="Close this note"
                        on:click=move |_| builder.said.set(None)
                    >
                        "✕"
                    </button>
                </p>
            }
        })
    };
    let next = move || {
        builder.from.get().map(|from| {
            view! {
                <p class="note" role="status" data-testid="next">
                    <b aria-hidden="true">"→"</b>
                    <span>
                        <b>{from}</b>
                        ".pipe(…): now choose the stage it goes into. Escape gives up."
                    </span>
                </p>
            }
        })
    };
    view! { <div class="notes">{said}{problem}{next}</div> }
}
