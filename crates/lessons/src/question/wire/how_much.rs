use super::super::number::{exact, read_number};
use super::super::{Found, Kind, QuestionKind, Seek, Truth};
use super::{Spot, code};
use crate::wire::{Amount, WireEvent};

/// How much a property of the first such thing is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HowMuchCrosses {
    what: Amount,
    /// Which of such things, from 1.
    nth: u64,
    seen: u64,
    predicted: u64,
}

impl HowMuchCrosses {
    pub(super) const KIND: Kind = Kind {
        name: "how_much",
        options: &["what"],
        maybe: &["nth"],
        asks: "what number the property of the first such thing is: `what = \"client.text.bytes\"`; \
               `nth = 2`: of the second",
        make: |options, _| {
            let [what, nth] = options else {
                return Err((0, String::from("`what` is needed")));
            };
            let nth = match nth.as_str() {
                "" => 1,
                nth => nth
                    .parse()
                    .ok()
                    .filter(|nth| *nth > 0)
                    .ok_or_else(|| (1, format!("`{nth}` is no number of at least 1")))?,
            };
            Ok(QuestionKind::HowMuchCrosses(Self {
                what: Amount::parse(what).map_err(|problem| (0, problem))?,
                nth,
                seen: 0,
                predicted: 0,
            }))
        },
    };

    pub(crate) fn unit(&self) -> &'static str {
        if self.what.is_bytes() { "bytes" } else { "" }
    }

    fn amount(&self, number: u64) -> String {
        match self.unit() {
            // A code or a status is a name, and is not grouped.
            "" => number.to_string(),
            _ if number == 1 => String::from("1 byte"),
            unit => format!("{} {unit}", exact(number)),
        }
    }
}

impl Seek for HowMuchCrosses {
    fn predict(&mut self, text: &str) -> Result<(), String> {
        self.predicted = read_number(text, self.what.is_bytes())?;
        Ok(())
    }

    fn predicted(&self) -> String {
        self.amount(self.predicted)
    }

    fn on_wire(&mut self, event: &WireEvent) -> Option<Found> {
        let was = self.what.value(event)?;
        self.seen += 1;
        if self.seen < self.nth {
            return None;
        }
        let spot = Spot::of(event);
        let was_said = self.amount(was);
        Some(Found::Truth(Truth {
            right: was == self.predicted,
            parts_at: spot.seq,
            parts: format!("Here {} is {was_said}.", code(self.what.text())),
            on_wire: Some(spot.place),
            was: was_said,
        }))
    }

    fn awaited(&self) -> String {
        code(self.what.of())
    }
}
