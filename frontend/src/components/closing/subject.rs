//! The connection that is ended: the browser's own WebSocket, with every event that it tells.

use std::time::Duration;

use js_sys::Reflect;
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CloseEvent, MessageEvent, WebSocket};

use crate::components::chat::Live;
use crate::components::chat::watch::watch_token;
use crate::components::wire::state::Wire;
use crate::connection::{Connection, socket_url};
use crate::model::closing::{Event, What, last_word};
use crate::words::number::exact;

/// The page's subject. Copies are the same.
#[derive(Clone, Copy)]
pub struct Subject {
    /// What the browser did and told, oldest first.
    pub events: Live<Vec<Event>>,
    /// What crossed.
    pub wire: Wire,
    /// The error that the browser threw last.
    pub threw: RwSignal<Option<String>>,
    connection: Connection,
    lesson: StoredValue<Option<String>>,
    socket: StoredValue<Option<Socket>, LocalStorage>,
    /// Rises with each connection that is begun: one that was overtaken is not made.
    turn: StoredValue<u32>,
}

/// A socket with its listener, which lives as long.
struct Socket {
    socket: WebSocket,
    began: f64,
    buffered: u32,
    listener: Closure<dyn FnMut(web_sys::Event)>,
}

/// What is done once a connection is open.
type Act = Box<dyn FnOnce(Subject)>;

/// Events that are kept of one connection.
const MAX_EVENTS: usize = 500;

/// Events of a socket.
const EVENTS: [&str; 4] = ["open", "message", "error", "close"];

/// How often `bufferedAmount` is looked at while something waits.
const LOOK: Duration = Duration::from_millis(50);

const MIB: usize = 1 << 20;

impl Subject {
    /// Without a connection yet.
    pub fn idle(lesson: Option<String>) -> Self {
        let subject = Self {
            events: Live::new(Vec::new()),
            wire: Wire::follow(RwSignal::new(None)),
            threw: RwSignal::new(None),
            connection: expect_context::<Connection>(),
            lesson: StoredValue::new(lesson),
            socket: StoredValue::new_local(None),
            turn: StoredValue::new(0),
        };
        subject.connection.on_wire(move |_| {
            // The bytes of the end are what is worth a look when it has come.
            let (open, last) = subject.wire.log.peek(|log| (log.is_open(), last_word(log)));
            if !open {
                subject.wire.chosen.set(last);
            }
        });
        on_cleanup(move || subject.drop_socket());
        subject
    }

    /// Does what the button of this name says.
    pub fn end(self, way: &str) {
        let act: Act = match way {
            "client" => Box::new(|subject| subject.close_now(1000, "bye")),
            "server" => Box::new(|subject| subject.send_text("close 1000 bye")),
            "both" => Box::new(|subject| {
                // The browser's frame is on its way before the server comes to look at anything.
                subject.send_text("wait 200");
                subject.send_text("close 4001 the server");
                subject.close_now(4000, "the browser");
            }),
            "stop" | "cut" | "deaf" | "hello" => {
                let text = way.to_owned();
                Box::new(move |subject| subject.send_text(&text))
            }
            "policy" => Box::new(|subject| (0..21).for_each(|_| subject.send_text("hello"))),
            "big" => Box::new(|subject| subject.send_bytes(MIB + 1)),
            "buffered" => Box::new(|subject| {
                subject.send_text("wait 2000");
                (0..6).for_each(|_| subject.send_bytes(MIB));
            }),
            "refuse" => {
                self.open("&refuse", Box::new(|_| {}));
                return;
            }
            _ => return,
        };
        self.once_open(act);
    }

    /// The page calls `close(code, reason)`.
    pub fn close(self, code: u16, reason: &str) {
        let reason = reason.to_owned();
        self.once_open(Box::new(move |subject| subject.close_now(code, &reason)));
    }

    /// The page asks the server to close so.
    pub fn ask_to_close(self, code: u16, reason: &str) {
        let text = ["close ", &code.to_string(), " ", reason].concat();
        self.once_open(Box::new(move |subject| subject.send_text(text.trim_end())));
    }

    fn once_open(self, act: Act) {
        let open = |socket: &Socket| socket.socket.ready_state() == WebSocket::OPEN;
        if self
            .socket
            .with_value(|socket| socket.as_ref().is_some_and(open))
        {
            self.threw.set(None);
            act(self);
        } else {
            self.open("", act);
        }
    }

    /// Forgets the last connection and begins another one.
    fn open(self, query: &'static str, act: Act) {
        self.drop_socket();
        self.threw.set(None);
        let turn = self.turn.get_value() + 1;
        self.turn.set_value(turn);
        leptos::task::spawn_local(async move {
            let (token, _) = watch_token(self.connection, self.lesson.get_value(), true).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            self.wire.clear();
            self.events.change(Vec::clear);
            let watch = token.map_or_else(String::new, |token| ["watch=", &token].concat());
            self.make(&["/ws/subject?", &watch, query].concat(), act);
        });
    }

    fn make(self, path: &str, act: Act) {
        let began = now();
        let Ok(socket) = WebSocket::new(&socket_url(path)) else {
            return;
        };
        let mut act = Some(act);
        let listener = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            if let Some(what) = told(&event) {
                let open = what == What::Open;
                self.note(what);
                if let (true, Some(act)) = (open, act.take()) {
                    act(self);
                }
            }
        });
        for kind in EVENTS {
            // There is no listener and no kind with which it fails.
            let _ =
                socket.add_event_listener_with_callback(kind, listener.as_ref().unchecked_ref());
        }
        self.socket.set_value(Some(Socket {
            socket,
            began,
            buffered: 0,
            listener,
        }));
        self.note(What::Made);
    }

    /// Closes what is still open, and hears no more of it.
    fn drop_socket(self) {
        if let Some(Some(old)) = self.socket.try_update_value(Option::take) {
            for kind in EVENTS {
                let listener = old.listener.as_ref().unchecked_ref();
                let _ = old
                    .socket
                    .remove_event_listener_with_callback(kind, listener);
            }
            // It fails only for a code or a reason, of which there is none.
            let _ = old.socket.close();
        }
    }

    fn note(self, what: What) {
        let began = |socket: &Option<Socket>| socket.as_ref().map(|socket| socket.began);
        let Some(Some(began)) = self.socket.try_with_value(began) else {
            return;
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "microseconds of a page's life"
        )]
        let at_us = ((now() - began) * 1_000.0) as i64;
        self.events.change(|events| {
            if events.len() < MAX_EVENTS {
                events.push(Event { at_us, what });
            }
        });
    }

    fn send_text(self, text: &str) {
        self.note(What::Sent(text.to_owned()));
        self.with_socket(|socket| socket.send_with_str(text));
    }

    fn send_bytes(self, count: usize) {
        self.note(What::Sent([&exact(count as u64), " bytes"].concat()));
        self.with_socket(|socket| socket.send_with_u8_array(&vec![0x61; count]));
    }

    fn close_now(self, code: u16, reason: &str) {
        let call = [&code.to_string(), ", \"", reason, "\""].concat();
        self.note(What::Closing(call));
        self.with_socket(|socket| socket.close_with_code_and_reason(code, reason));
    }

    /// Calls the browser, and keeps the error that it throws.
    fn with_socket(self, call: impl FnOnce(&WebSocket) -> Result<(), JsValue>) {
        let socket = |socket: &Option<Socket>| socket.as_ref().map(|it| it.socket.clone());
        let Some(socket) = self.socket.with_value(socket) else {
            return;
        };
        if let Err(error) = call(&socket) {
            let part = |name| {
                Reflect::get(&error, &JsValue::from_str(name))
                    .ok()?
                    .as_string()
            };
            let parts = ["name", "message"].map(|name| part(name).unwrap_or_default());
            let words = parts.join(": ");
            self.note(What::Threw(words.clone()));
            self.threw
                .set(Some(["The browser refused: ", &words].concat()));
        }
        self.follow_buffered();
    }

    /// Notes `bufferedAmount` as it changes, until nothing waits any more.
    fn follow_buffered(self) {
        let look = self.socket.try_update_value(|socket| {
            let socket = socket.as_mut()?;
            let now = socket.socket.buffered_amount();
            let changed = now != socket.buffered;
            socket.buffered = now;
            Some((now, changed))
        });
        let Some(Some((now, changed))) = look else {
            return;
        };
        if changed {
            self.note(What::Buffered(u64::from(now)));
        }
        if now > 0 {
            set_timeout(move || self.follow_buffered(), LOOK);
        }
    }
}

/// What an event of the socket says.
fn told(event: &web_sys::Event) -> Option<What> {
    Some(match event.type_().as_str() {
        "open" => What::Open,
        "error" => What::Error,
        "close" => {
            let close = event.dyn_ref::<CloseEvent>()?;
            What::Close {
                code: close.code(),
                reason: close.reason(),
                clean: close.was_clean(),
            }
        }
        "message" => {
            let data = event.dyn_ref::<MessageEvent>()?.data();
            What::Message(data.as_string().unwrap_or_else(|| "bytes".to_owned()))
        }
        _ => return None,
    })
}

/// Milliseconds by the browser's clock.
fn now() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}
