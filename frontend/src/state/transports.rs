//! A trial of the four transports, carried out by this page.

use std::time::Duration;

use gloo_net::http::Request;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use spillway_protocol::transports::{Note, Trial};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{EventSource, MessageEvent, WebSocket};

use crate::connection::{Connection, Link, socket_url};
use crate::json;
use crate::model::transports::{Clocks, Shown, Way};

/// Where a trial stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrialPhase {
    /// None was begun.
    Idle,
    /// Messages are on their way.
    Running,
    /// Everything was measured.
    Done,
    /// It could not be, and why.
    Failed(String),
}

/// One trial after another. Copies are the same.
#[derive(Clone, Copy)]
pub struct Transports {
    connection: Connection,
    /// The lesson whose goals a trial is judged by.
    lesson: StoredValue<Option<String>>,
    /// Counts the trials, so that what is left of an earlier one changes nothing.
    number: StoredValue<u64>,
    now: StoredValue<Shown>,
    /// Its secret name.
    trial: StoredValue<Option<String>>,
    /// What has to be closed when it is over.
    open: StoredValue<Option<(EventSource, WebSocket)>, LocalStorage>,
    /// What is shown, at most ten times a second.
    pub shown: RwSignal<Shown>,
    /// Where the trial stands.
    pub phase: RwSignal<TrialPhase>,
    /// Milliseconds that the server adds.
    pub delay_ms: RwSignal<u64>,
    /// Milliseconds between polls.
    pub poll_every_ms: RwSignal<u64>,
}

/// How often what is shown follows, and after how many times the server is asked what it measured.
const FRAME: Duration = Duration::from_millis(100);
const FRAMES_A_QUESTION: u64 = 5;

/// Round trips that relate the clocks.
const PROBES: u32 = 15;

impl Transports {
    /// Begins a trial as soon as there is a connection; in a lesson, when the learner says so.
    #[must_use]
    pub fn open(connection: Connection, lesson: Option<String>) -> Self {
        let by_itself = lesson.is_none();
        let transports = Self {
            connection,
            lesson: StoredValue::new(lesson),
            number: StoredValue::new(0),
            now: StoredValue::new(Shown::default()),
            trial: StoredValue::new(None),
            open: StoredValue::new_local(None),
            shown: RwSignal::default(),
            phase: RwSignal::new(TrialPhase::Idle),
            delay_ms: RwSignal::new(0),
            poll_every_ms: RwSignal::new(250),
        };
        Effect::new(move |_| {
            let live = connection.link.get() == Link::Live;
            if live && by_itself && transports.phase.get_untracked() == TrialPhase::Idle {
                transports.begin();
            }
        });
        let frames = StoredValue::new(0_u64);
        let frame = move || {
            if transports.phase.try_get_untracked() == Some(TrialPhase::Running) {
                frames.update_value(|frames| *frames += 1);
                transports.show(frames.get_value().is_multiple_of(FRAMES_A_QUESTION));
            }
        };
        let showing = set_interval_with_handle(frame, FRAME);
        on_cleanup(move || {
            if let Ok(showing) = showing {
                showing.clear();
            }
            transports.number.update_value(|number| *number += 1);
            transports.close();
        });
        transports
    }

    /// Begins a new trial; the one before it is given up.
    pub fn begin(self) {
        self.close();
        self.number.update_value(|number| *number += 1);
        let number = self.number.get_value();
        let shown = Shown {
            delay_ms: self.delay_ms.get_untracked(),
            poll_every_ms: self.poll_every_ms.get_untracked(),
            ..Shown::default()
        };
        self.shown.set(shown.clone());
        self.now.set_value(shown);
        self.trial.set_value(None);
        self.phase.set(TrialPhase::Running);
        leptos::task::spawn_local(async move {
            if let Err(reason) = self.carry_out(number).await {
                self.fail(number, &reason);
            }
        });
    }

    async fn carry_out(self, number: u64) -> Result<(), String> {
        let trial = self.make().await?;
        for _ in 0..PROBES {
            let asked_us = now_us();
            let text = get("/api/transports/clock").await?;
            let answered_us = now_us();
            let clock = json::server_clock(&text).ok_or(NOT_UNDERSTOOD)?;
            self.with(number, |shown| {
                let probe = Clocks::probe(shown.clocks, asked_us, answered_us, clock.at_us);
                shown.clocks = Some(probe);
            });
        }
        self.with(number, |shown| shown.messages = trial.messages);
        if !self.is(number) {
            return Ok(());
        }
        self.listen(number, &trial)?;
        self.trial.set_value(Some(trial.trial.clone()));
        for way in [Way::Poll, Way::LongPoll] {
            let trial = trial.trial.clone();
            leptos::task::spawn_local(async move {
                if let Err(reason) = self.ask_all(number, way, &trial).await {
                    self.fail(number, &reason);
                }
            });
        }
        Ok(())
    }

    async fn make(self) -> Result<Trial, String> {
        let session = self.connection.session().ok_or(NO_CONNECTION)?;
        let delay = self.delay_ms.get_untracked().to_string();
        let lesson = self.lesson.get_value();
        let lesson = lesson.map_or_else(String::new, |lesson| ["&lesson=", &lesson].concat());
        let path = ["/api/transports?delay_ms=", &delay, &lesson].concat();
        let request = Request::post(&path).header("Spillway-Session", &session);
        let answer = request.send().await.map_err(|error| error.to_string())?;
        let text = answer.text().await.map_err(|error| error.to_string())?;
        match json::trial(&text) {
            Some(trial) if answer.ok() => Ok(trial),
            _ => Err(text),
        }
    }

    /// Opens the two ways on which the server sends by itself; the messages begin when both are
    /// open.
    fn listen(self, number: u64, trial: &Trial) -> Result<(), String> {
        let opened = StoredValue::new(0);
        let begin = ["/api/transports/", &trial.trial, "/begin"].concat();
        let open = move || {
            opened.update_value(|opened| *opened += 1);
            if opened.get_value() < 2 {
                return;
            }
            let request = Request::post(&begin);
            leptos::task::spawn_local(async move {
                if let Err(error) = request.send().await {
                    self.fail(number, &error.to_string());
                }
            });
        };
        let open = Closure::<dyn Fn()>::new(open).into_js_value();
        let path = ["/api/transports/", &trial.trial, "/events"].concat();
        let events = EventSource::new(&path).map_err(|_| NOT_OPENED)?;
        events.set_onopen(Some(open.unchecked_ref()));
        events.set_onmessage(Some(self.hears(number, Way::Events).unchecked_ref()));
        events.set_onerror(Some(self.ends(number, Way::Events).unchecked_ref()));
        let path = ["/ws/transports/", &trial.trial].concat();
        let socket = WebSocket::new(&socket_url(&path)).map_err(|_| NOT_OPENED)?;
        socket.set_onopen(Some(open.unchecked_ref()));
        socket.set_onmessage(Some(self.hears(number, Way::Socket).unchecked_ref()));
        socket.set_onclose(Some(self.ends(number, Way::Socket).unchecked_ref()));
        self.open.set_value(Some((events, socket)));
        Ok(())
    }

    /// What takes the messages of a way.
    fn hears(self, number: u64, way: Way) -> JsValue {
        let hear = move |event: MessageEvent| {
            let at_us = now_us();
            let note = event.data().as_string().and_then(|text| json::note(&text));
            if let Some(note) = note {
                self.arrived(number, way, at_us, &[note]);
            }
            if way == Way::Events && self.has_all(way) {
                // It would ask again for what comes after the end.
                self.open.with_value(|open| {
                    if let Some((events, _)) = open {
                        events.close();
                    }
                });
            }
        };
        Closure::<dyn Fn(MessageEvent)>::new(hear).into_js_value()
    }

    /// What notices that a way is closed, which it must not be before everything has arrived.
    fn ends(self, number: u64, way: Way) -> JsValue {
        let end = move || {
            if !self.has_all(way) {
                let reason = [way.title(), " broke off before all messages were there"].concat();
                self.fail(number, &reason);
            }
        };
        Closure::<dyn Fn()>::new(end).into_js_value()
    }

    /// Asks until everything has arrived: at a fixed pace, or again as soon as there is an answer.
    async fn ask_all(self, number: u64, way: Way, trial: &str) -> Result<(), String> {
        let mut next_ms = now_ms();
        while self.is(number) && !self.has_all(way) {
            let after = self
                .now
                .with_value(|now| now.arrivals[way as usize].count());
            let after = after.to_string();
            let path = ["/api/transports/", trial, "/", way.id(), "?after=", &after].concat();
            let text = get(&path).await?;
            let at_us = now_us();
            let notes = json::notes(&text).ok_or(NOT_UNDERSTOOD)?;
            self.arrived(number, way, at_us, &notes);
            if way == Way::Poll {
                let every = self.now.with_value(|now| now.poll_every_ms) as f64;
                next_ms = (next_ms + every).max(now_ms());
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "between 0 and a second"
                )]
                let wait = (next_ms - now_ms()).max(0.0) as u32;
                TimeoutFuture::new(wait).await;
            }
        }
        Ok(())
    }

    fn arrived(self, number: u64, way: Way, at_us: u64, notes: &[Note]) {
        self.with(number, |now| {
            let Some(clocks) = now.clocks else {
                return;
            };
            let took = &mut now.arrivals[way as usize].took_us;
            took.extend(notes.iter().map(|note| clocks.taken(note.at_us, at_us)));
        });
    }

    /// Shows how it stands, and asks what the server has measured.
    fn show(self, asks: bool) {
        let shown = self.now.get_value();
        let whole = shown.is_whole();
        self.shown.set(shown);
        let Some(trial) = self.trial.get_value().filter(|_| asks) else {
            return;
        };
        let number = self.number.get_value();
        leptos::task::spawn_local(async move {
            let path = ["/api/transports/", &trial, "/measured"].concat();
            let text = match get(&path).await {
                Ok(text) => text,
                Err(reason) => return self.fail(number, &reason),
            };
            let Some(measured) = json::trial_measured(&text) else {
                return self.fail(number, NOT_UNDERSTOOD);
            };
            self.with(number, |now| now.measured = Some(measured));
            if whole && self.is(number) {
                self.shown.set(self.now.get_value());
                self.phase.set(TrialPhase::Done);
            }
        });
    }

    fn has_all(self, way: Way) -> bool {
        let all = self.now.try_with_value(|now| {
            now.arrivals[way as usize].count() as u64 >= now.messages && now.messages > 0
        });
        all.unwrap_or(true)
    }

    /// Whether this trial is the one that goes on.
    fn is(self, number: u64) -> bool {
        self.number.try_get_value() == Some(number)
            && self.phase.try_get_untracked() == Some(TrialPhase::Running)
    }

    fn with(self, number: u64, change: impl FnOnce(&mut Shown)) {
        if self.is(number) {
            self.now.update_value(change);
        }
    }

    fn fail(self, number: u64, reason: &str) {
        if self.is(number) {
            self.phase.set(TrialPhase::Failed(reason.to_owned()));
            self.close();
        }
    }

    fn close(self) {
        let open = self.open.try_update_value(Option::take).flatten();
        if let Some((events, socket)) = open {
            events.close();
            // One that is closed already stays so.
            let _ = socket.close();
        }
    }
}

const NO_CONNECTION: &str = "there is no connection to the server yet";
const NOT_UNDERSTOOD: &str = "the server's answer is not understood; please reload the page";
const NOT_OPENED: &str = "the browser does not open the connection";

async fn get(path: &str) -> Result<String, String> {
    let answer = Request::get(path).send().await;
    let answer = answer.map_err(|error| error.to_string())?;
    let text = answer.text().await.map_err(|error| error.to_string())?;
    if answer.ok() { Ok(text) } else { Err(text) }
}

/// The page's clock, which only goes forward.
fn now_ms() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

fn now_us() -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "since the page was opened"
    )]
    let us = (now_ms() * 1_000.0) as u64;
    us
}
