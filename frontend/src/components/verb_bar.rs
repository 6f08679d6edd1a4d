//! The verbs of the selected stage as they are written in code, and the speed of the slow one.
//!
//! Test ids: `verb-pause`, `verb-resume`, `verb-unpipe`, `verb-pipe-{destination}`,
//! `throttle-{name}`, `notice` (with `data-refused`).

use leptos::prelude::*;
use spillway_protocol::control::Command;
use spillway_streams::StageId;

use crate::geometry::throttle::{FULL_SPEED, limit_at, step_of};
use crate::state::{Runner, VERBS_ARE_OFF};
use crate::words::number::limit;
use crate::words::verbs::{Call, Offer, offers};

/// The row below the picture.
#[component]
pub fn VerbBar(
    /// The run.
    runner: Runner,
) -> impl IntoView {
    let label = Memo::new(move |_| {
        runner
            .view
            .with(|view| crate::words::label(view, runner.selected.get()))
    });
    let offered = Memo::new(move |_| {
        runner
            .told
            .with(|told| offers(&told.view, runner.selected.get()))
    });
    let known = Memo::new(move |_| runner.view.with(|view| !view.stages.is_empty()));
    let buttons = move || {
        let offered = offered.get();
        if offered.is_empty() {
            let none = "takes what is written to it; its source has the verbs";
            return view! { <span class="muted">{none}</span> }.into_any();
        }
        let button = |offer| view! { <VerbButton offer runner/> };
        offered.into_iter().map(button).collect_view().into_any()
    };
    view! {
        <div class="verbs" hidden=move || !known.get()>
                <b class="subject">{label}</b>
                <span class="calls" role="group" aria-label="Verbs">{buttons}</span>
                <Throttles runner/>
            </div>
        <NoticeLine runner/>
    }
}

#[component]
fn VerbButton(offer: Offer, runner: Runner) -> impl IntoView {
    let call = offer.call;
    let past = move || runner.then.get().is_some();
    view! {
        <button
            class="btn verb"
            data-testid=format!("verb-{}", offer.id)
            title=move || if past() { VERBS_ARE_OFF.to_owned() } else { offer.tip.clone() }
            disabled=move || past() || !offer.enabled
            on:click=move |_| call_on_selected(runner, call)
        >
            {offer.code}
        </button>
    }
}

/// Calls a verb on the selected stage.
pub fn call_on_selected(runner: Runner, call: Call) {
    let view = runner.view.get_untracked();
    let stage = runner.selected.get_untracked();
    runner.act(|run| call.command(&run, &view, stage));
}

#[component]
fn Throttles(runner: Runner) -> impl IntoView {
    let throttled = Memo::new(move |_| {
        runner.view.with(|view| {
            let stages = view.stages.iter().enumerate();
            let able = stages.filter(|(_, stage)| stage.throttles);
            able.filter_map(|(at, stage)| Some((u16::try_from(at).ok()?, stage.name.clone())))
                .collect::<Vec<_>>()
        })
    });
    let one = move |(at, name)| view! { <Throttle at=StageId(at) name runner/> };
    view! { <span class="throttles">{move || throttled.get().into_iter().map(one).collect_view()}</span> }
}

#[component]
fn Throttle(at: StageId, name: String, runner: Runner) -> impl IntoView {
    let label = runner.view.with_untracked(|view| {
        let takes = view.stage(at).is_some_and(|stage| stage.writable.is_some());
        let verb = if takes { "takes" } else { "gives" };
        format!("{} {verb}", crate::words::label(view, at))
    });
    let set = Memo::new(move |_| {
        runner
            .view
            .with(|view| view.stage(at).and_then(|stage| stage.bytes_per_s))
    });
    let over = Memo::new(move |_| {
        runner.then.get().is_some() || runner.view.with(|view| view.outcome.is_some())
    });
    let id = format!("throttle-{name}");
    let change = move |value: String| {
        let Ok(step) = value.parse::<usize>() else {
            return;
        };
        let stage = name.clone();
        runner.act(|run| {
            Some(Command::Throttle {
                run,
                stage,
                bytes_per_s: limit_at(step),
            })
        });
    };
    view! {
        <label class="throttle">
            {label}
            <input
                type="range"
                min="0"
                max=FULL_SPEED
                step="1"
                data-testid=id
                disabled=over
                aria-valuetext=move || limit(set.get())
                prop:value=move || step_of(set.get()).to_string()
                on:input=move |event| change(event_target_value(&event))
            />
            <span class="speed">{move || limit(set.get())}</span>
        </label>
    }
}

#[component]
fn NoticeLine(runner: Runner) -> impl IntoView {
    move || {
        runner.notice.get().map(|notice| {
            let sign = if notice.refused { "✕" } else { "◆" };
            view! {
                <p
                    class="notice"
                    class:refused=notice.refused
                    role="alert"
                    data-testid="notice"
                    data-refused=notice.refused.to_string()
                >
                    <span aria-hidden="true">{sign}</span>
                    <span>{notice.text}</span>
                    <button
                        class="ghost"
                        aria-label="Close this note"
                        on:click=move |_| runner.notice.set(None)
                    >
                        "✕"
                    </button>
                </p>
            }
        })
    }
}
