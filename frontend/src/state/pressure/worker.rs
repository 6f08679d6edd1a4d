//! Reading in a Worker that blocks between messages, for browsers without `WebSocketStream`.

use js_sys::{Object, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker};

use super::Pressure;

/// Reads to the end, as slowly as it is told.
pub(super) fn read(pressure: Pressure, number: u64, url: &str) {
    let Ok(worker) = Worker::new("/pressure_reader.js") else {
        pressure.give_up(number, "this browser has no Worker to read with");
        return;
    };
    let heard = move |event: MessageEvent| {
        let bytes = event.data().as_f64().unwrap_or(0.0);
        if bytes > 0.0 {
            // The Worker blocks before it says so: it is done with it.
            pressure.received(number, bytes as u64);
            pressure.done_with(number, bytes as u64);
        }
    };
    let heard = Closure::<dyn Fn(MessageEvent)>::new(heard).into_js_value();
    worker.set_onmessage(Some(heard.unchecked_ref()));
    say(&worker, &[("url", url.into()), ("rate", rate(pressure))]);
    // Tells it the speed as it is set, and ends it when the socket is no longer wanted.
    leptos::task::spawn_local(async move {
        let mut told = pressure.speed();
        while pressure.is(number) {
            gloo_timers::future::TimeoutFuture::new(super::LOOK_MS).await;
            let speed = pressure.speed();
            if speed != told {
                told = speed;
                say(&worker, &[("rate", rate(pressure))]);
            }
        }
        worker.terminate();
    });
}

fn rate(pressure: Pressure) -> JsValue {
    pressure
        .speed()
        .map_or(JsValue::NULL, |speed| JsValue::from_f64(speed as f64))
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
