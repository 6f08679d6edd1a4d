//! A pipeline as an instrument: the row of buttons, the sentence, the picture, the verbs, the log.
//!
//! Test ids: `gone`, `empty`.

use std::rc::Rc;

use leptos::prelude::*;
use spillway_protocol::control::Start;

use super::clock_bar::stands_still;
use super::keys::{KeySheet, listen_for_keys};
use super::log_view::LogView;
use super::menu::ThingMenu;
use super::predict::{Answers, Asker};
use super::run_bar::RunBar;
use super::sheets::Sheets;
use super::verb_bar::VerbBar;
use super::verdict_bar::VerdictBar;
use super::views::Views;
use crate::connection::Connection;
use crate::state::{Hands, Phase, Runner};

/// The pipeline of a lesson. It starts when it is opened and ends when it is left.
#[component]
pub fn Pipeline(
    /// The lesson, as `chapter/lesson`.
    lesson: String,
) -> impl IntoView {
    let start = Start {
        lesson: Some(lesson),
        ..Start::default()
    };
    let runner = Runner::open(expect_context::<Connection>(), start);
    expect_context::<Answers>().come_from(Asker {
        question: runner.question,
        answered: runner.answered,
        ask: Rc::new(move |question| Box::pin(runner.predict(question))),
    });
    view! { <Instrument runner/> }
}

/// A run of any kind: its picture, its verbs, its log.
#[component]
pub fn Instrument(
    /// The run.
    runner: Runner,
) -> impl IntoView {
    let keys = RwSignal::new(false);
    let hands = Hands::new(runner);
    provide_context(hands);
    listen_for_keys(hands, keys);
    let there = Memo::new(move |_| runner.view.with(|view| !view.stages.is_empty()));
    view! {
        <RunBar runner keys/>
        <section
            class="panel stage-view"
            class:past=move || runner.then.get().is_some()
            class:still=move || stands_still(runner)
            aria-label="The stream"
        >
            <Gone runner/>
            <p
                class="empty"
                data-testid="empty"
                hidden=there
                inner_html=move || nothing_there(&runner.phase.get())
            ></p>
            <div class="stream" hidden=move || !there.get()>
                <div aria-live="polite" inner_html=runner.shown></div>
                <VerdictBar runner/>
                <Views runner/>
            </div>
            <VerbBar hands/>
            <KeySheet shown=keys/>
        </section>
        <LogView runner/>
        <ThingMenu hands/>
        <Sheets hands/>
    }
}

/// What stands where the picture will be.
const fn nothing_there(phase: &Phase) -> &'static str {
    match phase {
        Phase::Starting | Phase::On => "Starting the pipeline on the server.",
        Phase::Off | Phase::Gone(_) => "Nothing runs. <b>Run</b> starts the pipeline.",
    }
}

/// The run is gone, and it is offered again.
#[component]
fn Gone(runner: Runner) -> impl IntoView {
    move || {
        let Phase::Gone(reason) = runner.phase.get() else {
            return None;
        };
        Some(view! {
            <div class="gone" role="alert" data-testid="gone">
                <span aria-hidden="true">"✕"</span>
                <span><b>"This run is gone: "</b>{reason}"."</span>
                <button class="btn small" on:click=move |_| runner.start()>"Run it again"</button>
            </div>
        })
    }
}
