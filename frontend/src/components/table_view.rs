//! The picture as a table. Its test ids are in [`picture`](crate::picture).

use leptos::html::Div;
use leptos::prelude::*;

use super::slots::patch;
use super::stage_view::Gestures;
use crate::picture::{Patch, table, table_patches};
use crate::state::{Hands, Runner, Settings, View};

/// The table. While another view is chosen it is not drawn.
#[component]
pub fn TableView(
    /// The run.
    runner: Runner,
) -> impl IntoView {
    let view = expect_context::<Settings>().view;
    let root = NodeRef::<Div>::new();
    let drawn = StoredValue::new(Drawn::default());
    Effect::new(move |_| {
        let Some(root) = root.get().filter(|_| view.get() == View::Table) else {
            return;
        };
        let selected = runner.selected.get();
        runner.told.with(|told| {
            drawn.update_value(|drawn| {
                let stages = &told.view.stages;
                let labels = || stages.iter().map(|stage| &stage.label);
                if !drawn.labels.iter().eq(labels()) {
                    root.set_inner_html(&table(stages));
                    drawn.labels = labels().cloned().collect();
                    drawn.said.clear();
                }
                let patches = table_patches(&told.view, &told.figures, selected);
                patch(&root, &mut drawn.said, patches);
            });
        });
    });
    let gestures = Gestures::new(runner, use_context::<Hands>());
    view! {
        <div
            class="table-view"
            role="group"
            aria-label="The stages as a table"
            tabindex="0"
            data-testid="table"
            node_ref=root
            on:click=move |event| gestures.click(&event)
            on:contextmenu=move |event| gestures.context_menu(&event)
        ></div>
    }
}

#[derive(Default)]
struct Drawn {
    labels: Vec<String>,
    said: Vec<Patch>,
}
