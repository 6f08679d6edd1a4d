//! `/playground`: pipelines of one's own.

use leptos::prelude::*;

use crate::components::header::Place;

/// The playground.
#[component]
pub fn PlaygroundPage() -> impl IntoView {
    expect_context::<Place>().set(None, Some("Playground".to_owned()));
    view! { <main class="sheet" data-testid="playground"><h1>"Playground"</h1></main> }
}
