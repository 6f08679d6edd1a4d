//! The kinds of stages to choose from, and files of one's own.
//!
//! Test ids: `search`, `kind-{name}`, and those of the uploads.

use leptos::prelude::*;
use web_sys::MouseEvent;

use super::ports::attribute_at;
use super::uploads::Uploads;
use crate::html;
use crate::model::playground::edit::add;
use crate::model::playground::{Selected, palette};
use crate::state::Builder;

/// The left column.
#[component]
pub fn Palette(
    /// What is being built.
    builder: Builder,
) -> impl IntoView {
    let search = RwSignal::new(String::new());
    let list = Memo::new(move |_| {
        builder.kinds.with(|kinds| {
            search.with(|search| html::palette(&palette::groups(kinds, search), search))
        })
    });
    let on_click = move |event: MouseEvent| {
        if let Some(kind) = attribute_at(&event, "data-kind") {
            add_kind(builder, &kind);
        }
    };
    view! {
        <section class="palette panel" aria-label="Stages to choose from">
            <input
                type="search"
                placeholder="Search the stages"
                aria-label="Search the stages"
                data-testid="search"
                on:input=move |event| search.set(event_target_value(&event))
            />
            <div class="kinds" tabindex="-1" on:click=on_click inner_html=list></div>
            <Uploads builder/>
        </section>
    }
}

/// Adds a stage of a kind and selects it.
pub(super) fn add_kind(builder: Builder, kind: &str) {
    let kinds = builder.kinds.get_untracked();
    let selected = builder.selected.get_untracked();
    let name = builder.edit(|recipe| add(recipe, &kinds, kind, &selected));
    builder.selected.set(Selected::Stage(name));
}
