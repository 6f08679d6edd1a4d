//! A question that the next run answers.

use leptos::prelude::*;
use spillway_protocol::control::{Answered, Command, Prediction, Start};

use super::{Go, Runner};

impl Runner {
    /// Starts the run that answers a question. The run that is there stays when the prediction is
    /// none.
    ///
    /// # Errors
    /// What is wrong with the prediction and what is allowed.
    pub async fn predict(self, question: Prediction) -> Result<(), String> {
        let start = self.asking(Some(question.clone()));
        let checked = self.connection.request(Command::Check(start)).await;
        checked.map_err(|refusal| refusal.message)?;
        if self.phase.try_get_untracked().is_some() {
            self.start_anew(false, Some(question));
        }
        Ok(())
    }

    /// What is started: for a question, with the marks that the lesson has.
    pub(super) fn asking(self, question: Option<Prediction>) -> Start {
        let mut start = self.start.get_value();
        if question.is_some() {
            start.marks.clear();
        }
        Start { question, ..start }
    }

    /// A wrong prediction is answered by the moment at which the run parts from it.
    pub(super) fn hear_answer(self, answered: &Answered) {
        if self.answered.with_untracked(Option::is_some) {
            return;
        }
        self.answered.set(Some(answered.clone()));
        if let Some(seq) = answered.parts_at.filter(|_| !answered.right) {
            self.go(Go::Event(seq));
        }
    }
}
