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
    let (name, problem) = session.chat.peek(|chat| {
        let problem = match chat.phase() {
            Phase::Asking { problem } => problem.clone(),
            Phase::Connecting | Phase::Joined | Phase::Lost { .. } => None,
        };
        (chat.name().to_owned(), problem)
    });
    let suggested = match (name.as_str(), &problem) {
        ("", _) => names::suggested(),
        (_, Some(_)) => another(&name),
        (_, None) => name,
    };
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
        let refused = session.chat.read(|chat| match chat.phase() {
            Phase::Asking { problem: Some(_) } => Some(chat.name().to_owned()),
            _ => None,
        });
        if let (Some(name), Some(input)) = (refused, input.get_untracked())
            && !name.is_empty()
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
        session.chat.read(|chat| match chat.phase() {
            Phase::Asking { problem } => problem.clone(),
            Phase::Connecting | Phase::Joined | Phase::Lost { .. } => None,
        })
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
