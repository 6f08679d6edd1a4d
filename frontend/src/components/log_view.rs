//! The log in words: the newest at the bottom, following it until the learner scrolls up or selects
//! an event. A selected event is the moment that the whole page shows.
//!
//! Test ids: `log`, `log-line` (with `data-seq`, `data-tag`), `log-chunks`, `log-waiting`,
//! `log-follow`, `thinned`.

use leptos::html::Ol;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, HtmlOListElement};

use super::focus::hand_on;
use super::time_bar::TimeBar;
use crate::html;
use crate::model::log::Filter;
use crate::state::{Go, Phase, Runner};
use crate::words::number::exact;

/// Rows below which the log does not go while it follows, whatever its height.
const FEWEST_ROWS: i32 = 16;
/// The lowest row, pixels: so many fit for each of it, and as many more are there to scroll up to.
const ROW_PX: i32 = 28;
/// Rows once the learner has scrolled up, or selected one.
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
    let list = NodeRef::<Ol>::new();
    // Where the list stood when it was scrolled last, by hand or by the page, and its size.
    let seen = StoredValue::new(Stand::default());
    let rows = StoredValue::new(FEWEST_ROWS);
    keep_lines(runner, filter, following, rows, lines);
    Effect::new(move |_| {
        if runner.phase.get() == Phase::Starting {
            // What was scrolled to is of a run that is no more.
            following.set(true);
        }
    });
    Effect::new(move |_| {
        lines.track();
        // The rows are in the page only after this effect's turn.
        request_animation_frame(move || {
            let list = list.try_get_untracked().flatten();
            settle(list.clone(), runner, following);
            if let Some(list) = list {
                seen.set_value(Stand::of(&list));
                rows.set_value(list.client_height() / ROW_PX + FEWEST_ROWS);
            }
        });
    });
    let scrolled = move |_| {
        let Some(list) = list.get_untracked() else {
            return;
        };
        let below = list.scroll_height() - list.scroll_top() - list.client_height();
        let at_bottom = below <= NEAR_PX;
        let (before, stand) = (seen.get_value(), Stand::of(&list));
        seen.set_value(stand);
        if stand.size != before.size {
            // The window, or what is above the log, has another size: nobody scrolled.
            return settle(Some(list), runner, following);
        }
        let up = stand.top < before.top;
        if !at_bottom && !up {
            // New rows came below between a scroll and its event: nobody asked to see older ones.
            return;
        }
        let now = runner.then.get_untracked().is_none();
        if now && at_bottom != following.get_untracked() {
            if !at_bottom {
                let rows = runner.lines(READING_ROWS, filter.get_untracked(), None);
                lines.set(html::rows(&rows, None));
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
                role="listbox"
                aria-label="Events; select one to see the run right after it"
                tabindex="0"
                node_ref=list
                on:scroll=scrolled
                // Not on a click: the rows may be new ones before the button is let go.
                on:mousedown=move |event| {
                    select(&event, runner);
                    runner.why.update(|why| why.open = true);
                }
                on:keydown=move |event| step(&event, list, runner)
                inner_html=lines
            ></ol>
        </section>
    }
}

/// Where a list stands: how far it is scrolled, and its size.
#[derive(Clone, Copy, Default)]
struct Stand {
    top: i32,
    size: (i32, i32),
}

impl Stand {
    fn of(list: &Element) -> Self {
        Self {
            top: list.scroll_top(),
            size: (list.client_width(), list.client_height()),
        }
    }
}

/// Keeps the rows up to date: the newest while the log follows, else those around what is selected.
fn keep_lines(
    runner: Runner,
    filter: RwSignal<Filter>,
    following: RwSignal<bool>,
    most: StoredValue<i32>,
    lines: RwSignal<String>,
) {
    // Rows stand still while the selection moves among them.
    let middle = StoredValue::new(None::<u64>);
    Effect::new(move |_| {
        runner.told.track();
        let filter = filter.get();
        let selected = runner.then.get().map(|then| then.seq);
        let read = |around| runner.lines(READING_ROWS, filter, around);
        let rows = match selected {
            None if !following.get() => return,
            None => {
                let most = usize::try_from(most.get_value()).unwrap_or_default();
                runner.lines(most, filter, None)
            }
            Some(seq) => {
                let rows = middle.get_value().map(|middle| read(Some(middle)));
                let there = rows.filter(|rows| rows.iter().any(|line| line.seq == seq));
                there.unwrap_or_else(|| {
                    middle.set_value(selected);
                    read(selected)
                })
            }
        };
        if selected.is_none() {
            middle.set_value(None);
        }
        lines.set(html::rows(&rows, selected));
    });
}

/// Selects the event that was pressed.
fn select(event: &Event, runner: Runner) {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let row = target.and_then(|target| target.closest("[data-seq]").ok()?);
    if let Some(row) = row {
        go_to(&row, runner);
    }
}

/// Selects the event above or below.
fn step(event: &web_sys::KeyboardEvent, list: NodeRef<Ol>, runner: Runner) {
    let up = match event.key().as_str() {
        "ArrowUp" => true,
        "ArrowDown" => false,
        _ => return,
    };
    event.prevent_default();
    let Some(list) = list.get_untracked() else {
        return;
    };
    let selected = list.query_selector("[aria-selected=true]").ok().flatten();
    let next = match (selected, up) {
        (Some(row), true) => row.previous_element_sibling(),
        (Some(row), false) => row.next_element_sibling(),
        (None, true) => list.last_element_child(),
        (None, false) => None,
    };
    if let Some(row) = next {
        go_to(&row, runner);
    }
}

fn go_to(row: &Element, runner: Runner) {
    let seq = row.get_attribute("data-seq");
    if let Some(seq) = seq.and_then(|seq| seq.parse().ok()) {
        runner.go(Go::Event(seq));
    }
}

/// Scrolls to what is to be seen: the selected event, or the newest.
fn settle(list: Option<HtmlOListElement>, runner: Runner, following: RwSignal<bool>) {
    let Some(list) = list else {
        return;
    };
    let selected = list.query_selector("[aria-selected=true]").ok().flatten();
    // A moment may have no row of its own: the log leaves out how a stage spends its time.
    let active = selected.as_ref().map(Element::id);
    // The name is a constant and valid, so this cannot fail.
    let _ = list.set_attribute("aria-activedescendant", &active.unwrap_or_default());
    if runner.then.get_untracked().is_none() {
        if following.get_untracked() {
            list.set_scroll_top(list.scroll_height());
        }
        return;
    }
    let selected = selected.and_then(|row| row.dyn_into::<HtmlElement>().ok());
    if let Some(row) = selected {
        let top = row.offset_top() - list.offset_top();
        let bottom = top + row.offset_height();
        let (from, high) = (list.scroll_top(), list.client_height());
        if top < from || bottom > from + high {
            list.set_scroll_top(top - (high - row.offset_height()) / 2);
        }
    }
}

#[component]
fn LogBar(runner: Runner, filter: RwSignal<Filter>, following: RwSignal<bool>) -> impl IntoView {
    let thinned = Memo::new(move |_| runner.told.with(|told| told.thinned));
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
            <TimeBar runner/>
            {dropped}
            <button
                class="btn small"
                data-testid="log-follow"
                hidden=move || following.get() && runner.then.get().is_none()
                on:click=move |event| {
                    hand_on(&event, "[data-testid=log]");
                    runner.go(Go::Now);
                    following.set(true);
                }
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
