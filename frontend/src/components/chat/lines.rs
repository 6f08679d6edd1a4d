//! The lines of a room, newest last.

use leptos::html::Div;
use leptos::prelude::*;

use super::line_view::LineView;
use super::session::Session;
use crate::model::chat::{LineKind, Phase};
use crate::words::number::exact;

/// The lines of a room; they stay at the newest while that is in view.
#[component]
pub fn Lines(
    /// This page's place in the room.
    session: Session,
) -> impl IntoView {
    let list = NodeRef::<Div>::new();
    let at_end = RwSignal::new(true);
    let on_scroll = move |_| {
        if let Some(list) = list.get_untracked() {
            let below = list.scroll_height() - list.scroll_top() - list.client_height();
            at_end.set(below < 40);
        }
    };
    let keys = Memo::new(move |_| {
        session.chat.read(|chat| {
            // A message that is acknowledged keeps its line: only its own row hears of that.
            chat.lines().map(|line| line.key).collect::<Vec<_>>()
        })
    });
    Effect::new(move || {
        let own = session.chat.read(|chat| {
            let last = chat.lines().next_back();
            last.is_some_and(|line| matches!(&line.kind, LineKind::Message(spoken) if spoken.own))
        });
        keys.track();
        if let (Some(list), true) = (list.get(), own || at_end.get_untracked()) {
            request_animation_frame(move || list.set_scroll_top(list.scroll_height()));
        }
    });
    view! {
        <div
            class="msgs"
            node_ref=list
            role="log"
            aria-label="Messages"
            tabindex="0"
            on:scroll=on_scroll
        >
            <LetGo session/>
            <Empty session/>
            <For each=move || keys.get() key=|key| *key let:key>
                <LineView session key/>
            </For>
        </div>
    }
}

#[component]
fn LetGo(session: Session) -> impl IntoView {
    let count = Memo::new(move |_| session.chat.read(crate::model::chat::Chat::let_go));
    move || {
        let count = count.get();
        (count > 0).then(|| {
            let words = format!("{} older lines were let go", exact(count));
            view! { <p class="sys">{words}</p> }
        })
    }
}

/// What an empty room says.
#[component]
fn Empty(session: Session) -> impl IntoView {
    let words = Memo::new(move |_| {
        session.chat.read(|chat| match chat.phase() {
            Phase::Asking { .. } if chat.lines().next().is_none() => {
                Some("Choose a name and join: from the first byte on, you see what crosses.")
            }
            Phase::Joined if chat.members().len() == 1 && chat.lines().count() <= 1 => Some(
                "You are alone. Say something, or open the room in a second tab and talk to yourself.",
            ),
            _ => None,
        })
    });
    move || {
        words
            .get()
            .map(|words| view! { <p class="msgs-empty">{words}</p> })
    }
}
