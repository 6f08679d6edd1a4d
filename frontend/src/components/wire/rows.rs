//! The list of what crossed. All rows are of one height, and only those in view are drawn, so that
//! ten thousand of them scroll as ten do.

use leptos::ev::KeyboardEvent;
use leptos::html::Div;
use leptos::prelude::*;
use spillway_protocol::control::Direction;
use web_sys::HtmlElement;

use super::state::{Viewed, Wire};
use crate::model::wire::{Mask, Row};
use crate::words::number::exact;
use crate::words::wire::row_aloud;

/// The list, newest last; it stays at the newest row while that is in view.
#[component]
pub fn Rows(
    /// The view it belongs to.
    wire: Wire,
) -> impl IntoView {
    let list = NodeRef::<Div>::new();
    let at_end = StoredValue::new(true);
    let on_scroll = move |_| {
        if let Some(list) = list.get_untracked() {
            at_end.set_value(is_at_end(&list));
            measure(wire, &list);
        }
    };
    let resized = window_event_listener(leptos::ev::resize, move |_| {
        if let Some(list) = list.get_untracked() {
            measure(wire, &list);
        }
    });
    on_cleanup(move || resized.remove());
    follow_the_end(wire, list, at_end);
    Effect::new(move || {
        if let (Some(key), Some(list)) = (wire.chosen.get(), list.get()) {
            wire.bring(key);
            // After the rows are as many as they will be, and after the list has followed them.
            request_animation_frame(move || {
                request_animation_frame(move || scroll_to(wire, &list, key));
            });
        }
    });
    // A list to choose from has something to choose.
    let none = Memo::new(move |_| wire.extent.get().rows == 0);
    let role = move || if none.get() { "group" } else { "listbox" };
    let active = move || {
        let selected = wire.selected.get()?;
        let row = (wire.extent.get().rows > 0).then(|| wire.row_of(selected))??;
        let drawn = wire.drawn.get().contains(&row);
        drawn.then(|| format!("wire-row-{selected}"))
    };
    let before = move || wire.drawn.get().start;
    let after = move || wire.extent.get().rows.saturating_sub(wire.drawn.get().end);
    view! {
        <div class="panel lanes">
            <Titles/>
            <div
                class="lane-list"
                node_ref=list
                role=role
                tabindex="0"
                aria-label="What crossed, oldest first"
                aria-activedescendant=active
                data-testid="wire-list"
                data-rows=move || wire.extent.get().rows.to_string()
                on:scroll=on_scroll
                on:keydown=move |event| move_by_key(wire, &event)
            >
                <Empty wire/>
                <Space wire rows=before/>
                <For each=move || wire.keys() key=|key| *key let:key>
                    <Lane wire key/>
                </For>
                <Space wire rows=after/>
            </div>
        </div>
    }
}

/// Keeps the list where it was while rows come and go: at its end, or at the same rows.
fn follow_the_end(wire: Wire, list: NodeRef<Div>, at_end: StoredValue<bool>) {
    Effect::new(move |before: Option<(bool, u64)>| {
        let held = wire.until.with(Option::is_some);
        let gone = wire.extent.get().gone;
        let (was_held, were_gone) = before.unwrap_or_default();
        let Some(list) = list.get() else {
            return (held, gone);
        };
        let follows = (was_held || at_end.get_value()) && !held;
        request_animation_frame(move || {
            if follows {
                list.set_scroll_top(list.scroll_height());
            } else if gone > were_gone {
                let row = wire.view.get_untracked().row;
                list.set_scroll_top(list.scroll_top() - pixels(gone - were_gone, row));
            }
            measure(wire, &list);
        });
        (held, gone)
    });
}

/// What of the list is in view.
fn measure(wire: Wire, list: &HtmlElement) {
    let row = list.query_selector(".lane").ok().flatten();
    let row = row.map_or(0.0, |row| row.get_bounding_client_rect().height());
    let before = wire.view.get_untracked();
    let now = Viewed {
        top: f64::from(list.scroll_top()),
        height: f64::from(list.client_height()),
        row: if row > 0.0 { row } else { before.row },
    };
    if now != before {
        wire.view.set(now);
    }
}

fn is_at_end(list: &HtmlElement) -> bool {
    list.scroll_height() - list.scroll_top() - list.client_height() < 24
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "as many pixels as a list of 20 000 rows has"
)]
fn pixels(rows: u64, row: f64) -> i32 {
    (rows as f64 * row) as i32
}

/// What the columns are; rows say it themselves to who cannot see.
#[component]
fn Titles() -> impl IntoView {
    view! {
        <div class="lane lane-head" aria-hidden="true">
            <span>"time"</span>
            <span>"frame"</span>
            <span>"fin"</span>
            <span>"mask"</span>
            <span>"opcode"</span>
            <span class="num">"bytes"</span>
        </div>
    }
}

/// The room of rows that are not drawn.
#[component]
fn Space(wire: Wire, rows: impl Fn() -> usize + Send + Sync + 'static) -> impl IntoView {
    let height = move || {
        let row = wire.view.with(|view| view.row);
        format!("{}px", pixels(rows() as u64, row))
    };
    view! { <div class="lane-space" role="presentation" style:height=height></div> }
}

/// One row.
#[component]
fn Lane(wire: Wire, key: u64) -> impl IntoView {
    let Some((row, offset, message)) = wire.entry(key, |entry| {
        (Row::of(entry), entry.item.offset, entry.message.clone())
    }) else {
        return ().into_any();
    };
    let selected = move || wire.selected.get() == Some(key);
    let lit = move || {
        let Some(message) = &message else {
            return false;
        };
        wire.lit
            .with(|lit| lit.as_ref().is_some_and(|lit| lit.is(message)))
    };
    let mask = row.mask.map(|mask| {
        let class = if mask == Mask::None { "muted" } else { "mono" };
        view! { <span class=class>{mask.words()}</span> }
    });
    let squeezed = row
        .compressed
        .then(|| view! { <i class="rsv1" title="compressed: RSV1 is set">"deflate"</i> });
    view! {
        <div
            class="lane"
            class:sel=selected
            class:lit=lit
            class:faulty=row.faulty
            id=format!("wire-row-{key}")
            role="option"
            aria-selected=move || selected().to_string()
            aria-description=row_aloud(&row)
            data-testid="wire-row"
            data-direction=direction_name(row.direction)
            data-opcode=row.tag.name()
            data-offset=offset.to_string()
            on:click=move |_| wire.choose(key)
        >
            <span class="mono muted time">{row.time.clone()}</span>
            <span class="what">
                <span class="dir">{row.direction_words()}</span>
                <span class="pay" class:remark=row.is_remark>{squeezed}{row.preview.clone()}</span>
            </span>
            <span class="mono fin">{row.fin.map(|fin| if fin { "1" } else { "0" })}</span>
            <span class="mask">{mask}</span>
            <span class="kind"><span class="op" data-tone=row.tag.tone()>{row.tag.name()}</span></span>
            <span class="mono num">{exact(row.bytes)}</span>
        </div>
    }
    .into_any()
}

/// What the list says while there is nothing in it.
#[component]
fn Empty(wire: Wire) -> impl IntoView {
    let words = move || {
        let nothing = wire.log.read(|log| log.entries().is_empty());
        match (nothing, wire.extent.get().rows == 0) {
            (true, _) => "Nothing has crossed yet: the upgrade request will be the first row.",
            (false, true) => "Nothing of this kind has crossed yet.",
            (false, false) => "",
        }
    };
    move || {
        let words = words();
        (!words.is_empty()).then(|| view! { <p class="lanes-empty">{words}</p> })
    }
}

/// Moves the selection with the keys of a list.
fn move_by_key(wire: Wire, event: &KeyboardEvent) {
    let selected = wire.selected.get_untracked();
    let at = selected.and_then(|selected| wire.row_of(selected));
    let to = match event.key().as_str() {
        "ArrowDown" => at.map_or(0, |at| at + 1),
        "ArrowUp" => at.map_or(0, |at| at.saturating_sub(1)),
        "PageDown" => at.map_or(0, |at| at + PAGE),
        "PageUp" => at.map_or(0, |at| at.saturating_sub(PAGE)),
        "Home" => 0,
        "End" => usize::MAX,
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    if let Some(key) = wire.key_of(to) {
        wire.choose(key);
    }
}

/// Rows that Page Up and Page Down go.
const PAGE: usize = 10;

/// Moves the list, and only the list, so that a row is in view.
fn scroll_to(wire: Wire, list: &HtmlElement, key: u64) {
    let Some(at) = wire.row_of(key) else {
        return;
    };
    let row = wire.view.get_untracked().row;
    let (top, bottom) = (pixels(at as u64, row), pixels(at as u64 + 1, row));
    let height = list.client_height();
    if top < list.scroll_top() {
        list.set_scroll_top(top);
    } else if bottom > list.scroll_top() + height {
        list.set_scroll_top(bottom - height);
    }
    measure(wire, list);
}

const fn direction_name(direction: Direction) -> &'static str {
    match direction {
        Direction::ToServer => "to_server",
        Direction::ToClient => "to_client",
    }
}
