//! What the learner has reached, in a signal and in the browser's storage.

use leptos::prelude::*;
use spillway_protocol::control::Message;

use super::storage;
use crate::connection::Connection;
use crate::model::progress::{Progress, predictions};

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
            Self { progress }.note(lesson, reached);
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

    /// Adds what was reached.
    pub fn note(self, lesson: &str, reached: &[bool]) {
        let mut next = self.progress.get_untracked();
        if next.reach(lesson, reached) {
            storage::write(KEY, &next.to_text());
            self.progress.set(next);
        }
    }

    /// Adds that a question of a lesson was predicted rightly; `number` is from 1.
    pub fn note_predicted(self, lesson: &str, number: usize) {
        let mut flags = vec![false; number];
        flags[number - 1] = true;
        self.note(&predictions(lesson), &flags);
    }
}
