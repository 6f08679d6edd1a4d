//! The control connection: one WebSocket to `/ws/control` that comes back by itself.
//!
//! A page has one [`Connection`] for its life. It opens with `hello`, keeps the session's id in
//! memory only, pairs answers with requests, and hands every other message to whoever listens.

mod backoff;
mod leave;
mod link;
mod socket;

use std::cell::RefCell;
use std::rc::Rc;

use futures_channel::{mpsc, oneshot};
use leptos::prelude::*;
use spillway_protocol::control::{Command, ErrorCode, Message, Request};

pub(crate) use backoff::seconds as seconds_before_retry;
pub use leave::end_session_when_the_page_goes;
pub use link::Link;

/// Requests that may wait for the connection to come back. A person does not click this often;
/// one more is refused in words.
const MAX_WAITING: usize = 64;

/// The page's connection to its server. Copies are the same connection.
#[derive(Clone, Copy)]
pub struct Connection {
    inner: StoredValue<Rc<Inner>, LocalStorage>,
    /// How the connection stands.
    pub link: RwSignal<Link>,
}

/// Why a request was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The server's kind of refusal; `None` when the request never got an answer.
    pub code: Option<ErrorCode>,
    /// In words.
    pub message: String,
}

type Listener = Rc<dyn Fn(&Message)>;
type Answer = Result<Message, Refusal>;

struct Inner {
    outgoing: RefCell<mpsc::Sender<Request>>,
    /// Who waits for which answer. A page has a handful under way at most.
    pending: RefCell<Vec<(u64, oneshot::Sender<Answer>)>>,
    listeners: RefCell<Vec<(u64, Listener)>>,
    session: RefCell<Option<String>>,
    /// Wakes the loop that waits to be told to come back.
    comes_back: RefCell<Option<oneshot::Sender<()>>>,
    next_id: RefCell<u64>,
}

impl Connection {
    /// Opens the connection and keeps it open for the life of the page.
    #[must_use]
    pub fn open() -> Self {
        let (outgoing, waiting) = mpsc::channel(MAX_WAITING);
        let inner = Rc::new(Inner {
            outgoing: RefCell::new(outgoing),
            pending: RefCell::default(),
            listeners: RefCell::default(),
            session: RefCell::default(),
            comes_back: RefCell::default(),
            next_id: RefCell::new(0),
        });
        let link = RwSignal::new(Link::Connecting);
        leptos::task::spawn_local(socket::keep_open(Rc::clone(&inner), waiting, link));
        Self {
            inner: StoredValue::new_local(inner),
            link,
        }
    }

    /// Asks the server for something. Without a connection the request waits for it; a request
    /// that was under way when the connection was lost is refused.
    ///
    /// # Errors
    /// The server's refusal, or that there was no answer.
    pub async fn request(self, command: Command) -> Result<Message, Refusal> {
        self.ask(command).1.await
    }

    /// The same, and the request's `id`, which its answer carries.
    pub fn ask(self, command: Command) -> (u64, impl Future<Output = Result<Message, Refusal>>) {
        let inner = self.inner.get_value();
        let id = inner.new_id();
        (id, inner.ask(id, command))
    }

    /// Calls `listener` with every message of the server until the current owner (the component
    /// that calls this) is gone.
    pub fn on_message(self, listener: impl Fn(&Message) + 'static) {
        let inner = self.inner.get_value();
        let id = inner.new_id();
        inner.listeners.borrow_mut().push((id, Rc::new(listener)));
        let inner = StoredValue::new_local(inner);
        on_cleanup(move || {
            let _ = inner.try_with_value(|inner| {
                inner
                    .listeners
                    .borrow_mut()
                    .retain(|(other, _)| *other != id);
            });
        });
    }

    /// As [`Connection::on_message`], for what the tap saw on a watched connection alone:
    /// `wire_open`, `wire` and `wire_closed`.
    pub fn on_wire(self, listener: impl Fn(&Message) + 'static) {
        self.on_message(move |message| {
            if matches!(
                message,
                Message::WireOpen { .. } | Message::Wire { .. } | Message::WireClosed { .. }
            ) {
                listener(message);
            }
        });
    }

    /// Takes the session back from the tab in which it goes on.
    pub fn come_back(self) {
        let waits = self.inner.with_value(|inner| inner.comes_back.take());
        if let Some(waits) = waits {
            // The loop waits as long as the page lives.
            let _ = waits.send(());
        }
    }

    /// The secret name of this page's session, once there is one.
    #[must_use]
    pub fn session(self) -> Option<String> {
        self.inner
            .with_value(|inner| inner.session.borrow().clone())
    }
}

/// The whole address of a WebSocket on this page's own server; `path` begins with `/`.
#[must_use]
pub fn socket_url(path: &str) -> String {
    let location = window().location();
    let scheme = match location.protocol().as_deref() {
        Ok("https:") => "wss",
        _ => "ws",
    };
    // A page that has been loaded has a host; without one the socket just does not open.
    let host = location.host().unwrap_or_default();
    format!("{scheme}://{host}{path}")
}

impl Refusal {
    fn unanswered(message: &str) -> Self {
        Self {
            code: None,
            message: message.to_owned(),
        }
    }
}

impl Inner {
    /// Sends a request now; what it gives waits for the answer.
    fn ask(&self, id: u64, command: Command) -> impl Future<Output = Answer> + use<> {
        let (answer, answered) = oneshot::channel();
        self.pending.borrow_mut().push((id, answer));
        let sent = self.outgoing.borrow_mut().try_send(Request { id, command });
        if sent.is_err() {
            self.take_pending(id);
        }
        async move {
            if sent.is_err() {
                return Err(Refusal::unanswered(
                    "too many requests wait for the connection",
                ));
            }
            answered
                .await
                .unwrap_or_else(|_| Err(Refusal::unanswered("the connection is closed")))
        }
    }

    /// Waits for [`Connection::come_back`].
    async fn told_to_come_back(&self) {
        let (told, hears) = oneshot::channel();
        *self.comes_back.borrow_mut() = Some(told);
        // An end without a word would be that of the page.
        let _ = hears.await;
    }

    fn new_id(&self) -> u64 {
        let mut next = self.next_id.borrow_mut();
        *next += 1;
        *next
    }

    fn waits_for(&self, id: u64) -> bool {
        self.pending.borrow().iter().any(|(other, _)| *other == id)
    }

    fn take_pending(&self, id: u64) -> Option<oneshot::Sender<Answer>> {
        let mut pending = self.pending.borrow_mut();
        let at = pending.iter().position(|(other, _)| *other == id)?;
        Some(pending.swap_remove(at).1)
    }

    /// Gives a message to the request it answers, and to everyone who listens.
    fn deliver(&self, message: &Message) {
        // Listeners first: what a `started` brings about is in place when its request goes on.
        let listeners: Vec<Listener> = self
            .listeners
            .borrow()
            .iter()
            .map(|(_, listener)| Rc::clone(listener))
            .collect();
        for listener in listeners {
            listener(message);
        }
        let Some((id, answer)) = answer_of(message) else {
            return;
        };
        if let Some(waiting) = self.take_pending(id) {
            // Whoever asked may be gone by now; then nobody wants the answer.
            let _ = waiting.send(answer);
        }
    }

    /// Refuses what was asked on a connection that is lost.
    fn refuse(&self, ids: &[u64]) {
        for id in ids {
            if let Some(waiting) = self.take_pending(*id) {
                let lost = "the connection was lost before the answer came";
                let _ = waiting.send(Err(Refusal::unanswered(lost)));
            }
        }
    }
}

fn answer_of(message: &Message) -> Option<(u64, Answer)> {
    match message {
        Message::Welcome { id, .. }
        | Message::Ok { id, .. }
        | Message::Started { id, .. }
        | Message::Gave { id, .. }
        | Message::Written { id, .. }
        | Message::Buffer { id, .. }
        | Message::Chunk { id, .. }
        | Message::Sending { id, .. }
        | Message::WatchToken { id, .. } => Some((*id, Ok(message.clone()))),
        Message::Error {
            id: Some(id),
            code,
            message,
        } => Some((
            *id,
            Err(Refusal {
                code: Some(*code),
                message: message.clone(),
            }),
        )),
        _ => None,
    }
}
