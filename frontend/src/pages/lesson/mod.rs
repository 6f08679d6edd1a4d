//! `/lesson/{chapter}/{lesson}`: the text left, the running thing right.

pub mod prose;
pub mod thing;

use leptos::prelude::*;

use crate::components::header;
use crate::model::course::{Place, find};
use crate::pages::course::{LessonList, failed};
use crate::state::CourseState;
use prose::Prose;
use thing::beside_text;

/// A lesson.
#[component]
pub fn LessonPage(
    /// Slug of its chapter.
    chapter: String,
    /// Its slug.
    lesson: String,
) -> impl IntoView {
    let course = expect_context::<RwSignal<CourseState>>();
    let sheet = |text: String| view! { <main class="sheet" inner_html=text></main> }.into_any();
    move || match course.get() {
        CourseState::Loading => sheet("<p class=\"empty\">Opening the lesson.</p>".to_owned()),
        CourseState::Failed(reason) => sheet(failed(&reason)),
        CourseState::Loaded(course) => match find(&course, &chapter, &lesson) {
            Some(place) => view! { <Lesson place/> }.into_any(),
            None => view! { <Unknown name=format!("{chapter}/{lesson}")/> }.into_any(),
        },
    }
}

#[component]
fn Lesson(place: Place) -> impl IntoView {
    let header = expect_context::<header::Place>();
    header.set(
        Some(place.chapter.clone()),
        Some(place.lesson.title.clone()),
    );
    let thing = place.lesson.thing.clone();
    let id = place.id.clone();
    let name = place.id.clone();
    view! {
        <div class="lesson" data-testid="lesson" data-lesson=name>
            <Prose place/>
            {beside_text(&thing, id)}
        </div>
    }
}

#[component]
fn Unknown(name: String) -> impl IntoView {
    expect_context::<header::Place>().set(None, Some("No such lesson".to_owned()));
    view! {
        <main class="sheet" data-testid="unknown-lesson">
            <h1>"There is no lesson “" {name} "”"</h1>
            <p>"It may have been renamed. These are there:"</p>
            <LessonList/>
        </main>
    }
}
