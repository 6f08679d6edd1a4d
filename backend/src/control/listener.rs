//! Who listens to a watched connection beside the page: the goals of a lesson, or a question of it.

use std::sync::{Arc, Mutex, PoisonError};

use spillway_lessons::{Asked, ChatEvent as GoalEvent, Crossing, Judge};
use spillway_protocol::control::{Answered, Direction, Message, WirePlace};
use spillway_websocket::Endpoint;

use crate::wire::{ChatEvent, WatchEvent};

/// Hears everything of a connection, before anything is left out.
#[derive(Debug)]
pub(crate) struct Listener {
    wants: Wants,
    crossing: Crossing,
    /// Things that crossed.
    seen: u64,
}

/// What a listener wants to know.
#[derive(Debug)]
enum Wants {
    Goals {
        /// `chapter/lesson`.
        lesson: String,
        judge: Arc<Mutex<Judge>>,
    },
    Answer {
        /// The question, from 1.
        question: u64,
        asked: Box<Asked>,
    },
}

/// Bytes that are taken apart at once, so that few of their frames are held: the smallest has two.
const PIECE: usize = 4 << 10;

impl Listener {
    /// The goals of a lesson.
    pub(crate) fn goals(lesson: String, judge: Arc<Mutex<Judge>>) -> Self {
        Self::new(Wants::Goals { lesson, judge })
    }

    /// A question, with what was predicted.
    pub(crate) fn question(question: u64, asked: Asked) -> Self {
        let asked = Box::new(asked);
        Self::new(Wants::Answer { question, asked })
    }

    fn new(wants: Wants) -> Self {
        Self {
            wants,
            crossing: Crossing::default(),
            seen: 0,
        }
    }

    /// What there is to say after this event of a capture.
    pub(super) fn hear(&mut self, capture: u64, event: &WatchEvent) -> Option<Message> {
        match event {
            WatchEvent::Opened => None,
            WatchEvent::Bytes {
                direction, bytes, ..
            } => {
                let mut told = None;
                for piece in bytes.chunks(PIECE) {
                    self.crossing.handle_bytes(endpoint(*direction), piece);
                    told = self.crossed(capture).or(told);
                }
                told
            }
            WatchEvent::Closed { lost: 0, by } => {
                self.crossing.handle_end(endpoint(*by));
                self.crossed(capture)
            }
            WatchEvent::Closed { .. } => self.lost(capture),
            WatchEvent::Chat(event) => self.chat(*event),
        }
    }

    /// What there is to say after what has crossed.
    fn crossed(&mut self, capture: u64) -> Option<Message> {
        let mut told = None;
        while let Some(event) = self.crossing.poll() {
            self.seen = event.seq;
            let changed = match &mut self.wants {
                Wants::Goals { judge, .. } => lock(judge).handle_wire(&event),
                Wants::Answer { asked, .. } => asked.handle_wire(&event),
            };
            if changed {
                told = self.told(capture);
            }
        }
        told
    }

    fn chat(&self, event: ChatEvent) -> Option<Message> {
        match &self.wants {
            Wants::Goals { judge, .. } if lock(judge).handle_chat(chat_event(event)) => {
                self.told(0)
            }
            Wants::Goals { .. } | Wants::Answer { .. } => None,
        }
    }

    /// Not all that crossed was seen: goals may be reached another time, an answer would be wrong.
    fn lost(&mut self, capture: u64) -> Option<Message> {
        let told = match &mut self.wants {
            Wants::Answer { asked, .. } => asked.handle_lost(self.seen),
            Wants::Goals { .. } => false,
        };
        told.then(|| self.told(capture)).flatten()
    }

    fn told(&self, capture: u64) -> Option<Message> {
        match &self.wants {
            Wants::Goals { lesson, judge } => Some(Message::Goals {
                lesson: lesson.clone(),
                reached: lock(judge).reached().to_vec(),
            }),
            Wants::Answer { question, asked } => {
                let answer = asked.answer()?;
                Some(Message::Answered(Answered {
                    run: String::new(),
                    question: *question,
                    predicted: answer.predicted.clone(),
                    was: answer.was.clone(),
                    right: answer.right,
                    at: answer.at,
                    parts_at: answer.parts_at,
                    parts_on_wire: answer.on_wire.map(|(from, offset)| WirePlace {
                        capture,
                        direction: direction(from),
                        offset,
                    }),
                    html: answer.html.clone(),
                }))
            }
        }
    }
}

fn lock(judge: &Mutex<Judge>) -> std::sync::MutexGuard<'_, Judge> {
    judge.lock().unwrap_or_else(PoisonError::into_inner)
}

const fn endpoint(direction: Direction) -> Endpoint {
    match direction {
        Direction::ToServer => Endpoint::Client,
        Direction::ToClient => Endpoint::Server,
    }
}

const fn direction(from: Endpoint) -> Direction {
    match from {
        Endpoint::Client => Direction::ToServer,
        Endpoint::Server => Direction::ToClient,
    }
}

const fn chat_event(event: ChatEvent) -> GoalEvent {
    match event {
        ChatEvent::Joined => GoalEvent::Joined,
        ChatEvent::Said => GoalEvent::Said,
        ChatEvent::Received => GoalEvent::Received,
        ChatEvent::Created => GoalEvent::Created,
        ChatEvent::Resumed => GoalEvent::Resumed,
    }
}
