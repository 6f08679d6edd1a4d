//! One stage: its name, role, state, tanks and counts. A click or Enter selects it.
//!
//! Test ids, `{name}` being the stage's name in the lesson: `stage-{name}` (with `data-selected`),
//! `stage-{name}-state` (with `data-state`, the state of this moment), `stage-{name}-bytes`,
//! `stage-{name}-chunks` (both with `data-count`), `stage-{name}-rate` (with `data-per-s`),
//! `stage-{name}-discarded` (with `data-count`), `stage-{name}-in-work`.

use leptos::prelude::*;
use spillway_streams::{StageId, StageView as Stage};

use super::tank_view::{Fill, TankView};
use super::time_bar::TimeBar;
use crate::geometry::layout::{CARD_HEIGHT, CARD_Y, Card, Layout};
use crate::model::run::Figures;
use crate::state::Runner;
use crate::words::badge::{badge, role};
use crate::words::number::{chunks, rate, size};

/// One stage.
#[component]
pub fn StageCard(
    /// Its place in the run.
    at: usize,
    /// The run.
    runner: Runner,
    /// Where everything stands.
    layout: Memo<Layout>,
) -> impl IntoView {
    let id = StageId(u16::try_from(at).unwrap_or(u16::MAX));
    let stage = Memo::new(move |_| runner.view.with(|view| view.stages.get(at).cloned()));
    let told = Memo::new(move |_| runner.told.with(|told| told.view.stages.get(at).cloned()));
    let figures = Memo::new(move |_| {
        runner
            .told
            .with(|told| told.figures.get(at).copied().unwrap_or_default())
    });
    let bottleneck =
        Memo::new(move |_| runner.told.with(|told| told.verdict.bottleneck == Some(id)));
    let selected = Memo::new(move |_| runner.selected.get() == id);
    let (Some(card), Some(first)) = (
        layout.with_untracked(|layout| layout.cards.get(at).cloned()),
        stage.get_untracked(),
    ) else {
        return ().into_any();
    };
    let name = first.name.clone();
    let test_id = format!("stage-{name}");
    // One class string: separate toggles would be wiped when it changes.
    let classes = move || {
        let tone = state_of(&told.get(), &stage.get(), figures.get()).1;
        let selected = if selected.get() { " selected" } else { "" };
        let bottleneck = if bottleneck.get() { " bottleneck" } else { "" };
        format!("stage {tone}{selected}{bottleneck}")
    };
    let says = move || aria(&told.get(), figures.get());
    view! {
        <g
            class=classes
            transform=format!("translate({} {CARD_Y})", card.x)
            role="button"
            tabindex="0"
            aria-pressed=move || selected.get().to_string()
            aria-label=says
            data-testid=test_id
            data-selected=move || selected.get().to_string()
            on:click=move |_| runner.selected.set(id)
            on:keydown=move |event| {
                if matches!(event.key().as_str(), "Enter" | " ") {
                    event.prevent_default();
                    runner.selected.set(id);
                }
            }
        >
            <rect class="card" width=card.width height=CARD_HEIGHT rx="12"/>
            <Titles stage=first.clone() told figures now=stage width=card.width/>
            <BottleneckSign bottleneck middle=card.width / 2.0/>
            <Tanks card=card.clone() name=name.clone() stage told/>
            <Counts card=card.clone() name stage=first told figures/>
            <TimeBar
                width=card.width - 32.0
                share=Memo::new(move |_| figures.get().share)
            />
        </g>
    }
    .into_any()
}

#[component]
fn Titles(
    stage: Stage,
    told: Memo<Option<Stage>>,
    figures: Memo<Figures>,
    now: Memo<Option<Stage>>,
    width: f64,
) -> impl IntoView {
    let word = move || state_of(&told.get(), &now.get(), figures.get()).0;
    let exact = move || now.get().map_or("", |stage| badge(&stage, 0).state);
    let role = role(&stage);
    let half = move || 10.0 + 3.3 * f64::from(u8::try_from(word().len()).unwrap_or(20));
    view! {
        <text class="name" x="16" y="27">
            {fit(&stage.label, 21)}
            <title>{stage.label.clone()}</title>
        </text>
        <text class="small muted" x="16" y="45">
            {role}
        </text>
        <g
            class="badge"
            transform=move || format!("translate({} 0)", width - 12.0 - half())
        >
            <rect x=move || -half() y="32" width=move || 2.0 * half() height="19" rx="9.5"/>
            <text
                class="small"
                y="45.5"
                text-anchor="middle"
                data-testid=format!("stage-{}-state", stage.name)
                data-state=exact
            >
                {word}
            </text>
        </g>
    }
}

/// Says on the card's upper edge that this stage holds the others back.
#[component]
fn BottleneckSign(bottleneck: Memo<bool>, middle: f64) -> impl IntoView {
    move || {
        bottleneck.get().then(|| {
            view! {
                <g class="sign">
                    <rect x=middle - 40.0 y="-9" width="80" height="18" rx="9"/>
                    <text x=middle y="4" text-anchor="middle">"bottleneck"</text>
                </g>
            }
        })
    }
}

#[component]
fn Tanks(
    card: Card,
    name: String,
    stage: Memo<Option<Stage>>,
    told: Memo<Option<Stage>>,
) -> impl IntoView {
    let read = |stage: &Stage| {
        let readable = stage.readable.as_ref();
        readable.map(|side| Fill {
            buffered: side.buffered,
            mark: side.mark,
        })
    };
    let write = |stage: &Stage| {
        let writable = stage.writable.as_ref();
        writable.map(|side| Fill {
            buffered: side.buffered,
            mark: side.mark,
        })
    };
    let follow = |of: Memo<Option<Stage>>, side: fn(&Stage) -> Option<Fill>| {
        Memo::new(move |_| {
            of.with(|stage| stage.as_ref().and_then(side))
                .unwrap_or_default()
        })
    };
    let tank = |tank, title, side, id| {
        view! {
            <TankView tank title id fill=follow(stage, side) told=follow(told, side)/>
        }
    };
    (
        card.write
            .map(|at| tank(at, "write", write, format!("stage-{name}-write-buffer"))),
        card.read
            .map(|at| tank(at, "read", read, format!("stage-{name}-read-buffer"))),
    )
}

/// Counts beside a single tank, or below two.
#[component]
fn Counts(
    card: Card,
    name: String,
    stage: Stage,
    told: Memo<Option<Stage>>,
    figures: Memo<Figures>,
) -> impl IntoView {
    let transform = card.beside.is_none();
    let x = card.beside.unwrap_or(16.0);
    let first = if transform { 201.0 } else { 112.0 };
    let step = 15.0;
    let counted =
        Memo::new(move |_| told.with(|stage| stage.as_ref().map(counts).unwrap_or_default()));
    let per_s = Memo::new(move |_| {
        let figures = figures.get();
        if stage.readable.is_some() {
            figures.out_per_s
        } else {
            figures.taken_per_s
        }
    });
    let lost = Memo::new(move |_| told.with(|stage| stage.as_ref().map_or(0, lost)));
    let in_work = Memo::new(move |_| told.with(|stage| stage.as_ref().map_or(0, |s| s.in_work)));
    let bytes = move || {
        let text = size(counted.get().1);
        if transform {
            format!("{text} out")
        } else {
            text
        }
    };
    view! {
        <text
            class="mono"
            x=x
            y=first
            data-testid=format!("stage-{name}-bytes")
            data-count=move || counted.get().1.to_string()
        >
            {bytes}
        </text>
        <text
            class="mono muted"
            x=if transform { card.width - 16.0 } else { x }
            y=if transform { first } else { first + step }
            text-anchor=if transform { "end" } else { "start" }
            data-testid=format!("stage-{name}-rate")
            data-per-s=move || per_s.get().to_string()
        >
            {move || rate(per_s.get())}
        </text>
        <text
            class="mono muted"
            x=x
            y=if transform { first + step } else { first + 2.0 * step }
            data-testid=format!("stage-{name}-chunks")
            data-count=move || counted.get().0.to_string()
        >
            {move || chunks(counted.get().0)}
        </text>
        <Foot name lost in_work/>
    }
}

/// The line for what is out of the ordinary.
#[component]
fn Foot(name: String, lost: Memo<u64>, in_work: Memo<u64>) -> impl IntoView {
    let lost_id = format!("stage-{name}-discarded");
    let work_id = format!("stage-{name}-in-work");
    move || {
        if lost.get() > 0 {
            let text = format!("{} discarded", size(lost.get()));
            let count = lost.get().to_string();
            let id = lost_id.clone();
            return view! {
                <text class="small fault" x="16" y="231" data-testid=id data-count=count>{text}</text>
            }
            .into_any();
        }
        if in_work.get() > 0 {
            let text = format!("{} in work", size(in_work.get()));
            let id = work_id.clone();
            return view! { <text class="small muted" x="16" y="231" data-testid=id>{text}</text> }
                .into_any();
        }
        ().into_any()
    }
}

/// Chunks and bytes that left a Readable, or were taken by a Writable.
fn counts(stage: &Stage) -> (u64, u64) {
    match (&stage.readable, &stage.writable) {
        (Some(readable), _) => (readable.chunks, readable.bytes),
        (None, Some(writable)) => (writable.chunks, writable.bytes),
        (None, None) => (0, 0),
    }
}

fn lost(stage: &Stage) -> u64 {
    stage
        .readable
        .as_ref()
        .map_or(0, |readable| readable.discarded_bytes)
}

/// The word for the state and its colour; the word of the moment when it does not flicker.
fn state_of(
    told: &Option<Stage>,
    now: &Option<Stage>,
    figures: Figures,
) -> (&'static str, &'static str) {
    let Some(stage) = now.as_ref().or(told.as_ref()) else {
        return ("", "quiet");
    };
    let badge = badge(stage, figures.stops_per_s.max(figures.refusals_per_s));
    (badge.word, badge.tone.class())
}

fn aria(told: &Option<Stage>, figures: Figures) -> String {
    let Some(stage) = told else {
        return String::new();
    };
    let (count, bytes) = counts(stage);
    format!(
        "{}, {}, {}, {} in {}",
        stage.label,
        role(stage),
        badge(stage, figures.stops_per_s).word,
        size(bytes),
        chunks(count)
    )
}

/// A name that fits its card.
fn fit(label: &str, most: usize) -> String {
    if label.chars().count() <= most {
        return label.to_owned();
    }
    let kept: String = label.chars().take(most - 1).collect();
    format!("{}…", kept.trim_end())
}
