//! Questions made by hand, and the logs that answer them.

use spillway_streams::Event;

use super::{Answer, KINDS, Kind, Question};
use crate::goal::testing::{Step, run};

pub(super) type Told = Answer;

/// A question that a log answers, without anything that varies.
pub(super) fn question(kind: &str, options: &[&str], says: &[&str]) -> Question {
    question_of(&KINDS, kind, options, says)
}

/// The same, of other kinds.
pub(super) fn question_of(
    kinds: &'static [Kind],
    kind: &str,
    options: &[&str],
    says: &[&str],
) -> Question {
    let texts = |texts: &[&str]| texts.iter().copied().map(String::from).collect();
    Question {
        kind: kinds.iter().find(|known| known.name == kind).unwrap(),
        ask: String::from("?"),
        why: String::from("Because."),
        options: texts(options),
        says: texts(says),
        vary: Vec::new(),
        steps: Vec::new(),
        frames: None,
        line: 1,
    }
}

/// What a log answers. After the answer nothing changes it.
pub(super) fn log(question: &Question, prediction: &str, steps: &[Step]) -> Told {
    let mut asked = question.posed(1, 0).unwrap().predict(prediction).unwrap();
    let mut view = run();
    let mut told: Option<Told> = None;
    for step in steps {
        let Step::At(at_ms, stage, kind) = step else {
            panic!("events alone");
        };
        let event = Event {
            seq: view.seq + 1,
            at_us: at_ms * 1_000,
            stage: *stage,
            kind: kind.clone(),
        };
        view.apply(&event);
        if asked.handle_event(&event, &view) {
            assert_eq!(told, None, "answered twice");
            told = asked.answer().cloned();
        }
    }
    told.expect("the log answers it")
}
