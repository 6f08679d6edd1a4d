//! `/playground`: pipelines of one's own.

use leptos::prelude::*;

use crate::components::header::Place;
use crate::components::playground::Playground;

/// The playground.
#[component]
pub fn PlaygroundPage() -> impl IntoView {
    expect_context::<Place>().set(None, Some("Playground".to_owned()));
    view! { <Playground/> }
}
