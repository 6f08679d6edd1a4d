//! `/`: the course map.
//!
//! Test ids: `lesson-{chapter}-{lesson}`, `continue`, `problem`.

use leptos::prelude::*;
use leptos_router::components::A;
use spillway_protocol::course::{Chapter, Course, Lesson, Problem};

use crate::components::header::Place;
use crate::model::course::{id, lessons};
use crate::model::progress::Progress;
use crate::state::{CourseState, Learned};

/// The course map.
#[component]
pub fn CoursePage() -> impl IntoView {
    expect_context::<Place>().set(None, None);
    let course = expect_context::<RwSignal<CourseState>>();
    view! {
        <main class="course">
            {move || match course.get() {
                CourseState::Loading => view! { <p class="empty">"Opening the course."</p> }.into_any(),
                CourseState::Failed(reason) => failed(&reason).into_any(),
                CourseState::Loaded(course) => view! { <CourseMap course/> }.into_any(),
            }}
        </main>
    }
}

/// Why the course is not there, and what to do.
pub fn failed(reason: &str) -> impl IntoView + use<> {
    view! {
        <div class="gone" role="alert">
            <span>{format!("The course could not be had: {reason}.")}</span>
            <button
                class="btn small"
                on:click=move |_| {
                    let _ = window().location().reload();
                }
            >
                "Try again"
            </button>
        </div>
    }
}

/// Links to every lesson there is.
#[component]
pub fn LessonList() -> impl IntoView {
    let course = expect_context::<RwSignal<CourseState>>();
    let links = |course: &Course| {
        let mut links = Vec::new();
        for (chapter, _, lesson) in lessons(course) {
            let href = format!("/lesson/{}", id(chapter, lesson));
            let title = lesson.title.clone();
            let chapter = format!(" · {}", chapter.title);
            links.push(view! {
                <li>
                    <A href=href>{title}</A>
                    <span class="muted">{chapter}</span>
                </li>
            });
        }
        links
    };
    move || match course.get() {
        CourseState::Loaded(course) => view! { <ul>{links(&course)}</ul> }.into_any(),
        CourseState::Loading => ().into_any(),
        CourseState::Failed(reason) => failed(&reason).into_any(),
    }
}

#[component]
fn CourseMap(course: Course) -> impl IntoView {
    let progress = expect_context::<Learned>().progress;
    let next = Memo::new({
        let course = course.clone();
        move |_| progress.with(|progress| next_lesson(&course, progress))
    });
    let titles: Vec<(String, String)> = lessons(&course)
        .map(|(chapter, _, lesson)| (id(chapter, lesson), lesson.title.clone()))
        .collect();
    let go_on = move || {
        let (next, begun) = next.get()?;
        let title = titles.iter().find(|(id, _)| *id == next)?.1.clone();
        let word = if begun { "Continue" } else { "Start here" };
        Some(view! {
            <A href=format!("/lesson/{next}") attr:class="btn primary large" attr:data-testid="continue">
                {format!("{word}: {title}")}
                <span aria-hidden="true">"→"</span>
            </A>
        })
    };
    let chapters = course.chapters;
    let problems = course.problems;
    view! {
        <section class="welcome">
            <h1>{course.title}</h1>
            <p>{course.welcome}</p>
            {go_on}
        </section>
        {chapters
            .into_iter()
            .map(|chapter| view! { <ChapterCards chapter next/> })
            .collect_view()}
        <Problems problems/>
    }
}

#[component]
fn ChapterCards(chapter: Chapter, next: Memo<Option<(String, bool)>>) -> impl IntoView {
    let mut cards = Vec::with_capacity(chapter.lessons.len());
    for (at, lesson) in chapter.lessons.iter().enumerate() {
        let id = id(&chapter, lesson);
        let test_id = format!("lesson-{}-{}", chapter.slug, lesson.slug);
        let lesson = lesson.clone();
        cards.push(view! { <LessonCard id test_id number=at + 1 lesson next/> });
    }
    view! {
        <section class="chapter">
            <h2>{chapter.title}</h2>
            <p class="muted">{chapter.summary}</p>
            <ol class="cards">{cards}</ol>
        </section>
    }
}

#[component]
fn LessonCard(
    id: String,
    test_id: String,
    number: usize,
    lesson: Lesson,
    next: Memo<Option<(String, bool)>>,
) -> impl IntoView {
    let progress = expect_context::<Learned>().progress;
    let goals = lesson.goals.len();
    let href = format!("/lesson/{id}");
    let is_next = {
        let id = id.clone();
        move || next.with(|next| next.as_ref().is_some_and(|(next, _)| *next == id))
    };
    let reached = Memo::new(move |_| progress.with(|progress| progress.count(&id, goals)));
    let done = move || goals > 0 && reached.get() == goals;
    let state = move || match (goals, reached.get()) {
        (0, _) => "for reading".to_owned(),
        (goals, reached) if goals == reached => "✓ all goals reached".to_owned(),
        (goals, reached) => format!("{reached} of {goals} goals"),
    };
    let dot = move |at| {
        let on = move || at < reached.get();
        view! { <i class:on=on></i> }
    };
    view! {
        <li class:done=done class:next=is_next>
            <A href=href attr:class="card" attr:data-testid=test_id>
                <span class="number" aria-hidden="true">{number}</span>
                <b>{lesson.title}</b>
                <span class="muted">{lesson.summary}</span>
                <span class="state">{state}</span>
                <span class="meter" aria-hidden="true">{(0..goals).map(dot).collect_view()}</span>
            </A>
        </li>
    }
}

#[component]
fn Problems(problems: Vec<Problem>) -> impl IntoView {
    if problems.is_empty() {
        return ().into_any();
    }
    let card = |problem: Problem| {
        let place = match problem.line {
            Some(line) => format!("{}, line {line}", problem.file),
            None => problem.file,
        };
        view! {
            <li class="problem" data-testid="problem">
                <b>"✕ " <code>{place}</code></b>
                <span>{problem.message}</span>
            </li>
        }
    };
    view! {
        <section class="chapter">
            <h2>"Lessons that could not be read"</h2>
            <p class="muted">"The others are unharmed. Correct the file and reload this page."</p>
            <ul class="cards">{problems.into_iter().map(card).collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// The first lesson with a goal still open, and whether anything was reached in the course yet.
fn next_lesson(course: &Course, progress: &Progress) -> Option<(String, bool)> {
    let reached = |(chapter, _, lesson): (&Chapter, usize, &Lesson)| {
        progress.count(&id(chapter, lesson), lesson.goals.len())
    };
    let begun = lessons(course).any(|place| reached(place) > 0);
    let open = lessons(course).find(|place| reached(*place) < place.2.goals.len());
    open.map(|(chapter, _, lesson)| (id(chapter, lesson), begun))
}
