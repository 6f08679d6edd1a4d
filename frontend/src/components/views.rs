//! The three views of a run, of which one is chosen, and the switch between them.
//!
//! Test ids: `view-picture`, `view-table`, `view-text`, `open` (what the run has open).

use leptos::prelude::*;
use spillway_streams::RunView;

use super::live_region::LiveRegion;
use super::sound::Sound;
use super::stage_view::{LEGEND, StageView};
use super::table_view::TableView;
use crate::state::{Runner, Settings, View};
use crate::words::resources;

/// The views. Which one is seen is a matter of style (`data-view` at the root of the document):
/// the text is told to screen readers whatever is seen.
#[component]
pub fn Views(
    /// The run.
    runner: Runner,
) -> impl IntoView {
    view! {
        <StageView runner/>
        <TableView runner/>
        <LiveRegion runner/>
        <div class="view-bar">
            <p class="legend" inner_html=LEGEND></p>
            <p class="open" data-testid="open">
                {move || ["open: ", &resources(runner.view.with(RunView::open))].concat()}
            </p>
            <ViewSwitch/>
            <Sound runner/>
        </div>
    }
}

/// The switch between the views, of all runs that are shown.
#[component]
pub fn ViewSwitch() -> impl IntoView {
    view! {
        <span class="switch" role="group" aria-label="How the stream is shown">
            <Choice view=View::Picture/>
            <Choice view=View::Table/>
            <Choice view=View::Text/>
        </span>
    }
}

#[component]
fn Choice(view: View) -> impl IntoView {
    let chosen = expect_context::<Settings>().view;
    let on = move || chosen.get() == view;
    view! {
        <button
            class:on=on
            data-testid=format!("view-{}", view.name())
            aria-pressed=move || on().to_string()
            on:click=move |_| chosen.set(view)
        >
            {view.label()}
        </button>
    }
}
