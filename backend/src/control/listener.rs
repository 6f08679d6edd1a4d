//! Who listens to a watched connection beside the page: the goals of a lesson.

use std::sync::{Arc, Mutex, PoisonError};

use spillway_lessons::{ChatEvent as GoalEvent, Crossing, Judge};
use spillway_protocol::control::{Direction, Message};
use spillway_websocket::Endpoint;

use crate::wire::{ChatEvent, WatchEvent};

/// Hears everything of a connection, before anything is left out.
#[derive(Debug)]
pub(crate) struct Listener {
    /// The lesson, `chapter/lesson`.
    lesson: String,
    judge: Arc<Mutex<Judge>>,
    crossing: Crossing,
}

impl Listener {
    /// The goals of a lesson.
    pub(crate) fn goals(lesson: String, judge: Arc<Mutex<Judge>>) -> Self {
        Self {
            lesson,
            judge,
            crossing: Crossing::default(),
        }
    }

    /// What there is to say after this event.
    pub(super) fn hear(&mut self, event: &WatchEvent) -> Option<Message> {
        match event {
            WatchEvent::Opened => return None,
            WatchEvent::Bytes {
                direction, bytes, ..
            } => self.crossing.handle_bytes(endpoint(*direction), bytes),
            WatchEvent::Closed { by, .. } => self.crossing.handle_end(endpoint(*by)),
            WatchEvent::Chat(_) => {}
        }
        let mut judge = self.judge.lock().unwrap_or_else(PoisonError::into_inner);
        let mut changed = match event {
            WatchEvent::Chat(event) => judge.handle_chat(chat_event(*event)),
            _ => false,
        };
        while let Some(crossed) = self.crossing.poll() {
            changed |= judge.handle_wire(&crossed);
        }
        changed.then(|| Message::Goals {
            lesson: self.lesson.clone(),
            reached: judge.reached().to_vec(),
        })
    }
}

const fn endpoint(direction: Direction) -> Endpoint {
    match direction {
        Direction::ToServer => Endpoint::Client,
        Direction::ToClient => Endpoint::Server,
    }
}

const fn chat_event(event: ChatEvent) -> GoalEvent {
    match event {
        ChatEvent::Joined => GoalEvent::Joined,
        ChatEvent::Said => GoalEvent::Said,
        ChatEvent::Received => GoalEvent::Received,
    }
}
