//! The page's connection to the echo.

use js_sys::Reflect;
use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CloseEvent, WebSocket};

use crate::components::chat::{Watching, watch_token};
use crate::components::wire::state::Wire;
use crate::connection::Connection;
use crate::model::echo::{Subprotocol, address};
use crate::words::number::exact;

/// A connection to the echo. Copies are the same one.
#[derive(Clone, Copy)]
pub struct Echo {
    /// What it does now.
    pub state: RwSignal<State>,
    /// Its messages.
    pub counts: RwSignal<Counts>,
    /// What to offer at the next opening.
    pub subprotocol: RwSignal<Subprotocol>,
    /// Whether the server agrees to compression at the next opening.
    pub compressed: RwSignal<bool>,
    /// What could not be done, and what can.
    pub problem: RwSignal<String>,
    /// Whether its bytes are being watched.
    pub watching: RwSignal<Watching>,
    /// Its bytes.
    pub wire: Wire,
    connection: Connection,
    lesson: StoredValue<Option<String>>,
    socket: StoredValue<Option<WebSocket>, LocalStorage>,
}

/// What the connection does now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// There is none; how the last one ended, in words.
    Closed(String),
    /// Its handshake is under way.
    Opening,
    /// It is open; what was agreed to, in words.
    Open(String),
}

/// Messages of one connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Given to the browser to send.
    pub sent: u64,
    /// That came back.
    pub back: u64,
}

impl State {
    /// One word.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Closed(_) => "closed",
            Self::Opening => "opening",
            Self::Open(_) => "open",
        }
    }

    /// A phrase.
    pub fn words(&self) -> String {
        match self {
            Self::Closed(how) if how.is_empty() => "not open yet".to_owned(),
            Self::Closed(how) => how.clone(),
            Self::Opening => "opening".to_owned(),
            Self::Open(agreed) => ["open, ", agreed].concat(),
        }
    }
}

impl Echo {
    /// No connection yet. The bytes of all of them go into one wire view.
    pub fn unopened(lesson: Option<String>, deflate: bool) -> Self {
        let echo = Self {
            state: RwSignal::new(State::Closed(String::new())),
            counts: RwSignal::new(Counts::default()),
            subprotocol: RwSignal::new(Subprotocol::None),
            compressed: RwSignal::new(deflate),
            problem: RwSignal::new(String::new()),
            watching: RwSignal::new(Watching::NotYet),
            wire: Wire::follow(RwSignal::new(None)),
            connection: expect_context(),
            lesson: StoredValue::new(lesson),
            socket: StoredValue::new_local(None),
        };
        on_cleanup(move || {
            if let Some(Some(socket)) = echo.socket.try_get_value() {
                // It fails only for a code or a reason, of which there is none.
                let _ = socket.close();
            }
        });
        echo
    }

    /// Opens a connection, watched.
    pub fn open(self) {
        self.state.set(State::Opening);
        self.problem.set(String::new());
        self.counts.set(Counts::default());
        leptos::task::spawn_local(async move {
            let (token, watching) =
                watch_token(self.connection, self.lesson.get_value(), true).await;
            // The page may have gone elsewhere meanwhile.
            if self.watching.try_set(watching).is_some() {
                return;
            }
            let address = address(self.compressed.get_untracked(), token.as_deref());
            let opened = match self.subprotocol.get_untracked().offered() {
                None => WebSocket::new(&address),
                Some(protocol) => WebSocket::new_with_str(&address, protocol),
            };
            match opened {
                Ok(socket) => self.listen(socket),
                Err(error) => self.state.set(State::Closed(said(&error))),
            }
        });
    }

    /// Sends a text.
    pub fn send_text(self, text: &str) {
        self.send(1, |socket| socket.send_with_str(text));
    }

    /// Sends the same text a thousand times.
    pub fn send_many(self, text: &str) {
        for _ in 0..1_000 {
            self.send_text(text);
        }
    }

    /// Sends bytes.
    pub fn send_bytes(self, bytes: &[u8]) {
        self.send(1, |socket| socket.send_with_u8_array(bytes));
    }

    /// Begins to close.
    pub fn close(self, code: Option<u16>, reason: &str) {
        self.send(0, |socket| match code {
            None => socket.close(),
            Some(code) => socket.close_with_code_and_reason(code, reason),
        });
    }

    fn send(self, messages: u64, act: impl FnOnce(&WebSocket) -> Result<(), JsValue>) {
        let done = self
            .socket
            .with_value(|socket| socket.as_ref().map_or(Ok(()), act));
        match done {
            Ok(()) => {
                self.problem.set(String::new());
                self.counts.update(|counts| counts.sent += messages);
            }
            Err(error) => self.problem.set(said(&error)),
        }
    }

    fn listen(self, socket: WebSocket) {
        let open = move |event: JsValue| {
            let target = property(&event, "target");
            let text = |name| property(&target, name).as_string().unwrap_or_default();
            let (protocol, extensions) = (text("protocol"), text("extensions"));
            let named = |what: &str, name: &str| match name {
                "" => ["no ", what].concat(),
                name => [what, " ", name].concat(),
            };
            let agreed = [
                named("subprotocol", &protocol),
                named("extension", &extensions),
            ];
            let _ = self.state.try_set(State::Open(agreed.join(", ")));
        };
        let message = move |_: JsValue| {
            let _ = self.counts.try_update(|counts| counts.back += 1);
        };
        let close = move |event: JsValue| {
            let event: CloseEvent = event.unchecked_into();
            let (code, reason) = (event.code(), event.reason());
            let reason = match reason.as_str() {
                "" => String::new(),
                reason => [": ", reason].concat(),
            };
            let how = if event.was_clean() {
                ""
            } else {
                ", not cleanly"
            };
            let code = exact(u64::from(code)).replace('\u{a0}', "");
            let words = ["closed with ", &code, how, &reason].concat();
            let _ = self.state.try_set(State::Closed(words));
        };
        socket.set_binary_type(web_sys::BinaryType::Arraybuffer);
        socket.set_onopen(Some(&handler(open)));
        socket.set_onmessage(Some(&handler(message)));
        socket.set_onclose(Some(&handler(close)));
        self.socket.set_value(Some(socket));
    }
}

/// A function that the browser may call as long as the page lives: a page opens few connections.
fn handler(act: impl FnMut(JsValue) + 'static) -> js_sys::Function {
    Closure::<dyn FnMut(JsValue)>::new(act)
        .into_js_value()
        .unchecked_into()
}

fn property(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &name.into()).unwrap_or_default()
}

/// What a browser says of what it refused.
fn said(error: &JsValue) -> String {
    let words = property(error, "message").as_string();
    words.unwrap_or_else(|| "The browser refused.".to_owned())
}
