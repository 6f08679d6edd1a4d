//! `/`: the course map. Its test ids are listed in [`html`](crate::html); and `read-progress`, `read-said`.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, HtmlInputElement};

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
    view! {
        <main class="course" inner_html=map></main>
        <Keeping/>
    }
}

/// What is reached, out into a file and in again.
#[component]
fn Keeping() -> impl IntoView {
    let learned = expect_context::<Learned>();
    let said = RwSignal::new(String::new());
    let read = move |event: Event| {
        let input = event
            .target()
            .and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
        let Some((input, file)) = input.and_then(|it| Some((it.clone(), it.files()?.get(0)?)))
        else {
            return;
        };
        spawn_local(async move {
            // Far more than all goals of a course take.
            let text = match file.size() < 100_000.0 {
                true => JsFuture::from(file.text()).await.ok(),
                false => None,
            };
            let text = text.and_then(|text| text.as_string());
            said.set(html::read_progress(
                text.and_then(|text| learned.take_in(&text)),
            ));
            // The same file can be chosen again.
            input.set_value("");
        });
    };
    view! {
        <aside class="keeping" aria-label="Your progress">
            <span inner_html=move || learned.progress.with(html::kept_progress)></span>
            <label class="btn small">
                "Read a file"
                <input class="unseen" type="file" accept=".json" data-testid="read-progress" on:change=read/>
            </label>
            <span role="status" data-testid="read-said">{said}</span>
        </aside>
    }
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
    view! { <div inner_html=list></div> }
}
