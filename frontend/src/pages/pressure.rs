//! `/pressure`: a file that flows to this page by a WebSocket, and where its bytes wait when the
//! page reads slowly.
//!
//! Test ids: `pressure`, `reading` (the slider), `reader-stream`, `reader-worker`, `worker-limit`, and for each of
//! `subject`, `plain` and `ignored`: `chain-{id}` (with `data-phase`: `off`, `on` or `over`, and
//! `data-still`, milliseconds), `run-{id}`, `stop-{id}`, `said-{id}`; those of the gauges are listed
//! in [`html::gauges`](crate::html::gauges).

use leptos::prelude::*;

use crate::components::header::Place;
use crate::connection::{Connection, Link};
use crate::html;
use crate::model::pressure::{CHAINS, Chain, full_speed, reading_speed};
use crate::state::{Desk, Phase, Pressure, Reader, blocks_for_good, has_stream};
use crate::words::number::limit;
use crate::words::phrase::Tone;
use crate::words::pressure::{WAKES, not_begun, sentence};

/// The page reads a megabyte a second at first.
const FIRST_STEP: usize = 8;

/// Pressure across a socket.
#[component]
pub fn PressurePage() -> impl IntoView {
    let title = "Pressure across the socket";
    let place = expect_context::<Place>();
    place.set(Some("Measured".to_owned()), Some(title.to_owned()));
    view! {
        <main>
            <h1 class="unseen">{title}</h1>
            <PressureBench lesson=None/>
        </main>
    }
}

/// The same, on a page of its own, where the first chain begins by itself, or beside a lesson.
#[component]
pub fn PressureBench(
    /// The lesson whose goals the runs are judged by, as `chapter/lesson`.
    #[prop(optional_no_strip)]
    lesson: Option<String>,
) -> impl IntoView {
    let connection = expect_context::<Connection>();
    let reader = if has_stream() {
        Reader::Stream
    } else {
        Reader::Worker
    };
    let desk = Desk {
        step: RwSignal::new(FIRST_STEP),
        reader: RwSignal::new(reader),
    };
    let begun = StoredValue::new(lesson.is_some());
    let chains =
        CHAINS.map(move |chain| Pressure::prepare(connection, chain, desk, lesson.clone()));
    Effect::new(move |_| {
        if connection.link.get() == Link::Live && !begun.get_value() {
            begun.set_value(true);
            chains[0].start();
        }
    });
    view! {
        <div class="transports pressure" data-testid="pressure">
            <Controls desk subject=chains[0]/>
            {CHAINS.into_iter().zip(chains).map(|(chain, pressure)| view! { <Row chain pressure/> }).collect_view()}
            <p class="muted method">
                "Buffers are the run's own events. The socket's figures are the server's: what it has made frames \
                 of, what its kernel has taken, and the kernels' queues from /proc/net/tcp. Those of the browser's \
                 kernel are seen only when browser and server are on one machine; what is left over then is in the \
                 browser. What the page has received and done it counts itself, frame heads included."
            </p>
        </div>
    }
}

/// What is set for all chains.
#[component]
fn Controls(desk: Desk, subject: Pressure) -> impl IntoView {
    let says = move || match reading_speed(desk.step.get()) {
        Some(0) => "nothing".to_owned(),
        speed => limit(speed),
    };
    let choice = move |reader: Reader, id: &'static str, name: &'static str, there: bool| {
        let on = move || desk.reader.get() == reader;
        view! {
            <button
                class="ghost"
                class:on=on
                data-testid=id
                aria-pressed=move || on().to_string()
                disabled=!there
                title=if there { "" } else { "this browser does not have it" }
                on:click=move |_| {
                    desk.reader.set(reader);
                    subject.start();
                }
            >
                {name}
            </button>
        }
    };
    let wakes = move || {
        let limited = desk.reader.get() == Reader::Worker && !blocks_for_good();
        limited.then(|| view! { <p class="muted method" data-testid="worker-limit">{WAKES}</p> })
    };
    view! {
        <div class="bar" role="group" aria-label="How the page reads">
            <label class="throttle">
                "This page reads"
                <input
                    type="range"
                    min="0"
                    max=full_speed()
                    step="1"
                    data-testid="reading"
                    aria-valuetext=says
                    prop:value=move || desk.step.get().to_string()
                    on:input=move |event| {
                        if let Ok(step) = event_target_value(&event).parse() {
                            desk.step.set(step);
                        }
                    }
                />
                <span class="speed">{says}</span>
            </label>
            <span class="grow"></span>
            <span class="sources" role="group" aria-label="What the page reads with">
                <span class="muted">"with"</span>
                {choice(Reader::Stream, "reader-stream", "WebSocketStream", has_stream())}
                {choice(Reader::Worker, "reader-worker", "a Worker that blocks", true)}
            </span>
        </div>
        {wakes}
    }
}

/// One chain: its sentence and its gauges.
#[component]
fn Row(chain: Chain, pressure: Pressure) -> impl IntoView {
    let id = chain.id();
    let runner = pressure.runner;
    let over = Memo::new(move |_| runner.view.with(|view| view.outcome.is_some()));
    let phase = move || match (runner.phase.get(), over.get()) {
        (Phase::On, true) => "over",
        (Phase::On | Phase::Starting, _) => "on",
        _ => "off",
    };
    let said = Memo::new(move |_| {
        let refused = runner.notice.get().filter(|notice| notice.refused);
        match (runner.phase.get(), refused) {
            (Phase::Gone(reason), _) => {
                (Tone::Fault, ["This run is gone: ", &reason, "."].concat())
            }
            (Phase::Off, Some(refused)) => (
                Tone::Fault,
                ["The server refused: ", &html::escape(&refused.text)].concat(),
            ),
            (Phase::Off, None) => (Tone::Quiet, not_begun(chain).to_owned()),
            _ => pressure.shown.with(|(gauges, still)| {
                let (tone, said) = sentence(chain, gauges, *still);
                (tone, html::phrase(&said))
            }),
        }
    });
    let row = move || {
        let most = pressure.most.get();
        pressure
            .shown
            .with(|(gauges, still)| html::gauges(chain, gauges, most, *still))
    };
    let still = move || pressure.shown.with(|(_, still)| still.to_string());
    // What is read out is how it stands, not every figure.
    let spoken = move || match said.with(|(tone, _)| *tone) {
        Tone::Fault => "Ended.",
        Tone::Brim => "Bytes pile up.",
        Tone::Water => "Flows at the page's pace.",
        Tone::Done | Tone::Quiet => "",
    };
    view! {
        <section
            class="panel chain"
            aria-label=chain.title()
            data-testid=["chain-", id].concat()
            data-phase=phase
            data-still=still
        >
            <header>
                <h2>{chain.title()}</h2>
                <code>{chain.code()}</code>
                <span class="sources">
                <button class="btn small" data-testid=["run-", id].concat() on:click=move |_| pressure.start()>
                    {move || if phase() == "off" { "Run" } else { "Run again" }}
                </button>
                <button
                    class="btn small"
                    data-testid=["stop-", id].concat()
                    disabled=move || phase() == "off"
                    on:click=move |_| pressure.stop()
                >
                    "Stop"
                </button>
                </span>
            </header>
            <p
                class=move || said.with(|(tone, _)| ["says ", tone.class()].concat())
                data-testid=["said-", id].concat()
                inner_html=move || said.with(|(_, said)| said.clone())
            ></p>
            <ol class="gauges" aria-label="Where its bytes are" inner_html=row hidden=move || phase() == "off"></ol>
            <span class="unseen" role="status">{spoken}</span>
        </section>
    }
}
