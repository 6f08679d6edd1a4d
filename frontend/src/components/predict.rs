//! A question that the learner answers before a run, which then answers it.
//!
//! Test ids: `predict-{n}` from 1 (with `data-known`, `true` once it was predicted rightly) and those
//! of [`html`](crate::html).

use leptos::prelude::*;
use spillway_protocol::control::Prediction;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, SubmitEvent};

use crate::html;
use crate::model::progress::predictions;
use crate::state::{Learned, Runner, seed};

/// The run beside a lesson's text, which the text can start.
#[derive(Clone, Copy)]
pub struct LessonRun(pub RwSignal<Option<Runner>>);

/// A question of a lesson.
#[component]
pub fn Predict(
    /// The lesson, as `chapter/lesson`.
    lesson: String,
    /// Which question, from 1.
    number: usize,
    /// It, as HTML.
    form: String,
) -> impl IntoView {
    let learned = expect_context::<Learned>();
    let LessonRun(run) = expect_context();
    let refused = RwSignal::new(String::new());
    let answered = Memo::new(move |_| {
        let answered = run.get()?.answered.get()?;
        (answered.question == number as u64).then_some(answered)
    });
    let said = Memo::new(move |_| {
        let runs = run
            .get()
            .is_some_and(|run| run.question.get() == number as u64);
        match (answered.get(), refused.get()) {
            (Some(answered), _) => html::answered(&answered),
            (None, why) if !why.is_empty() => html::predict_said(number, true, &why),
            (None, _) if runs => html::predict_said(number, false, RUNNING),
            (None, _) => String::new(),
        }
    });
    let key = predictions(&lesson);
    let known = Memo::new(move |_| {
        learned
            .progress
            .with(|progress| progress.has(&key, number - 1))
    });
    Effect::new(move |_| {
        if answered.with(|answered| answered.as_ref().is_some_and(|answered| answered.right)) {
            learned.note_predicted(&lesson, number);
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(run) = run.get_untracked() else {
            return;
        };
        let question = Prediction {
            number: number as u64,
            seed: seed(),
            prediction: predicted(&event),
        };
        leptos::task::spawn_local(async move {
            let why = run.predict(question).await.err().unwrap_or_default();
            // The learner may have left the lesson by now.
            let _ = refused.try_set(why);
        });
    };
    view! {
        <details class="predict" data-testid=format!("predict-{number}") data-known=move || known.get().to_string()>
            <summary>
                "Predict what it will do" <b hidden=move || !known.get()>" ✓"</b>
            </summary>
            <form on:submit=submit>
                <div inner_html=form></div>
                <div role="status" id=format!("said-{number}") inner_html=said></div>
            </form>
        </details>
    }
}

/// What was typed or chosen; empty when nothing was.
fn predicted(event: &SubmitEvent) -> String {
    let form = event
        .target()
        .and_then(|form| form.dyn_into::<Element>().ok());
    let field = form.and_then(|form| {
        form.query_selector("input:checked,[data-testid^=prediction]")
            .ok()?
    });
    let field = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    field.map(|field| field.value()).unwrap_or_default()
}

/// While the run has not shown the answer.
const RUNNING: &str = "Running. As soon as the run shows the answer, it is held against yours.";
