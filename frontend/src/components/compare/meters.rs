//! What both runs hold, on one scale.

use leptos::prelude::*;

use super::Both;
use crate::state::Runner;
use crate::words::number::size;

/// Width of a meter in its own units.
const WIDTH: u64 = 1_000;

/// The meters of both, one above the other.
#[component]
pub fn Meters(
    /// Both runs.
    both: Both,
    /// What the sides are called.
    titles: [&'static str; 2],
) -> impl IntoView {
    let which = both.which;
    let memory = Memo::new(move |_| both.runners.map(|runner| runner.memory.get())[0]);
    let scale = Memo::new(move |_| {
        let peaks = both
            .runners
            .map(|runner| runner.view.with(|view| view.peak()));
        which.scale(peaks[0].max(peaks[1]), memory.get())
    });
    let quota = Memo::new(move |_| {
        let (memory, scale) = (memory.get(), scale.get());
        (0 < memory && memory < scale).then_some(memory)
    });
    let says = move || match quota.get() {
        Some(memory) => format!("quota of a run: {}", size(memory)),
        None => format!(
            "to {}; the quota of a run is {}",
            size(scale.get()),
            size(memory.get())
        ),
    };
    let [left, right] = both.runners;
    view! {
        <section class="panel meters" aria-label="Memory of both runs, on one scale">
            <h2>"Bytes held, on one scale"</h2>
            <Meter runner=left title=titles[0] name="left" scale quota/>
            <Meter runner=right title=titles[1] name="right" scale quota/>
            <p class="muted" data-testid="quota" hidden=move || memory.get() == 0>{says}</p>
        </section>
    }
}

#[component]
fn Meter(
    runner: Runner,
    title: &'static str,
    name: &'static str,
    scale: Memo<u64>,
    quota: Memo<Option<u64>>,
) -> impl IntoView {
    let held = Memo::new(move |_| runner.view.with(|view| view.held_bytes()));
    let peak = Memo::new(move |_| runner.view.with(|view| view.peak()));
    let at = move |bytes: u64| (bytes.saturating_mul(WIDTH) / scale.get().max(1)).min(WIDTH);
    let peak_line = move || at(peak.get()).to_string();
    let quota_line = move || at(quota.get().unwrap_or(0)).to_string();
    view! {
        <div
            class="meter"
            data-testid=format!("meter-{name}")
            data-held=move || held.get().to_string()
            data-peak=move || peak.get().to_string()
            data-scale=move || scale.get().to_string()
        >
            <b>{title}</b>
            <svg viewBox=format!("0 0 {WIDTH} 20") preserveAspectRatio="none" aria-hidden="true">
                <rect class="ground" width=WIDTH height="20"/>
                <rect class="held" width=move || at(held.get()).to_string() height="20"/>
                <line class="peak" x1=peak_line x2=peak_line y1="0" y2="20"/>
                <line
                    class="quota"
                    visibility=move || if quota.get().is_some() { "visible" } else { "hidden" }
                    x1=quota_line
                    x2=quota_line
                    y1="0"
                    y2="20"
                />
            </svg>
            <span class="says">
                {move || size(held.get())} <span class="muted">{move || format!("most {}", size(peak.get()))}</span>
            </span>
        </div>
    }
}
