//! The text of a lesson.
//!
//! Test ids: `goal-{n}` from 1 (with `data-reached`, `true` or `false`), `previous`, `next`,
//! `shown` (with `data-done`, `data-of`).

use super::escape;
use crate::model::course::{Place, Step};
use crate::model::progress::Progress;

/// Where the lesson stands, and its title.
#[must_use]
pub fn titles(place: &Place) -> String {
    format!(
        "<p class=\"eyebrow\">Lesson {} of {} · {}</p><h1>{}</h1>",
        place.number,
        place.of,
        escape(&place.chapter),
        escape(&place.title)
    )
}

/// What the lesson asks for, ticked off, the next goal marked. The goals' own text comes from the
/// server as safe HTML.
#[must_use]
pub fn goals(lesson: &str, goals: &[String], progress: &Progress) -> String {
    if goals.is_empty() {
        return String::new();
    }
    let has = |at| progress.has(lesson, at);
    let current = (0..goals.len()).find(|at| !has(*at));
    let mut items = String::new();
    for (at, goal) in goals.iter().enumerate() {
        let reached = has(at);
        let (class, tick, said) = match (reached, current == Some(at)) {
            (true, _) => ("done", "✓", "<span class=\"unseen\"> (reached)</span>"),
            (false, true) => ("now", "", ""),
            (false, false) => ("", "", ""),
        };
        items.push_str(&format!(
            "<li class=\"{class}\" data-testid=\"goal-{}\" data-reached=\"{reached}\">\
             <span class=\"tick\" aria-hidden=\"true\">{tick}</span>\
             <span>{goal}{said}</span></li>",
            at + 1
        ));
    }
    let all = match current {
        Some(_) => "",
        None => "<p class=\"all-done\" role=\"status\">All goals reached.</p>",
    };
    format!("<ol aria-label=\"Goals\">{items}</ol>{all}")
}

/// How far a solution is that is played; what was done and what comes next is the server's, as safe
/// HTML.
#[must_use]
pub fn shown(done: u64, of: u64, html: &str) -> String {
    format!(
        "<p class=\"shown\" data-testid=\"shown\" data-done=\"{done}\" data-of=\"{of}\">\
         <b>Show me: step {done} of {of}.</b> {html}</p>"
    )
}

/// The lessons before and after.
#[must_use]
pub fn way(place: &Place) -> String {
    let link = |step: &Step, test_id: &str, words: &str| {
        let id = escape(&step.id);
        format!("<a href=\"/lesson/{id}\" data-testid=\"{test_id}\">{words}</a>")
    };
    let back = match &place.previous {
        Some(step) => link(step, "previous", "← Back"),
        None => "<a href=\"/\">← All lessons</a>".to_owned(),
    };
    let on = match &place.next {
        Some(step) => link(step, "next", &format!("Next: {} →", escape(&step.title))),
        None => "<a href=\"/\">All lessons →</a>".to_owned(),
    };
    back + &on
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place {
            id: "a/one".to_owned(),
            chapter: "A & B".to_owned(),
            number: 1,
            of: 2,
            title: "pipe()".to_owned(),
            text: None,
            previous: None,
            next: Some(Step {
                id: "a/two".to_owned(),
                title: "<two>".to_owned(),
            }),
        }
    }

    fn two_goals() -> [String; 2] {
        ["<code>pipe</code>", "wait"].map(str::to_owned)
    }

    #[test]
    fn the_next_goal_is_marked_and_reached_ones_are_ticked() {
        let mut progress = Progress::default();
        progress.reach("a/one", &[true, false]);
        let goals = goals("a/one", &two_goals(), &progress);
        assert!(goals.contains("class=\"done\" data-testid=\"goal-1\" data-reached=\"true\""));
        assert!(goals.contains("class=\"now\" data-testid=\"goal-2\" data-reached=\"false\""));
        assert!(!goals.contains("All goals reached"));
    }

    #[test]
    fn the_last_goal_says_that_all_are_reached() {
        let mut progress = Progress::default();
        progress.reach("a/one", &[true, true]);
        assert!(goals("a/one", &two_goals(), &progress).contains("All goals reached."));
    }

    #[test]
    fn the_way_leads_on_and_back_to_all_lessons() {
        let way = way(&place());
        assert!(way.contains("<a href=\"/\">← All lessons</a>"), "{way}");
        assert!(way.contains("href=\"/lesson/a/two\" data-testid=\"next\">Next: &lt;two&gt; →"));
        assert!(titles(&place()).contains("Lesson 1 of 2 · A &amp; B"));
    }
}
