//! Reading in a Worker that blocks between messages, for browsers without `WebSocketStream`.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Atomics, Int32Array, Object, Reflect};
use leptos::prelude::window;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker};

use super::Pressure;

/// Whether the page may share memory with the Worker, so that it hears of another speed while it
/// blocks, and can block for as long as nothing is to be read.
#[must_use]
pub fn blocks_for_good() -> bool {
    let isolated = Reflect::get(&window(), &"crossOriginIsolated".into());
    isolated.is_ok_and(|isolated| isolated.is_truthy())
}

/// Reads to the end, as slowly as it is told.
pub(super) fn read(pressure: Pressure, number: u64, url: &str) {
    let Ok(worker) = Worker::new("/pressure_reader.js") else {
        pressure.give_up(number, "this browser has no Worker to read with");
        return;
    };
    let shared = Rc::new(RefCell::new(None::<Int32Array>));
    let told = Rc::clone(&shared);
    let heard = move |event: MessageEvent| {
        let data = event.data();
        match data.as_f64() {
            Some(bytes) if bytes > 0.0 => pressure.received(number, bytes as u64),
            Some(bytes) => pressure.done_with(number, -bytes as u64),
            None => {
                let speed = Int32Array::new(&data);
                set(&speed, rate(pressure));
                *told.borrow_mut() = Some(speed);
            }
        }
    };
    let heard = Closure::<dyn Fn(MessageEvent)>::new(heard).into_js_value();
    worker.set_onmessage(Some(heard.unchecked_ref()));
    let first = rate(pressure);
    say(&worker, &[("url", url.into()), ("rate", first.into())]);
    // Tells it the speed as it is set, and ends it when the socket is no longer wanted.
    leptos::task::spawn_local(async move {
        let mut told = first;
        while pressure.is(number) {
            gloo_timers::future::TimeoutFuture::new(super::LOOK_MS).await;
            let now = rate(pressure);
            if now == told {
                continue;
            }
            told = now;
            match &*shared.borrow() {
                Some(speed) => set(speed, now),
                None => say(&worker, &[("rate", now.into())]),
            }
        }
        worker.terminate();
    });
}

/// Bytes a second; -1: no limit.
fn rate(pressure: Pressure) -> i32 {
    let rate = pressure.speed().map(i32::try_from);
    rate.map_or(-1, |rate| rate.unwrap_or(i32::MAX))
}

/// Sets the speed, and wakes the Worker that waits for another one.
fn set(speed: &Int32Array, rate: i32) {
    // There is always a first element, and waking nobody is no fault.
    let _ = Atomics::store(speed, 0, rate);
    let _ = Atomics::notify(speed, 0);
}

fn say(worker: &Worker, fields: &[(&str, JsValue)]) {
    let message = Object::new();
    for (name, value) in fields {
        // A plain object takes any field.
        let _ = Reflect::set(&message, &(*name).into(), value);
    }
    // One that has gone hears nothing.
    let _ = worker.post_message(&message);
}
