//! A question that a run answers: judged from its complete log, told to the page once, and the
//! clock paused at that moment, so that what the answer is about is still to be seen.

use spillway_lessons::Asked;
use spillway_protocol::control::{Answered, Message};
use spillway_streams::{Event, RunView};

use super::{Driver, Rate, RunError};
use crate::engine::outbox::Outbox;

/// A question, and what the page knows of its answer.
#[derive(Debug)]
pub(crate) struct Question {
    number: u64,
    asked: Asked,
    unsent: bool,
    /// The clock still has to be paused.
    still_due: bool,
}

impl Question {
    pub(crate) const fn new(number: u64, asked: Asked) -> Self {
        Self {
            number,
            asked,
            unsent: false,
            still_due: false,
        }
    }

    pub(super) fn handle_event(&mut self, event: &Event, view: &RunView) {
        if self.asked.handle_event(event, view) {
            self.unsent = true;
            self.still_due = true;
        }
    }

    /// The page has to be told, also what it knows.
    pub(super) const fn ask(&mut self) {
        self.unsent = self.asked.answer().is_some();
    }

    pub(super) const fn is_unsent(&self) -> bool {
        self.unsent
    }

    pub(super) fn flush(&mut self, outbox: &Outbox, run: &str) {
        let Some(answer) = self.asked.answer().filter(|_| self.unsent) else {
            return;
        };
        let answered = Answered {
            run: run.to_owned(),
            question: self.number,
            predicted: answer.predicted.clone(),
            was: answer.was.clone(),
            right: answer.right,
            at: answer.at,
            parts_at: answer.parts_at,
            parts_on_wire: None,
            html: answer.html.clone(),
        };
        self.unsent = outbox.send(Message::Answered(answered)).is_err();
    }
}

impl Driver {
    /// Whether a learner may act: not while a question waits, whose answer it would change.
    pub(super) fn hands_on(&self) -> Result<(), RunError> {
        let question = self.around.page.question.as_ref();
        match question.map(|question| question.asked.answer()) {
            Some(None) if !self.core.is_over() => Err(RunError::Asked),
            _ => Ok(()),
        }
    }

    /// Pauses the clock when the answer has come, and ends what was called for it.
    pub(super) fn stand_still_when_answered(&mut self) {
        let question = self.around.page.question.as_mut();
        let due = question.is_some_and(|question| std::mem::take(&mut question.still_due));
        if !due {
            return;
        }
        if let Some(show) = &mut self.around.page.show {
            show.player.handle_refused();
        }
        // A run that is over stands still by itself.
        let _over = self.set_rate(Rate::Paused);
        self.flush();
    }
}
