//! A chat room and the bytes of its connection, beside a lesson's prose or on a page of its own.
//!
//! Test ids: `chat`, `chat-name`, `chat-join`, `chat-problem`, `chat-members`, `chat-standing`,
//! `chat-second-tab`, `chat-message` (with `data-from`, `data-state`: `sending`, `delivered` or
//! `refused`, `data-seq`), `chat-system` (with `data-kind`: `joined`, `left`, `gap`, `back` or
//! `anew`), `chat-input`, `chat-send`, `chat-notice`,
//! `chat-edit`, `chat-take-back`, `chat-editing`. Those of the bytes are in
//! [`wire`](super::wire).

pub mod composer;
pub mod line_view;
pub mod lines;
pub mod live;
pub mod names;
pub mod prompt;
pub mod session;
pub mod watch;

use leptos::prelude::*;

use self::composer::Composer;
use self::lines::Lines;
pub use self::live::Live;
use self::prompt::Prompt;
pub use self::session::Session;
pub use self::watch::{Watching, watch_token};
use super::wire::WireView;
use crate::model::chat::{Phase, encode};
use crate::words::chat::{presence, standing};

/// A chat room. `lesson` is the lesson whose goals its bytes are judged by.
#[component]
pub fn ChatRoom(
    /// Name of the room.
    room: String,
    /// The lesson it belongs to, as `chapter/lesson`.
    #[prop(optional_no_strip)]
    lesson: Option<String>,
) -> impl IntoView {
    let session = Session::new(&room, lesson.clone());
    let label = format!("Chat room {room}");
    let asking = move || {
        session
            .chat
            .read(|chat| matches!(chat.phase(), Phase::Asking { .. }))
    };
    let asking = Memo::new(move |_| asking());
    view! {
        <div class="talk" data-testid="chat" data-lesson=lesson>
            <section class="chat" aria-label=label>
                <Head session room/>
                <Standing session/>
                <Lines session/>
                <Show when=move || asking.get() fallback=move || view! { <Composer session/> }>
                    <Prompt session/>
                </Show>
            </section>
            <WireView session/>
        </div>
    }
}

/// The room, and who is in it.
#[component]
fn Head(session: Session, room: String) -> impl IntoView {
    let present = move || {
        session.chat.read(|chat| match chat.phase() {
            Phase::Joined => presence(chat.members(), chat.name()),
            Phase::Asking { .. } | Phase::Connecting | Phase::Lost { .. } => String::new(),
        })
    };
    let everybody = move || session.chat.read(|chat| chat.members().join(", "));
    let here = format!("/chat/{}", encode(&room));
    view! {
        <header class="room">
            <h2>{format!("#{room}")}</h2>
            <span class="members" data-testid="chat-members" title=everybody>{present}</span>
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
    }
}

/// What is to be said while the page is not in the room although it wants to be.
#[component]
fn Standing(session: Session) -> impl IntoView {
    let words = Memo::new(move |_| session.chat.read(|chat| standing(chat.phase())));
    let lost = move || {
        session
            .chat
            .read(|chat| matches!(chat.phase(), Phase::Lost { .. }))
    };
    move || {
        words.get().map(|words| {
            view! {
                <p class="standing" class:lost=lost role="status" data-testid="chat-standing">
                    {words}
                </p>
            }
        })
    }
}
