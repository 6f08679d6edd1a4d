//! `/lesson/{chapter}/{lesson}`: the text left, the running thing right.

pub mod prose;
pub mod thing;

use leptos::prelude::*;
use spillway_protocol::course::LessonText;

use crate::components::header;
use crate::components::keys::listen_for_lessons;
use crate::components::predict::Answers;
use crate::model::course::{Place, find};
use crate::pages::course::{LessonList, failed};
use crate::state::{CourseState, load_what_is_missing};
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
    let name = format!("{chapter}/{lesson}");
    let place = Memo::new(move |_| match course.get() {
        CourseState::Loading => Found::NotYet,
        CourseState::Failed(reason) => Found::Failed(reason),
        CourseState::Loaded(course) => match find(&course, &chapter, &lesson) {
            Some(mut place) => match place.text.take() {
                Some(text) => Found::There(Box::new(place), text),
                None => Found::WithoutText,
            },
            None => Found::Unknown,
        },
    });
    let is_missing = move || place.with(|place| *place == Found::WithoutText);
    load_what_is_missing(course, name.clone(), Signal::derive(is_missing));
    let sheet = |text: String| view! { <main class="sheet" inner_html=text></main> }.into_any();
    move || match place.get() {
        Found::NotYet | Found::WithoutText => {
            sheet("<p class=\"empty\">Opening the lesson.</p>".to_owned())
        }
        Found::Failed(reason) => sheet(failed(&reason)),
        Found::There(place, text) => view! { <Lesson place=*place text/> }.into_any(),
        Found::Unknown => view! { <Unknown name=name.clone()/> }.into_any(),
    }
}

/// A lesson, as far as it is there.
#[derive(Debug, Clone, PartialEq)]
enum Found {
    /// The course is on its way.
    NotYet,
    /// The course came without what there is to read in this lesson.
    WithoutText,
    There(Box<Place>, LessonText),
    Unknown,
    /// The course could not be had, and why.
    Failed(String),
}

#[component]
fn Lesson(place: Place, text: LessonText) -> impl IntoView {
    let header = expect_context::<header::Place>();
    header.set(Some(place.chapter.clone()), Some(place.title.clone()));
    listen_for_lessons();
    provide_context(Answers::none());
    let id = place.id.clone();
    let thing = beside_text(&text, place.id.clone());
    view! {
        <div class="lesson" data-testid="lesson" data-lesson=id>
            <Prose place text/>
            {thing}
        </div>
    }
}

#[component]
fn Unknown(name: String) -> impl IntoView {
    expect_context::<header::Place>().set(None, Some("No such lesson".to_owned()));
    view! {
        <main class="sheet" data-testid="unknown-lesson">
            <h1>"There is no lesson “" {name} "”"</h1>
            <p>"It may have been renamed, or cannot be read. These are there:"</p>
            <LessonList/>
        </main>
    }
}
