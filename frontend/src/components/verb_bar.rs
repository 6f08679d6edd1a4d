//! The verbs of the selected stage as they are written in code, and the speed of the slow one.
//!
//! Test ids: `verb-pause`, `verb-resume`, `verb-read`, `verb-unpipe`, `verb-pipe-{destination}`,
//! `verb-write`, `verb-cork`, `verb-uncork`, `verb-end`, `verb-destroy`, `verb-fail`, `verb-marks`,
//! `beforehand`, `throttle-{name}`, `notice` (with `data-refused`).

use leptos::html::Span;
use leptos::prelude::*;
use spillway_protocol::control::Command;
use spillway_streams::StageId;

use super::focus::keep_in;
use crate::geometry::scale::SPEEDS;
use crate::state::{Hands, Runner, Sheet, VERBS_ARE_OFF};
use crate::words::number::limit;
use crate::words::verbs::{Call, Offer, offers};

/// The row below the picture.
#[component]
pub fn VerbBar(
    /// What its verbs act with.
    hands: Hands,
) -> impl IntoView {
    let runner = hands.runner;
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
    // Buttons stay while only what they say changes: a finger or the focus may be on one.
    let calls =
        Memo::new(move |_| offered.with(|offers| offers.iter().map(named).collect::<Vec<_>>()));
    let known = Memo::new(move |_| runner.view.with(|view| !view.stages.is_empty()));
    let pointed = RwSignal::new(None::<Call>);
    let group = NodeRef::<Span>::new();
    let button = move |(id, code, call): (String, String, Call)| {
        view! { <VerbButton hands offered id code call pointed/> }
    };
    let buttons = move || {
        let calls = calls.get();
        if let Some(group) = group.get_untracked() {
            keep_in(&group);
        }
        calls.into_iter().map(button).collect_view()
    };
    let beforehand = move || pointed.get().map(|call| tip(runner, offered, call));
    view! {
        <div class="verbs" hidden=move || !known.get()>
            <b class="subject">{label}</b>
            <span class="calls" role="group" aria-label="Verbs" node_ref=group>
                {buttons}
            </span>
            <span class="throttles">
                <Throttles runner/>
                <button
                    class="btn small"
                    data-testid="verb-marks"
                    title="High water marks of the next run"
                    on:click=move |_| hands.sheet.set(Some(Sheet::Marks))
                >
                    "Marks…"
                </button>
            </span>
            <p
                class="beforehand"
                aria-hidden="true"
                data-testid="beforehand"
                hidden=move || pointed.get().is_none()
            >
                {beforehand}
            </p>
        </div>
        <NoticeLine runner/>
    }
}

fn named(offer: &Offer) -> (String, String, Call) {
    (offer.id.clone(), offer.code.clone(), offer.call)
}

#[component]
fn VerbButton(
    hands: Hands,
    offered: Memo<Vec<Offer>>,
    id: String,
    code: String,
    call: Call,
    /// The call whose button is pointed at.
    pointed: RwSignal<Option<Call>>,
) -> impl IntoView {
    let runner = hands.runner;
    let off = Memo::new(move |_| {
        let enabled = |offers: &Vec<Offer>| offers.iter().any(|at| at.call == call && at.enabled);
        runner.then.with(Option::is_some) || !offered.with(enabled)
    });
    // One that has the focus keeps it when its verb is switched off: else the keys were lost.
    let held = RwSignal::new(false);
    let point = move || pointed.set(Some(call));
    let leave = move || pointed.set(None);
    view! {
        <button
            class="btn verb"
            class:grave=call.is_grave()
            data-testid=format!("verb-{id}")
            title=move || tip(runner, offered, call)
            disabled=move || off.get() && !held.get()
            aria-disabled=move || off.get().to_string()
            on:click=move |_| {
                if !off.get_untracked() {
                    hands.call(runner.selected.get_untracked(), call);
                }
            }
            on:pointerenter=move |_| point()
            on:pointerleave=move |_| leave()
            on:focus=move |_| {
                held.set(true);
                point();
            }
            on:blur=move |_| {
                held.set(false);
                leave();
            }
        >
            {code}
        </button>
    }
}

/// What a verb will do now.
fn tip(runner: Runner, offered: Memo<Vec<Offer>>, call: Call) -> String {
    if runner.then.with(Option::is_some) {
        return VERBS_ARE_OFF.to_owned();
    }
    offered.with(|offers| {
        let offer = offers.iter().find(|offer| offer.call == call);
        offer.map_or_else(String::new, |offer| offer.tip.clone())
    })
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
    move || throttled.get().into_iter().map(one).collect_view()
}

#[component]
fn Throttle(at: StageId, name: String, runner: Runner) -> impl IntoView {
    let label = runner.view.with_untracked(|view| {
        let takes = view.stage(at).is_some_and(|stage| stage.writable.is_some());
        let verb = if takes { "takes" } else { "gives" };
        let label = crate::words::label(view, at);
        let same = view.stages.iter().filter(|stage| stage.label == label);
        if same.count() > 1 {
            return format!("{label} ({name}) {verb}");
        }
        format!("{label} {verb}")
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
                bytes_per_s: SPEEDS.at(step),
            })
        });
    };
    view! {
        <label class="throttle">
            {label}
            <input
                type="range"
                min="0"
                max=SPEEDS.full_speed()
                step="1"
                data-testid=id
                disabled=over
                aria-valuetext=move || limit(set.get())
                prop:value=move || SPEEDS.step_of(set.get()).to_string()
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
