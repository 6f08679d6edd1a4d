//! From the tap of a watched connection to the page of its session.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use spillway_lessons::{ChatEvent as GoalEvent, Judge};
use spillway_protocol::control::{Message, WirePiece};
use tokio::sync::mpsc;

use crate::engine::{Outbox, Unsent};
use crate::session::Session;
use crate::wire::{ChatEvent, WatchEvent};

/// Events that may wait between the tap and the page. What does not fit ends the capture.
pub(crate) const WATCH_QUEUE: usize = 1_024;

/// Bytes in one message to the page, about.
const BATCH_BYTES: usize = 16 * 1024;

/// How soon a page that was behind is tried again.
const RETRY: Duration = Duration::from_millis(20);

/// Forwards what the tap says until the connection is over or the page is gone.
pub(crate) async fn forward(
    session: Arc<Session>,
    capture: u64,
    lesson: Option<(String, Arc<Mutex<Judge>>)>,
    mut events: mpsc::Receiver<WatchEvent>,
) {
    let mut batch = Vec::new();
    while events.recv_many(&mut batch, 64).await > 0 {
        let mut pieces = Vec::new();
        let mut bytes_waiting = 0;
        let mut messages = Vec::new();
        for event in batch.drain(..) {
            match event {
                WatchEvent::Bytes {
                    direction,
                    at_us,
                    bytes,
                } => {
                    bytes_waiting += bytes.len();
                    pieces.push(WirePiece {
                        direction,
                        at_us,
                        base64: STANDARD.encode(&bytes),
                    });
                    if bytes_waiting < BATCH_BYTES {
                        continue;
                    }
                    bytes_waiting = 0;
                    let pieces = std::mem::take(&mut pieces);
                    messages.push(Message::Wire { capture, pieces });
                }
                WatchEvent::Opened => messages.push(Message::WireOpen { capture }),
                WatchEvent::Closed { lost } => {
                    if !pieces.is_empty() {
                        let pieces = std::mem::take(&mut pieces);
                        messages.push(Message::Wire { capture, pieces });
                    }
                    messages.push(Message::WireClosed { capture, lost });
                }
                WatchEvent::Chat(event) => messages.extend(judge_chat(lesson.as_ref(), event)),
            }
        }
        if !pieces.is_empty() {
            messages.push(Message::Wire { capture, pieces });
        }
        for message in messages {
            if !push(&session.outbox, message).await {
                return;
            }
        }
    }
}

/// Waits until the page has room. Answers false when it is gone.
pub(crate) async fn push(outbox: &Outbox, mut message: Message) -> bool {
    loop {
        match outbox.send(message) {
            Ok(()) => return true,
            Err(Unsent::NoPage) => return false,
            Err(Unsent::Full(back)) => message = *back,
        }
        tokio::time::sleep(RETRY).await;
    }
}

fn judge_chat(lesson: Option<&(String, Arc<Mutex<Judge>>)>, event: ChatEvent) -> Option<Message> {
    let (lesson, judge) = lesson?;
    let event = match event {
        ChatEvent::Joined => GoalEvent::Joined,
        ChatEvent::Said => GoalEvent::Said,
        ChatEvent::Received => GoalEvent::Received,
    };
    let mut judge = judge.lock().unwrap_or_else(PoisonError::into_inner);
    judge.handle_chat(event).then(|| Message::Goals {
        lesson: lesson.clone(),
        reached: judge.reached().to_vec(),
    })
}
