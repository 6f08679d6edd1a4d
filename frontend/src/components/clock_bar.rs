//! The clock of the run: pause, pace, step. Violet, so that it is never taken for a stream's verb.
//!
//! Test ids: `clock` (with `data-mode`), `clock-pause`, `clock-pace`, `clock-step`, `clock-tag` (with
//! `data-seq`).

use leptos::prelude::*;
use spillway_protocol::control::ClockMode;

use crate::geometry::scale::PACES;
use crate::state::{Phase, Runner};
use crate::words::clock::{pace, tag};

/// The clock's group in the row above the picture: of one run, or of two that it drives together.
#[component]
pub fn ClockBar(
    /// The run.
    runner: Runner,
    /// The other one of two.
    #[prop(optional)]
    twin: Option<Runner>,
) -> impl IntoView {
    let runs = Runs(runner, twin);
    // Of two runs, one may be over.
    let clock = move || runs.lead().clock;
    let still = Memo::new(move |_| clock().is_still());
    let live = Memo::new(move |_| is_live(runs.lead()));
    let says = move || pace(clock().pace.get());
    let change = move |value: String| {
        if let Ok(step) = value.parse() {
            runs.each(|runner| runner.set_pace(PACES.at(step)));
        }
    };
    let toggle = move |_| {
        let still = still.get_untracked();
        runs.each(|runner| {
            if untrack(|| runner.clock.is_still()) == still {
                runner.toggle_clock();
            }
        });
    };
    // The keys are of the one run of a page.
    let key = move |key: &'static str| twin.is_none().then(|| view! { <kbd>{key}</kbd> });
    view! {
        <span
            class="clock"
            role="group"
            aria-label="Clock"
            data-testid="clock"
            data-mode=move || name(runs.lead())
        >
            <span aria-hidden="true">"Clock"</span>
            <button
                class="btn"
                data-testid="clock-pause"
                aria-label=move || if still.get() { "Let the clock go on" } else { "Pause the clock" }
                title=move || {
                    if still.get() {
                        "The clock goes on"
                    } else {
                        "Pauses the clock: everything stands still, and no stream is told"
                    }
                }
                on:click=toggle
            >
                {move || if still.get() { "▶" } else { "❚❚" }}
            </button>
            <button
                class="btn"
                data-testid="clock-step"
                title="Lets one event come, and pauses the clock"
                disabled=move || !live.get()
                on:click=move |_| runs.each(Runner::step_clock)
            >
                "Step"
                {key(".")}
            </button>
            <input
                type="range"
                min="0"
                max=PACES.full_speed()
                step="1"
                aria-label="Pace of the clock"
                data-testid="clock-pace"
                aria-valuetext=says
                prop:value=move || PACES.step_of(clock().pace.get()).to_string()
                on:input=move |event| change(event_target_value(&event))
            />
            <span class="pace">{says}</span>
            <ClockTag runs/>
        </span>
    }
}

/// What one clock is for.
#[derive(Clone, Copy)]
struct Runs(Runner, Option<Runner>);

impl Runs {
    fn each(self, act: impl Fn(Runner)) {
        act(self.0);
        if let Some(twin) = self.1 {
            act(twin);
        }
    }

    /// The run whose clock is shown: one that can go on.
    fn lead(self) -> Runner {
        self.1
            .filter(|twin| !is_live(self.0) && is_live(*twin))
            .unwrap_or(self.0)
    }
}

/// Stands for the pace while the clock is not at full speed, and says where it stands.
#[component]
fn ClockTag(runs: Runs) -> impl IntoView {
    let seq = |runner: Runner| runner.view.with(|view| view.seq);
    let says = Memo::new(move |_| {
        let lead = runs.lead();
        let shown = is_live(lead) && is_now(lead);
        let mut seqs = vec![seq(runs.0)];
        seqs.extend(runs.1.map(seq));
        let tag = shown.then(|| tag(lead.clock.now.get(), &seqs));
        tag.flatten()
    });
    view! {
        <span
            class="clock-tag"
            data-testid="clock-tag"
            data-seq=move || seq(runs.0).to_string()
            hidden=move || says.with(Option::is_none)
        >
            {move || says.get()}
        </span>
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
