//! `/echo`: a connection to the echo, and every byte of it.

use leptos::prelude::*;

use crate::components::echo::EchoBench;
use crate::components::header::Place;

/// A connection to the echo on a page of its own.
#[component]
pub fn EchoPage() -> impl IntoView {
    expect_context::<Place>().set(None, Some("Echo".to_owned()));
    view! { <main class="chat-page"><h1 class="unseen">"Echo"</h1><EchoBench lesson=None/></main> }
}
