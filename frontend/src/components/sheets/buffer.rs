//! What is queued in a buffer, and a chunk of it.
//!
//! Test ids: `buffer`, `buffer-refresh`, `chunk-view`, and those of [`html::queue`] and
//! [`html::chunk`].

use leptos::prelude::*;
use spillway_protocol::control::{BufferPlace, Command, Message, Side};
use spillway_streams::StageId;
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};

use super::stage_name;
use crate::connection::Refusal;
use crate::html;
use crate::state::{Hands, Runner};

/// Lists the chunks as they were when it was asked.
#[component]
pub fn BufferSheet(
    /// What asks.
    hands: Hands,
    /// The stage.
    stage: StageId,
    /// Which of its buffers.
    side: Side,
) -> impl IntoView {
    let runner = hands.runner;
    let name = StoredValue::new(stage_name(hands, stage));
    let list = RwSignal::new(String::new());
    let chunk = RwSignal::new(String::new());
    let place = move |run| BufferPlace {
        run,
        stage: name.get_value(),
        side,
    };
    let ask = move || show(runner, list, move |run| Command::Buffer(place(run)));
    ask();
    let look = move |event: MouseEvent| {
        if let Some(at) = chunk_of(&event) {
            show(runner, chunk, move |run| Command::Chunk {
                place: place(run),
                at,
            });
        }
    };
    view! {
        <p class="muted">
            "What waited when it was asked. The run goes on meanwhile: a chunk may have gone."
        </p>
        <button class="btn small" data-testid="buffer-refresh" on:click=move |_| ask()>
            "Ask again"
        </button>
        <div class="queue" tabindex="0" data-testid="buffer" inner_html=list on:click=look></div>
        <div data-testid="chunk-view" role="status" inner_html=chunk></div>
    }
}

/// Asks, and shows the answer or why there is none.
fn show(runner: Runner, into: RwSignal<String>, command: impl FnOnce(String) -> Command + 'static) {
    leptos::task::spawn_local(async move {
        let shown = match runner.ask(command).await {
            Ok(message) => drawn(&message),
            Err(Refusal { message, .. }) => {
                format!("<p class=\"notice refused\">{}</p>", html::escape(&message))
            }
        };
        // The sheet may be closed by now.
        let _ = into.try_set(shown);
    });
}

fn drawn(message: &Message) -> String {
    match message {
        Message::Buffer {
            in_hand,
            chunks,
            more,
            ..
        } => html::queue(*in_hand, chunks, *more),
        Message::Chunk {
            at, bytes, base64, ..
        } => html::chunk(*at, *bytes, &decoded(base64)),
        _ => String::new(),
    }
}

/// The browser knows Base64: each letter of what it gives is a byte.
pub(super) fn decoded(base64: &str) -> Vec<u8> {
    let letters = window().atob(base64).unwrap_or_default();
    letters.chars().map(|letter| letter as u8).collect()
}

fn chunk_of(event: &MouseEvent) -> Option<u64> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let button = target.closest("[data-chunk]").ok()??;
    button.get_attribute("data-chunk")?.parse().ok()
}
