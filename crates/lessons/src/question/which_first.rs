use spillway_streams::{Event, RunView};

use super::choices::{Choices, First};
use super::{Found, Kind, QuestionKind, Seek, Truth};
use crate::condition::Condition;

/// What becomes true first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WhichFirst {
    choices: Choices<Condition>,
}

impl WhichFirst {
    pub(super) const KIND: Kind = Kind {
        name: "which_first",
        options: &[],
        maybe: &[],
        asks: "which of the choices is true first; `say` is the choice in words, `that` its \
               condition",
        make: |options, says| {
            let choices = Choices::parse(options, says, Condition::parse)?;
            Ok(QuestionKind::WhichFirst(Self { choices }))
        },
    };

    pub(super) fn stages(&self) -> Vec<(usize, &str)> {
        let thats = self.choices.thats().enumerate();
        thats
            .flat_map(|(at, that)| that.stages().map(move |stage| (at, stage)))
            .collect()
    }

    pub(super) fn says(&self) -> impl Iterator<Item = &str> {
        self.choices.says()
    }
}

impl Seek for WhichFirst {
    fn predict(&mut self, text: &str) -> Result<(), String> {
        self.choices.predict(text)
    }

    fn predicted(&self) -> String {
        self.choices.predicted()
    }

    fn on_event(&mut self, event: &Event, view: &RunView) -> Option<Found> {
        Some(match self.choices.first(|that| that.holds(view))? {
            First::Tie([one, other]) => Found::Tie(format!(
                "{one} and {other} came with one event: neither was first."
            )),
            First::One { was, is_predicted } => Found::Truth(Truth {
                right: is_predicted,
                parts_at: event.seq,
                parts: format!("Here it comes first: {was}."),
                on_wire: None,
                was,
            }),
        })
    }

    fn awaited(&self) -> String {
        String::from("one of the choices")
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Told, log, question};
    use crate::goal::testing::{backpressure, data, finished, wrote};

    fn asked(prediction: &str) -> Told {
        let question = question(
            "which_first",
            &["source.isPaused", "sink.writableFinished"],
            &["the pause", "<code>finish</code>"],
        );
        log(
            &question,
            prediction,
            &[data(1), backpressure(2), finished(3)],
        )
    }

    #[test]
    fn the_first_one_is_right() {
        let told = asked("1");
        assert_eq!((told.right, told.at, told.parts_at), (true, 2, Some(2)));
        assert_eq!(told.was.as_deref(), Some("“the pause”"));
    }

    #[test]
    fn another_one_parts_where_the_first_came() {
        let told = asked("2");
        assert_eq!((told.right, told.at, told.parts_at), (false, 2, Some(2)));
        assert!(
            told.html.contains("You said “<code>finish</code>”"),
            "{}",
            told.html
        );
        assert!(
            told.html.contains("it comes first: “the pause”"),
            "{}",
            told.html
        );
    }

    #[test]
    fn two_at_once_are_no_answer() {
        let both = ["sink.writableNeedDrain", "sink.writableLength >= 20"];
        let question = question("which_first", &both, &["one", "the other"]);
        let told = log(&question, "1", &[wrote(1, false)]);
        assert_eq!((told.was, told.parts_at), (None, None));
        assert!(told.html.contains("neither was first"), "{}", told.html);
    }

    #[test]
    fn what_is_none_of_the_choices_is_refused() {
        let question = question(
            "which_first",
            &["sink.closed", "source.closed"],
            &["a", "b"],
        );
        for (text, wanted) in [
            ("3", "they are 1 to 2"),
            ("", "choose one"),
            ("a", "1 to 2"),
        ] {
            let problem = question.posed(1, 0).unwrap().predict(text).unwrap_err();
            assert!(problem.contains(wanted), "{problem}");
        }
    }
}
