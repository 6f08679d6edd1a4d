use super::super::number::{exact, nth, read_number};
use super::super::{Found, Kind, QuestionKind, Seek, Truth};
use super::{Spot, code, is_end};
use crate::wire::{What, WireEvent};

/// How many of something cross before something else does, or before the connection is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HowManyCross {
    count: What,
    until: Option<What>,
    predicted: u64,
    counted: u64,
    /// The one that was the last to be expected.
    too_early: Option<Spot>,
    /// What crossed last.
    last: Option<Spot>,
}

impl HowManyCross {
    pub(super) const KIND: Kind = Kind {
        name: "how_many",
        options: &["count"],
        maybe: &["until"],
        asks: "how many of the things `count` cross before the first `until` does, or, without it, \
               before the connection is over",
        make: |options, _| {
            let [count, until] = options else {
                return Err((0, String::from("`count` is needed")));
            };
            let until = match until.as_str() {
                "" => None,
                until => Some(What::parse(until).map_err(|problem| (1, problem))?),
            };
            Ok(QuestionKind::HowManyCross(Self {
                count: What::parse(count).map_err(|problem| (0, problem))?,
                until,
                predicted: 0,
                counted: 0,
                too_early: None,
                last: None,
            }))
        },
    };

    fn truth(&self, here: Spot) -> Truth {
        let (said, was) = (self.predicted, self.counted);
        let one = code(self.count.text());
        let until = self.until.as_ref().map(|until| code(until.text()));
        let over = match &until {
            Some(until) => format!("{until} crosses"),
            None => String::from("the connection is over"),
        };
        let early = self.too_early.filter(|_| said < was);
        let parts = match (said, was) {
            _ if said == was && was == 0 => format!("When {over}, no {one} has crossed."),
            _ if said == was => format!("After the {} {one}, {over}.", nth(was)),
            (said, was) if said > was => format!(
                "When {over}, {} {one} {} crossed, of the {} that you expected.",
                exact(was),
                if was == 1 { "has" } else { "have" },
                exact(said)
            ),
            (0, _) => format!("Here is the 1st {one}."),
            _ => format!("Here is the {} {one}, and more follow.", nth(said)),
        };
        let spot = early.unwrap_or(here);
        Truth {
            was: exact(was),
            right: said == was,
            parts_at: spot.seq,
            parts,
            on_wire: Some(spot.place),
        }
    }
}

impl Seek for HowManyCross {
    fn predict(&mut self, text: &str) -> Result<(), String> {
        self.predicted = read_number(text, false)?;
        Ok(())
    }

    fn predicted(&self) -> String {
        exact(self.predicted)
    }

    fn on_wire(&mut self, event: &WireEvent) -> Option<Found> {
        let spot = Spot::of(event);
        let is_over = match &self.until {
            Some(until) => until.is(event),
            None => is_end(event),
        };
        if is_over {
            // Of the end itself nothing can be seen, but of what crossed last.
            let here = self.last.filter(|_| is_end(event));
            return Some(Found::Truth(self.truth(here.unwrap_or(spot))));
        }
        if self.count.is(event) {
            self.counted += 1;
            if self.counted == self.predicted.max(1) {
                self.too_early = Some(spot);
            }
        }
        self.last = Some(spot);
        None
    }

    fn awaited(&self) -> String {
        let until = self.until.as_ref();
        until.map_or_else(|| String::from("its end"), |until| code(until.text()))
    }
}
