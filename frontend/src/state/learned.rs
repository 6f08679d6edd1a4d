//! What the learner has reached, in a signal and in the browser's storage.

use leptos::prelude::*;
use spillway_protocol::control::Message;

use super::storage;
use crate::connection::Connection;
use crate::model::progress::Progress;

const KEY: &str = "spillway.progress";

/// What the learner has reached.
#[derive(Clone, Copy)]
pub struct Learned {
    /// All of it.
    pub progress: RwSignal<Progress>,
}

impl Learned {
    /// Reads what was kept, and from now on adds what the server judges.
    #[must_use]
    pub fn follow(connection: Connection) -> Self {
        let kept = storage::read(KEY).unwrap_or_default();
        let progress = RwSignal::new(Progress::from_text(&kept));
        connection.on_message(move |message| {
            let Message::Goals { lesson, reached } = message else {
                return;
            };
            let mut next = progress.get_untracked();
            if next.reach(lesson, reached) {
                storage::write(KEY, &next.to_text());
                progress.set(next);
            }
        });
        Self { progress }
    }

    /// Adds what a file brings; says how many goals are new by it, `None` when it is no such file.
    pub fn take_in(self, text: &str) -> Option<usize> {
        let mut next = self.progress.get_untracked();
        let new = next.add(text)?;
        storage::write(KEY, &next.to_text());
        self.progress.set(next);
        Some(new)
    }
}
