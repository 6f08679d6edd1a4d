//! What runs beside a lesson's text.

use leptos::prelude::*;
use spillway_protocol::course::LessonText;

use crate::app::Elsewhere;
use crate::bundles::Bundle;

/// What runs beside the text of the lesson `chapter/lesson`, or what leads to the bundle that has
/// it.
pub fn beside_text(text: &LessonText, lesson: String) -> impl IntoView + use<> {
    let bundle = expect_context::<Bundle>();
    let shown = (bundle.thing)(text, lesson).unwrap_or_else(|| view! { <Elsewhere/> }.into_any());
    view! { <main class="thing">{shown}</main> }
}
