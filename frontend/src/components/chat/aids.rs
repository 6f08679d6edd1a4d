//! What a lesson on the chat needs and a chat does not: somebody else in the room, and a connection that is dropped.
//!
//! Test ids: `chat-lose`, `someone` (with `data-in`), `someone-name`, `someone-join`, `someone-text`, `someone-say`.

use leptos::html::Input;
use leptos::prelude::*;
use spillway_protocol::chat::FromClient;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::WebSocket;

use super::names::random_letters;
use super::session::Session;
use crate::connection::socket_url;
use crate::json;
use crate::model::chat::{Phase, encode};

/// A second WebSocket of this page to the same room, under another name, and a way to lose the first.
#[component]
pub fn Aids(
    /// This page's place in the room.
    session: Session,
) -> impl IntoView {
    let socket = StoredValue::new_local(None::<WebSocket>);
    let there = RwSignal::new(false);
    let leave = move || {
        if let Some(Some(socket)) = socket.try_update_value(Option::take) {
            // It fails only for a code or a reason, of which there is none.
            let _ = socket.close();
        }
    };
    on_cleanup(leave);
    let (name, text) = (NodeRef::<Input>::new(), NodeRef::<Input>::new());
    let value = |field: NodeRef<Input>| field.get_untracked().map(|field| field.value());
    let join = move |_| {
        leave();
        let name = value(name).unwrap_or_default();
        let room = session.chat.peek(|chat| encode(chat.room()));
        let path = ["/ws/chat/", &room, "?name=", &encode(&name)].concat();
        let Ok(opened) = WebSocket::new(&socket_url(&path)) else {
            return;
        };
        let now = move |is| {
            Closure::<dyn Fn()>::new(move || {
                let _ = there.try_set(is);
            })
        };
        opened.set_onopen(Some(now(true).into_js_value().unchecked_ref()));
        opened.set_onclose(Some(now(false).into_js_value().unchecked_ref()));
        socket.set_value(Some(opened));
    };
    let say = move |_| {
        let (id, text) = (random_letters(8), value(text).unwrap_or_default());
        let message = json::say(&FromClient::Say { id, text });
        socket.with_value(|socket| {
            // What is not open takes nothing, and the button says so.
            let _ = socket.as_ref().map(|socket| socket.send_with_str(&message));
        });
    };
    let out = move || session.chat.read(|chat| *chat.phase() != Phase::Joined);
    view! {
        <div class="aids" role="group" aria-label="For this lesson">
            <button
                class="btn small"
                data-testid="chat-lose"
                title="This page drops its connection without leaving, and comes back by itself"
                disabled=out
                on:click=move |_| session.lose()
            >
                "Drop my connection"
            </button>
            <span class="someone" data-testid="someone" data-in=move || there.get().to_string()>
                <input node_ref=name value="Grace" maxlength="32" aria-label="Name of somebody else" data-testid="someone-name"/>
                <button class="btn small" data-testid="someone-join" on:click=join>"joins too"</button>
                <input node_ref=text value="Hi" maxlength="500" aria-label="What they say" data-testid="someone-text"/>
                <button
                    class="btn small"
                    data-testid="someone-say"
                    disabled=move || !there.get()
                    on:click=say
                >
                    "says it"
                </button>
            </span>
        </div>
    }
}
