//! The clock of the run: pause, pace, step. Violet, so that it is never taken for a stream's verb.
//!
//! Test ids: `clock` (with `data-mode`), `clock-pause`, `clock-pace`, `clock-step`, `clock-tag` (with
//! `data-seq`).

use leptos::prelude::*;
use spillway_protocol::control::ClockMode;

use crate::geometry::scale::PACES;
use crate::state::{Phase, Runner};
use crate::words::clock::{pace, tag};

/// The clock's group in the row above the picture.
#[component]
pub fn ClockBar(
    /// The run.
    runner: Runner,
) -> impl IntoView {
    let clock = runner.clock;
    let still = Memo::new(move |_| clock.is_still());
    let live = Memo::new(move |_| is_live(runner));
    let says = move || pace(clock.pace.get());
    let change = move |value: String| {
        if let Ok(step) = value.parse() {
            runner.set_pace(PACES.at(step));
        }
    };
    view! {
        <span class="clock" role="group" aria-label="Clock" data-testid="clock" data-mode=move || name(runner)>
            <span aria-hidden="true">"Clock"</span>
            <button
                class="btn"
                data-testid="clock-pause"
                aria-label=move || if still.get() { "Let the clock go on" } else { "Pause the clock" }
                title=move || {
                    if still.get() {
                        "The clock goes on (Space)"
                    } else {
                        "Pauses the clock: everything stands still, and no stream is told (Space)"
                    }
                }
                on:click=move |_| runner.toggle_clock()
            >
                {move || if still.get() { "▶" } else { "❚❚" }}
            </button>
            <input
                type="range"
                min="0"
                max=PACES.full_speed()
                step="1"
                aria-label="Pace of the clock"
                data-testid="clock-pace"
                aria-valuetext=says
                prop:value=move || PACES.step_of(clock.pace.get()).to_string()
                on:input=move |event| change(event_target_value(&event))
            />
            <span class="pace">{says}</span>
            <button
                class="btn"
                data-testid="clock-step"
                title="Lets one event come, and pauses the clock"
                disabled=move || !live.get()
                on:click=move |_| runner.step_clock()
            >
                "Step" <kbd>"."</kbd>
            </button>
        </span>
    }
}

/// The tag on the picture that says how the clock goes, while it is not at full speed.
#[component]
pub fn ClockTag(
    /// The run.
    runner: Runner,
) -> impl IntoView {
    let seq = Memo::new(move |_| runner.view.with(|view| view.seq));
    let says = Memo::new(move |_| {
        let shown = is_live(runner) && is_now(runner);
        let tag = shown.then(|| tag(runner.clock.now.get(), seq.get()));
        tag.flatten()
    });
    view! {
        <p
            class="clock-tag"
            data-testid="clock-tag"
            data-seq=move || seq.get().to_string()
            hidden=move || says.with(Option::is_none)
        >
            {move || says.get()}
        </p>
    }
}

/// Whether the clock of a run that can go on stands still.
#[must_use]
pub fn stands_still(runner: Runner) -> bool {
    runner.clock.is_still() && is_live(runner) && is_now(runner)
}

/// Whether the picture is that of now.
fn is_now(runner: Runner) -> bool {
    runner.then.with(Option::is_none)
}

fn is_live(runner: Runner) -> bool {
    runner.phase.get() == Phase::On && runner.view.with(|view| view.outcome.is_none())
}

fn name(runner: Runner) -> &'static str {
    match runner.clock.now.get().mode {
        ClockMode::Full => "full",
        ClockMode::Slow => "slow",
        ClockMode::Paused => "paused",
        ClockMode::Step => "step",
    }
}
