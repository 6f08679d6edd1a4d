//! A chat room and the bytes of its connection, beside a lesson's prose or on a page of its own.
//!
//! Test ids: `chat`, `chat-name`, `chat-join`, `chat-problem`, `chat-members`, `chat-people`, `chat-standing`,
//! `chat-second-tab`, `chat-message` (with `data-from`, `data-state`: `sending`, `delivered` or
//! `refused`, `data-seq`), `chat-system` (with `data-kind`: `joined`, `left`, `pinned`, `muted`,
//! `removed`, `back` or `anew`), `chat-input`, `chat-send`, `chat-notice`, `chat-muted`, `chat-emoji`,
//! `chat-offers`, `chat-editing`, `chat-typing`, `chat-pinned`, `chat-above`, `chat-older`, `chat-below`, `duplex`.
//! Those of a message's own buttons are in [`html::chat`](crate::html::chat), those of the bytes in
//! [`wire`](super::wire).

pub mod aids;
pub mod composer;
pub mod duplex;
pub mod hands;
pub mod lines;
pub mod live;
pub mod names;
pub mod offers;
pub mod people;
pub mod prompt;
pub mod rows;
pub mod session;
pub mod watch;

use leptos::prelude::*;

use self::aids::Aids;
use self::composer::Composer;
use self::duplex::Duplex;
use self::lines::Lines;
pub use self::live::Live;
use self::people::{Head, Typists};
use self::prompt::Prompt;
pub use self::session::Session;
pub use self::watch::{Watching, watch_token};
use super::wire::WireView;
use crate::model::chat::Phase;
use crate::words::chat::standing;

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
    let mut label = room;
    label.insert_str(0, "Chat room ");
    let asking = move || {
        session
            .chat
            .read(|chat| matches!(chat.phase(), Phase::Asking { .. }))
    };
    let asking = Memo::new(move |_| asking());
    let aids = lesson.is_some().then(|| view! { <Aids session/> });
    view! {
        <div class="talk" data-testid="chat" data-lesson=lesson>
            <section class="chat" aria-label=label>
                <Head session/>
                <Standing session/>
                <Lines session/>
                <Typists session/>
                <Show when=move || asking.get() fallback=move || view! { <Composer session/> }>
                    <Prompt session/>
                </Show>
                {aids}
                <Duplex session/>
            </section>
            <WireView session/>
        </div>
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
