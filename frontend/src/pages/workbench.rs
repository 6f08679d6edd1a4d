//! `/workbench`: any frames, lawful or not, sent to this server.

use leptos::prelude::*;

use crate::components::header::Place;
use crate::components::workbench::Workbench;

/// The workbench of frames.
#[component]
pub fn WorkbenchPage() -> impl IntoView {
    expect_context::<Place>().set(None, Some("Workbench".to_owned()));
    view! { <main><Workbench lesson=None begins=None/></main> }
}
