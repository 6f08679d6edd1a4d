//! A question that a run is answering.

use spillway_streams::{Event, EventKind, RunView};
use spillway_websocket::Endpoint;

use super::{Found, Posed, QuestionKind, Truth};
use crate::wire::{WireEvent, WireThing};

/// A question with the learner's prediction. Feed it the complete log, before anything is thinned.
#[derive(Debug, Clone)]
pub struct Asked {
    kind: QuestionKind,
    why: String,
    answer: Option<Answer>,
}

/// What came of a prediction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What was predicted, as safe inline HTML.
    pub predicted: String,
    /// What it was, the same; absent when the run came to no answer.
    pub was: Option<String>,
    /// They are the same.
    pub right: bool,
    /// The event that showed it.
    pub at: u64,
    /// The event at which the run parts from the prediction; there when it was answered.
    pub parts_at: Option<u64>,
    /// Who sent that and how many bytes of it were before, when a scenario answered.
    pub on_wire: Option<(Endpoint, u64)>,
    /// All of it in words, as safe inline HTML.
    pub html: String,
}

impl Posed {
    /// Takes a prediction: a number as people write it, or the number of a choice, from 1.
    ///
    /// # Errors
    /// With what is wrong with it and what is allowed.
    pub fn predict(&self, prediction: &str) -> Result<Asked, String> {
        let mut kind = self.kind.clone();
        kind.seek().predict(prediction)?;
        Ok(Asked {
            kind,
            why: self.why.clone(),
            answer: None,
        })
    }
}

impl Asked {
    /// An event was reported; `view` already has it. Answers whether it showed the answer.
    pub fn handle_event(&mut self, event: &Event, view: &RunView) -> bool {
        if self.answer.is_some() {
            return false;
        }
        let seek = self.kind.seek();
        let answer = match seek.on_event(event, view) {
            Some(Found::Truth(truth)) => self.told(event.seq, truth),
            Some(Found::Tie(why)) => self.unanswered(event.seq, &why),
            None if matches!(event.kind, EventKind::Over { .. }) => {
                let awaited = seek.awaited();
                let why = format!("The run is over, and {awaited} never came.");
                self.unanswered(event.seq, &why)
            }
            None => return false,
        };
        self.answer = Some(answer);
        true
    }

    /// Something crossed the connection of the scenario. Answers whether it showed the answer.
    pub fn handle_wire(&mut self, event: &WireEvent) -> bool {
        if self.answer.is_some() {
            return false;
        }
        let seek = self.kind.seek();
        let answer = match seek.on_wire(event) {
            Some(Found::Truth(truth)) => self.told(event.seq, truth),
            Some(Found::Tie(why)) => self.unanswered(event.seq, &why),
            None if event.thing == WireThing::End => {
                let awaited = seek.awaited();
                let why = format!("The connection is over, and {awaited} never came.");
                self.unanswered(event.seq, &why)
            }
            None => return false,
        };
        self.answer = Some(answer);
        true
    }

    /// Not all that crossed was seen. Answers whether that is the answer.
    pub fn handle_lost(&mut self, at: u64) -> bool {
        if self.answer.is_some() {
            return false;
        }
        self.answer = Some(self.unanswered(at, "More crossed than could be watched."));
        true
    }

    /// What came of it, once the log shows it.
    #[must_use]
    pub const fn answer(&self) -> Option<&Answer> {
        self.answer.as_ref()
    }

    fn told(&mut self, at: u64, truth: Truth) -> Answer {
        let predicted = self.kind.seek().predicted();
        let (was, parts) = (&truth.was, &truth.parts);
        let verdict = if truth.right {
            format!("<b>Right: {was}.</b> {parts}")
        } else {
            format!("<b>You said {predicted}; it is {was}.</b> {parts}")
        };
        Answer {
            html: format!("{verdict} <span class=\"because\">{}</span>", self.why),
            predicted,
            was: Some(truth.was),
            right: truth.right,
            at,
            parts_at: Some(truth.parts_at),
            on_wire: truth.on_wire,
        }
    }

    fn unanswered(&mut self, at: u64, why: &str) -> Answer {
        Answer {
            predicted: self.kind.seek().predicted(),
            was: None,
            right: false,
            at,
            parts_at: None,
            on_wire: None,
            html: format!("<b>This run gives no answer.</b> {why} Ask it again."),
        }
    }
}
