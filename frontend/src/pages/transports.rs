//! `/transports`: the same messages by polling, long polling, server-sent events and a WebSocket.
//!
//! Test ids: `trial` (with `data-phase`: `idle`, `running`, `done` or `failed`), `run-trial`,
//! `delay`, `poll-every`, `trial-said`, `trial-failed`; those of the cards are listed in
//! [`html::ways`](crate::html::ways).

use leptos::prelude::*;

use crate::components::header::Place;
use crate::connection::Connection;
use crate::html;
use crate::state::{Transports, TrialPhase};
use crate::words::transports::{method, sentence, whole_ms};

/// The four transports side by side.
#[component]
pub fn TransportsPage() -> impl IntoView {
    let title = "HTTP against WebSocket";
    let place = expect_context::<Place>();
    place.set(Some("Measured".to_owned()), Some(title.to_owned()));
    view! {
        <main>
            <h1 class="unseen">{title}</h1>
            <TransportsBench lesson=None/>
        </main>
    }
}

/// The same, on a page of its own or beside a lesson.
#[component]
pub fn TransportsBench(
    /// The lesson whose goals a trial is judged by, as `chapter/lesson`.
    #[prop(optional_no_strip)]
    lesson: Option<String>,
) -> impl IntoView {
    let trial = Transports::open(expect_context::<Connection>(), lesson);
    let shown = trial.shown;
    let phase = move || match trial.phase.get() {
        TrialPhase::Idle => "idle",
        TrialPhase::Running => "running",
        TrialPhase::Done => "done",
        TrialPhase::Failed(_) => "failed",
    };
    let failed = move || match trial.phase.get() {
        TrialPhase::Failed(reason) => Some(["This could not be measured: ", &reason].concat()),
        _ => None,
    };
    // Screen readers are told the result, not every message.
    let said = move || match trial.phase.get() {
        TrialPhase::Done => shown.with(|shown| sentence(shown).plain()),
        TrialPhase::Running => "Measuring.".to_owned(),
        _ => String::new(),
    };
    view! {
        <div class="transports" data-testid="trial" data-phase=phase>
            <Controls trial/>
            <p
                class="difference water"
                data-testid="trial-said"
                hidden=move || failed().is_some()
                inner_html=move || shown.with(|shown| html::phrase(&sentence(shown)))
            ></p>
            <p class="difference fault" role="alert" data-testid="trial-failed" hidden=move || failed().is_none()>
                {failed}
            </p>
            <div class="ways" inner_html=move || shown.with(html::ways)></div>
            <p class="muted method">{move || shown.with(method)}</p>
            <div class="unseen" role="status">{said}</div>
        </div>
    }
}

/// What is set for the next trial, and its button.
#[component]
fn Controls(trial: Transports) -> impl IntoView {
    let again = move || match trial.phase.get() {
        TrialPhase::Running => "Measuring…",
        TrialPhase::Idle => "Measure",
        TrialPhase::Done | TrialPhase::Failed(_) => "Measure again",
    };
    view! {
        <div class="bar" role="group" aria-label="What is measured">
            <button
                class="btn primary"
                data-testid="run-trial"
                disabled=move || trial.phase.get() == TrialPhase::Running
                on:click=move |_| trial.begin()
            >
                <span aria-hidden="true">"▶"</span>
                {again}
            </button>
            <span class="grow"></span>
            <Setting label="added latency" test_id="delay" value=trial.delay_ms least=0 most=300/>
            <Setting
                label="polls every"
                test_id="poll-every"
                value=trial.poll_every_ms
                least=50
                most=1000
            />
        </div>
    }
}

/// Milliseconds, for the next trial.
#[component]
fn Setting(
    label: &'static str,
    test_id: &'static str,
    value: RwSignal<u64>,
    least: u64,
    most: u64,
) -> impl IntoView {
    let says = move || whole_ms(value.get());
    view! {
        <label class="throttle">
            {label}
            <input
                type="range"
                min=least
                max=most
                step="10"
                data-testid=test_id
                aria-valuetext=says
                prop:value=move || value.get().to_string()
                on:input=move |event| {
                    if let Ok(ms) = event_target_value(&event).parse() {
                        value.set(ms);
                    }
                }
            />
            <span class="speed">{says}</span>
        </label>
    }
}
