use super::super::choices::{Choices, First};
use super::super::{Found, Kind, QuestionKind, Seek, Truth};
use super::Spot;
use crate::wire::{What, WireEvent};

/// Which of the choices crosses first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WhichCrossesFirst {
    choices: Choices<What>,
}

impl WhichCrossesFirst {
    pub(super) const KIND: Kind = Kind {
        name: "which_first",
        options: &[],
        maybe: &[],
        asks: "which of the choices crosses first; `say` is the choice in words, `that` the thing",
        make: |options, says| {
            let choices = Choices::parse(options, says, What::parse)?;
            Ok(QuestionKind::WhichCrossesFirst(Self { choices }))
        },
    };

    pub(crate) fn says(&self) -> impl Iterator<Item = &str> {
        self.choices.says()
    }
}

impl Seek for WhichCrossesFirst {
    fn predict(&mut self, text: &str) -> Result<(), String> {
        self.choices.predict(text)
    }

    fn predicted(&self) -> String {
        self.choices.predicted()
    }

    fn on_wire(&mut self, event: &WireEvent) -> Option<Found> {
        Some(match self.choices.first(|that| that.is(event))? {
            First::Tie([one, other]) => Found::Tie(format!(
                "{one} and {other} are the same thing here: neither was first."
            )),
            First::One { was, is_predicted } => {
                let spot = Spot::of(event);
                Found::Truth(Truth {
                    was,
                    right: is_predicted,
                    parts_at: spot.seq,
                    parts: String::from("Here it crosses, and none of the others has."),
                    on_wire: Some(spot.place),
                })
            }
        })
    }

    fn awaited(&self) -> String {
        String::from("any of the choices")
    }
}
