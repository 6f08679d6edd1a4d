//! The connection as two streams with their buffers.

use leptos::prelude::*;

use super::session::Session;
use crate::html::chat::duplex;

/// What goes in and what comes out, as two streams with their buffers: counted, nothing estimated.
#[component]
pub fn Duplex(
    /// This page's place in the room.
    session: Session,
) -> impl IntoView {
    let html = move || {
        let waiting = session.chat.read(|chat| chat.waiting().count() as u64);
        session.flow.read(|flow| duplex(flow, waiting))
    };
    let html = Memo::new(move |_| html());
    let paused = Memo::new(move |_| session.flow.read(|flow| flow.paused));
    let words = move || {
        if paused.get() {
            "Read on"
        } else {
            "Pause reading"
        }
    };
    view! {
        <details class="duplex" data-testid="duplex">
            <summary>"In and out: two streams with buffers"</summary>
            <div inner_html=html></div>
            <p>
                <button
                    class="btn small"
                    aria-pressed=move || paused.get().to_string()
                    data-testid="duplex-pause"
                    on:click=move |_| session.pause(!paused.get_untracked())
                >
                    {words}
                </button>
                " A browser's WebSocket cannot be paused: it has no backpressure. While the page does not read, \
                 what comes fills the page's memory, and the server learns nothing of it. At 2\u{202f}000 messages \
                 or 1\u{202f}MiB this page reads on by itself."
            </p>
        </details>
    }
}
