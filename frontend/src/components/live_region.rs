//! What happens, told in words: for screen readers always, and as a view for everyone.
//!
//! Test ids: `told`, `told-line`.

use std::time::Duration;

use leptos::html::Div;
use leptos::prelude::*;

use crate::html::escape;
use crate::state::{Runner, Settings, View};
use crate::words::narrator::{Narrator, Told};
use crate::words::verdict::verdict;

/// How often it is asked whether there is something to tell.
const LOOK: Duration = Duration::from_millis(400);

/// Texts that stay, a bound for memory.
const KEPT: u32 = 60;

/// The text version of a run, newest last. A screen reader reads what is added.
#[component]
pub fn LiveRegion(
    /// The run.
    runner: Runner,
    /// Nothing is read out: something else on the page says what matters.
    #[prop(optional)]
    quiet: bool,
) -> impl IntoView {
    let shown = expect_context::<Settings>().view;
    let root = NodeRef::<Div>::new();
    let narrator = StoredValue::new_local(Narrator::default());
    let look = move || {
        let told = narrator.try_update_value(|narrator| {
            runner.peek(|now, run| {
                let judged = verdict(run.view(), &run.figures(now));
                narrator.tell(now, &run.log, run.view(), &judged)
            })
        });
        let told = told.flatten().flatten();
        if let (Some(told), Some(Some(root))) = (told, root.try_get_untracked()) {
            add(&root, &told);
        }
    };
    if let Ok(looking) = set_interval_with_handle(look, LOOK) {
        on_cleanup(move || looking.clear());
    }
    view! {
        <div
            class="told"
            role="log"
            aria-live=if quiet { "off" } else { "polite" }
            aria-label="What happens, in words"
            tabindex=move || if shown.get() == View::Text { "0" } else { "-1" }
            data-testid="told"
            node_ref=root
        ></div>
    }
}

fn add(root: &web_sys::HtmlDivElement, told: &Told) {
    let line = format!(
        "<p data-testid=\"told-line\"><span class=\"time\">{}</span> {}</p>",
        told.time,
        escape(&told.text)
    );
    // The position is a valid one, so this cannot fail.
    let _ = root.insert_adjacent_html("beforeend", &line);
    if root.child_element_count() > KEPT
        && let Some(oldest) = root.first_element_child()
    {
        oldest.remove();
    }
    root.set_scroll_top(root.scroll_height());
}
