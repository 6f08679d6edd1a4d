//! From the tap of a watched connection to the page of its session.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use spillway_protocol::control::{Message, WirePiece};
use tokio::sync::mpsc;

use crate::engine::{Outbox, Unsent};
use crate::session::Session;
use crate::wire::WatchEvent;

use super::listener::Listener;

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
    mut listener: Option<Listener>,
    mut events: mpsc::Receiver<WatchEvent>,
) {
    let mut batch = Vec::new();
    while events.recv_many(&mut batch, 64).await > 0 {
        let mut letter = Letter::new(capture);
        for event in batch.drain(..) {
            let told = listener
                .as_mut()
                .and_then(|listener| listener.hear(capture, &event));
            letter.write(event);
            if let Some(told) = told {
                letter.seal();
                letter.messages.push(told);
            }
        }
        letter.seal();
        for message in letter.messages {
            if !push(&session.outbox, message).await {
                return;
            }
        }
    }
}

/// What is to be sent to the page.
struct Letter {
    capture: u64,
    pieces: Vec<WirePiece>,
    /// Bytes in these pieces.
    waiting: usize,
    messages: Vec<Message>,
}

impl Letter {
    const fn new(capture: u64) -> Self {
        Self {
            capture,
            pieces: Vec::new(),
            waiting: 0,
            messages: Vec::new(),
        }
    }

    fn write(&mut self, event: WatchEvent) {
        let capture = self.capture;
        match event {
            WatchEvent::Bytes {
                direction,
                at_us,
                bytes,
            } => {
                self.waiting += bytes.len();
                self.pieces.push(WirePiece {
                    direction,
                    at_us,
                    base64: STANDARD.encode(&bytes),
                });
                if self.waiting >= BATCH_BYTES {
                    self.seal();
                }
            }
            WatchEvent::Opened => self.messages.push(Message::WireOpen { capture }),
            WatchEvent::Closed { lost, .. } => {
                self.seal();
                self.messages.push(Message::WireClosed { capture, lost });
            }
            WatchEvent::Chat(_) => {}
        }
    }

    /// What follows comes after these pieces.
    fn seal(&mut self) {
        if !self.pieces.is_empty() {
            self.waiting = 0;
            let pieces = std::mem::take(&mut self.pieces);
            let capture = self.capture;
            self.messages.push(Message::Wire { capture, pieces });
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
