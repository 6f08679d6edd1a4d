//! The list of what crossed.

use leptos::ev::KeyboardEvent;
use leptos::html::Div;
use leptos::prelude::*;
use spillway_protocol::control::Direction;
use spillway_websocket::ItemKind;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::state::{MAX_ROWS, Wire};
use crate::model::wire::{Entry, Mask, Row};
use crate::words::number::exact;
use crate::words::wire::row_aloud;

/// The list, newest last; it stays at the newest row while that is in view.
#[component]
pub fn Rows(
    /// The view it belongs to.
    wire: Wire,
) -> impl IntoView {
    let list = NodeRef::<Div>::new();
    let at_end = RwSignal::new(true);
    let on_scroll = move |_| {
        if let Some(list) = list.get_untracked() {
            let below = list.scroll_height() - list.scroll_top() - list.client_height();
            at_end.set(below < 24);
        }
    };
    Effect::new(move |was_held: Option<bool>| {
        let held = wire.until.with(Option::is_some);
        wire.window.track();
        let follows = at_end.get_untracked() || (was_held == Some(true) && !held);
        if let (Some(list), true) = (list.get(), follows) {
            request_animation_frame(move || list.set_scroll_top(list.scroll_height()));
        }
        held
    });
    Effect::new(move || {
        if let (Some(key), Some(list)) = (wire.chosen.get(), list.get()) {
            wire.bring(key);
            // After the rows around it are drawn, and after the list has followed them.
            request_animation_frame(move || {
                request_animation_frame(move || scroll_to(&list, key));
            });
        }
    });
    let keys = move || wire.window.with(|window| window.keys.clone());
    // A list to choose from has something to choose.
    let role = move || {
        let empty = wire.window.with(|window| window.keys.is_empty());
        if empty { "group" } else { "listbox" }
    };
    view! {
        <div class="panel lanes">
            <div
                class="lane-list"
                node_ref=list
                role=role
                aria-label="What crossed, oldest first"
                on:scroll=on_scroll
                on:keydown=move |event| move_by_key(wire, &event)
            >
                <Titles/>
                <Older wire/>
                <Empty wire/>
                <For each=keys key=|key| *key let:key>
                    <Lane wire key/>
                </For>
                <Newer wire/>
            </div>
        </div>
    }
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

/// One row.
#[component]
fn Lane(wire: Wire, key: u64) -> impl IntoView {
    let Some((row, offset, message, begins)) = wire.entry(key, |entry| {
        let (offset, message) = (entry.item.offset, entry.message.clone());
        (Row::of(entry), offset, message, begins(entry))
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
    view! {
        {begins.map(|words| view! { <div class="lane-break" role="presentation">{words}</div> })}
        <div
            class="lane"
            class:sel=selected
            class:lit=lit
            class:faulty=row.faulty
            id=format!("wire-row-{key}")
            role="option"
            aria-selected=move || selected().to_string()
            aria-description=row_aloud(&row)
            tabindex=move || if selected() { "0" } else { "-1" }
            data-testid="wire-row"
            data-direction=direction_name(row.direction)
            data-opcode=row.tag.name()
            data-offset=offset.to_string()
            on:click=move |_| wire.choose(key)
        >
            <span class="mono muted time">{row.time.clone()}</span>
            <span class="what">
                <span class="dir">{row.direction_words()}</span>
                <span class="pay" class:remark=row.is_remark>{row.preview.clone()}</span>
            </span>
            <span class="mono fin">{row.fin.map(|fin| if fin { "1" } else { "0" })}</span>
            <span class="mask">{mask}</span>
            <span class="kind"><span class="op" data-tone=row.tag.tone()>{row.tag.name()}</span></span>
            <span class="mono num">{exact(row.bytes)}</span>
        </div>
    }
    .into_any()
}

/// What the list says before anything crossed.
#[component]
fn Empty(wire: Wire) -> impl IntoView {
    let words = move || {
        let nothing = wire.log.read(|log| log.entries().is_empty());
        let none_shown = wire.window.with(|window| window.keys.is_empty());
        match (nothing, none_shown) {
            (true, _) => "Join the room: the upgrade request will be the first row.",
            (false, true) => "Nothing of this kind has crossed yet.",
            (false, false) => "",
        }
    };
    move || {
        let words = words();
        (!words.is_empty()).then(|| view! { <p class="lanes-empty">{words}</p> })
    }
}

#[component]
fn Older(wire: Wire) -> impl IntoView {
    let go = move |_| {
        let first = wire
            .window
            .with_untracked(|window| window.keys.first().copied());
        wire.until.set(first);
    };
    move || {
        let before = wire.window.with(|window| window.before);
        (before > 0).then(|| {
            let label = format!("{} older rows", exact(before as u64));
            view! { <button class="lane-more" data-testid="wire-older" on:click=go>{label}</button> }
        })
    }
}

#[component]
fn Newer(wire: Wire) -> impl IntoView {
    let go = move |_| {
        let last = wire
            .window
            .with_untracked(|window| window.keys.last().copied());
        let later = last.and_then(|last| {
            let filter = wire.filter.get_untracked();
            wire.log.peek(|log| {
                let mut after = log
                    .entries()
                    .iter()
                    .filter(|entry| entry.key > last && filter.shows(entry));
                after.nth(MAX_ROWS).map(|entry| entry.key)
            })
        });
        wire.until.set(later);
    };
    move || {
        let after = wire.window.with(|window| window.after);
        (after > 0).then(|| {
            let label = format!("{} newer rows", exact(after as u64));
            view! { <button class="lane-more" data-testid="wire-newer" on:click=go>{label}</button> }
        })
    }
}

/// Moves the selection with the keys of a list.
fn move_by_key(wire: Wire, event: &KeyboardEvent) {
    let next = wire.window.with_untracked(|window| {
        let keys = &window.keys;
        let selected = wire.selected.get_untracked();
        let at = keys.iter().position(|key| Some(*key) == selected);
        let at = match event.key().as_str() {
            "ArrowDown" => at.map_or(0, |at| at + 1),
            "ArrowUp" => at.map_or(0, |at| at.saturating_sub(1)),
            "Home" => 0,
            "End" => keys.len().saturating_sub(1),
            _ => return None,
        };
        keys.get(at).copied()
    });
    let Some(next) = next else {
        return;
    };
    event.prevent_default();
    event.stop_propagation();
    wire.choose(next);
    let row = document().get_element_by_id(&format!("wire-row-{next}"));
    if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
        // A row that cannot take the focus is still selected.
        let _ = row.focus();
    }
}

/// Moves the list, and only the list, so that a row is in view.
fn scroll_to(list: &HtmlElement, key: u64) {
    let row = document().get_element_by_id(&format!("wire-row-{key}"));
    let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    let (top, height) = (row.offset_top(), list.client_height());
    let above = list.scroll_top() + row.offset_height();
    let below = list.scroll_top() + height - row.offset_height();
    if !(above..=below).contains(&top) {
        list.set_scroll_top(top - height / 2);
    }
}

/// What stands above the first row of a later connection.
fn begins(entry: &Entry) -> Option<String> {
    let first = matches!(entry.item.kind, ItemKind::Request(_));
    (first && entry.connection > 1).then(|| format!("connection {}", entry.connection))
}

const fn direction_name(direction: Direction) -> &'static str {
    match direction {
        Direction::ToServer => "to_server",
        Direction::ToClient => "to_client",
    }
}
