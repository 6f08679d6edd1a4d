//! What was built, with the way back.

use spillway_protocol::stages::StageKind;
use spillway_recipe::{ParseError, Recipe, parse, parse_checked, print};

/// Steps back that are kept.
const MAX_STEPS: usize = 100;

/// The pipeline, and its text as somebody wrote it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Draft {
    /// The last pipeline that could be read.
    pub recipe: Recipe,
    /// The text; it may be ahead of the pipeline by an error.
    pub text: String,
    /// What is wrong with the text.
    pub error: Option<ParseError>,
}

impl Draft {
    /// A pipeline as it is written.
    #[must_use]
    pub fn of(recipe: Recipe) -> Self {
        Self {
            text: print(&recipe),
            recipe,
            error: None,
        }
    }

    /// A text that was kept, with the last pipeline that could be read.
    #[must_use]
    pub fn kept(text: String, recipe: Recipe) -> Self {
        Self {
            error: parse(&text).err(),
            text,
            recipe,
        }
    }

    /// Says what is wrong with a text that was kept before the kinds of stages were known. A text
    /// that says what stands on the board is for the server to judge.
    pub fn check(&mut self, kinds: &[StageKind]) {
        if parse(&self.text).is_ok_and(|recipe| recipe != self.recipe) {
            self.error = parse_checked(&self.text, kinds).err();
        }
    }

    /// Takes a new text; with an error in it, the pipeline stays. Without a catalogue any kind of
    /// stage is taken.
    pub fn write(&mut self, text: String, kinds: &[StageKind]) {
        let read = if kinds.is_empty() {
            parse(&text)
        } else {
            parse_checked(&text, kinds)
        };
        self.text = text;
        self.error = match read {
            Ok(recipe) => {
                self.recipe = recipe;
                None
            }
            Err(error) => Some(error),
        };
    }
}

/// What an edit is about: edits of one thing after another are undone at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The board, each time anew.
    Board,
    /// The text, while it has so many stages.
    Text(usize),
    /// An option of a stage.
    Option(String, String),
}

/// A draft and those before and after it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    now: Draft,
    last: Option<Step>,
    past: Vec<Draft>,
    future: Vec<Draft>,
}

impl History {
    /// Begins with a draft.
    #[must_use]
    pub fn begin(now: Draft) -> Self {
        Self {
            now,
            ..Self::default()
        }
    }

    /// The draft as it is.
    #[must_use]
    pub const fn now(&self) -> &Draft {
        &self.now
    }

    /// Checks the text as soon as the kinds of stages are known.
    pub fn check(&mut self, kinds: &[StageKind]) {
        self.now.check(kinds);
    }

    /// Goes on with another draft.
    pub fn push(&mut self, draft: Draft, step: Step) {
        if draft == self.now {
            return;
        }
        let before = std::mem::replace(&mut self.now, draft);
        let joins = step != Step::Board && self.last.as_ref() == Some(&step);
        if !joins {
            self.past.push(before);
            if self.past.len() > MAX_STEPS {
                self.past.remove(0);
            }
        }
        self.last = Some(step);
        self.future.clear();
    }

    /// Whether there is a way back.
    #[must_use]
    pub const fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is a way forward.
    #[must_use]
    pub const fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// Goes back a step.
    pub fn undo(&mut self) {
        if let Some(draft) = self.past.pop() {
            self.future.push(std::mem::replace(&mut self.now, draft));
            self.last = None;
        }
    }

    /// Goes forward again.
    pub fn redo(&mut self) {
        if let Some(draft) = self.future.pop() {
            self.past.push(std::mem::replace(&mut self.now, draft));
            self.last = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::playground::edit::tests::kinds;

    fn draft(text: &str) -> Draft {
        let mut draft = Draft::default();
        draft.write(text.to_owned(), &[]);
        draft
    }

    #[test]
    fn a_text_that_was_kept_is_checked_when_the_kinds_are_known() {
        let good = draft("gzip | null").recipe;
        let mut kept = Draft::kept("gzpi | null # mine".to_owned(), good.clone());
        assert_eq!(kept.error, None);
        kept.check(&kinds());
        assert!(
            kept.error
                .is_some_and(|error| error.message.contains("gzpi"))
        );
        assert_eq!(kept.recipe, good);
        // As it came by a link: the board shows it, and the server says what is wrong.
        let unknown = draft("gzpi | null");
        let mut same = unknown.clone();
        same.check(&kinds());
        assert_eq!(same, unknown);
    }

    #[test]
    fn an_error_keeps_the_text_and_the_last_good_pipeline() {
        let mut draft = draft("a: gzip | null");
        draft.write("a: gzip | | null".to_owned(), &[]);
        assert_eq!(draft.text, "a: gzip | | null");
        assert_eq!(draft.recipe.stages.len(), 2);
        let error = draft.error.as_ref().expect("an error");
        assert_eq!((error.line, error.column), (1, 11));
        draft.write("a: gzip".to_owned(), &[]);
        assert_eq!((draft.error, draft.recipe.stages.len()), (None, 1));
    }

    #[test]
    fn what_was_undone_comes_back_and_a_new_edit_ends_that() {
        let mut history = History::begin(draft("a: gzip"));
        history.push(draft("b: gzip"), Step::Board);
        history.push(draft("c: gzip"), Step::Board);
        history.undo();
        assert_eq!(history.now().text, "b: gzip");
        history.redo();
        assert_eq!(history.now().text, "c: gzip");
        history.undo();
        history.push(draft("d: gzip"), Step::Board);
        assert!(!history.can_redo());
        history.undo();
        history.undo();
        assert_eq!(history.now().text, "a: gzip");
        assert!(!history.can_undo());
    }

    #[test]
    fn letters_typed_one_after_the_other_are_one_step() {
        let mut history = History::begin(draft("g: gzip"));
        history.push(draft("g: gzip "), Step::Text(1));
        history.push(draft("g: gzip level"), Step::Text(1));
        history.push(draft("g: gzip level=3"), Step::Text(1));
        history.push(draft("g: gzip level=3 | null"), Step::Text(2));
        history.undo();
        assert_eq!(history.now().text, "g: gzip level=3");
        history.undo();
        assert_eq!(history.now().text, "g: gzip");
    }

    #[test]
    fn a_text_with_an_error_that_the_board_replaced_comes_back_by_undo() {
        let mut history = History::begin(draft("gzip"));
        let mut broken = history.now().clone();
        broken.write("gzip | | # my idea".to_owned(), &[]);
        history.push(broken, Step::Text(1));
        history.push(draft("gzip | null"), Step::Board);
        history.undo();
        assert_eq!(history.now().text, "gzip | | # my idea");
    }
}
