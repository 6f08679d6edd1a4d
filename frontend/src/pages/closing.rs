//! `/closing`: all ways a connection ends.

use leptos::prelude::*;

use crate::components::closing::Closing;
use crate::components::header::Place;

/// All ways a connection ends.
#[component]
pub fn ClosingPage() -> impl IntoView {
    expect_context::<Place>().set(None, Some("Closing".to_owned()));
    view! { <main><Closing lesson=None/></main> }
}
