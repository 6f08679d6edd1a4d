use spillway_streams::{Event, RunView};

use super::counted::Counted;
use super::number::{exact, nth, read_number};
use super::vary::escape;
use super::{Found, Kind, QuestionKind, Seek, Truth};
use crate::condition::Condition;

/// How often something happens before something is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HowMany {
    count: Counted,
    until: Condition,
    predicted: u64,
    counted: u64,
    /// The event that should have been the last one and was not: that of the predicted count.
    too_early: Option<u64>,
}

impl HowMany {
    pub(super) const KIND: Kind = Kind {
        name: "how_many",
        options: &["count", "until"],
        maybe: &[],
        asks: "how often the event `count` has come when the condition `until` first is true, the \
               event that makes it true included",
        make: |options, _| {
            let [count, until] = options else {
                return Err((0, String::from("`count` and `until` are needed")));
            };
            Ok(QuestionKind::HowMany(Self {
                count: Counted::parse(count).map_err(|problem| (0, problem))?,
                until: Condition::parse(until).map_err(|problem| (1, problem))?,
                predicted: 0,
                counted: 0,
                too_early: None,
            }))
        },
    };

    pub(super) fn stages(&self) -> Vec<(usize, &str)> {
        let until = self.until.stages().map(|stage| (1, stage));
        let count = self.count.stage().map(|stage| (0, stage));
        count.into_iter().chain(until).collect()
    }

    fn truth(&self, seq: u64) -> Truth {
        let (said, was) = (self.predicted, self.counted);
        let (one, until) = (self.count.one(), self.awaited());
        let parts = match (said, was) {
            _ if said == was && was == 0 => {
                format!("{until} is true here, and there was no {one} before it.")
            }
            _ if said == was => format!("Here is the {} {one}, and {until} is true.", nth(was)),
            (said, 0) => format!(
                "Before the first {one}, of the {} that you expected, {until} is true already.",
                exact(said)
            ),
            (said, was) if said > was => {
                format!(
                    "Here, after the {} {one}, {until} is true already.",
                    nth(was)
                )
            }
            (0, _) => format!("Here is the 1st {one}, and {until} is true only after it."),
            _ => format!(
                "Here is the {} {one}, and {until} is not true yet.",
                nth(said)
            ),
        };
        Truth {
            was: exact(was),
            right: said == was,
            parts_at: self.too_early.filter(|_| said < was).unwrap_or(seq),
            parts,
            on_wire: None,
        }
    }
}

impl Seek for HowMany {
    fn predict(&mut self, text: &str) -> Result<(), String> {
        self.predicted = read_number(text, false)?;
        Ok(())
    }

    fn predicted(&self) -> String {
        exact(self.predicted)
    }

    fn on_event(&mut self, event: &Event, view: &RunView) -> Option<Found> {
        if self.count.is(event, view) {
            self.counted += 1;
            if self.counted == self.predicted.max(1) {
                self.too_early = Some(event.seq);
            }
        }
        let is_true = self.until.holds(view);
        is_true.then(|| Found::Truth(self.truth(event.seq)))
    }

    fn awaited(&self) -> String {
        format!("<code>{}</code>", escape(self.until.text()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Told, log, question};
    use crate::goal::testing::{data, wrote};

    fn asked(prediction: &str) -> Told {
        let question = question("how_many", &["sink.write", "sink.writableNeedDrain"], &[]);
        let steps = [
            data(1),
            wrote(1, true),
            wrote(2, true),
            data(3),
            wrote(4, false),
            wrote(5, false),
        ];
        log(&question, prediction, &steps)
    }

    #[test]
    fn the_right_count_is_told_so_at_the_event_that_shows_it() {
        let told = asked("3");
        assert!(told.right);
        assert_eq!(
            (told.was.as_deref(), told.at, told.parts_at),
            (Some("3"), 5, Some(5))
        );
        assert!(
            told.html.contains("Here is the 3rd <code>write()</code>"),
            "{told:?}"
        );
    }

    #[test]
    fn one_that_is_too_low_parts_at_the_count_that_was_not_the_last() {
        let told = asked("2");
        assert!(!told.right);
        assert_eq!(
            (told.was.as_deref(), told.at, told.parts_at),
            (Some("3"), 5, Some(3))
        );
        let says = "Here is the 2nd <code>write()</code> of <code>sink</code>, and \
                    <code>sink.writableNeedDrain</code> is not true yet.";
        assert!(told.html.contains(says), "{told:?}");
        assert_eq!(asked("0").parts_at, Some(2));
    }

    #[test]
    fn one_that_is_too_high_parts_where_the_end_came() {
        let told = asked("9");
        assert_eq!((told.right, told.parts_at), (false, Some(5)));
        assert!(
            told.html.contains("after the 3rd <code>write()</code>"),
            "{told:?}"
        );
    }

    #[test]
    fn a_run_that_ends_before_says_what_never_came() {
        let question = question("how_many", &["sink.write", "sink.errored"], &[]);
        let told = log(
            &question,
            "2",
            &[wrote(1, true), crate::goal::testing::over(2)],
        );
        assert_eq!((told.was, told.right, told.parts_at), (None, false, None));
        assert!(
            told.html.contains("<code>sink.errored</code> never came"),
            "{}",
            told.html
        );
    }
}
