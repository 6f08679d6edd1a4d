//! One set of controls for both runs.

use leptos::prelude::*;
use spillway_protocol::control::Command;

use super::Both;
use crate::components::clock_bar::ClockBar;
use crate::geometry::scale::SPEEDS;
use crate::model::compare::{FAILING, Source, Which};
use crate::state::{Phase, Runner};
use crate::words::number::limit;

/// What is done to both runs at once.
#[component]
pub fn Controls(
    /// Both runs.
    both: Both,
) -> impl IntoView {
    let starting = move || is_any(both, &Phase::Starting);
    let live = Memo::new(move |_| both.are_live());
    let off = move || {
        both.runners
            .into_iter()
            .all(|runner| runner.phase.get() == Phase::Off)
    };
    view! {
        <div class="bar" role="group" aria-label="Both runs">
            <button
                class="btn primary"
                data-testid="run-both"
                title="Starts both from the beginning"
                disabled=starting
                on:click=move |_| both.start()
            >
                <span aria-hidden="true">"▶"</span>
                {move || if live.get() { "Run both again" } else { "Run both" }}
            </button>
            {(both.which == Which::Pipeline).then(|| view! { <Fail both live/> })}
            <button
                class="btn"
                data-testid="reset-both"
                title="Ends both runs and clears the pictures"
                disabled=off
                on:click=move |_| both.reset()
            >
                "Reset"
            </button>
            {(both.which == Which::Pipeline).then(|| view! { <Sources both/> })}
            <ClockBar runner=both.runners[0] twin=both.runners[1]/>
            <span class="grow"></span>
            <SpeedOfBoth both/>
        </div>
    }
}

fn is_any(both: Both, phase: &Phase) -> bool {
    both.runners
        .into_iter()
        .any(|runner| runner.phase.get() == *phase)
}

/// The same fault in both, at the same moment.
#[component]
fn Fail(both: Both, live: Memo<bool>) -> impl IntoView {
    let failed = Memo::new(move |_| {
        let failed = |runner: Runner| {
            let fails = |view: &spillway_streams::RunView| {
                view.stages.iter().any(|stage| stage.error.is_some())
            };
            runner.view.with(fails)
        };
        both.runners.into_iter().any(failed)
    });
    let fail = move |_| {
        for runner in both.runners {
            runner.act(|run| {
                Some(Command::Destroy {
                    run,
                    stage: FAILING.to_owned(),
                    error: Some("failed on purpose".to_owned()),
                })
            });
        }
    };
    view! {
        <button
            class="btn fail"
            data-testid="fail-both"
            title="gzip.destroy(new Error('failed on purpose')), in both"
            disabled=move || !live.get() || failed.get()
            on:click=fail
        >
            <span aria-hidden="true">"✕"</span>
            "Fail both"
        </button>
    }
}

/// What the runs read: the next ones, so both begin anew.
#[component]
fn Sources(both: Both) -> impl IntoView {
    let choice = move |source: Source, id: &'static str, says: &'static str| {
        view! {
            <button
                class="ghost"
                class:on=move || both.source.get() == source
                data-testid=id
                aria-pressed=move || (both.source.get() == source).to_string()
                on:click=move |_| {
                    both.source.set(source);
                    both.start();
                }
            >
                {says}
            </button>
        }
    };
    view! {
        <span class="sources" role="group" aria-label="What both read">
            {choice(Source::File, "source-file", "from a file")}
            {choice(Source::Timer, "source-timer", "from a timer")}
        </span>
    }
}

/// The speed of the same stage of both.
#[component]
fn SpeedOfBoth(both: Both) -> impl IntoView {
    let speed = both.which.speed();
    let set = both.bytes_per_s;
    let change = move |value: String| {
        let Ok(step) = value.parse::<usize>() else {
            return;
        };
        set.set(SPEEDS.at(step));
        for runner in both.runners {
            // A run that is over takes no speed; the next one has it from the start.
            if runner.view.with_untracked(|view| view.outcome.is_none()) {
                runner.act(|run| {
                    Some(Command::Throttle {
                        run,
                        stage: speed.stage.to_owned(),
                        bytes_per_s: SPEEDS.at(step),
                    })
                });
            }
        }
    };
    view! {
        <label class="throttle">
            {speed.label}
            <input
                type="range"
                min="0"
                max=SPEEDS.full_speed()
                step="1"
                data-testid="speed-both"
                aria-valuetext=move || limit(set.get())
                prop:value=move || SPEEDS.step_of(set.get()).to_string()
                on:input=move |event| change(event_target_value(&event))
            />
            <span class="speed">{move || limit(set.get())}</span>
        </label>
    }
}
