use spillway_streams::{Event, RunView};

use super::number::{exact, read_number};
use super::vary::escape;
use super::{Found, Kind, QuestionKind, Seek, Truth};
use crate::condition::Condition;
use crate::quantity::Quantity;

/// How much something is at the moment that something is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HowMuch {
    what: Quantity,
    when: Condition,
    predicted: u64,
    /// The first event that made it more than was predicted, and to how much.
    above: Option<(u64, u64)>,
}

impl HowMuch {
    pub(super) const KIND: Kind = Kind {
        name: "how_much",
        options: &["what", "when"],
        maybe: &[],
        asks: "what number the property `what` is when the condition `when` first is true",
        make: |options, _| {
            let [what, when] = options else {
                return Err((0, String::from("`what` and `when` are needed")));
            };
            Ok(QuestionKind::HowMuch(Self {
                what: Quantity::parse(what).map_err(|problem| (0, problem))?,
                when: Condition::parse(when).map_err(|problem| (1, problem))?,
                predicted: 0,
                above: None,
            }))
        },
    };

    pub(super) fn stages(&self) -> Vec<(usize, &str)> {
        let when = self.when.stages().map(|stage| (1, stage));
        let what = self.what.stage().map(|stage| (0, stage));
        what.into_iter().chain(when).collect()
    }

    pub(super) fn unit(&self) -> &'static str {
        if self.what.is_bytes() { "bytes" } else { "" }
    }

    fn amount(&self, number: u64) -> String {
        match self.unit() {
            "" => exact(number),
            _ if number == 1 => String::from("1 byte"),
            unit => format!("{} {unit}", exact(number)),
        }
    }

    fn truth(&self, was: u64, seq: u64) -> Truth {
        let (what, when) = (self.what.text(), self.awaited());
        let here = format!(
            "Here {when} is true, and <code>{what}</code> is {}.",
            self.amount(was)
        );
        // Above it on the way, and not at the end: it is the end that differs.
        let above = self.above.filter(|_| was > self.predicted);
        let (parts_at, parts) = match above {
            Some((at, now)) if at < seq => {
                let now = self.amount(now);
                let parts = format!(
                    "Here <code>{what}</code> passes that: it is {now}, and {when} is not true yet."
                );
                (at, parts)
            }
            _ => (seq, here),
        };
        Truth {
            was: self.amount(was),
            right: was == self.predicted,
            parts_at,
            parts,
            on_wire: None,
        }
    }
}

impl Seek for HowMuch {
    fn predict(&mut self, text: &str) -> Result<(), String> {
        self.predicted = read_number(text, self.what.is_bytes())?;
        Ok(())
    }

    fn predicted(&self) -> String {
        self.amount(self.predicted)
    }

    fn on_event(&mut self, event: &Event, view: &RunView) -> Option<Found> {
        let now = self.what.value(view)?;
        match self.above {
            // What has fallen again may rise above it later: the last rise is the one that stays.
            Some(_) if now <= self.predicted => self.above = None,
            None if now > self.predicted => self.above = Some((event.seq, now)),
            _ => {}
        }
        let is_true = self.when.holds(view);
        is_true.then(|| Found::Truth(self.truth(now, event.seq)))
    }

    fn awaited(&self) -> String {
        format!("<code>{}</code>", escape(self.when.text()))
    }
}

#[cfg(test)]
mod tests {
    use spillway_streams::{EventKind, PauseCause};

    use super::super::testing::{Told, log, question};
    use crate::goal::testing::{SOURCE, Step, paused};

    fn pushed(at_ms: u64, buffered: u64) -> Step {
        let kind = EventKind::Pushed {
            bytes: 10,
            buffered,
            more: true,
        };
        Step::At(at_ms, SOURCE, kind)
    }

    fn asked(prediction: &str) -> Told {
        let question = question(
            "how_much",
            &["source.readableLength", "source.isPaused"],
            &[],
        );
        let steps = [
            pushed(1, 2_000),
            pushed(2, 1_000),
            pushed(3, 2_000),
            pushed(4, 3_000),
            paused(5, PauseCause::Pause),
        ];
        log(&question, prediction, &steps)
    }

    #[test]
    fn the_right_amount_is_told_so() {
        let told = asked("3 kB");
        assert!(told.right, "{told:?}");
        assert_eq!(told.was.as_deref(), Some("3\u{a0}000 bytes"));
        assert_eq!((told.at, told.parts_at), (5, Some(5)));
    }

    #[test]
    fn one_that_is_too_low_parts_where_it_was_passed_for_good() {
        let told = asked("1500");
        assert_eq!((told.right, told.at, told.parts_at), (false, 5, Some(3)));
        let says = "<code>source.readableLength</code> passes that: it is 2\u{a0}000 bytes";
        assert!(told.html.contains(says), "{}", told.html);
    }

    #[test]
    fn one_that_is_too_high_parts_at_the_moment_itself() {
        let told = asked("4000");
        assert_eq!((told.right, told.at, told.parts_at), (false, 5, Some(5)));
        assert!(told.html.contains("is 3\u{a0}000 bytes."), "{}", told.html);
    }
}
