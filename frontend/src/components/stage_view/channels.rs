//! The pipes: a channel with a gate that is shut while the last `write()` answered false, and a
//! gap where a pipe could be.
//!
//! Test ids: `pipe-{from}-{to}` (with `data-open`), `gap-{from}-{to}`.

use leptos::prelude::*;
use spillway_streams::{RunView, StageId};

use crate::geometry::layout::{CARD_HEIGHT, CARD_Y, CHANNEL_Y, Channel, Gap, Layout};
use crate::state::Runner;
use crate::words::badge::is_flicker;
use crate::words::verbs::Call;

/// All pipes and gaps of a run.
#[component]
pub fn Channels(
    /// The run.
    runner: Runner,
    /// Where they run.
    layout: Memo<Layout>,
) -> impl IntoView {
    let channels = Memo::new(move |_| layout.with(|layout| layout.channels.clone()));
    let gaps = Memo::new(move |_| layout.with(|layout| layout.gaps.clone()));
    let draw = move |channel| view! { <ChannelView channel runner/> };
    let leave = move |gap| view! { <GapView gap runner/> };
    move || {
        (
            channels.get().into_iter().map(draw).collect_view(),
            gaps.get().into_iter().map(leave).collect_view(),
        )
    }
}

#[component]
fn ChannelView(channel: Channel, runner: Runner) -> impl IntoView {
    let (from, to) = (channel.from, channel.to);
    let open = Memo::new(move |_| runner.view.with(|view| is_open(view, from, to)));
    let refusals = Memo::new(move |_| {
        runner
            .told
            .with(|told| told.figures.get(to).map_or(0, |f| f.refusals_per_s))
    });
    let moving = Memo::new(move |_| {
        let rate = |told: &crate::state::Told| told.figures.get(from).map_or(0, |f| f.out_per_s);
        runner
            .told
            .with(|told| rate(told) > 0 && told.view.outcome.is_none())
    });
    let often = move || is_flicker(refusals.get());
    let said = move || if often() || !open.get() { "false" } else { "" };
    let how_often = move || often().then(|| format!("{}/s", refusals.get()));
    let (path, x, y) = course_of(&channel);
    let id = runner
        .view
        .with_untracked(|view| format!("pipe-{}-{}", name(view, from), name(view, to)));
    view! {
        <g
            class="channel"
            class:moving=moving
            class:shut=move || !open.get()
            data-testid=id
            data-open=move || open.get().to_string()
        >
            <path class="wall" d=path.clone()/>
            <path class="bed" d=path.clone()/>
            <path class="stream" d=path/>
            <rect class="gate" x=x - 4.0 y=y - 20.0 width="8" height="40" rx="2"/>
            <text class="small warn" x=x y=y + 38.0 text-anchor="middle">{said}</text>
            <text class="small warn" x=x y=y + 53.0 text-anchor="middle">{how_often}</text>
        </g>
    }
}

#[component]
fn GapView(gap: Gap, runner: Runner) -> impl IntoView {
    let (from, to) = (gap.from, gap.to);
    let (from_name, to_name) = runner
        .view
        .with_untracked(|view| (name(view, from), name(view, to)));
    let middle = f64::midpoint(gap.x1, gap.x2);
    let title = format!("{from_name}.pipe({to_name})");
    let label = title.clone();
    let pipe = move || {
        let (Ok(from), Ok(to)) = (u16::try_from(from), u16::try_from(to)) else {
            return;
        };
        let view = runner.view.get_untracked();
        runner.act(|run| Call::Pipe(StageId(to)).command(&run, &view, StageId(from)));
    };
    view! {
        <g class="gap" data-testid=format!("gap-{from_name}-{to_name}")>
            <path class="cut" d=format!("M{} {CHANNEL_Y}h10M{} {CHANNEL_Y}h-10", gap.x1, gap.x2)/>
            <g
                class="pipe-here"
                role="button"
                tabindex="0"
                aria-label=label
                on:click=move |_| pipe()
                on:keydown=move |event| {
                    if matches!(event.key().as_str(), "Enter" | " ") {
                        event.prevent_default();
                        pipe();
                    }
                }
            >
                <title>{title}</title>
                <rect x=middle - 24.0 y=CHANNEL_Y - 13.0 width="48" height="26" rx="7"/>
                <text class="mono" x=middle y=CHANNEL_Y + 4.0 text-anchor="middle">"pipe()"</text>
            </g>
        </g>
    }
}

/// The channel's middle line, and where its gate stands.
fn course_of(channel: &Channel) -> (String, f64, f64) {
    let Channel { x1, x2, .. } = channel;
    let middle = f64::midpoint(*x1, *x2);
    match channel.detour {
        None => (format!("M{x1} {CHANNEL_Y}H{x2}"), middle, CHANNEL_Y),
        Some(depth) => {
            let below = CARD_Y + CARD_HEIGHT + depth;
            let path = format!(
                "M{x1} {CHANNEL_Y}h22V{below}H{}V{CHANNEL_Y}H{x2}",
                x2 - 22.0
            );
            (path, x1 + 22.0, CHANNEL_Y + 60.0)
        }
    }
}

fn is_open(view: &RunView, from: usize, to: usize) -> bool {
    let found = view
        .pipes
        .iter()
        .find(|pipe| usize::from(pipe.from.0) == from && usize::from(pipe.to.0) == to);
    found.is_none_or(|pipe| pipe.open)
}

fn name(view: &RunView, at: usize) -> String {
    view.stages
        .get(at)
        .map_or_else(String::new, |stage| stage.name.clone())
}
