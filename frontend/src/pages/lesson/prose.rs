//! The text of a lesson: prose, goals, code, hints, the way on. Its test ids are listed in
//! [`html`](crate::html).

use leptos::prelude::*;
use spillway_protocol::course::{LessonText, Thing};

use crate::components::code_tabs::CodeTabs;
use crate::components::hints::Hints;
use crate::components::predict::Predict;
use crate::html;
use crate::model::course::Place;
use crate::state::Learned;

/// The left column of a lesson.
#[component]
pub fn Prose(
    /// The lesson and where it stands.
    place: Place,
    /// What there is to read in it.
    text: LessonText,
) -> impl IntoView {
    let progress = expect_context::<Learned>().progress;
    let titles = html::titles(&place);
    let way = html::way(&place);
    let LessonText {
        html: prose,
        code,
        thing,
        goals,
        hints,
        questions,
        ..
    } = text;
    let runs_streams = matches!(thing, Thing::Pipeline { .. });
    let badge = runs_streams.then(html::badge);
    let questions: Vec<_> = (1..)
        .zip(questions)
        .map(|(number, question)| {
            let form = html::question(number, &question);
            view! { <Predict lesson=place.id.clone() number form/> }
        })
        .collect();
    let goals =
        Memo::new(move |_| progress.with(|progress| html::goals(&place.id, &goals, progress)));
    view! {
        <aside class="text">
            <div class="titles" inner_html=titles></div>
            <div class="aims">
                <div class="goals" inner_html=goals></div>
                <Hints hints/>
                {questions}
            </div>
            <div class="prose" inner_html=prose></div>
            <CodeTabs code/>
            <nav class="way" aria-label="Lessons" inner_html=way></nav>
            <div inner_html=badge></div>
        </aside>
    }
}
