//! What a lesson asks for, ticked off as the server judges it.
//!
//! Test ids: `goal-{n}` from 1, with `data-reached` `true` or `false`.

use leptos::prelude::*;

use crate::state::Learned;

/// The goals of a lesson, the next one highlighted.
#[component]
pub fn Goals(
    /// The lesson, as `chapter/lesson`.
    lesson: String,
    /// The goals as safe inline HTML.
    goals: Vec<String>,
) -> impl IntoView {
    if goals.is_empty() {
        return ().into_any();
    }
    let progress = expect_context::<Learned>().progress;
    let count = goals.len();
    let lesson = StoredValue::new(lesson);
    let has = move |at| progress.with(|p| lesson.with_value(|lesson| p.has(lesson, at)));
    let current = Memo::new(move |_| (0..count).find(|at| !has(*at)));
    let items = goals
        .into_iter()
        .enumerate()
        .map(|(at, goal)| {
            let reached = Memo::new(move |_| has(at));
            view! {
                <li
                    class:done=reached
                    class:now=move || current.get() == Some(at)
                    data-testid=format!("goal-{}", at + 1)
                    data-reached=move || reached.get().to_string()
                >
                    <span class="tick" aria-hidden="true">{move || reached.get().then_some("✓")}</span>
                    <span>
                        <span inner_html=goal></span>
                        <span class="unseen">{move || if reached.get() { " (reached)" } else { "" }}</span>
                    </span>
                </li>
            }
        })
        .collect_view();
    view! {
        <ol class="goals" aria-label="Goals">{items}</ol>
        {move || {
            current.get().is_none().then(|| view! {
                <p class="all-done" role="status">"All goals reached."</p>
            })
        }}
    }
    .into_any()
}
