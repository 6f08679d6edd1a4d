//! Who is in the room, what is pinned, and who is writing.

use leptos::ev;
use leptos::html::{P, Ul};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use super::rows::fill;
use super::session::Session;
use crate::html::chat as html;
use crate::model::chat::{Chat, Phase, encode};
use crate::words::chat::{presence, typing};

/// The room, and who is in it.
#[component]
pub fn Head(
    /// This page's place in the room.
    session: Session,
) -> impl IntoView {
    let room = session.chat.peek(|chat| chat.room().to_owned());
    let here = ["/chat/", &encode(&room)].concat();
    let room = ["#", &room].concat();
    let open = RwSignal::new(false);
    let present = move || {
        session.chat.read(|chat| match chat.phase() {
            Phase::Joined => presence(chat.members(), chat.name()),
            Phase::Asking { .. } | Phase::Connecting | Phase::Lost { .. } => String::new(),
        })
    };
    let present = Memo::new(move |_| present());
    view! {
        <header class="room">
            <h2>{room}</h2>
            <Show when=move || !present.with(String::is_empty) fallback=|| view! { <span class="members"></span> }>
                <button
                    class="members"
                    data-testid="chat-members"
                    aria-expanded=move || open.get().to_string()
                    title="Who is here"
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    {present}
                </button>
            </Show>
            <a
                href=here
                target="_blank"
                rel="noopener"
                data-testid="chat-second-tab"
                title="Open this room in a second tab, to talk to yourself"
            >
                "second tab ↗"
            </a>
        </header>
        <Show when=move || open.get()>
            <People session/>
        </Show>
        <Pinned session/>
    }
}

/// Those who are here; the room's creator mutes and removes them.
#[component]
fn People(session: Session) -> impl IntoView {
    let list = NodeRef::<Ul>::new();
    let sure = RwSignal::new(None::<String>);
    Effect::new(move || {
        let html = session
            .chat
            .read(|chat| html::members(chat, sure.get().as_deref()));
        if let Some(list) = list.get() {
            fill(&list, &html);
        }
    });
    let on_click = move |event: ev::MouseEvent| {
        let Some((what, name)) = pressed(&event) else {
            return;
        };
        let again = sure.get_untracked().as_ref() == Some(&name);
        sure.set(None);
        match what.as_str() {
            "mute" => session.mute(&name),
            _ if again => session.remove(&name),
            _ => sure.set(Some(name)),
        }
    };
    view! {
        <ul
            class="people"
            node_ref=list
            tabindex="-1"
            aria-label="Who is here"
            data-testid="chat-people"
            on:click=on_click
        ></ul>
    }
}

/// The message that is shown to all who come.
#[component]
fn Pinned(session: Session) -> impl IntoView {
    let now = Memo::new(move |_| session.chat.read(html::pinned));
    let place = NodeRef::<P>::new();
    Effect::new(move || {
        if let (Some(place), Some(html)) = (place.get(), now.get()) {
            fill(&place, &html);
        }
    });
    let on_click = move |event: ev::MouseEvent| {
        let pinned = session.chat.peek(|chat| chat.pinned().map(|(seq, _)| seq));
        if let (Some(_), Some(seq)) = (pressed(&event), pinned) {
            session.pin(seq);
        }
    };
    let any = Memo::new(move |_| now.with(Option::is_some));
    view! {
        <Show when=move || any.get()>
            <p
                class="pinned"
                node_ref=place
                tabindex="-1"
                data-testid="chat-pinned"
                on:click=on_click
            ></p>
        </Show>
    }
}

/// Who is writing, told politely.
#[component]
pub fn Typists(
    /// This page's place in the room.
    session: Session,
) -> impl IntoView {
    let words = move |chat: &Chat| typing(&chat.typists().collect::<Vec<_>>());
    let words = Memo::new(move |_| session.chat.read(words));
    view! { <p class="typists" role="status" data-testid="chat-typing">{words}</p> }
}

/// What a pressed button is for, and for whom.
fn pressed(event: &Event) -> Option<(String, String)> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let button = target.closest("[data-do]").ok()??;
    let name = button.get_attribute("data-name").unwrap_or_default();
    Some((button.get_attribute("data-do")?, name))
}
