use super::super::which_first::read_choice;
use super::super::{Found, Kind, QuestionKind, Seek, Truth};
use super::Spot;
use crate::wire::{What, WireEvent};

/// Which of the choices crosses first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WhichCrossesFirst {
    choices: Vec<Choice>,
    /// The number of the choice, from 1.
    predicted: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Choice {
    that: What,
    /// In words, as safe inline HTML.
    say: String,
}

impl WhichCrossesFirst {
    pub(super) const KIND: Kind = Kind {
        name: "which_first",
        options: &[],
        maybe: &[],
        asks: "which of the choices crosses first; `say` is the choice in words, `that` the thing",
        make: |options, says| {
            let mut choices = Vec::with_capacity(options.len());
            for (at, (that, say)) in options.iter().zip(says).enumerate() {
                choices.push(Choice {
                    that: What::parse(that).map_err(|problem| (at, problem))?,
                    say: say.clone(),
                });
            }
            Ok(QuestionKind::WhichCrossesFirst(Self {
                choices,
                predicted: 1,
            }))
        },
    };

    pub(crate) fn says(&self) -> impl Iterator<Item = &str> {
        self.choices.iter().map(|choice| &*choice.say)
    }
}

impl Seek for WhichCrossesFirst {
    fn predict(&mut self, text: &str) -> Result<(), String> {
        self.predicted = read_choice(text, self.choices.len())?;
        Ok(())
    }

    fn predicted(&self) -> String {
        let chosen = self.choices.get(self.predicted - 1);
        chosen.map_or_else(String::new, quoted)
    }

    fn on_wire(&mut self, event: &WireEvent) -> Option<Found> {
        let mut first = (1..).zip(&self.choices);
        let mut first = first.by_ref().filter(|(_, choice)| choice.that.is(event));
        let (number, choice) = first.next()?;
        if let Some((_, other)) = first.next() {
            let (one, other) = (quoted(choice), quoted(other));
            let why = format!("{one} and {other} are the same thing here: neither was first.");
            return Some(Found::Tie(why));
        }
        let spot = Spot::of(event);
        Some(Found::Truth(Truth {
            was: quoted(choice),
            right: number == self.predicted,
            parts_at: spot.seq,
            parts: String::from("Here it crosses, and none of the others has."),
            on_wire: Some(spot.place),
        }))
    }

    fn awaited(&self) -> String {
        String::from("any of the choices")
    }
}

fn quoted(choice: &Choice) -> String {
    format!("“{}”", choice.say)
}
