//! A chunk written by hand.
//!
//! Test ids: `write-text`, `write-foretold`, `write-send`, `write-said` (with `data-refused`).

use leptos::prelude::*;
use spillway_protocol::control::{Command, MAX_WRITE, Message, Write};
use spillway_streams::StageId;

use super::stage_name;
use crate::state::{Hands, Notice};
use crate::words::number::exact;
use crate::words::verbs::{answered, foretell};

/// Asks for the chunk, says what `write()` will answer, and what it answered.
#[component]
pub fn WriteSheet(
    /// What writes.
    hands: Hands,
    /// The stage that is written to.
    stage: StageId,
) -> impl IntoView {
    let runner = hands.runner;
    let text = RwSignal::new(String::new());
    let said = RwSignal::new(None::<Notice>);
    let too_long = move || text.with(String::len) > MAX_WRITE;
    let foretold = Memo::new(move |_| {
        let bytes = text.with(String::len);
        if bytes > MAX_WRITE {
            let (most, bytes) = (exact(MAX_WRITE as u64), exact(bytes as u64));
            return format!("at most {most} bytes are written by hand; these are {bytes}");
        }
        runner.told.with(|told| {
            let stage = told.view.stage(stage);
            stage.map_or_else(String::new, |stage| foretell(stage, bytes as u64))
        })
    });
    let send = move |_| {
        let name = stage_name(hands, stage);
        let chunk = text.get_untracked();
        leptos::task::spawn_local(async move {
            let command = |run| {
                Command::Write(Write {
                    run,
                    stage: name,
                    text: Some(chunk),
                    base64: None,
                })
            };
            let notice = match runner.ask(command).await {
                Ok(message) => told(message),
                Err(refusal) => Some(Notice {
                    refused: true,
                    text: refusal.message,
                }),
            };
            // The sheet may be closed by now.
            let _ = said.try_set(notice);
        });
    };
    view! {
        <label>
            "The chunk, as text in UTF-8"
            <textarea
                rows="4"
                spellcheck="false"
                data-testid="write-text"
                on:input=move |event| text.set(event_target_value(&event))
            ></textarea>
        </label>
        <p class="muted" data-testid="write-foretold">{foretold}</p>
        <button class="btn primary" data-testid="write-send" disabled=too_long on:click=send>
            "write(chunk)"
        </button>
        <div role="status">
            {move || said.get().map(|said| view! {
                <p
                    class="notice"
                    class:refused=said.refused
                    data-testid="write-said"
                    data-refused=said.refused.to_string()
                >
                    {said.text}
                </p>
            })}
        </div>
    }
}

fn told(message: Message) -> Option<Notice> {
    let Message::Written {
        bytes,
        answer,
        buffered,
        mark,
        note,
        ..
    } = message
    else {
        return None;
    };
    let mut text = answered(answer, bytes, buffered, mark);
    if let Some(note) = note {
        text.push_str(" — ");
        text.push_str(&note);
    }
    Some(Notice {
        refused: false,
        text,
    })
}
