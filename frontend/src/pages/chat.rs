//! `/chat/{room}`: a chat room on a page of its own.

use leptos::prelude::*;

use crate::components::chat::ChatRoom;
use crate::components::header::Place;

/// A chat room on a page of its own.
#[component]
pub fn ChatPage(
    /// Name of the room, as it stands in the address.
    room: String,
) -> impl IntoView {
    // A name that does not decode is shown as it is; the server says what is wrong with it.
    let room = js_sys::decode_uri_component(&room).map_or(room, String::from);
    let title = ["#", &room].concat();
    expect_context::<Place>().set(Some("Chat".to_owned()), Some(title.clone()));
    view! {
        <main class="chat-page">
            <h1 class="unseen">"Chat room "{title}</h1>
            <ChatRoom room lesson=None/>
        </main>
    }
}
