//! Where one types what to say.

use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::html::Textarea;
use leptos::prelude::*;

use super::session::Session;
use crate::model::chat::{Chat, LineKind, Phase};
use crate::words::chat::unsaid;

/// Where one types what to say: Enter sends, Shift+Enter begins a new line, the up arrow in an empty
/// field changes what one said last, Escape leaves that as it was.
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
        let done = match session.editing.get_untracked() {
            Some(key) => session.edit(key, &input.value()),
            None => session.say(&input.value()),
        };
        match done {
            Ok(()) => {
                input.set_value("");
                refused.set(None);
                session.editing.set(None);
            }
            Err(reason) => refused.set(unsaid(reason)),
        }
    };
    let leave = move || {
        if let (Some(input), Some(_)) = (input.get_untracked(), session.editing.get_untracked()) {
            input.set_value("");
            refused.set(None);
            session.editing.set(None);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        // An Enter that ends the composition of a letter belongs to the keyboard.
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            send();
        } else if event.key() == "Escape" {
            leave();
        } else if event.key() == "ArrowUp"
            && input
                .get_untracked()
                .is_some_and(|input| input.value().is_empty())
        {
            event.prevent_default();
            session
                .editing
                .set(session.chat.peek(Chat::last_changeable));
        }
    };
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        send();
    };
    fill(session, input);
    let editing = move || session.editing.get().is_some();
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
            <Editing session leave=move || leave()/>
            <textarea
                node_ref=input
                rows="1"
                placeholder=format!("Message #{room}")
                aria-label=format!("Message to room {room}; Enter sends, Shift and Enter begins a new line")
                data-testid="chat-input"
                on:keydown=on_key
            ></textarea>
            <button class="btn primary" class:away=away type="submit" data-testid="chat-send">
                {move || if editing() { "Change" } else { "Send" }}
            </button>
        </form>
    }
}

/// Begins where one types, and puts the text of a message that is to be changed there.
fn fill(session: Session, input: NodeRef<Textarea>) {
    Effect::new(move || {
        if let Some(input) = input.get() {
            // A field that cannot take the focus can still be clicked.
            let _ = input.focus();
        }
    });
    Effect::new(move || {
        let text = session.editing.get().and_then(|key| {
            session.chat.peek(|chat| match &chat.line(key)?.kind {
                LineKind::Message(spoken) => Some(spoken.text.clone()),
                _ => None,
            })
        });
        if let (Some(input), Some(text)) = (input.get_untracked(), text) {
            input.set_value(&text);
            // A field that cannot take the focus can still be clicked.
            let _ = input.focus();
        }
    });
}

/// Says that a message is being changed, with a way out.
#[component]
fn Editing(session: Session, leave: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let editing = move || session.editing.get().is_some();
    view! {
            <Show when=editing>
                <p class="editing" role="status" data-testid="chat-editing">
                    "You are changing what you said. "
                    <button class="btn small" type="button" on:click=move |_| leave()>
                        "Leave it as it was"
                    </button>
                </p>
            </Show>
    }
}
