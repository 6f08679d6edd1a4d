//! What runs beside a lesson's text.

use leptos::prelude::*;
use spillway_protocol::course::Thing;

use crate::components::chat::ChatRoom;
use crate::components::pipeline::Pipeline;

/// What runs beside a lesson's text.
#[component]
pub fn ThingView(
    /// What it is.
    thing: Thing,
    /// The lesson, as `chapter/lesson`.
    lesson: String,
) -> impl IntoView {
    match thing {
        Thing::Pipeline { .. } => view! {
            <main class="thing"><Pipeline lesson/></main>
        }
        .into_any(),
        Thing::Chat { room } => view! {
            <main class="thing"><ChatRoom room lesson=Some(lesson)/></main>
        }
        .into_any(),
        Thing::Nothing => view! {
            <main class="thing"><p class="empty">"This lesson is for reading."</p></main>
        }
        .into_any(),
    }
}
