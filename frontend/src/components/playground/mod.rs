//! The playground: a board on which pipelines are built, their text beside it, and the instrument
//! that runs them.
//!
//! Test ids: `playground`, and those of its parts.

pub mod board;
pub mod deliveries;
pub mod field;
pub mod forms;
pub mod notes;
pub mod options;
pub mod palette;
mod ports;
pub mod toolbar;
pub mod uploads;

use leptos::prelude::*;
use leptos::{ev, html};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use crate::components::pipeline::Instrument;
use crate::connection::Connection;
use crate::html::badge;
use crate::state::Builder;
use board::BoardView;
use deliveries::Deliveries;
use forms::Forms;
use notes::Notes;
use options::Options;
use palette::Palette;
use toolbar::Toolbar;

/// The whole playground.
#[component]
pub fn Playground() -> impl IntoView {
    let builder = Builder::open(expect_context::<Connection>());
    let instrument = NodeRef::<html::Section>::new();
    let run = move || {
        builder.run(move || {
            if let Some(instrument) = instrument.get_untracked() {
                instrument.scroll_into_view();
            }
        });
    };
    listen_for_undo(builder);
    view! {
        <main class="playground" data-testid="playground">
            <h1 class="unseen">"Playground"</h1>
            <div class="build">
                <Palette builder/>
                <section class="desk" aria-label="Build">
                    <Toolbar builder run/>
                    <Notes builder/>
                    <BoardView builder/>
                    <Options builder/>
                </section>
                <Forms builder/>
            </div>
            <section class="thing" aria-label="Run" node_ref=instrument>
                <Deliveries runner=builder.runner/>
                <Instrument runner=builder.runner/>
                <div inner_html=badge()></div>
            </section>
        </main>
    }
}

/// Control and Z goes back a step, Control, Shift and Z forward; where text is typed, the browser
/// does that itself.
fn listen_for_undo(builder: Builder) {
    let listening = window_event_listener(ev::keydown, move |event| {
        if !(event.ctrl_key() || event.meta_key()) || event.alt_key() || is_typing(&event) {
            return;
        }
        match event.key().as_str() {
            "z" => builder.undo(),
            "Z" | "y" => builder.redo(),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listening.remove());
}

fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    target.is_some_and(|it| matches!(it.tag_name().as_str(), "INPUT" | "TEXTAREA"))
}
