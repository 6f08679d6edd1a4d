//! The bytes of this page's chat connection: a row for each thing that crossed, and below them the
//! one that is selected, bit by bit.
//!
//! Test ids: `wire`, `wire-filter-{all,sent,received,control}`, `wire-pause`, `wire-older`,
//! `wire-newer`, `wire-status`, `wire-missing`, `wire-row` (with `data-direction`: `to_server` or
//! `to_client`, `data-opcode`, `data-offset`), `wire-hex` (with `data-hex`: all bytes of the
//! selected item), `wire-text`, `wire-unmask`, `wire-accept`, `wire-field-{name}`.

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
use crate::model::chat::Phase;
use crate::model::wire::Filter;
use crate::words::wire::missing;

/// The bytes of a chat connection.
#[component]
pub fn WireView(
    /// This page's place in the room.
    session: Session,
) -> impl IntoView {
    let wire = Wire::follow(session.lit);
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
                <span class="grow"></span>
                <Pause wire/>
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

/// Holds the list still while the connection goes on.
#[component]
fn Pause(wire: Wire) -> impl IntoView {
    let held = move || wire.until.with(Option::is_some);
    let toggle = move |_| {
        let newest = wire
            .window
            .with_untracked(|window| window.keys.last().copied());
        wire.until.update(|until| {
            *until = if until.is_some() { None } else { newest };
        });
    };
    view! {
        <button
            class="btn small"
            aria-pressed=move || held().to_string()
            title="Holds the list still; the connection goes on"
            data-testid="wire-pause"
            on:click=toggle
        >
            {move || if held() { "Follow again" } else { "Pause view" }}
        </button>
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
