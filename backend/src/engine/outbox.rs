//! Where the messages for a page wait until its socket takes them.

use std::sync::{Mutex, PoisonError};

use spillway_protocol::control::Message;
use tokio::sync::mpsc::{self, error::TrySendError};

/// Messages that may wait for one page. A page that reads slower than this gets thinned events
/// and snapshots instead.
const CAPACITY: usize = 64;

/// The way to a page, which may be away for a while.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    page: Mutex<Option<mpsc::Sender<Message>>>,
}

/// Why a message was not taken; nothing waits for it.
#[derive(Debug)]
pub(crate) enum Unsent {
    /// The page is behind: try again later, or leave something out.
    Full(Box<Message>),
    /// No page is connected.
    NoPage,
}

impl Outbox {
    /// A page has connected; the one before it is let go.
    pub(crate) fn attach(&self) -> mpsc::Receiver<Message> {
        let (sender, receiver) = mpsc::channel(CAPACITY);
        *self.lock() = Some(sender);
        receiver
    }

    /// Lets the page go: its receiver comes to its end.
    pub(crate) fn detach(&self) {
        *self.lock() = None;
    }

    /// Puts a message on its way. Never waits.
    pub(crate) fn send(&self, message: Message) -> Result<(), Unsent> {
        let page = self.lock();
        let Some(sender) = page.as_ref() else {
            return Err(Unsent::NoPage);
        };
        sender.try_send(message).map_err(|error| match error {
            TrySendError::Full(message) => Unsent::Full(Box::new(message)),
            TrySendError::Closed(_) => Unsent::NoPage,
        })
    }

    /// Whether a page is connected.
    pub(crate) fn has_page(&self) -> bool {
        self.lock()
            .as_ref()
            .is_some_and(|sender| !sender.is_closed())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<mpsc::Sender<Message>>> {
        self.page.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
