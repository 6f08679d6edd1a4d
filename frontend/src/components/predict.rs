//! A question that the learner answers before a run, which then answers it.
//!
//! Test ids: `predict-{n}` from 1 (with `data-known`, `true` once it was predicted rightly) and those
//! of [`html`](crate::html).

use std::pin::Pin;
use std::rc::Rc;

use leptos::prelude::*;
use spillway_protocol::control::{Answered, Command, Message, Prediction};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, SubmitEvent};

use super::wire::state::Wire;
use crate::connection::Connection;
use crate::html;
use crate::model::progress::predictions;
use crate::state::{Learned, seed};

/// What answers the questions of a lesson, once it stands beside the text.
#[derive(Clone, Copy)]
pub struct Answers(RwSignal<Option<Asker>, LocalStorage>);

/// Takes predictions.
#[derive(Clone)]
pub struct Asker {
    /// The question that is asked, from 1; 0 when none.
    pub question: RwSignal<u64>,
    /// What came of it.
    pub answered: RwSignal<Option<Answered>>,
    /// Asks it. The error is what is wrong with the prediction, and what is allowed.
    pub ask: Rc<Ask>,
}

/// Asks a question.
pub type Ask = dyn Fn(Prediction) -> Pin<Box<dyn Future<Output = Result<(), String>>>>;

impl Answers {
    /// Nothing answers yet.
    #[must_use]
    pub fn none() -> Self {
        Self(RwSignal::new_local(None))
    }

    /// This answers from now on.
    pub fn come_from(self, asker: Asker) {
        self.0.set(Some(asker));
    }
}

/// A lesson's questions are answered by connections that the server makes, and their bytes are shown here.
pub fn answer_on_wire(lesson: Option<String>, wire: Wire) {
    let (Some(lesson), Some(answers)) = (lesson, use_context::<Answers>()) else {
        return;
    };
    let connection = expect_context::<Connection>();
    let (question, answered) = (RwSignal::new(0), RwSignal::new(None::<Answered>));
    let show = move || {
        let place = answered.with_untracked(|it| it.as_ref()?.parts_on_wire);
        let found = place.and_then(|place| wire.log.peek(|log| log.at(place)));
        if found.is_some() {
            wire.chosen.set(found);
        }
    };
    connection.on_message(move |message| match message {
        Message::Answered(came) if came.run.is_empty() => {
            answered.set(Some(came.clone()));
            show();
        }
        // Whoever sends scenarios looks at their end; the answer goes before.
        Message::WireClosed { .. } => show(),
        _ => {}
    });
    let ask = move |asked: Prediction| {
        let lesson = Some(lesson.clone());
        wire.clear();
        answered.set(None);
        question.set(asked.number);
        let asking = async move {
            let answer = connection.request(Command::SendScenario {
                scenario: String::new(),
                lesson,
                question: Some(asked),
            });
            let refused = answer.await.map_err(|refusal| refusal.message).map(|_| ());
            if refused.is_err() {
                let _ = question.try_set(0);
            }
            refused
        };
        let asking: Pin<Box<dyn Future<Output = Result<(), String>>>> = Box::pin(asking);
        asking
    };
    answers.come_from(Asker {
        question,
        answered,
        ask: Rc::new(ask),
    });
}

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
    let Answers(asker) = expect_context();
    let refused = RwSignal::new(String::new());
    let answered = Memo::new(move |_| {
        let answered = asker.get()?.answered.get()?;
        (answered.question == number as u64).then_some(answered)
    });
    let said = Memo::new(move |_| {
        let runs = asker
            .get()
            .is_some_and(|asker| asker.question.get() == number as u64);
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
        let Some(asker) = asker.get_untracked() else {
            return;
        };
        let question = Prediction {
            number: number as u64,
            seed: seed(),
            prediction: predicted(&event),
        };
        leptos::task::spawn_local(async move {
            let why = (asker.ask)(question).await.err().unwrap_or_default();
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

/// While there is no answer.
const RUNNING: &str = "Running. As soon as the answer is there, it is held against yours.";
