//! Asking for a name.

use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;

use super::names;
use super::session::Session;
use crate::model::chat::Phase;
use crate::words::chat::another;

/// Asks for a name. One is suggested, so that Enter alone is enough.
#[component]
pub fn Prompt(
    /// This page's place in the room.
    session: Session,
) -> impl IntoView {
    let suggested = session.chat.peek(|chat| match chat.name() {
        "" => names::suggested(),
        name if is_taken(chat.phase()) => another(name),
        name => name.to_owned(),
    });
    let input = NodeRef::<Input>::new();
    Effect::new(move || {
        if let Some(input) = input.get() {
            // A field that cannot take the focus can still be clicked.
            let _ = input.focus();
            input.select();
        }
    });
    // A refusal may come so soon that this form was never away: it brings the next name as well.
    Effect::new(move || {
        let taken = session
            .chat
            .read(|chat| is_taken(chat.phase()).then(|| chat.name().to_owned()));
        if let (Some(name), Some(input)) = (taken, input.get_untracked())
            && input.value().trim() == name
        {
            input.set_value(&another(&name));
            input.select();
        }
    });
    let join = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(input) = input.get_untracked() {
            session.join(&input.value());
        }
    };
    let problem = move || {
        session
            .chat
            .read(|chat| chat.phase().problem().map(String::from))
    };
    view! {
        <form class="say name" on:submit=join>
            <label>
                <span>"Your name in the room"</span>
                <input
                    node_ref=input
                    value=suggested
                    maxlength="32"
                    autocomplete="off"
                    spellcheck="false"
                    data-testid="chat-name"
                />
            </label>
            <button class="btn primary" type="submit" data-testid="chat-join">"Join"</button>
            {move || {
                problem().map(|words| {
                    view! { <p class="problem" role="alert" data-testid="chat-problem">{words}</p> }
                })
            }}
        </form>
    }
}

fn is_taken(phase: &Phase) -> bool {
    matches!(phase, Phase::Asking { taken: true, .. })
}
