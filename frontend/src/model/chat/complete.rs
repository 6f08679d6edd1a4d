//! What a word that is begun may become: a name after `@`, an emoji after `:`.

use crate::words::emoji::EMOJI;

/// Offers shown at a time.
const MOST: usize = 8;

/// What a word that is begun may become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Where the word begins, in bytes.
    pub from: usize,
    /// At least one.
    pub offers: Vec<Offer>,
}

/// One of what a word may become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What takes the word's place.
    pub insert: String,
    /// What is shown.
    pub label: String,
}

/// What the word before the caret may become, if anything.
#[must_use]
pub fn completion(before: &str, names: &[String], you: &str) -> Option<Completion> {
    let from = before.rfind(['@', ':'])?;
    let apart = before[..from].chars().next_back();
    if apart.is_some_and(char::is_alphanumeric) {
        return None;
    }
    let word = &before[from + 1..];
    let offers: Vec<Offer> = if before[from..].starts_with('@') {
        let others = names
            .iter()
            .filter(|name| *name != you && begins(name, word));
        let named = |name: &String| Offer {
            insert: ["@", name, " "].concat(),
            label: name.clone(),
        };
        others.take(MOST).map(named).collect()
    } else {
        let fit = EMOJI
            .iter()
            .filter(|(name, _)| !word.is_empty() && begins(name, word));
        fit.take(MOST).map(|emoji| Offer::of(*emoji)).collect()
    };
    (!offers.is_empty()).then_some(Completion { from, offers })
}

impl Offer {
    /// An emoji and its name.
    #[must_use]
    pub fn of((name, emoji): (&str, &str)) -> Self {
        Self {
            insert: [emoji, " "].concat(),
            label: [emoji, " :", name, ":"].concat(),
        }
    }
}

/// Whether more than what is there could follow.
fn begins(name: &str, word: &str) -> bool {
    name.len() > word.len()
        && name
            .get(..word.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(before: &str) -> Vec<String> {
        let names = ["Ada", "Adam", "Grace H", "me"].map(str::to_owned);
        let found = completion(before, &names, "me");
        let label = |offer: Offer| offer.label;
        found.map_or_else(Vec::new, |it| it.offers.into_iter().map(label).collect())
    }

    #[test]
    fn names_of_the_others_are_offered_after_an_at_sign() {
        assert_eq!(labels("@"), ["Ada", "Adam", "Grace H"]);
        assert_eq!(labels("hi @ad"), ["Ada", "Adam"]);
        assert_eq!(labels("@grace "), ["Grace H"]);
        assert_eq!(labels("@Ada"), ["Adam"]);
        for none in ["", "ada", "@m", "mail@ad", "@x", "@Adam hello"] {
            assert!(labels(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn emoji_are_offered_after_a_colon_and_a_letter() {
        assert_eq!(labels("hello :wav"), ["👋 :wave:", "🌊 :waves:"]);
        for none in [":", "10:w", ": w", ":-)"] {
            assert!(labels(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn what_is_chosen_takes_the_place_of_the_word() {
        let names = ["Ada".to_owned()];
        let found = completion("é @a", &names, "me").expect("Ada");
        assert_eq!((found.from, found.offers[0].insert.as_str()), (3, "@Ada "));
    }
}
