//! The time slider: each step is one event of the log.
//!
//! Test ids: `time-first`, `time-slider`, `time-last`, `time-event` (with `data-seq`,
//! `data-last`).

use leptos::html::Input;
use leptos::prelude::*;

use crate::model::history::Moment;
use crate::state::{Go, Runner};
use crate::words::moment::{kept_from, place, spoken, why_not_all};
use crate::words::number::seconds;

/// The time slider of a run.
#[component]
pub fn TimeBar(
    /// The run.
    runner: Runner,
) -> impl IntoView {
    let slider = NodeRef::<Input>::new();
    Effect::new(move |_| {
        let span = runner.span.get();
        let at = runner.then.get().map_or(span.last, |then| then.moment);
        if let Some(slider) = slider.get() {
            // The ends come first: a value beyond them would be cut.
            slider.set_min(&span.first.0.min(at.0).to_string());
            slider.set_max(&span.last.0.to_string());
            slider.set_value(&at.0.to_string());
        }
    });
    let seq = move || runner.then.get().map(|then| then.seq);
    let says = move || {
        let then = runner.then.get().map(|then| (then.seq, then.at_us));
        spoken(&runner.span.get(), then)
    };
    let went = move |value: String| {
        let Ok(moment) = value.parse().map(Moment) else {
            return;
        };
        // Its end is now, although more may have come since it was drawn.
        let end = runner.span.with_untracked(|span| moment >= span.last);
        runner.go(if end { Go::Now } else { Go::To(moment) });
    };
    let nothing = move || runner.span.with(|span| span.first == span.last);
    view! {
        <div class="time-bar">
            <span data-testid="time-first" title=move || why_not_all(&runner.span.get())>
                {move || kept_from(&runner.span.get())}
            </span>
            <input
                type="range"
                step="1"
                data-testid="time-slider"
                aria-label="Moment of the run"
                aria-valuetext=says
                disabled=nothing
                node_ref=slider
                on:input=move |event| went(event_target_value(&event))
            />
            <span data-testid="time-last">
                {move || format!("{} s", seconds(runner.span.get().last_us))}
            </span>
            <span
                data-testid="time-event"
                data-seq=move || seq().unwrap_or(runner.span.get().last_seq).to_string()
                data-last=move || runner.span.get().last_seq.to_string()
            >
                {move || place(&runner.span.get(), seq())}
            </span>
        </div>
    }
}
