//! The playground: a board on which pipelines are built, their text beside it, and the instrument
//! that runs them.
//!
//! Test ids: `playground`, and those of its parts.

pub mod board;
pub mod field;
pub mod forms;
pub mod notes;
pub mod options;
pub mod palette;
mod ports;
pub mod toolbar;
pub mod uploads;

use leptos::html;
use leptos::prelude::*;

use crate::components::pipeline::Instrument;
use crate::connection::Connection;
use crate::state::Builder;
use board::BoardView;
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
        if builder.run()
            && let Some(instrument) = instrument.get_untracked()
        {
            instrument.scroll_into_view();
        }
    };
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
                <Instrument runner=builder.runner/>
            </section>
        </main>
    }
}
