//! Which goals a learner has reached, kept between visits.

use crate::json;

/// Where a lesson's predictions are kept, beside its goals.
#[must_use]
pub fn predictions(lesson: &str) -> String {
    format!("{lesson}{PREDICTED}")
}

/// No address of a lesson ends like this.
const PREDICTED: char = '?';

/// Goals reached, by lesson.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    lessons: Vec<(String, Vec<bool>)>,
}

impl Progress {
    /// Reads what [`Progress::to_text`] wrote. Anything else counts as nothing reached: it is the
    /// learner's own browser, and they can reach it again.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self {
            lessons: json::flag_lists(text).unwrap_or_default(),
        }
    }

    /// Adds what [`Progress::to_text`] wrote, somewhere else or before; says how many goals are new by it. `None`: it is not
    /// such a text.
    pub fn add(&mut self, text: &str) -> Option<usize> {
        let more = json::flag_lists(text)?;
        let before = self.goals();
        for (lesson, reached) in &more {
            self.reach(lesson, reached);
        }
        Some(self.goals() - before)
    }

    /// How many goals are reached, in all lessons.
    #[must_use]
    pub fn goals(&self) -> usize {
        let lessons = self.lessons.iter();
        let lessons = lessons.filter(|(name, _)| !name.ends_with(PREDICTED));
        let goals = lessons.flat_map(|(_, goals)| goals);
        goals.filter(|reached| **reached).count()
    }

    /// The text to keep.
    #[must_use]
    pub fn to_text(&self) -> String {
        json::flags(&self.lessons)
    }

    /// Adds what the server judged. A goal once reached stays reached. Returns whether anything
    /// is new.
    pub fn reach(&mut self, lesson: &str, reached: &[bool]) -> bool {
        let at = self.lessons.iter().position(|(name, _)| name == lesson);
        let at = at.unwrap_or_else(|| {
            self.lessons.push((lesson.to_owned(), Vec::new()));
            self.lessons.len() - 1
        });
        let kept = &mut self.lessons[at].1;
        let before = kept.clone();
        kept.resize(kept.len().max(reached.len()), false);
        for (kept, reached) in kept.iter_mut().zip(reached) {
            *kept |= *reached;
        }
        *kept != before
    }

    /// Whether the goal at `index` of a lesson is reached.
    #[must_use]
    pub fn has(&self, lesson: &str, index: usize) -> bool {
        let found = self.lessons.iter().find(|(name, _)| name == lesson);
        found.is_some_and(|(_, goals)| goals.get(index) == Some(&true))
    }

    /// How many of a lesson's first `goals` goals are reached.
    #[must_use]
    pub fn count(&self, lesson: &str, goals: usize) -> usize {
        (0..goals).filter(|index| self.has(lesson, *index)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_once_reached_stays_reached() {
        let mut progress = Progress::default();
        assert!(progress.reach("a/b", &[true, false]));
        assert!(!progress.reach("a/b", &[false, false]));
        assert!(progress.has("a/b", 0));
        assert_eq!(progress.count("a/b", 2), 1);
    }

    #[test]
    fn a_file_adds_to_what_is_there_and_rubbish_changes_nothing() {
        let (mut here, mut there) = (Progress::default(), Progress::default());
        here.reach("a/b", &[true, false]);
        there.reach("a/b", &[true, true]);
        there.reach("a/c", &[true]);
        assert_eq!(here.add(&there.to_text()), Some(2));
        assert_eq!(here.goals(), 3);
        assert_eq!(here.add(&there.to_text()), Some(0));
        assert_eq!(here.add("{\"a/b\": 7}"), None);
        assert_eq!(here.add("a picture"), None);
        assert_eq!(here.goals(), 3);
    }

    #[test]
    fn what_is_kept_reads_back_and_rubbish_is_nothing() {
        let mut progress = Progress::default();
        progress.reach("a/b", &[true]);
        assert_eq!(Progress::from_text(&progress.to_text()), progress);
        assert_eq!(Progress::from_text("[oops"), Progress::default());
    }
}
