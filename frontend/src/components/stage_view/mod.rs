//! The picture: a card a stage, a tank a buffer, a channel a pipe with a gate.
//!
//! What it shows is decided in [`picture`](crate::picture), where its test ids are listed too;
//! here it meets the browser. Where there are [`Hands`], each thing in it has a menu.

mod board;
mod gestures;

use leptos::prelude::*;
use leptos::svg;

use crate::state::{Hands, Runner, Why};
use board::Board;
pub(in crate::components) use gestures::{Gestures, focus_thing};

/// The picture of a run.
#[component]
pub fn StageView(
    /// The run.
    runner: Runner,
) -> impl IntoView {
    let root = NodeRef::<svg::Svg>::new();
    let board = StoredValue::new_local(Board::default());
    Effect::new(move |_| {
        let Some(root) = root.get() else {
            return;
        };
        let selected = runner.selected.get();
        let steps = runner.why.with(Why::steps);
        runner.view.with(|view| {
            runner.told.with(|told| {
                board.update_value(|board| board.draw(&root, view, told, selected, &steps));
            });
        });
    });
    let gestures = Gestures::new(runner, use_context::<Hands>());
    view! {
        <div class="picture">
            <svg
                node_ref=root
                class="stages"
                role="group"
                aria-label="The stages of the stream"
                preserveAspectRatio="xMidYMid meet"
                on:click=move |event| gestures.click(&event)
                on:contextmenu=move |event| gestures.context_menu(&event)
                on:keydown=move |event| gestures.key(&event)
                on:pointerdown=move |event| gestures.press(&event)
                on:pointermove=move |event| gestures.drag(&event)
                on:pointerup=move |_| gestures.release()
                on:pointercancel=move |_| gestures.release()
                inner_html=FRAME
            ></svg>
        </div>
    }
}

/// What the picture is drawn into.
const FRAME: &str = "<defs><pattern id=\"hatch\" width=\"6\" height=\"6\" \
    patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
    <rect class=\"hatch-ground\" width=\"6\" height=\"6\"/>\
    <rect class=\"hatch-line\" width=\"2\" height=\"6\"/></pattern></defs>\
    <g data-slot=\"pipes\"></g><g data-slot=\"cards\"></g>";

/// What its signs mean.
pub(super) const LEGEND: &str = "<span><i class=\"key busy\"></i>busy</span>\
    <span><i class=\"key held\"></i>held back</span>\
    <span><i class=\"key idle\"></i>idle</span>\
    <span><i class=\"key line\"></i>high water mark; full: twice it or more</span>";
