//! The text of a lesson: prose, goals, code, hints, the way on.
//!
//! Test ids: `previous`, `next`.

use leptos::prelude::*;

use crate::components::code_tabs::CodeTabs;
use crate::components::goals::Goals;
use crate::components::hints::Hints;
use crate::model::course::{Place, Step};

/// The left column of a lesson.
#[component]
pub fn Prose(
    /// The lesson and where it stands.
    place: Place,
) -> impl IntoView {
    let Place {
        id,
        chapter,
        number,
        of,
        lesson,
        previous,
        next,
    } = place;
    let way = |step: Step, test_id: &'static str, words: String| {
        view! { <a href=format!("/lesson/{}", step.id) data-testid=test_id>{words}</a> }
    };
    let back = match previous {
        Some(step) => way(step, "previous", "← Back".to_owned()).into_any(),
        None => view! { <a href="/">"← All lessons"</a> }.into_any(),
    };
    let on = match next {
        Some(step) => {
            let words = format!("Next: {} →", step.title);
            way(step, "next", words).into_any()
        }
        None => view! { <a href="/">"All lessons →"</a> }.into_any(),
    };
    view! {
        <aside class="text">
            <div class="titles">
                <p class="eyebrow">{format!("Lesson {number} of {of} · {chapter}")}</p>
                <h1>{lesson.title}</h1>
            </div>
            <div class="aims">
                <Goals lesson=id goals=lesson.goals/>
                <Hints hints=lesson.hints/>
            </div>
            <div class="prose" inner_html=lesson.html></div>
            <CodeTabs code=lesson.code/>
            <nav class="way" aria-label="Lessons">{back} {on}</nav>
        </aside>
    }
}
