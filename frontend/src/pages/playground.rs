//! `/playground`: pipelines of one's own.

use leptos::prelude::*;

use crate::components::header::{PLAYGROUND, Place};
use crate::components::playground::Playground;

/// The playground.
#[component]
pub fn PlaygroundPage() -> impl IntoView {
    expect_context::<Place>().set(None, Some(PLAYGROUND.to_owned()));
    view! { <Playground/> }
}
