use spillway_streams::{Event, RunView};

use super::number::exact;
use super::{Found, Kind, QuestionKind, Seek, Truth};
use crate::condition::Condition;

/// What becomes true first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WhichFirst {
    choices: Vec<Choice>,
    /// Counted from 1.
    predicted: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Choice {
    that: Condition,
    say: String,
}

impl WhichFirst {
    pub(super) const KIND: Kind = Kind {
        name: "which_first",
        options: &[],
        maybe: &[],
        asks: "which of the choices is true first; `say` is the choice in words, `that` its \
               condition",
        make: |options, says| {
            let mut choices = Vec::with_capacity(options.len());
            for (at, (that, say)) in options.iter().zip(says).enumerate() {
                choices.push(Choice {
                    that: Condition::parse(that).map_err(|problem| (at, problem))?,
                    say: say.clone(),
                });
            }
            Ok(QuestionKind::WhichFirst(Self {
                choices,
                predicted: 1,
            }))
        },
    };

    pub(super) fn stages(&self) -> Vec<(usize, &str)> {
        let choices = self.choices.iter().enumerate();
        choices
            .flat_map(|(at, choice)| choice.that.stages().map(move |stage| (at, stage)))
            .collect()
    }

    pub(super) fn says(&self) -> impl Iterator<Item = &str> {
        self.choices.iter().map(|choice| &*choice.say)
    }
}

impl Seek for WhichFirst {
    fn predict(&mut self, text: &str) -> Result<(), String> {
        self.predicted = read_choice(text, self.choices.len())?;
        Ok(())
    }

    fn predicted(&self) -> String {
        let chosen = self.choices.get(self.predicted - 1);
        chosen.map_or_else(String::new, quoted)
    }

    fn on_event(&mut self, event: &Event, view: &RunView) -> Option<Found> {
        let mut first = (1..).zip(&self.choices);
        let mut first = first.by_ref().filter(|(_, choice)| choice.that.holds(view));
        let (number, choice) = first.next()?;
        if let Some((_, other)) = first.next() {
            return Some(Found::Tie(format!(
                "{} and {} came with one event: neither was first.",
                quoted(choice),
                quoted(other)
            )));
        }
        Some(Found::Truth(Truth {
            was: quoted(choice),
            right: number == self.predicted,
            parts_at: event.seq,
            parts: format!("Here it comes first: {}.", quoted(choice)),
            on_wire: None,
        }))
    }

    fn awaited(&self) -> String {
        String::from("one of the choices")
    }
}

/// The number of one of so many choices.
pub(super) fn read_choice(text: &str, most: usize) -> Result<usize, String> {
    let number = text.trim().parse().ok();
    number
        .filter(|number| (1..=most).contains(number))
        .ok_or_else(|| {
            let shown: String = text.trim().chars().take(40).collect();
            if shown.is_empty() {
                let most = exact(most as u64);
                format!("there is no prediction yet; choose one of the {most}")
            } else {
                format!("“{shown}” is none of the choices; they are 1 to {most}")
            }
        })
}

fn quoted(choice: &Choice) -> String {
    format!("“{}”", choice.say)
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
