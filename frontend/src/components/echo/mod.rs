//! A connection of the page's own to `/ws/echo`, and its bytes.
//!
//! Test ids: `echo` (with `data-state`: `closed`, `opening` or `open`), `echo-protocol`,
//! `echo-deflate`, `echo-open`, `echo-text`, `echo-send`, `echo-size`, `echo-fill`, `echo-binary`,
//! `echo-many`, `echo-code`, `echo-reason`, `echo-close`, `echo-problem`, `echo-state`,
//! `echo-count` (with `data-sent`, `data-back`). Those of the bytes are in [`wire`](super::wire).

pub mod session;

use leptos::prelude::*;

use self::session::{Echo, State};
use super::predict::answer_on_wire;
use super::wire::WirePanel;
use crate::components::chat::Watching;
use crate::model::echo::{Subprotocol, close_of, payload, size_of};
use crate::words::number::exact;

/// A connection to the echo, what one can do with it, and its bytes.
#[component]
pub fn EchoBench(
    /// The lesson whose goals its bytes are judged by, as `chapter/lesson`.
    #[prop(optional_no_strip)]
    lesson: Option<String>,
    /// Whether the server is to agree to compression, until the learner says otherwise.
    #[prop(default = true)]
    deflate: bool,
) -> impl IntoView {
    let echo = Echo::unopened(lesson.clone(), deflate);
    let wire = echo.wire;
    answer_on_wire(lesson, wire);
    let note = view! { <Unwatched echo/> }.into_any();
    let state = move || echo.state.with(State::name);
    view! {
        <div class="talk" data-testid="echo" data-state=state>
            <section class="chat echo" aria-label="The connection">
                <Standing echo/>
                <div class="echo-forms">
                    <OpenForm echo/>
                    <SendForm echo/>
                    <CloseForm echo/>
                    <Problem echo/>
                </div>
            </section>
            <WirePanel wire note/>
        </div>
    }
}

/// What the connection does now.
#[component]
fn Standing(echo: Echo) -> impl IntoView {
    let words = move || echo.state.with(State::words);
    let count = move || {
        let counts = echo.counts.get();
        let (sent, back) = (exact(counts.sent), exact(counts.back));
        format!("{sent} messages sent, {back} back")
    };
    view! {
        <header class="room">
            <h2>"Echo"</h2>
            <span class="members" role="status" data-testid="echo-state">{words}</span>
            <span
                class="echo-count"
                data-testid="echo-count"
                data-sent=move || echo.counts.get().sent.to_string()
                data-back=move || echo.counts.get().back.to_string()
            >
                {count}
            </span>
        </header>
    }
}

#[component]
fn OpenForm(echo: Echo) -> impl IntoView {
    let open = move || echo.state.with(|state| !matches!(state, State::Closed(_)));
    let options = Subprotocol::ALL.iter().enumerate().map(|(at, protocol)| {
        view! { <option value=at.to_string()>{protocol.label()}</option> }
    });
    let choose = move |event| {
        let at: usize = event_target_value(&event).parse().unwrap_or_default();
        if let Some(chosen) = Subprotocol::ALL.get(at) {
            echo.subprotocol.set(*chosen);
        }
    };
    view! {
        <fieldset disabled=open>
            <legend>"1. Open it"</legend>
            <label>
                "Subprotocol to offer"
                <select data-testid="echo-protocol" on:change=choose>{options.collect_view()}</select>
            </label>
            <label class="tick">
                <input
                    type="checkbox"
                    data-testid="echo-deflate"
                    prop:checked=move || echo.compressed.get()
                    on:change=move |event| echo.compressed.set(event_target_checked(&event))
                />
                "The server agrees to permessage-deflate"
            </label>
            <p class="muted">"A browser always offers it, and no page can keep it from that."</p>
            <button class="btn primary" data-testid="echo-open" on:click=move |_| echo.open()>"Open"</button>
        </fieldset>
    }
}

#[component]
fn SendForm(echo: Echo) -> impl IntoView {
    let text = RwSignal::new("Hello".to_owned());
    let size = RwSignal::new("1000".to_owned());
    let noise = RwSignal::new(false);
    let closed = move || echo.state.with(|state| !matches!(state, State::Open(_)));
    let binary = move |_| match size_of(&size.get_untracked()) {
        Ok(size) => echo.send_bytes(&payload(size, noise.get_untracked())),
        Err(problem) => echo.problem.set(problem),
    };
    view! {
        <fieldset disabled=closed>
            <legend>"2. Send"</legend>
            <label>
                "A text"
                <input
                    data-testid="echo-text"
                    maxlength="4096"
                    prop:value=move || text.get()
                    on:input=move |event| text.set(event_target_value(&event))
                />
            </label>
            <div class="row">
                <button class="btn" data-testid="echo-send" on:click=move |_| echo.send_text(&text.get_untracked())>
                    "Send text"
                </button>
                <button
                    class="btn"
                    data-testid="echo-many"
                    on:click=move |_| echo.send_many(&text.get_untracked())
                >
                    "1 000 times"
                </button>
            </div>
            <div class="row">
                <label>
                    "Bytes, how many"
                    <input
                        inputmode="numeric"
                        data-testid="echo-size"
                        prop:value=move || size.get()
                        on:input=move |event| size.set(event_target_value(&event))
                    />
                </label>
                <button class="btn" data-testid="echo-binary" on:click=binary>"Send bytes"</button>
            </div>
            <label class="tick">
                <input
                    type="checkbox"
                    data-testid="echo-fill"
                    on:change=move |event| noise.set(event_target_checked(&event))
                />
                "noise, which cannot be compressed"
            </label>
        </fieldset>
    }
}

#[component]
fn CloseForm(echo: Echo) -> impl IntoView {
    let code = RwSignal::new("1000".to_owned());
    let reason = RwSignal::new(String::new());
    let closed = move || echo.state.with(|state| !matches!(state, State::Open(_)));
    let close = move |_| {
        let reason = reason.get_untracked();
        match close_of(&code.get_untracked(), &reason) {
            Ok(code) => echo.close(code, &reason),
            Err(problem) => echo.problem.set(problem),
        }
    };
    view! {
        <fieldset disabled=closed>
            <legend>"3. Close it"</legend>
            <div class="row">
                <label class="code">
                    "Code"
                    <input
                        inputmode="numeric"
                        data-testid="echo-code"
                        prop:value=move || code.get()
                        on:input=move |event| code.set(event_target_value(&event))
                    />
                </label>
                <label>
                    "Reason"
                    <input
                        data-testid="echo-reason"
                        prop:value=move || reason.get()
                        on:input=move |event| reason.set(event_target_value(&event))
                    />
                </label>
                <button class="btn" data-testid="echo-close" on:click=close>"Close"</button>
            </div>
        </fieldset>
    }
}

#[component]
fn Problem(echo: Echo) -> impl IntoView {
    move || {
        let problem = echo.problem.get();
        (!problem.is_empty()).then(
            || view! { <p class="problem" role="alert" data-testid="echo-problem">{problem}</p> },
        )
    }
}

/// Why the bytes of the connection are not shown.
#[component]
fn Unwatched(echo: Echo) -> impl IntoView {
    move || match echo.watching.get() {
        Watching::No { why } => Some(view! {
            <div class="wire-note" role="status" data-testid="wire-status">
                {format!("The bytes of this connection are not shown: {why}. Close it and open it again.")}
            </div>
        }),
        Watching::NotYet | Watching::Yes => None,
    }
}
