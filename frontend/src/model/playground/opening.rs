//! What the playground begins with: what was kept in this browser, and what a link brings.

use spillway_recipe::{Recipe, from_link, parse};

use super::{Draft, History, Step};

/// What a browser keeps of the playground.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept {
    /// The text as it was written.
    pub text: String,
    /// The last pipeline that could be read, as text.
    pub recipe: String,
    /// The link that this page wrote into the address last.
    pub link: String,
}

impl Kept {
    fn draft(self) -> Draft {
        let recipe = parse(&self.recipe).unwrap_or_default();
        if self.text.trim().is_empty() {
            return Draft::of(recipe);
        }
        Draft::kept(self.text, recipe)
    }
}

/// What is said about a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Something is wrong with it.
    pub is_bad: bool,
    /// In words.
    pub text: String,
}

/// The playground as it opens. A link that comes from elsewhere comes before what was kept, which undo brings back; a link
/// that cannot be read changes nothing.
#[must_use]
pub fn open(kept: Kept, link: Option<&str>) -> (History, Option<Said>) {
    let link = link.filter(|link| link.is_empty() || *link != kept.link);
    let mut history = History::begin(kept.draft());
    let said = link.and_then(|link| follow(&mut history, link));
    (history, said)
}

/// Goes on with the pipeline of a link.
pub fn follow(history: &mut History, link: &str) -> Option<Said> {
    match from_link(link) {
        Ok(recipe) if recipe == history.now().recipe => None,
        Ok(recipe) => {
            let had = *history.now() != Draft::of(Recipe::default());
            history.push(Draft::of(recipe), Step::Board);
            had.then(|| Said {
                is_bad: false,
                text: "This pipeline came with the link. Undo brings back what you had before."
                    .to_owned(),
            })
        }
        Err(error) => Some(Said {
            is_bad: true,
            text: [
                &capital(&error.to_string()),
                ". What stands here is as it was before.",
            ]
            .concat(),
        }),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use spillway_recipe::link;

    use super::*;

    fn kept(text: &str, recipe: &str) -> Kept {
        Kept {
            text: text.to_owned(),
            recipe: recipe.to_owned(),
            link: String::new(),
        }
    }

    fn link_to(text: &str) -> String {
        link(&parse(text).expect("a pipeline")).expect("a link")
    }

    #[test]
    fn what_was_kept_comes_back_with_its_comments_and_its_error() {
        let text = "# mine\ngzip | | null";
        let (history, said) = open(kept(text, "gzip"), None);
        assert_eq!(history.now().text, text);
        assert!(history.now().error.is_some());
        assert_eq!(history.now().recipe.stages.len(), 1);
        assert_eq!(said, None);
    }

    #[test]
    fn a_link_comes_first_and_undo_brings_back_what_was_kept() {
        let (mut history, said) = open(kept("upper", "upper"), Some(&link_to("gzip | null")));
        assert_eq!(history.now().text, "gzip | null\n");
        assert!(said.is_some_and(|said| !said.is_bad && said.text.contains("Undo")));
        history.undo();
        assert_eq!(history.now().text, "upper");
        let (history, said) = open(Kept::default(), Some(&link_to("gzip")));
        assert_eq!((history.can_undo(), said), (true, None));
    }

    #[test]
    fn a_link_to_what_stands_there_leaves_the_text_as_it_was_written() {
        let text = "# mine\ngzip|null";
        let (history, said) = open(kept(text, "gzip | null"), Some(&link_to("gzip | null")));
        assert_eq!(history.now().text, text);
        assert_eq!((history.can_undo(), said), (false, None));
    }

    #[test]
    fn a_link_that_this_page_wrote_itself_is_older_than_what_it_kept() {
        let link = link_to("gzip level=1");
        let kept = Kept {
            link: link.clone(),
            ..kept("gzip level=7", "gzip level=7")
        };
        let (history, said) = open(kept, Some(&link));
        assert_eq!(history.now().text, "gzip level=7");
        assert_eq!((history.can_undo(), said), (false, None));
    }

    #[test]
    fn a_damaged_link_says_so_and_changes_nothing() {
        let whole = link_to("gzip | null");
        for damaged in [&whole[..whole.len() - 3], "", "1.x.y", "nonsense"] {
            let (history, said) = open(kept("upper", "upper"), Some(damaged));
            assert_eq!(history.now().text, "upper");
            let said = said.expect("something is said");
            assert!(
                said.is_bad && said.text.contains("as it was before"),
                "{said:?}"
            );
        }
    }
}
