//! The choices of a question that asks which comes first, and the one that was predicted.

use super::Wrong;
use super::number::exact;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choices<That> {
    all: Vec<Choice<That>>,
    /// Counted from 1.
    predicted: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Choice<That> {
    that: That,
    /// In words, as safe inline HTML.
    say: String,
}

/// What came first, in words, as HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum First {
    /// One of them alone.
    One { was: String, is_predicted: bool },
    /// Two at once.
    Tie([String; 2]),
}

impl<That> Choices<That> {
    /// Reads what each of the choices waits for; else which one is wrong, and why.
    pub(super) fn parse(
        thats: &[String],
        says: &[String],
        read: impl Fn(&str) -> Result<That, String>,
    ) -> Result<Self, Wrong> {
        let mut all = Vec::with_capacity(thats.len());
        for (at, (that, say)) in thats.iter().zip(says).enumerate() {
            all.push(Choice {
                that: read(that).map_err(|problem| (at, problem))?,
                say: say.clone(),
            });
        }
        Ok(Self { all, predicted: 1 })
    }

    pub(super) fn thats(&self) -> impl Iterator<Item = &That> {
        self.all.iter().map(|choice| &choice.that)
    }

    pub(super) fn says(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|choice| &*choice.say)
    }

    /// Takes the number of the one that is predicted.
    pub(super) fn predict(&mut self, text: &str) -> Result<(), String> {
        let number = text.trim().parse().ok();
        let most = self.all.len();
        self.predicted = number
            .filter(|number| (1..=most).contains(number))
            .ok_or_else(|| none_of(most, text))?;
        Ok(())
    }

    pub(super) fn predicted(&self) -> String {
        let chosen = self.all.get(self.predicted - 1);
        chosen.map_or_else(String::new, Choice::quoted)
    }

    /// What came first, when it has just come.
    pub(super) fn first(&self, has_come: impl Fn(&That) -> bool) -> Option<First> {
        let mut come = (1..)
            .zip(&self.all)
            .filter(|(_, choice)| has_come(&choice.that));
        let (number, choice) = come.next()?;
        Some(match come.next() {
            Some((_, other)) => First::Tie([choice.quoted(), other.quoted()]),
            None => First::One {
                was: choice.quoted(),
                is_predicted: number == self.predicted,
            },
        })
    }
}

impl<That> Choice<That> {
    fn quoted(&self) -> String {
        format!("“{}”", self.say)
    }
}

fn none_of(most: usize, text: &str) -> String {
    let shown: String = text.trim().chars().take(40).collect();
    if shown.is_empty() {
        let most = exact(most as u64);
        format!("there is no prediction yet; choose one of the {most}")
    } else {
        format!("“{shown}” is none of the choices; they are 1 to {most}")
    }
}
