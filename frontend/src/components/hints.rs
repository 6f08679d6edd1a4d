//! Hints, one at a time.
//!
//! Test ids: `hint-next`, `hint-{n}` from 1.

use leptos::prelude::*;

/// The hints of a lesson; none is seen until it is asked for.
#[component]
pub fn Hints(
    /// The hints as safe inline HTML.
    hints: Vec<String>,
) -> impl IntoView {
    let count = hints.len();
    if count == 0 {
        return ().into_any();
    }
    let seen = RwSignal::new(0);
    let list = move || {
        let shown = hints.iter().take(seen.get()).enumerate();
        let item = |(at, hint)| format!("<li data-testid=\"hint-{}\">{hint}</li>", at + 1);
        shown.map(item).collect::<String>()
    };
    let label = move || match seen.get() {
        0 => format!("Hint (1 of {count})"),
        seen => format!("Next hint ({} of {count})", seen + 1),
    };
    view! {
        <div class="hints">
            <ol aria-live="polite" inner_html=list></ol>
            <button
                class="btn small"
                data-testid="hint-next"
                hidden=move || seen.get() == count
                on:click=move |_| seen.update(|seen| *seen += 1)
            >
                {label}
            </button>
        </div>
    }
    .into_any()
}
