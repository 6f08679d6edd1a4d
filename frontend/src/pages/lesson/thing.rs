//! What runs beside a lesson's text.

use leptos::prelude::*;
use spillway_protocol::course::Thing;

use crate::app::Elsewhere;
use crate::bundles::Bundle;

/// What runs beside a lesson's text, or what leads to the bundle that has it.
#[component]
pub fn ThingView(
    /// What it is.
    thing: Thing,
    /// The lesson, as `chapter/lesson`.
    lesson: String,
) -> impl IntoView {
    let bundle = expect_context::<Bundle>();
    let shown = (bundle.thing)(thing, lesson).unwrap_or_else(|| view! { <Elsewhere/> }.into_any());
    view! { <main class="thing">{shown}</main> }
}
