//! The log in words: the newest at the bottom, following it until the learner scrolls up.
//!
//! Test ids: `log`, `log-line` (with `data-seq`, `data-tag`), `log-chunks`, `log-waiting`,
//! `log-follow`, `thinned`, `log-count` (with `data-seq`).

use leptos::html::Ol;
use leptos::prelude::*;

use crate::html;
use crate::model::log::Filter;
use crate::state::Runner;
use crate::words::number::exact;

/// Rows while the log follows: a little more than the tallest window shows.
const FOLLOWING_ROWS: usize = 60;
/// Rows once the learner has scrolled up.
const READING_ROWS: usize = 200;
/// How near to the bottom still counts as at the bottom, pixels.
const NEAR_PX: i32 = 24;

/// The log of a run.
#[component]
pub fn LogView(
    /// The run.
    runner: Runner,
) -> impl IntoView {
    let filter = RwSignal::new(Filter::default());
    let following = RwSignal::new(true);
    let lines = RwSignal::new(String::new());
    let read = move |count, filter| html::rows(&runner.lines(count, filter));
    let list = NodeRef::<Ol>::new();
    Effect::new(move |_| {
        runner.told.track();
        let filter = filter.get();
        if following.get() {
            lines.set(read(FOLLOWING_ROWS, filter));
        }
    });
    Effect::new(move |_| {
        lines.track();
        if following.get_untracked() {
            // The rows are in the page only after this effect's turn.
            request_animation_frame(move || to_bottom(list));
        }
    });
    let scrolled = move |_| {
        let Some(list) = list.get_untracked() else {
            return;
        };
        let below = list.scroll_height() - list.scroll_top() - list.client_height();
        let at_bottom = below <= NEAR_PX;
        if at_bottom != following.get_untracked() {
            if !at_bottom {
                lines.set(read(READING_ROWS, filter.get_untracked()));
            }
            following.set(at_bottom);
        }
    };
    view! {
        <section class="panel log" aria-label="Log">
            <LogBar runner filter following/>
            <ol
                class="lines"
                data-testid="log"
                tabindex="0"
                node_ref=list
                on:scroll=scrolled
                inner_html=lines
            ></ol>
        </section>
    }
}

#[component]
fn LogBar(runner: Runner, filter: RwSignal<Filter>, following: RwSignal<bool>) -> impl IntoView {
    let thinned = Memo::new(move |_| runner.told.with(|told| told.thinned));
    let count = Memo::new(move |_| runner.told.with(|told| told.view.seq));
    let dropped = move || {
        (thinned.get() > 0).then(|| {
            let text = format!("{} chunk events thinned out", exact(thinned.get()));
            let why = "Watching never slows the watched: when the page cannot keep up, chunk \
                       events are left out. Counts stay exact.";
            view! { <span data-testid="thinned" title=why>{text}</span> }
        })
    };
    view! {
        <div class="log-bar">
            <b>"Log"</b>
            <Toggle
                id="log-waiting"
                label="false and drain"
                on=Memo::new(move |_| filter.get().waiting)
                flip=move || filter.update(|filter| filter.waiting = !filter.waiting)
            />
            <Toggle
                id="log-chunks"
                label="every chunk"
                on=Memo::new(move |_| filter.get().chunks)
                flip=move || filter.update(|filter| filter.chunks = !filter.chunks)
            />
            <span class="grow"></span>
            {dropped}
            <span data-testid="log-count" data-seq=move || count.get().to_string()>
                {move || format!("event {}", exact(count.get()))}
            </span>
            <button
                class="btn small"
                data-testid="log-follow"
                hidden=following
                on:click=move |_| following.set(true)
            >
                "↓ newest"
            </button>
        </div>
    }
}

#[component]
fn Toggle(
    id: &'static str,
    label: &'static str,
    on: Memo<bool>,
    flip: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <button
            class="chip"
            class:on=on
            data-testid=id
            aria-pressed=move || on.get().to_string()
            on:click=move |_| flip()
        >
            <span class="box" aria-hidden="true">{move || if on.get() { "✓" } else { "" }}</span>
            {label}
        </button>
    }
}

fn to_bottom(list: NodeRef<Ol>) {
    if let Some(Some(list)) = list.try_get_untracked() {
        list.set_scroll_top(list.scroll_height());
    }
}
