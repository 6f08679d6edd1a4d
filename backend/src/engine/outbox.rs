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
    page: Mutex<Page>,
}

/// Who is connected.
#[derive(Debug, Default)]
struct Page {
    /// How many have connected so far.
    number: u64,
    sender: Option<mpsc::Sender<Message>>,
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
        let mut page = self.lock();
        page.number += 1;
        page.sender = Some(sender);
        receiver
    }

    /// Lets the page go: its receiver comes to its end.
    pub(crate) fn detach(&self) {
        self.lock().sender = None;
    }

    /// The number of the page that connected last.
    pub(crate) fn page(&self) -> u64 {
        self.lock().number
    }

    /// Puts a message on its way. Never waits.
    pub(crate) fn send(&self, message: Message) -> Result<(), Unsent> {
        self.lock().send(message)
    }

    /// The same for what only this page can read: another one gets nothing.
    pub(crate) fn send_to(&self, page: u64, message: Message) -> Result<(), Unsent> {
        let now = self.lock();
        if now.number == page {
            now.send(message)
        } else {
            Err(Unsent::NoPage)
        }
    }

    /// Whether a page is connected.
    pub(crate) fn has_page(&self) -> bool {
        let page = self.lock();
        page.sender
            .as_ref()
            .is_some_and(|sender| !sender.is_closed())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Page> {
        self.page.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Page {
    fn send(&self, message: Message) -> Result<(), Unsent> {
        let Some(sender) = &self.sender else {
            return Err(Unsent::NoPage);
        };
        sender.try_send(message).map_err(|error| match error {
            TrySendError::Full(message) => Unsent::Full(Box::new(message)),
            TrySendError::Closed(_) => Unsent::NoPage,
        })
    }
}
