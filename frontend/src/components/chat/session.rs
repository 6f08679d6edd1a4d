//! This page's connection to a room: opened, carried, and opened again.

use futures_channel::mpsc;
use futures_util::future::{AbortHandle, Either, abortable, select};
use futures_util::{SinkExt, StreamExt};
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message as Frame, WebSocketError};
use gloo_timers::future::TimeoutFuture;
use leptos::ev;
use leptos::prelude::*;
use spillway_protocol::chat::FromClient;

use super::live::Live;
use super::names;
use super::watch::{Watching, watch_token};
use crate::connection::{Connection, seconds_before_retry};
use crate::json;
use crate::model::chat::{Action, Chat, MAX_WAITING, MessageRef, Phase, Unsaid};

/// This page's place in a room. Copies are the same place.
#[derive(Clone, Copy)]
pub struct Session {
    /// The room as this page knows it.
    pub chat: Live<Chat>,
    /// The message that is lit, in the chat and on the wire.
    pub lit: RwSignal<Option<MessageRef>>,
    /// The own message whose text is being changed where one types.
    pub editing: RwSignal<Option<u64>>,
    /// Whether the bytes of the connection are being watched.
    pub watching: RwSignal<Watching>,
    connection: Connection,
    lesson: StoredValue<Option<String>>,
    outgoing: StoredValue<Option<mpsc::Sender<FromClient>>>,
    task: StoredValue<Option<AbortHandle>>,
    socket: StoredValue<Option<web_sys::WebSocket>, LocalStorage>,
}

/// How one connection ended.
struct Closed {
    code: u16,
    reason: String,
    /// Whether the next one is to be opened at once.
    at_once: bool,
}

impl Session {
    /// A place in a room that has not been entered.
    pub fn new(room: &str, lesson: Option<String>) -> Self {
        let session = Self {
            chat: Live::new(Chat::new(room, &names::random_letters(4))),
            lit: RwSignal::new(None),
            editing: RwSignal::new(None),
            watching: RwSignal::new(Watching::NotYet),
            connection: expect_context::<Connection>(),
            lesson: StoredValue::new(lesson),
            outgoing: StoredValue::new(None),
            task: StoredValue::new(None),
            socket: StoredValue::new_local(None),
        };
        let task = session.task;
        on_cleanup(move || stop(task));
        // A browser may keep a page that was left, and its sockets, for half a minute: the others
        // in the room should see at once that somebody went. No task runs after this event.
        let socket = session.socket;
        let leaving = window_event_listener(ev::pagehide, move |_| {
            if let Some(Some(socket)) = socket.try_get_value() {
                // It fails only for a code or a reason, of which there is none.
                let _ = socket.close();
            }
            stop(task);
        });
        on_cleanup(move || leaving.remove());
        session
    }

    /// Enters the room under a name.
    pub fn join(self, name: &str) {
        self.chat.change(|chat| chat.join(name));
        if self.chat.peek(|chat| *chat.phase() == Phase::Connecting) {
            names::keep(name.trim());
            self.start();
        }
    }

    /// Gives up the connection and opens another one, as to watch its bytes.
    pub fn reopen(self) {
        if self.chat.peek(|chat| *chat.phase() == Phase::Joined) {
            self.chat.change(Chat::try_again);
            self.start();
        }
    }

    /// Says something.
    pub fn say(self, text: &str) -> Result<(), Unsaid> {
        let said = self.chat.change(|chat| chat.say(text));
        self.send(said.transpose()?.flatten());
        Ok(())
    }

    /// Says a refused message once more.
    pub fn say_again(self, key: u64) {
        let said = self.chat.change(|chat| chat.say_again(key));
        self.send(said.flatten());
    }

    /// Another text for an own message.
    pub fn edit(self, key: u64, text: &str) -> Result<(), Unsaid> {
        let edit = self.chat.change(|chat| chat.edit(key, text));
        self.send(edit.transpose()?);
        Ok(())
    }

    /// Takes an own message back.
    pub fn take_back(self, key: u64) {
        let delete = self.chat.change(|chat| chat.take_back(key));
        self.send(delete.flatten());
    }

    fn send(self, message: Option<FromClient>) {
        if let Some(message) = message {
            self.outgoing.update_value(|outgoing| {
                if let Some(outgoing) = outgoing {
                    // What does not fit here, or is lost with the connection, is still waiting in
                    // the model and sent again after the next welcome.
                    let _ = outgoing.try_send(message);
                }
            });
        }
    }

    fn start(self) {
        stop(self.task);
        let (task, handle) = abortable(self.keep_open());
        self.task.set_value(Some(handle));
        leptos::task::spawn_local(async move {
            // Aborted means that another task took over, or that the page went elsewhere.
            let _ = task.await;
        });
    }

    /// Keeps the connection open until the room must not be entered again without being asked.
    async fn keep_open(self) {
        let mut failed = 0;
        let mut first = true;
        loop {
            let closed = self.carry(first).await;
            first = false;
            if closed.at_once {
                continue;
            }
            let joined = self.chat.peek(|chat| *chat.phase() == Phase::Joined);
            failed = if joined { 0 } else { failed + 1 };
            let again = self
                .chat
                .change(|chat| chat.handle_closed(closed.code, &closed.reason));
            if again != Some(true) {
                return;
            }
            self.wait(seconds_before_retry(failed, js_sys::Math::random()))
                .await;
        }
    }

    /// Opens one connection and carries messages until it is over.
    async fn carry(self, first: bool) -> Closed {
        let lesson = self.lesson.get_value();
        let (token, watching) = watch_token(self.connection, lesson, first).await;
        let _ = self.watching.try_set(watching);
        self.chat.change(Chat::try_again);
        let address = self.chat.peek(|chat| chat.address(token.as_deref()));
        let opened = web_sys::WebSocket::new(&address);
        self.socket.set_value(opened.as_ref().ok().cloned());
        let Some(Ok(mut socket)) = opened.ok().map(WebSocket::try_from) else {
            return Closed::broken();
        };
        let (outgoing, mut waiting) = mpsc::channel(MAX_WAITING);
        self.outgoing.set_value(Some(outgoing));
        loop {
            match select(socket.next(), waiting.next()).await {
                Either::Left((Some(Ok(frame)), _)) => {
                    if let Some(closed) = self.take(frame, &mut socket).await {
                        return closed;
                    }
                }
                Either::Left((Some(Err(WebSocketError::ConnectionClose(event))), _)) => {
                    return Closed {
                        code: event.code,
                        reason: event.reason,
                        at_once: false,
                    };
                }
                // A close event with the code follows.
                Either::Left((Some(Err(_)), _)) => {}
                Either::Left((None, _)) => return Closed::broken(),
                Either::Right((Some(message), _)) => send(&mut socket, &message).await,
                Either::Right((None, _)) => return Closed::broken(),
            }
        }
    }

    /// Takes in a message of the server; says when the connection is of no more use.
    async fn take(self, frame: Frame, socket: &mut WebSocket) -> Option<Closed> {
        let Frame::Text(text) = frame else {
            return None;
        };
        // Types that this page does not know are to be ignored.
        let message = json::from_server(text.as_bytes())?;
        for action in self.chat.change(|chat| chat.handle(message))? {
            match action {
                Action::Send(message) => send(socket, &message).await,
                Action::Reconnect => {
                    return Some(Closed {
                        at_once: true,
                        ..Closed::broken()
                    });
                }
            }
        }
        let refused = |chat: &Chat| matches!(chat.phase(), Phase::Asking { .. });
        self.chat.peek(refused).then(Closed::broken)
    }

    /// Waits, counting down where everybody can see it.
    async fn wait(self, seconds: f64) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and 15 000"
        )]
        let mut left_ms = (seconds * 1_000.0) as u32;
        while left_ms > 0 {
            self.chat.change(|chat| chat.wait(left_ms.div_ceil(1_000)));
            let step = left_ms.min(1_000);
            TimeoutFuture::new(step).await;
            left_ms -= step;
        }
    }
}

impl Closed {
    const fn broken() -> Self {
        Self {
            code: 1006,
            reason: String::new(),
            at_once: false,
        }
    }
}

fn stop(task: StoredValue<Option<AbortHandle>>) {
    if let Some(Some(task)) = task.try_update_value(Option::take) {
        task.abort();
    }
}

async fn send(socket: &mut WebSocket, message: &FromClient) {
    // A socket that takes nothing more is closing; its close event follows.
    let _ = socket.send(Frame::Text(json::say(message))).await;
}
