//! This page's connection to a room: opened, carried, and opened again.

use std::time::Duration;

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
use crate::model::chat::{
    Action, Chat, DROPPED, Flow, Look, MAX_WAITING, MessageRef, Phase, Spoken, Sure, Unsaid,
};

/// This page's place in a room. Copies are the same place.
#[derive(Clone, Copy)]
pub struct Session {
    /// The room as this page knows it.
    pub chat: Live<Chat>,
    /// The message that is lit, in the chat and on the wire.
    pub lit: RwSignal<Option<MessageRef>>,
    /// The own message whose text is being changed where one types.
    pub editing: RwSignal<Option<u64>>,
    /// What was pressed once, and happens when it is pressed again.
    pub sure: RwSignal<Option<(u64, Sure)>>,
    /// The long messages that are shown whole.
    pub open: RwSignal<Vec<u64>>,
    /// The connection as two streams.
    pub flow: Live<Flow>,
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
            sure: RwSignal::new(None),
            open: RwSignal::new(Vec::new()),
            flow: Live::new(Flow::default()),
            watching: RwSignal::new(Watching::NotYet),
            connection: expect_context::<Connection>(),
            lesson: StoredValue::new(lesson),
            outgoing: StoredValue::new(None),
            task: StoredValue::new(None),
            socket: StoredValue::new_local(None),
        };
        session.chat.change(|chat| chat.was_here(names::seen(room)));
        let task = session.task;
        on_cleanup(move || {
            session.keep_seen();
            stop(task);
        });
        // A browser may keep a page that was left, and its sockets, for half a minute: the others
        // in the room should see at once that somebody went. No task runs after this event.
        let socket = session.socket;
        let leaving = window_event_listener(ev::pagehide, move |_| {
            if let Some(Some(socket)) = socket.try_get_value() {
                // It fails only for a code or a reason, of which there is none.
                let _ = socket.close();
            }
            session.keep_seen();
            stop(task);
        });
        on_cleanup(move || leaving.remove());
        session.keep_time();
        session
    }

    /// How the learner looks at the lines.
    pub fn look(self) -> Look {
        Look {
            lit: self.lit.get(),
            editing: self.editing.get(),
            sure: self.sure.get(),
            open: self.open.get(),
        }
    }

    /// The lesson that the room belongs to, as `chapter/lesson`.
    pub fn lesson(self) -> Option<String> {
        self.lesson.get_value()
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

    /// Drops the connection as if the network had gone: it comes back by itself.
    pub fn lose(self) {
        self.socket.with_value(|socket| {
            // The code is one that a page may close with.
            let _ = socket.as_ref().map(|it| it.close_with_code(DROPPED));
        });
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

    /// Shows a message to all who come, or no longer when it is the one that is shown.
    pub fn pin(self, seq: u64) {
        let pin = |chat: &mut Chat| {
            let pinned = chat.pinned().is_some_and(|(pinned, _)| pinned == seq);
            chat.pin(seq, !pinned)
        };
        self.send(self.chat.change(pin).flatten());
    }

    /// Takes somebody's voice, or gives it back.
    pub fn mute(self, name: &str) {
        let mute = |chat: &mut Chat| chat.mute(name, !chat.is_muted(name));
        self.send(self.chat.change(mute).flatten());
    }

    /// Makes somebody go.
    pub fn remove(self, name: &str) {
        self.send(self.chat.change(|chat| chat.remove(name)).flatten());
    }

    /// Asks for what was before the first line.
    pub fn read_on(self) {
        self.send(self.chat.change(Chat::read_on).flatten());
    }

    /// The learner is writing.
    pub fn typed(self) {
        let typed = |chat: &mut Chat| {
            chat.at(now());
            chat.typed()
        };
        self.send(self.chat.change(typed).flatten());
    }

    /// Number, id and sender of a message that the room has.
    pub fn message(self, key: u64) -> Option<(MessageRef, String)> {
        self.chat.peek(|chat| {
            let spoken: &Spoken = chat.line(key)?.spoken()?;
            Some((spoken.reference(), spoken.from.clone()))
        })
    }

    /// Stops taking out of the page's buffer what the browser has put there, or goes on.
    pub fn pause(self, paused: bool) {
        self.flow.change(|flow| flow.pause(paused));
        if self.drain() {
            self.start();
        }
    }

    fn keep_seen(self) {
        let seen = |chat: &mut Chat| (chat.room().to_owned(), chat.seen());
        if let Some((room, seq)) = self.chat.change(seen) {
            names::keep_seen(&room, seq);
        }
    }

    /// Lets what somebody wrote fade, and what was said grow too old to be edited.
    fn keep_time(self) {
        let tick = move || {
            let aged = (now() / 1_000).is_multiple_of(15);
            let due = |chat: &Chat| aged || chat.typists().next().is_some();
            if self.chat.peek(due) {
                self.chat.change(|chat| chat.at(now()));
            }
            if self.flow.peek(|flow| flow.buffered > 0) {
                self.flow.change(|flow| flow.buffered_now(self.buffered()));
            }
        };
        if let Ok(timer) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || timer.clear());
        }
    }

    /// Bytes that the browser's WebSocket has taken and not yet handed on.
    fn buffered(self) -> u64 {
        let socket = self.socket.try_get_value().flatten();
        socket.map_or(0, |socket| u64::from(socket.buffered_amount()))
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
        self.flow.change(Flow::over);
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
                    if let Frame::Text(text) = frame {
                        self.flow.change(|flow| flow.arrived(text));
                    }
                    if self.drain() {
                        return Closed {
                            at_once: true,
                            ..Closed::broken()
                        };
                    }
                    if self
                        .chat
                        .peek(|chat| matches!(chat.phase(), Phase::Asking { .. }))
                    {
                        return Closed::broken();
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
                Either::Right((Some(message), _)) => self.put(&mut socket, &message).await,
                Either::Right((None, _)) => return Closed::broken(),
            }
        }
    }

    /// Gives a message to the browser's WebSocket.
    async fn put(self, socket: &mut WebSocket, message: &FromClient) {
        let text = json::say(message);
        let bytes = text.len();
        // A socket that takes nothing more is closing; its close event follows.
        let _ = socket.send(Frame::Text(text)).await;
        self.flow.change(|flow| flow.sent(bytes, self.buffered()));
    }

    /// Takes messages of the server out of the page's buffer; says whether another connection is
    /// to be opened.
    fn drain(self) -> bool {
        while let Some(text) = self.flow.change(Flow::read).flatten() {
            // Types that this page does not know are to be ignored.
            let Some(message) = json::from_server(text.as_bytes()) else {
                continue;
            };
            let handle = |chat: &mut Chat| {
                chat.at(now());
                chat.handle(message)
            };
            for action in self.chat.change(handle).unwrap_or_default() {
                match action {
                    Action::Send(message) => self.send(Some(message)),
                    Action::Reconnect => return true,
                }
            }
        }
        false
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

/// The page's clock, ms since it was opened.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "milliseconds of a page's life"
)]
fn now() -> u64 {
    window().performance().map_or(0, |clock| clock.now() as u64)
}
