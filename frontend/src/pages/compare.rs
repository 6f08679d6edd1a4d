//! `/compare/{which}`: two runs of the same work side by side.

use leptos::prelude::*;

use crate::components::header::Place;

/// Two runs of the same work side by side.
#[component]
pub fn ComparePage(
    /// Which comparison, as it stands in the address.
    which: String,
) -> impl IntoView {
    expect_context::<Place>().set(None, Some("Side by side".to_owned()));
    view! {
        <main class="sheet" data-testid="compare" data-which=which><h1>"Side by side"</h1></main>
    }
}
