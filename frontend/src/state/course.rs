//! The course, fetched anew at each load of the page: a teacher edits and reloads.

use gloo_net::http::Request;
use leptos::prelude::*;
use spillway_protocol::course::Course;

use super::seed;
use crate::json;

/// The course as far as it is there.
#[derive(Debug, Clone, PartialEq)]
pub enum CourseState {
    /// On its way.
    Loading,
    /// There.
    Loaded(Course),
    /// It could not be had, and why.
    Failed(String),
}

/// Fetches the course, with the text of the lesson `chapter/lesson` alone; without a text when no
/// lesson is called so.
pub fn load_course(course: RwSignal<CourseState>, lesson: String) {
    leptos::task::spawn_local(async move {
        let state = match fetch(&lesson).await {
            Ok(loaded) => CourseState::Loaded(loaded),
            Err(error) => CourseState::Failed(error),
        };
        course.set(state);
    });
}

/// Fetches the course once more, when what it came with is not enough for what is shown now.
pub fn load_what_is_missing(
    course: RwSignal<CourseState>,
    lesson: String,
    is_missing: Signal<bool>,
) {
    Effect::new(move |before: Option<bool>| {
        let before = before.unwrap_or_default();
        let missing = is_missing.get();
        if missing && !before {
            load_course(course, lesson.clone());
        }
        before || missing
    });
}

async fn fetch(lesson: &str) -> Result<Course, String> {
    let answer = Request::get(&format!("/api/course?lesson={lesson}&seed={}", seed()))
        .send()
        .await
        .map_err(|error| error.to_string())?;
    if !answer.ok() {
        return Err(format!("the server answered {}", answer.status()));
    }
    let text = answer.text().await.map_err(|error| error.to_string())?;
    json::course(&text).ok_or_else(|| "the server sent no course".to_owned())
}
