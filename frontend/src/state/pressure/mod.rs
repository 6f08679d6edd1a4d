//! A run whose bytes go to this page by a WebSocket that the page reads as slowly as it is told.

mod plain;
mod stream;
mod worker;

use std::time::Duration;

use gloo_net::http::Request;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use spillway_protocol::control::Start;
use spillway_protocol::delivery::SocketQueues;

use super::{Phase, Runner};
use crate::connection::{Connection, socket_url};
use crate::json;
use crate::model::pressure::{Chain, Gauges, OUT, Reading, Still, reading_speed};
use crate::words::pressure::gave_up;
pub use stream::has_stream;
pub use worker::blocks_for_good;

/// How the page reads the two sockets that are to wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// `WebSocketStream`.
    Stream,
    /// A plain `WebSocket` in a Worker that blocks.
    Worker,
}

/// What is set for all chains.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The slider's position.
    pub step: RwSignal<usize>,
    /// What reads what begins from now on.
    pub reader: RwSignal<Reader>,
}

/// One chain. Copies are the same.
#[derive(Clone, Copy)]
pub struct Pressure {
    chain: Chain,
    desk: Desk,
    /// Its run.
    pub runner: Runner,
    /// Counts the sockets, so that what is left of an earlier one changes nothing.
    number: StoredValue<u64>,
    reading: StoredValue<Reading>,
    queues: StoredValue<Option<SocketQueues>>,
    asking: StoredValue<bool>,
    /// Its run is about to end, so no more is asked about it.
    leaving: StoredValue<bool>,
    still: StoredValue<Still>,
    /// What is shown, and for how long the source has stood, four times a second.
    pub shown: RwSignal<(Gauges, u64)>,
    /// The most that any place has held, for the scale.
    pub most: RwSignal<u64>,
}

const TICK: Duration = Duration::from_millis(250);

/// How often a reader that has to wait looks whether it still has to, milliseconds.
const LOOK_MS: u32 = 20;

impl Pressure {
    /// The chain, not begun yet; its run is judged by the goals of a lesson.
    #[must_use]
    pub fn prepare(
        connection: Connection,
        chain: Chain,
        desk: Desk,
        lesson: Option<String>,
    ) -> Self {
        let start = Start {
            lesson,
            ..chain.start()
        };
        let runner = Runner::prepare(connection, start);
        let pressure = Self {
            chain,
            desk,
            runner,
            number: StoredValue::new(0),
            reading: StoredValue::new(Reading::default()),
            queues: StoredValue::new(None),
            asking: StoredValue::new(false),
            leaving: StoredValue::new(false),
            still: StoredValue::new(Still::default()),
            shown: RwSignal::default(),
            most: RwSignal::new(0),
        };
        Effect::new(move |_| {
            if runner.phase.get() == Phase::On {
                pressure.listen();
            }
        });
        let ticking = set_interval_with_handle(move || pressure.tick(), TICK);
        on_cleanup(move || {
            if let Ok(ticking) = ticking {
                ticking.clear();
            }
            pressure.let_go();
        });
        pressure
    }

    /// Begins from the beginning.
    pub fn start(self) {
        self.let_go();
        self.forget();
        self.once_answered(Runner::start);
    }

    /// Ends it; what was measured last stays on view until the next beginning.
    pub fn stop(self) {
        self.let_go();
        self.once_answered(move |runner| {
            runner.reset();
            self.forget();
        });
    }

    /// Does something that ends the run, once no question about it is open: the answer would be that it is not there.
    fn once_answered(self, end: impl FnOnce(Runner) + 'static) {
        self.leaving.set_value(true);
        leptos::task::spawn_local(async move {
            while self.asking.try_get_value() == Some(true) {
                TimeoutFuture::new(LOOK_MS).await;
            }
            if self
                .leaving
                .try_update_value(|leaving| *leaving = false)
                .is_some()
            {
                end(self.runner);
            }
        });
    }

    fn forget(self) {
        self.reading.set_value(Reading::default());
        self.queues.set_value(None);
        self.still.set_value(Still::default());
        self.most.set(0);
        self.shown.set((Gauges::default(), 0));
    }

    fn let_go(self) {
        let _ = self.number.try_update_value(|number| *number += 1);
    }

    /// Opens the socket to the run that has just begun.
    fn listen(self) {
        let Some(run) = self.runner.run_name() else {
            return;
        };
        self.let_go();
        let number = self.number.get_value();
        let url = socket_url(&["/ws/runs/", &run, "/", OUT].concat());
        match (self.chain, self.desk.reader.get_untracked()) {
            (Chain::Plain, _) => plain::read(self, number, &url),
            (_, Reader::Stream) => leptos::task::spawn_local(async move {
                if let Err(reason) = stream::read(self, number, &url).await {
                    self.give_up(number, &reason);
                }
            }),
            (_, Reader::Worker) => worker::read(self, number, &url),
        }
    }

    /// Whether this socket is the one that is read.
    fn is(self, number: u64) -> bool {
        self.number.try_get_value() == Some(number)
    }

    /// Bytes a second that the page reads now; `None`: as fast as it can.
    fn speed(self) -> Option<u64> {
        let step = self.desk.step.try_get_untracked();
        step.map_or(Some(0), reading_speed)
    }

    /// The browser has handed over a message.
    fn received(self, number: u64, bytes: u64) {
        if self.is(number) {
            let frame = Reading::frame(bytes);
            self.reading
                .update_value(|reading| reading.received += frame);
        }
    }

    /// The program is done with a message.
    fn done_with(self, number: u64, bytes: u64) {
        if self.is(number) {
            let frame = Reading::frame(bytes);
            self.reading.update_value(|reading| reading.read += frame);
        }
    }

    fn waiting(self) -> u64 {
        let waiting = |reading: &Reading| reading.received.saturating_sub(reading.read);
        self.reading.try_with_value(waiting).unwrap_or(0)
    }

    fn give_up(self, number: u64, reason: &str) {
        if self.is(number) {
            let reason = Some(reason.to_owned());
            self.reading
                .update_value(|reading| reading.given_up = reason);
        }
    }

    fn gives_up_with_too_much(self, number: u64) {
        let read = self.reading.with_value(|reading| reading.read);
        self.give_up(number, &gave_up(read));
    }

    /// Waits for as long as a message of so many bytes takes a reader of the speed that is set; it
    /// may be set anew meanwhile. Answers whether the socket is still read.
    async fn take_time(self, number: u64, bytes: u64) -> bool {
        let mut left = bytes as f64;
        let mut before = now_ms();
        while left > 0.0 && self.is(number) {
            let Some(speed) = self.speed() else {
                return true;
            };
            TimeoutFuture::new(LOOK_MS).await;
            let now = now_ms();
            left -= speed as f64 * (now - before) / 1_000.0;
            before = now;
        }
        self.is(number)
    }

    fn tick(self) {
        self.ask();
        let looked = self.runner.peek(|_, run| {
            let view = run.view();
            let queues = self.queues.get_value();
            let reading = self.reading.get_value();
            Gauges::of(view, queues.as_ref(), &reading)
        });
        let Some(gauges) = looked else {
            return;
        };
        let still = self
            .still
            .try_update_value(|still| still.at(gauges.source, now_ms()));
        let parts = [gauges.kernel_send, gauges.kernel_receive, gauges.browser];
        let held = parts.into_iter().flatten().max().unwrap_or(0);
        let held = held.max(gauges.waiting).max(gauges.writable.0);
        if held > self.most.get_untracked() {
            self.most.set(held);
        }
        let shown = (gauges, still.unwrap_or(0));
        if self.shown.with_untracked(|before| *before != shown) {
            self.shown.set(shown);
        }
    }

    /// Asks the server where the bytes of the socket wait, one question at a time.
    fn ask(self) {
        let over = self
            .runner
            .view
            .with_untracked(|view| view.outcome.is_some());
        let Some(run) = self
            .runner
            .run_name()
            .filter(|_| !over && !self.asking.get_value() && !self.leaving.get_value())
        else {
            return;
        };
        self.asking.set_value(true);
        leptos::task::spawn_local(async move {
            let path = ["/api/runs/", &run, "/queues/", OUT].concat();
            let answer = async {
                let answer = Request::get(&path).send().await.ok()?;
                json::queues(&answer.text().await.ok()?)
            };
            let queues = answer.await;
            let _ = self.asking.try_update_value(|asking| *asking = false);
            if self.runner.phase.try_get_untracked() == Some(Phase::On)
                && self.runner.run_name().as_deref() == Some(&run)
                && queues.is_some()
            {
                self.queues.set_value(queues);
            }
        });
    }
}

fn now_ms() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}
