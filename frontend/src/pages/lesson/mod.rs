//! `/lesson/{chapter}/{lesson}`: the text left, the running thing right.

pub mod prose;
pub mod thing;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::components::header;
use crate::model::course::{Place, find};
use crate::pages::course::{LessonList, failed};
use crate::state::CourseState;
use prose::Prose;
use thing::ThingView;

/// A lesson.
#[component]
pub fn LessonPage() -> impl IntoView {
    let params = use_params_map();
    let course = expect_context::<RwSignal<CourseState>>();
    let address = Memo::new(move |_| {
        params.with(|params| {
            let part = |name| params.get(name).unwrap_or_default();
            (part("chapter"), part("lesson"))
        })
    });
    move || {
        let (chapter, lesson) = address.get();
        match course.get() {
            CourseState::Loading => {
                view! { <main class="sheet"><p class="empty">"Opening the lesson."</p></main> }
                    .into_any()
            }
            CourseState::Failed(reason) => {
                view! { <main class="sheet" inner_html=failed(&reason)></main> }.into_any()
            }
            CourseState::Loaded(course) => match find(&course, &chapter, &lesson) {
                Some(place) => view! { <Lesson place/> }.into_any(),
                None => view! { <Unknown name=format!("{chapter}/{lesson}")/> }.into_any(),
            },
        }
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
            <ThingView thing lesson=id/>
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
