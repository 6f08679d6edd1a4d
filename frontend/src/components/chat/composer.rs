//! Where one types what to say.

use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::html::Textarea;
use leptos::prelude::*;

use super::session::Session;
use crate::model::chat::Phase;
use crate::words::chat::unsaid;

/// Where one types what to say: Enter sends, Shift+Enter begins a new line.
#[component]
pub fn Composer(
    /// This page's place in the room.
    session: Session,
) -> impl IntoView {
    let input = NodeRef::<Textarea>::new();
    let refused = RwSignal::new(None::<String>);
    let send = move || {
        let Some(input) = input.get_untracked() else {
            return;
        };
        match session.say(&input.value()) {
            Ok(()) => {
                input.set_value("");
                refused.set(None);
            }
            Err(reason) => refused.set(unsaid(reason)),
        }
    };
    let on_key = move |event: KeyboardEvent| {
        // An Enter that ends the composition of a letter belongs to the keyboard.
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        send();
    };
    Effect::new(move || {
        if let Some(input) = input.get() {
            // A field that cannot take the focus can still be clicked.
            let _ = input.focus();
        }
    });
    let room = session.chat.peek(|chat| chat.room().to_owned());
    let away = move || session.chat.read(|chat| *chat.phase() != Phase::Joined);
    let notice = move || {
        let told = session.chat.read(|chat| chat.notice().map(str::to_owned));
        refused.get().or(told)
    };
    view! {
        <form class="say" on:submit=on_submit>
            {move || {
                notice().map(|words| {
                    view! { <p class="problem" role="alert" data-testid="chat-notice">{words}</p> }
                })
            }}
            <textarea
                node_ref=input
                rows="1"
                placeholder=format!("Message #{room}")
                aria-label=format!("Message to room {room}; Enter sends, Shift and Enter begins a new line")
                data-testid="chat-input"
                on:keydown=on_key
            ></textarea>
            <button class="btn primary" class:away=away type="submit" data-testid="chat-send">"Send"</button>
        </form>
    }
}
