//! The sheets with which a run is acted on: how much to read, the chunk to write, the chunks of a buffer, the marks of
//! the next run. While one is open, the rest of the page waits.
//!
//! Test ids: `sheet`, `sheet-close`, and those of the sheets.

pub mod buffer;
pub mod marks;
pub mod read;
pub mod write;

use leptos::html::Dialog;
use leptos::prelude::*;
use spillway_streams::StageId;

use crate::state::{Hands, Sheet};
use crate::words::verbs::{Thing, thing_name};
use buffer::BufferSheet;
use marks::MarksSheet;
use read::ReadSheet;
use write::WriteSheet;

/// The sheet that is open.
#[component]
pub fn Sheets(
    /// What they act on.
    hands: Hands,
) -> impl IntoView {
    let root = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        let open = hands.sheet.get().is_some();
        let Some(dialog) = root.get() else {
            return;
        };
        if !open {
            return dialog.close();
        }
        // Once its content stands, so that the focus goes to the first thing in it.
        request_animation_frame(move || {
            if !dialog.open() {
                // It is in the page and closed, so this cannot fail.
                let _ = dialog.show_modal();
            }
        });
    });
    let name = move || hands.sheet.get().map(|sheet| name_of(hands, sheet));
    let content = move || {
        hands.sheet.get().map(|sheet| match sheet {
            Sheet::Read(stage) => view! { <ReadSheet hands stage/> }.into_any(),
            Sheet::Write(stage) => view! { <WriteSheet hands stage/> }.into_any(),
            Sheet::Buffer(stage, side) => view! { <BufferSheet hands stage side/> }.into_any(),
            Sheet::Marks => view! { <MarksSheet hands/> }.into_any(),
        })
    };
    view! {
        <dialog
            class="hands"
            node_ref=root
            aria-label=name
            data-testid="sheet"
            on:close=move |_| hands.sheet.set(None)
        >
            <h2>{name}</h2>
            {content}
            <button class="btn" data-testid="sheet-close" on:click=move |_| hands.sheet.set(None)>
                "Close"
            </button>
        </dialog>
    }
}

fn name_of(hands: Hands, sheet: Sheet) -> String {
    match sheet {
        Sheet::Read(stage) => format!("{}.read(n)", stage_name(hands, stage)),
        Sheet::Write(stage) => format!("{}.write(chunk)", stage_name(hands, stage)),
        Sheet::Buffer(stage, side) => {
            let view = hands.runner.view;
            view.with_untracked(|view| thing_name(view, Thing::Tank(stage, side)))
        }
        Sheet::Marks => "Marks of the next run".to_owned(),
    }
}

/// The name of a stage in the pipeline.
fn stage_name(hands: Hands, stage: StageId) -> String {
    hands.runner.view.with_untracked(|view| {
        let stage = view.stage(stage);
        stage.map_or_else(String::new, |stage| stage.name.clone())
    })
}
