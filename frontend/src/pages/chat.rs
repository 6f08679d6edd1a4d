//! `/chat/{room}`: a chat room on a page of its own.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::components::chat::ChatRoom;
use crate::components::header::Place;

/// A chat room on a page of its own.
#[component]
pub fn ChatPage() -> impl IntoView {
    let params = use_params_map();
    let place = expect_context::<Place>();
    move || {
        let room = params.with(|params| params.get("room").unwrap_or_default());
        place.set(Some("Chat".to_owned()), Some(format!("#{room}")));
        view! { <main class="chat-page"><ChatRoom room lesson=None/></main> }
    }
}
