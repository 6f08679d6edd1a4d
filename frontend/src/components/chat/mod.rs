//! A chat room, beside a lesson's prose or on a page of its own.

use leptos::prelude::*;

/// A chat room. `lesson` is the lesson whose goals its bytes are judged by.
#[component]
pub fn ChatRoom(
    /// Name of the room.
    room: String,
    /// The lesson it belongs to, as `chapter/lesson`.
    #[prop(optional_no_strip)]
    lesson: Option<String>,
) -> impl IntoView {
    view! { <section class="panel" data-testid="chat" data-lesson=lesson>{format!("#{room}")}</section> }
}
