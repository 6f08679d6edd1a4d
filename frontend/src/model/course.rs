//! Finding the way through a course.

use spillway_protocol::course::{Chapter, Course, Lesson, LessonText};

/// A lesson and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// `chapter/lesson`.
    pub id: String,
    /// Title of its chapter.
    pub chapter: String,
    /// Position in its chapter, from 1.
    pub number: usize,
    /// How many lessons the chapter has.
    pub of: usize,
    /// Its title.
    pub title: String,
    /// What there is to read and to do, if it is there.
    pub text: Option<LessonText>,
    /// The lesson before it, in the whole course.
    pub previous: Option<Step>,
    /// The lesson after it.
    pub next: Option<Step>,
}

/// A lesson one can go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// `chapter/lesson`.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// Finds a lesson by the two parts of its address.
#[must_use]
pub fn find(course: &Course, chapter: &str, lesson: &str) -> Option<Place> {
    let all: Vec<(&Chapter, usize, &Lesson)> = lessons(course).collect();
    let at = all
        .iter()
        .position(|(c, _, l)| c.slug == chapter && l.slug == lesson)?;
    let (chapter, number, lesson) = all[at];
    let step = |at: usize| {
        all.get(at).map(|(chapter, _, lesson)| Step {
            id: id(chapter, lesson),
            title: lesson.title.clone(),
        })
    };
    Some(Place {
        id: id(chapter, lesson),
        chapter: chapter.title.clone(),
        number,
        of: chapter.lessons.len(),
        title: lesson.title.clone(),
        text: lesson.text.clone(),
        previous: at.checked_sub(1).and_then(step),
        next: step(at + 1),
    })
}

/// `chapter/lesson`, the name of a lesson everywhere.
#[must_use]
pub fn id(chapter: &Chapter, lesson: &Lesson) -> String {
    format!("{}/{}", chapter.slug, lesson.slug)
}

/// All lessons in order, each with its chapter and its position in it, from 1.
pub fn lessons(course: &Course) -> impl Iterator<Item = (&Chapter, usize, &Lesson)> {
    course.chapters.iter().flat_map(|chapter| {
        let numbered = chapter.lessons.iter().enumerate();
        numbered.map(move |(at, lesson)| (chapter, at + 1, lesson))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesson(slug: &str) -> Lesson {
        Lesson {
            slug: slug.to_owned(),
            title: slug.to_uppercase(),
            summary: None,
            goal_count: 0,
            text: None,
        }
    }

    fn course() -> Course {
        let chapter = |slug: &str, lessons| Chapter {
            slug: slug.to_owned(),
            title: slug.to_owned(),
            summary: None,
            lessons,
        };
        Course {
            title: String::new(),
            welcome: String::new(),
            chapters: vec![
                chapter("streams", vec![lesson("pipe"), lesson("pause")]),
                chapter("sockets", vec![lesson("chat")]),
            ],
            problems: Vec::new(),
        }
    }

    #[test]
    fn next_and_previous_cross_chapters() {
        let place = find(&course(), "streams", "pause").expect("it is there");
        assert_eq!((place.number, place.of), (2, 2));
        assert_eq!(
            place.previous.map(|step| step.id),
            Some("streams/pipe".to_owned())
        );
        assert_eq!(
            place.next.map(|step| step.id),
            Some("sockets/chat".to_owned())
        );
    }

    #[test]
    fn an_unknown_lesson_is_not_found() {
        assert_eq!(find(&course(), "streams", "chat"), None);
    }
}
