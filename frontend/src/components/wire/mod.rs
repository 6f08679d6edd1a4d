//! The bytes of the connection that a page watches: a row for each thing that crossed, and below them the
//! one that is selected, bit by bit.
//!
//! Test ids: `wire`, `wire-filter-{all,sent,received,control}`, `wire-search`, `wire-pause`,
//! `wire-pcapng`, `wire-json`, `wire-status`, `wire-missing`, `wire-list` (with `data-rows`),
//! `wire-row` (with `data-direction`: `to_server` or `to_client`, `data-opcode`, `data-offset`),
//! `wire-hex` (with `data-hex`: all bytes of the selected item), `wire-pointed`, `wire-text`,
//! `wire-inflated`, `wire-unmask`, `wire-accept`, `wire-field-{name}`.

pub mod bytes;
pub mod detail;
pub mod head;
pub mod rows;
pub mod state;
pub mod tree;

use leptos::prelude::*;

use self::detail::Detail;
use self::rows::Rows;
use self::state::Wire;
use super::chat::{Session, Watching};
use super::predict::answer_on_wire;
use crate::components::download::download;
use crate::model::chat::Phase;
use crate::model::wire::{Filter, json_of, pcapng_of};
use crate::words::number::exact;
use crate::words::wire::missing;

/// The bytes of a chat connection.
#[component]
pub fn WireView(
    /// This page's place in the room.
    session: Session,
) -> impl IntoView {
    let wire = Wire::follow(session.lit);
    answer_on_wire(session.lesson(), wire);
    let note = view! { <Unwatched session/> }.into_any();
    view! { <WirePanel wire note/> }
}

/// The bytes of whatever connection is followed.
#[component]
pub fn WirePanel(
    /// What is followed.
    wire: Wire,
    /// What is to be said about it.
    #[prop(optional)]
    note: Option<AnyView>,
) -> impl IntoView {
    view! {
        <section class="wire" aria-label="The bytes of this connection" data-testid="wire">
            <div class="wire-bar">
                <Chips wire/>
                <Search wire/>
                <span class="wire-acts">
                    <Pause wire/>
                    <Export wire/>
                </span>
            </div>
            {note}
            <Rows wire/>
            <Missing wire/>
            <Detail wire/>
        </section>
    }
}

/// The filters.
#[component]
fn Chips(wire: Wire) -> impl IntoView {
    let chip = move |filter: Filter| {
        let on = move || wire.filter.get() == filter;
        view! {
            <button
                class="chip"
                class:on=on
                aria-pressed=move || on().to_string()
                data-testid=format!("wire-filter-{}", filter.name())
                on:click=move |_| wire.filter.set(filter)
            >
                {filter.label()}
            </button>
        }
    };
    view! { <div class="chips" role="group" aria-label="Show">{Filter::ALL.map(chip)}</div> }
}

/// Only rows in which a text stands.
#[component]
fn Search(wire: Wire) -> impl IntoView {
    view! {
        <input
            class="wire-search"
            type="search"
            placeholder="Find in payloads"
            aria-label="Find in payloads and heads"
            maxlength="200"
            data-testid="wire-search"
            prop:value=move || wire.search.get()
            on:input=move |event| wire.search.set(event_target_value(&event))
        />
    }
}

/// Holds the list still while the connection goes on.
#[component]
fn Pause(wire: Wire) -> impl IntoView {
    let held = move || wire.until.with(Option::is_some);
    let toggle = move |_| {
        let newest = wire.extent.get_untracked().seen;
        wire.until.update(|until| {
            *until = if until.is_some() { None } else { Some(newest) };
        });
    };
    let waiting = Memo::new(move |_| wire.extent.get().waiting);
    let label = move || match (held(), waiting.get()) {
        (false, _) => "Pause view".to_owned(),
        (true, 0) => "Follow again".to_owned(),
        (true, waiting) => format!("Follow again · {} waiting", exact(waiting as u64)),
    };
    view! {
        <button
            class="btn small"
            aria-pressed=move || held().to_string()
            title="Holds the list still; the connection goes on, and no frame is lost"
            data-testid="wire-pause"
            data-waiting=move || waiting.get().to_string()
            on:click=toggle
        >
            {label}
        </button>
    }
}

/// What crossed, as files for other tools.
#[component]
fn Export(wire: Wire) -> impl IntoView {
    let failed = RwSignal::new(false);
    let none = Memo::new(move |_| wire.extent.get().seen == 0);
    let button = move |label, test_id, title, save: fn(Wire) -> bool| {
        view! {
            <button
                class="btn small"
                title=title
                disabled=move || none.get()
                data-testid=test_id
                on:click=move |_| failed.set(!save(wire))
            >
                {label}
            </button>
        }
    };
    view! {
        {button(
            "Export pcapng",
            "wire-pcapng",
            "For Wireshark. Its IP and TCP headers are synthesised, and a comment in it says so",
            |wire| download("spillway.pcapng", &wire.log.peek(pcapng_of)),
        )}
        {button(
            "JSON",
            "wire-json",
            "All bytes with every field",
            |wire| download("spillway.json", wire.log.peek(json_of).as_bytes()),
        )}
        {move || {
            failed.get().then(|| view! { <span class="bad" role="alert">"The browser did not keep the file."</span> })
        }}
    }
}

/// Why the bytes of the connection are not shown, and what to do.
#[component]
fn Unwatched(session: Session) -> impl IntoView {
    let joined = move || session.chat.read(|chat| *chat.phase() == Phase::Joined);
    let why = move || match session.watching.get() {
        Watching::No { why } if joined() => Some(why),
        Watching::No { .. } | Watching::NotYet | Watching::Yes => None,
    };
    move || {
        why().map(|why| {
            view! {
                <div class="wire-note" role="status" data-testid="wire-status">
                    <span>{format!("The bytes of this connection are not shown: {why}.")}</span>
                    <button class="btn small" on:click=move |_| session.reopen()>
                        "Open it again, watched"
                    </button>
                </div>
            }
        })
    }
}

/// What is missing from the list.
#[component]
fn Missing(wire: Wire) -> impl IntoView {
    move || {
        let words = wire.log.read(missing);
        (!words.is_empty()).then(|| {
            let line = format!("{}.", words.join("; "));
            view! { <div class="wire-note" role="status" data-testid="wire-missing">{line}</div> }
        })
    }
}
