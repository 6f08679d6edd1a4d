//! The course map.
//!
//! Test ids: `continue`, `lesson-{chapter}-{lesson}`, `chapter-{chapter}` (with `data-done`), `problem`, `save-progress`; those of the instruments are listed
//! in [`instrument_cards`].

use spillway_protocol::course::{Chapter, Course, Lesson, Problem};

use super::{badge, escape, instrument_cards};
use crate::model::course::{id, lessons};
use crate::model::progress::Progress;
use crate::words::number::exact;

/// The course map: what to do first, then the chapters with their lessons as cards.
#[must_use]
pub fn course_map(course: &Course, progress: &Progress) -> String {
    let next = next_lesson(course, progress);
    let chapters: String = course
        .chapters
        .iter()
        .map(|chapter| chapter_cards(chapter, progress, next.as_deref()))
        .collect();
    format!(
        "<section class=\"welcome\"><h1>{}</h1><p>{}</p>{}</section>{chapters}{}{}{}",
        escape(&course.title),
        escape(&course.welcome),
        go_on(course, progress, next.as_deref()),
        instrument_cards(),
        problems(&course.problems),
        badge()
    )
}

/// Links to every lesson there is, and why the others are not.
#[must_use]
pub fn lesson_list(course: &Course) -> String {
    let link = |(chapter, _, lesson): (&Chapter, usize, &Lesson)| {
        format!(
            "<li><a href=\"/lesson/{}\">{}</a> <span class=\"muted\">· {}</span></li>",
            escape(&id(chapter, lesson)),
            escape(&lesson.title),
            escape(&chapter.title)
        )
    };
    let links: String = lessons(course).map(link).collect();
    format!("<ul>{links}</ul>{}", problems(&course.problems))
}

/// The first lesson with a goal still open.
fn next_lesson(course: &Course, progress: &Progress) -> Option<String> {
    let mut places = lessons(course);
    let open = places.find(|(chapter, _, lesson)| {
        progress.count(&id(chapter, lesson), lesson.goal_count) < lesson.goal_count
    });
    open.map(|(chapter, _, lesson)| id(chapter, lesson))
}

fn go_on(course: &Course, progress: &Progress, next: Option<&str>) -> String {
    let Some((chapter, _, lesson)) =
        lessons(course).find(|(chapter, _, lesson)| Some(id(chapter, lesson).as_str()) == next)
    else {
        return String::new();
    };
    let begun = lessons(course)
        .any(|(chapter, _, lesson)| progress.count(&id(chapter, lesson), lesson.goal_count) > 0);
    let word = if begun { "Continue" } else { "Start here" };
    format!(
        "<a class=\"btn primary large\" data-testid=\"continue\" href=\"/lesson/{}\">{word}: {} \
         <span aria-hidden=\"true\">→</span></a>",
        escape(&id(chapter, lesson)),
        escape(&lesson.title)
    )
}

/// What is reached, as a file to keep; the way back in is the page's.
#[must_use]
pub fn kept_progress(progress: &Progress) -> String {
    let text = progress.to_text();
    // What an address must not have of a text of names and flags.
    let text = text
        .replace('%', "%25")
        .replace('"', "%22")
        .replace('#', "%23");
    [
        "<span>Goals reached, kept in this browser: ",
        &exact(progress.goals() as u64),
        "</span> <a class=\"btn small\" data-testid=\"save-progress\" \
         download=\"spillway-progress.json\" href=\"data:application/json,",
        &escape(&text),
        "\">Save as a file</a>",
    ]
    .concat()
}

/// What is said once a file was read.
#[must_use]
pub fn read_progress(new: Option<usize>) -> String {
    match new {
        Some(new) => ["Read. Goals that are new by it: ", &exact(new as u64)].concat(),
        None => "This file has no progress in it. Choose one that was saved here.".to_owned(),
    }
}

/// How much of a chapter is done.
fn chapter_state(chapter: &Chapter, progress: &Progress) -> String {
    let with_goals = || {
        chapter
            .lessons
            .iter()
            .filter(|lesson| lesson.goal_count > 0)
    };
    let is_done = |lesson: &&Lesson| {
        progress.count(&id(chapter, lesson), lesson.goal_count) == lesson.goal_count
    };
    let done = with_goals().filter(is_done).count();
    match with_goals().count() {
        0 => String::new(),
        all => format!(
            " <small data-testid=\"chapter-{}\" data-done=\"{done}\">{done} of {all}</small>",
            escape(&chapter.slug)
        ),
    }
}

fn chapter_cards(chapter: &Chapter, progress: &Progress, next: Option<&str>) -> String {
    let mut cards = String::new();
    for (at, lesson) in chapter.lessons.iter().enumerate() {
        let id = id(chapter, lesson);
        let is_next = next == Some(id.as_str());
        let reached = progress.count(&id, lesson.goal_count);
        let test_id = format!("lesson-{}-{}", chapter.slug, lesson.slug);
        cards.push_str(&card(lesson, &id, &test_id, at + 1, reached, is_next));
    }
    format!(
        "<section class=\"chapter\"><h2>{}{}</h2><p class=\"muted\">{}</p>\
         <ol class=\"cards\">{cards}</ol></section>",
        escape(&chapter.title),
        chapter_state(chapter, progress),
        escape(chapter.summary.as_deref().unwrap_or_default())
    )
}

fn card(
    lesson: &Lesson,
    id: &str,
    test_id: &str,
    number: usize,
    reached: usize,
    is_next: bool,
) -> String {
    let goals = lesson.goal_count;
    let (class, state) = match (goals, reached) {
        (0, _) => ("", "for reading".to_owned()),
        (goals, reached) if goals == reached => ("done", "✓ all goals reached".to_owned()),
        (goals, reached) => ("", format!("{reached} of {goals} goals")),
    };
    let class = if is_next { "next" } else { class };
    let meter: String = (0..goals)
        .map(|at| {
            if at < reached {
                "<i class=\"on\"></i>"
            } else {
                "<i></i>"
            }
        })
        .collect();
    format!(
        "<li class=\"{class}\"><a class=\"card\" href=\"/lesson/{}\" data-testid=\"{}\">\
         <span class=\"number\" aria-hidden=\"true\">{number}</span><b>{}</b>\
         <span class=\"muted\">{}</span><span class=\"state\">{state}</span>\
         <span class=\"meter\" aria-hidden=\"true\">{meter}</span></a></li>",
        escape(id),
        escape(test_id),
        escape(&lesson.title),
        escape(lesson.summary.as_deref().unwrap_or_default())
    )
}

fn problems(problems: &[Problem]) -> String {
    if problems.is_empty() {
        return String::new();
    }
    let card = |problem: &Problem| {
        let line = problem
            .line
            .map_or_else(String::new, |line| format!(", line {line}"));
        format!(
            "<li class=\"problem\" data-testid=\"problem\"><b>✕ <code>{}{line}</code></b>\
             <span>{}</span></li>",
            escape(&problem.file),
            escape(&problem.message)
        )
    };
    let cards: String = problems.iter().map(card).collect();
    format!(
        "<section class=\"chapter\"><h2>Lessons that could not be read</h2><p class=\"muted\">\
         The others are unharmed. Correct the file and reload this page.</p>\
         <ul class=\"cards\">{cards}</ul></section>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course() -> Course {
        let lesson = |slug: &str| Lesson {
            slug: slug.to_owned(),
            title: format!("<{slug}>"),
            summary: None,
            goal_count: 2,
            text: None,
        };
        Course {
            title: "Streams".to_owned(),
            welcome: String::new(),
            chapters: vec![Chapter {
                slug: "a".to_owned(),
                title: "A".to_owned(),
                summary: None,
                lessons: vec![lesson("one"), lesson("two")],
            }],
            problems: Vec::new(),
        }
    }

    #[test]
    fn what_to_do_first_is_the_first_lesson() {
        let map = course_map(&course(), &Progress::default());
        assert!(
            map.contains("href=\"/lesson/a/one\">Start here: &lt;one&gt;"),
            "{map}"
        );
        assert!(map.contains("0 of 2 goals"), "{map}");
    }

    #[test]
    fn after_a_lesson_the_next_one_goes_on() {
        let mut progress = Progress::default();
        progress.reach("a/one", &[true, true]);
        let map = course_map(&course(), &progress);
        assert!(
            map.contains("href=\"/lesson/a/two\">Continue: &lt;two&gt;"),
            "{map}"
        );
        assert!(map.contains("✓ all goals reached"), "{map}");
        assert!(map.contains("data-done=\"1\">1 of 2</small>"), "{map}");
    }

    #[test]
    fn what_is_reached_can_be_saved() {
        let mut progress = Progress::default();
        progress.reach("a/one", &[true, false]);
        let kept = kept_progress(&progress);
        assert!(kept.contains("browser: 1<"), "{kept}");
        assert!(kept.contains("json,{%22a/one%22:[true,false]}\""), "{kept}");
    }

    #[test]
    fn a_broken_lesson_is_a_card_with_its_line() {
        let mut course = course();
        course.problems.push(Problem {
            file: "a/lesson.toml".to_owned(),
            line: Some(3),
            message: "unknown key".to_owned(),
        });
        let map = course_map(&course, &Progress::default());
        assert!(map.contains("<code>a/lesson.toml, line 3</code>"), "{map}");
        let list = lesson_list(&course);
        assert!(
            list.contains("<code>a/lesson.toml, line 3</code>"),
            "{list}"
        );
        assert!(list.contains("/lesson/a/two"), "{list}");
    }
}
