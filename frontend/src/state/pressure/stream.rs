//! Reading by `WebSocketStream`: a message is asked for, so the browser knows when to wait.

use js_sys::{Array, Function, Promise, Reflect};
use leptos::prelude::{WithUntracked, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::Pressure;

const NOT_READ: &str = "the browser could not read the WebSocket";

/// Whether this browser has `WebSocketStream`.
#[must_use]
pub fn has_stream() -> bool {
    constructor().is_some()
}

fn constructor() -> Option<Function> {
    get(&window(), "WebSocketStream").ok()?.dyn_into().ok()
}

/// Reads to the end, as slowly as it is told.
pub(super) async fn read(pressure: Pressure, number: u64, url: &str) -> Result<(), String> {
    let read = async {
        let constructor = constructor().ok_or(JsValue::NULL)?;
        let stream = Reflect::construct(&constructor, &Array::of1(&url.into()))?;
        let opened = JsFuture::from(get(&stream, "opened")?.dyn_into::<Promise>()?).await?;
        let reader = call(&get(&opened, "readable")?, "getReader")?;
        loop {
            let next = call(&reader, "read")?.dyn_into::<Promise>()?;
            let next = JsFuture::from(next).await?;
            if get(&next, "done")?.is_truthy() {
                return Ok(());
            }
            let length = get(&get(&next, "value")?, "byteLength")?.as_f64();
            let bytes = length.unwrap_or(0.0) as u64;
            pressure.received(number, bytes);
            if !pressure.take_time(number, bytes).await {
                // A stream that is closed already stays so.
                let _ = call(&stream, "close");
                return Ok(());
            }
            pressure.done_with(number, bytes);
        }
    };
    let read: Result<(), JsValue> = read.await;
    // A run that is over closes its socket; the run's own end is what is said then.
    read.map_err(|_| NOT_READ.to_owned()).or_else(|reason| {
        let over = pressure
            .runner
            .view
            .try_with_untracked(|view| view.outcome.is_some());
        if over == Some(false) {
            Err(reason)
        } else {
            Ok(())
        }
    })
}

fn get(of: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(of, &name.into())
}

fn call(of: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    get(of, name)?.dyn_into::<Function>()?.call0(of)
}
