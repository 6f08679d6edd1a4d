//! The picture: a card a stage, a tank a buffer, a channel a pipe with a gate.
//!
//! What it shows is decided in [`picture`](crate::picture), where its test ids are listed too;
//! here it meets the browser.

mod board;

use leptos::prelude::*;
use leptos::svg;
use spillway_streams::StageId;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use crate::state::{Runner, Why};
use crate::words::verbs::Call;
use board::Board;

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
    let on_click = move |event: web_sys::MouseEvent| {
        act_on(&event, runner);
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        if matches!(event.key().as_str(), "Enter" | " ") && act_on(&event, runner) {
            event.prevent_default();
        }
    };
    view! {
        <div class="picture">
            <svg
                node_ref=root
                class="stages"
                role="group"
                aria-label="The stages of the stream"
                preserveAspectRatio="xMidYMid meet"
                on:click=on_click
                on:keydown=on_key
                inner_html=FRAME
            ></svg>
        </div>
    }
}

/// Selects the card or makes the pipe that was clicked; whether there was one.
pub(super) fn act_on(event: &Event, runner: Runner) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let Some(target) = target else {
        return false;
    };
    if let Some(pipe) = attribute_around(&target, "data-pipe") {
        let mut ends = pipe
            .split(' ')
            .filter_map(|end| end.parse().ok().map(StageId));
        if let (Some(from), Some(to)) = (ends.next(), ends.next()) {
            let view = runner.view.get_untracked();
            runner.act(|run| Call::Pipe(to).command(&run, &view, from));
        }
        return true;
    }
    let stage = attribute_around(&target, "data-stage").and_then(|at| at.parse().ok());
    if let Some(at) = stage {
        runner.selected.set(StageId(at));
    }
    stage.is_some()
}

fn attribute_around(element: &Element, name: &str) -> Option<String> {
    let around = element.closest(&format!("[{name}]")).ok()??;
    around.get_attribute(name)
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
    <span><i class=\"key line\"></i>high water mark; a full tank is twice the mark or more</span>";
