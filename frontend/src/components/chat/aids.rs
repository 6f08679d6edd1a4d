//! What a lesson on the chat needs and a chat does not: somebody else in the room, and a connection that is dropped.
//!
//! Test ids: `chat-lose`, `someone` (with `data-in`), `someone-name`, `someone-join`, `someone-text`, `someone-say`.

use leptos::html::Input;
use leptos::prelude::*;
use spillway_protocol::chat::FromClient;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{MessageEvent, WebSocket};

use super::names::random_letters;
use super::session::Session;
use crate::connection::socket_url;
use crate::json;
use crate::model::chat::{Phase, encode};
use crate::words::chat::another;

/// Somebody else in the room. Copies are the same.
#[derive(Clone, Copy)]
struct Other {
    session: Session,
    /// Where the name stands.
    name: NodeRef<Input>,
    /// They were let in.
    there: RwSignal<bool>,
    /// They were not, because somebody has that name.
    taken: StoredValue<bool>,
    socket: StoredValue<Option<WebSocket>, LocalStorage>,
}

/// Names that are tried: a class may play the same solution in one room.
const TRIES: u8 = 60;

impl Other {
    fn leave(self) {
        if let Some(Some(socket)) = self.socket.try_update_value(Option::take) {
            socket.set_onclose(None);
            // It fails only for a code or a reason, of which there is none.
            let _ = socket.close();
        }
    }

    /// Comes into the room, under another name when this one is taken.
    fn join(self, tries: u8) {
        self.leave();
        self.there.set(false);
        self.taken.set_value(false);
        let Some(field) = self.name.get_untracked() else {
            return;
        };
        let room = self.session.chat.peek(|chat| encode(chat.room()));
        let path = ["/ws/chat/", &room, "?name=", &encode(&field.value())].concat();
        let Ok(socket) = WebSocket::new(&socket_url(&path)) else {
            return;
        };
        let hear = move |event: MessageEvent| {
            let text = event.data().as_string().unwrap_or_default();
            if text.starts_with("{\"type\":\"welcome\"") {
                let _ = self.there.try_set(true);
            } else if text.contains("\"name_taken\"") {
                let _ = self.taken.try_set_value(true);
            }
        };
        let end = move || {
            let _ = self.there.try_set(false);
            if tries > 0 && self.taken.try_get_value() == Some(true) {
                field.set_value(&another(&field.value()));
                self.join(tries - 1);
            }
        };
        let hear = Closure::<dyn Fn(MessageEvent)>::new(hear).into_js_value();
        let end = Closure::<dyn Fn()>::new(end).into_js_value();
        socket.set_onmessage(Some(hear.unchecked_ref()));
        socket.set_onclose(Some(end.unchecked_ref()));
        self.socket.set_value(Some(socket));
    }
}

/// A second WebSocket of this page to the same room, under another name, and a way to lose the first.
#[component]
pub fn Aids(
    /// This page's place in the room.
    session: Session,
) -> impl IntoView {
    let (name, text) = (NodeRef::<Input>::new(), NodeRef::<Input>::new());
    let other = Other {
        session,
        name,
        there: RwSignal::new(false),
        taken: StoredValue::new(false),
        socket: StoredValue::new_local(None),
    };
    on_cleanup(move || other.leave());
    let value = |field: NodeRef<Input>| field.get_untracked().map(|field| field.value());
    let say = move |_| {
        let (id, text) = (random_letters(8), value(text).unwrap_or_default());
        let message = json::say(&FromClient::Say { id, text });
        other.socket.with_value(|socket| {
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
            <span class="someone" data-testid="someone" data-in=move || other.there.get().to_string()>
                <input node_ref=name value="Grace" maxlength="32" aria-label="Name of somebody else" data-testid="someone-name"/>
                <button class="btn small" data-testid="someone-join" on:click=move |_| other.join(TRIES)>"joins too"</button>
                <input node_ref=text value="Hi" maxlength="500" aria-label="What they say" data-testid="someone-text"/>
                <button
                    class="btn small"
                    data-testid="someone-say"
                    disabled=move || !other.there.get()
                    on:click=say
                >
                    "says it"
                </button>
            </span>
        </div>
    }
}
