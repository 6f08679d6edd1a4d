//! All ways a connection ends, each done for real on a WebSocket to `/ws/subject`: what the browser did and told, what
//! crossed, on one time axis.
//!
//! Test ids: `closing`, `close-code`, `close-reason`, `close-by-browser`, `close-by-server`, `close-error`, `axis`;
//! those of the lists are in [`html::closing_ways`] and [`html::lines`].

pub mod subject;

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use self::subject::Subject;
use super::predict::answer_on_wire;
use super::wire::WirePanel;
use crate::html;
use crate::model::closing::{Event, ending, merge};
use crate::model::wire::WireLog;

/// All ways a connection ends.
#[component]
pub fn Closing(
    /// The lesson whose goals its bytes are judged by, as `chapter/lesson`.
    #[prop(optional_no_strip)]
    lesson: Option<String>,
) -> impl IntoView {
    let subject = Subject::idle(lesson.clone());
    answer_on_wire(lesson, subject.wire);
    let act = move |event: MouseEvent| {
        let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let button = target.and_then(|it| it.closest("[data-way]").ok()?);
        if let Some((button, way)) =
            button.and_then(|it| Some((it.clone(), it.get_attribute("data-way")?)))
        {
            mark(&button);
            subject.end(&way);
        }
    };
    let both = move |show: fn(&[Event], &WireLog) -> String| {
        let events = subject.events;
        events.read(|events| subject.wire.log.read(|log| show(events, log)))
    };
    let sides = move || {
        both(|events, log| match events {
            [] => html::NOTHING_ENDED.to_owned(),
            _ => html::ending(&ending(events, log)),
        })
    };
    let axis = move || {
        both(|events, log| {
            if events.is_empty() {
                return String::new();
            }
            let (lines, clocks) = merge(events, log);
            html::lines(&lines, clocks)
        })
    };
    view! {
        <div class="bench closing" data-testid="closing">
            <section class="presets ways panel" aria-label="Ways to end" tabindex="0">
                <h1>"How a connection ends"</h1>
                <ul on:click=act inner_html=html::closing_ways()></ul>
            </section>
            <section class="making panel" aria-label="Both ends">
                <ByCode subject/>
                <div role="status" inner_html=sides></div>
                <div
                    class="axis-view"
                    tabindex="0"
                    role="group"
                    aria-label="Events and frames"
                    data-testid="axis"
                    inner_html=axis
                ></div>
            </section>
            <section class="answer" aria-label="What crossed">
                <WirePanel wire=subject.wire/>
            </section>
        </div>
    }
}

/// Marks the way that is done, and no other.
fn mark(button: &Element) {
    if let Ok(Some(before)) = document().query_selector("[data-way][aria-current]") {
        // It has the attribute.
        let _ = before.remove_attribute("aria-current");
    }
    // The name of the attribute is one.
    let _ = button.set_attribute("aria-current", "true");
}

/// A code and a reason, tried by either end.
#[component]
fn ByCode(
    /// The connection.
    subject: Subject,
) -> impl IntoView {
    let code = RwSignal::new("1001".to_owned());
    let reason = RwSignal::new("leaving".to_owned());
    let problem = RwSignal::new(None::<&'static str>);
    let with = move |act: fn(Subject, u16, &str)| {
        let number = code.get_untracked().trim().parse::<u16>().ok();
        problem.set(
            number
                .is_none()
                .then_some("A code is a number from 0 to 65535."),
        );
        if let Some(number) = number {
            act(subject, number, &reason.get_untracked());
        }
    };
    let bytes = move || {
        let bytes = reason.with(String::len).to_string();
        ["reason, ", &bytes, " of 123 bytes"].concat()
    };
    let problem = move || {
        let threw = subject.threw.get();
        problem.get().map(str::to_owned).or(threw)
    };
    view! {
        <div class="by-code">
            <h2>"A code and a reason of your own"</h2>
            <p class="muted">
                "A browser lets a page close with 1000 and 3000 to 4999, and a reason of at most 123 bytes. All other codes \
                 only the other end can send, and 1005, 1006 and 1015 nobody may: try it."
            </p>
            <div class="bar">
                <label>
                    "code"
                    <input
                        class="short"
                        inputmode="numeric"
                        data-testid="close-code"
                        prop:value=code
                        on:input=move |event| code.set(event_target_value(&event))
                    />
                </label>
                <label class="reason">
                    {bytes}
                    <input
                        data-testid="close-reason"
                        prop:value=reason
                        on:input=move |event| reason.set(event_target_value(&event))
                    />
                </label>
                <span class="ends">
                    <button class="btn small" data-testid="close-by-browser" on:click=move |_| with(Subject::close)>
                        "The browser closes"
                    </button>
                    <button
                        class="btn small"
                        data-testid="close-by-server"
                        on:click=move |_| with(Subject::ask_to_close)
                    >
                        "The server closes"
                    </button>
                </span>
            </div>
            <p class="problem" role="status" data-testid="close-error">{problem}</p>
        </div>
    }
}
