//! The row above the picture: run, reset, what was lost, the finished outputs.
//!
//! Test ids: `run`, `reset`, `show`, `discarded`, `download` (with `data-bytes`), `keys`.

use leptos::prelude::*;
use spillway_protocol::control::Download;

use super::clock_bar::ClockBar;
use crate::state::{Phase, Runner};
use crate::words::number::size;
use crate::words::verdict::lost;

/// The row above the picture.
#[component]
pub fn RunBar(
    /// The run.
    runner: Runner,
    /// Whether the keys are shown.
    keys: RwSignal<bool>,
) -> impl IntoView {
    let starting = move || runner.phase.get() == Phase::Starting;
    let live = Memo::new(move |_| {
        runner.phase.get() == Phase::On && runner.view.with(|view| view.outcome.is_none())
    });
    let label = move || if live.get() { "Run again" } else { "Run" };
    view! {
        <div class="bar">
            <button
                class="btn primary"
                data-testid="run"
                disabled=starting
                title="Starts the pipeline from the beginning"
                on:click=move |_| runner.start()
            >
                <span aria-hidden="true">"▶"</span>
                {label}
                <kbd>"R"</kbd>
            </button>
            <button
                class="btn"
                data-testid="reset"
                title="Ends the run and clears the picture"
                disabled=move || runner.phase.get() == Phase::Off
                on:click=move |_| runner.reset()
            >
                "Reset"
            </button>
            {runner.is_of_lesson().then(|| view! {
                <button
                    class="btn"
                    data-testid="show"
                    title="Starts again and does what reaches the goals, step by step"
                    disabled=starting
                    on:click=move |_| runner.show()
                >
                    "Show me"
                </button>
            })}
            <ClockBar runner/>
            <Lost runner/>
            <span class="grow"></span>
            <Downloads runner/>
            <button
                class="btn round"
                data-testid="keys"
                aria-label="Keys"
                title="Keys (?)"
                on:click=move |_| keys.update(|keys| *keys = !*keys)
            >
                "?"
            </button>
        </div>
    }
}

#[component]
fn Lost(runner: Runner) -> impl IntoView {
    let lost = Memo::new(move |_| runner.told.with(|told| lost(&told.view)));
    move || {
        let bytes = lost.get();
        (bytes > 0).then(|| {
            view! {
                <span
                    class="lost"
                    role="status"
                    title="It flowed and nobody was listening"
                    data-testid="discarded"
                    data-count=bytes.to_string()
                >
                    <span aria-hidden="true">"✕"</span>
                    {[size(bytes).as_str(), " discarded"].concat()}
                </span>
            }
        })
    }
}

#[component]
fn Downloads(runner: Runner) -> impl IntoView {
    let downloads = Memo::new(move |_| runner.told.with(|told| told.downloads.clone()));
    let link = |download: Download| {
        let name = download.name.clone();
        view! {
            <a
                class="btn download"
                href=download.path
                download=download.name
                rel="external"
                data-testid="download"
                data-bytes=download.bytes.to_string()
            >
                <span aria-hidden="true">"↓"</span>
                {name}
                <span class="muted">{size(download.bytes)}</span>
            </a>
        }
    };
    move || downloads.get().into_iter().map(link).collect_view()
}
