//! `/`: the course map. Its test ids are listed in [`html`](crate::html).

use leptos::prelude::*;

use crate::components::header::Place;
use crate::html;
use crate::state::{CourseState, Learned, load_what_is_missing};

/// The course map.
#[component]
pub fn CoursePage() -> impl IntoView {
    expect_context::<Place>().set(None, None);
    let course = expect_context::<RwSignal<CourseState>>();
    let progress = expect_context::<Learned>().progress;
    let is_missing =
        move || course.with(|course| matches!(course, CourseState::Loaded(it) if !it.has_map()));
    load_what_is_missing(course, String::new(), Signal::derive(is_missing));
    let map = move || {
        course.with(|course| match course {
            CourseState::Loaded(course) if course.has_map() => {
                progress.with(|done| html::course_map(course, done))
            }
            CourseState::Loading | CourseState::Loaded(_) => {
                "<p class=\"empty\">Opening the course.</p>".to_owned()
            }
            CourseState::Failed(reason) => failed(reason),
        })
    };
    view! { <main class="course" inner_html=map></main> }
}

/// Why the course is not there, and what to do.
#[must_use]
pub fn failed(reason: &str) -> String {
    format!(
        "<div class=\"gone\" role=\"alert\"><span>The course could not be had: {}.</span>\
         <a class=\"btn small\" rel=\"external\" href=\"\">Try again</a></div>",
        html::escape(reason)
    )
}

/// Links to every lesson there is.
#[component]
pub fn LessonList() -> impl IntoView {
    let course = expect_context::<RwSignal<CourseState>>();
    let list = move || {
        course.with(|course| match course {
            CourseState::Loaded(course) => html::lesson_list(course),
            CourseState::Loading => String::new(),
            CourseState::Failed(reason) => failed(reason),
        })
    };
    view! { <ul inner_html=list></ul> }
}
