//! What is read by hand.
//!
//! Test ids: `read-n`, `read-foretold`, `read-send`, `read-said` (with `data-refused`), and those of
//! [`html::chunk`].

use leptos::prelude::*;
use spillway_protocol::control::{Command, MAX_READ, Message, Read};
use spillway_streams::StageId;

use super::buffer::decoded;
use super::stage_name;
use crate::connection::Refusal;
use crate::html;
use crate::state::Hands;
use crate::words::number::exact;
use crate::words::verbs::{foretell_read, gave};

/// Asks for `n`, says what `read(n)` will answer, and what it answered.
#[component]
pub fn ReadSheet(
    /// What reads.
    hands: Hands,
    /// The stage that is read from.
    stage: StageId,
) -> impl IntoView {
    let runner = hands.runner;
    let typed = RwSignal::new(String::new());
    let said = RwSignal::new(String::new());
    let wanted = Memo::new(move |_| typed.with(|typed| wanted(typed)));
    let foretold = Memo::new(move |_| match wanted.get() {
        Ok(n) => runner.told.with(|told| foretell_read(&told.view, stage, n)),
        Err(()) => {
            let most = exact(MAX_READ);
            format!("n is a whole number of bytes, 0 to {most}, or nothing")
        }
    });
    let send = move || {
        let (Ok(n), stage) = (wanted.get_untracked(), stage_name(hands, stage)) else {
            return;
        };
        leptos::task::spawn_local(async move {
            let answer = runner
                .ask(|run| Command::Read(Read { run, stage, n }))
                .await;
            // The sheet may be closed by now.
            let _ = said.try_set(drawn(n, answer));
        });
    };
    view! {
        <form on:submit=move |event| {
            event.prevent_default();
            send();
        }>
            <label>
                "n, in bytes; empty for read(), which takes all that is buffered"
                <input
                    inputmode="numeric"
                    autocomplete="off"
                    data-testid="read-n"
                    on:input=move |event| typed.set(event_target_value(&event))
                />
            </label>
            <p class="muted" data-testid="read-foretold">{foretold}</p>
            <button
                class="btn primary"
                data-testid="read-send"
                disabled=move || wanted.get().is_err()
            >
                "read(n)"
            </button>
        </form>
        <div role="status" inner_html=said></div>
    }
}

/// `None` for `read()`.
fn wanted(typed: &str) -> Result<Option<u64>, ()> {
    let digits: String = typed.split_whitespace().collect();
    if digits.is_empty() {
        return Ok(None);
    }
    let n = digits.parse().map_err(|_| ())?;
    if n > MAX_READ { Err(()) } else { Ok(Some(n)) }
}

/// The answer and what it surprises with, and the chunk.
fn drawn(n: Option<u64>, answer: Result<Message, Refusal>) -> String {
    let notice = |refused: bool, text: &str| {
        let class = if refused { "notice refused" } else { "notice" };
        let text = html::escape(text);
        format!(
            "<p class=\"{class}\" data-testid=\"read-said\" data-refused=\"{refused}\">{text}</p>"
        )
    };
    match answer {
        Ok(Message::Gave {
            bytes,
            base64,
            buffered,
            mark,
            note,
            ..
        }) => {
            let mut text = gave(n, bytes, buffered, mark);
            if let Some(note) = note {
                text.push_str(" — ");
                text.push_str(&note);
            }
            let mut drawn = notice(false, &text);
            if let Some(bytes) = bytes {
                drawn.push_str(&html::bytes(bytes, &decoded(&base64)));
            }
            drawn
        }
        Ok(_) => String::new(),
        Err(refusal) => notice(true, &refusal.message),
    }
}
