//! The goals of a lesson that a trial is judged by.

use std::sync::{Arc, Mutex, PoisonError};

use spillway_lessons::Judge;
use spillway_protocol::control::Message;

use super::trial::Trial;
use crate::app::App;
use crate::command::find_lesson;
use crate::control::push;
use crate::session::Session;

/// Those of one lesson, for one session.
pub(super) struct Goals {
    lesson: String,
    judge: Arc<Mutex<Judge>>,
}

impl Goals {
    /// Those of the lesson of this address, or why there are none.
    pub(super) fn find(app: &App, session: &Session, address: String) -> Result<Self, String> {
        let lesson = find_lesson(app, &address).map_err(|refusal| refusal.message)?;
        Ok(Self {
            judge: session.judge(&address, &lesson),
            lesson: address,
        })
    }

    /// Waits for the end of the trial, and tells the page what was reached by it.
    pub(super) async fn judge(self, session: Arc<Session>, trial: Arc<Trial>) {
        tokio::select! {
            () = trial.all_made.cancelled() => {}
            () = trial.over.cancelled() => return,
        }
        let reached = {
            let mut judge = self.judge.lock().unwrap_or_else(PoisonError::into_inner);
            if !trial.was_asked_each_way() || !judge.handle_measured() {
                return;
            }
            judge.reached().to_vec()
        };
        let lesson = self.lesson;
        push(&session.outbox, Message::Goals { lesson, reached }).await;
    }
}
