//! Reading by a plain `WebSocket` whose handler is slow: the browser hands over the next message
//! all the same.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::ArrayBuffer;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BinaryType, MessageEvent, WebSocket};

use super::{LOOK_MS, Pressure};
use crate::model::pressure::MOST_WAITING;

/// Takes whatever comes, and is done with it as slowly as it is told. What waits is really kept,
/// up to [`MOST_WAITING`].
pub(super) fn read(pressure: Pressure, number: u64, url: &str) {
    let Ok(socket) = WebSocket::new(url) else {
        pressure.give_up(number, "the browser does not open the WebSocket");
        return;
    };
    socket.set_binary_type(BinaryType::Arraybuffer);
    let waiting = Rc::new(RefCell::new(VecDeque::<ArrayBuffer>::new()));
    let kept = Rc::clone(&waiting);
    let hear = move |event: MessageEvent| {
        if let Ok(message) = event.data().dyn_into::<ArrayBuffer>() {
            pressure.received(number, u64::from(message.byte_length()));
            kept.borrow_mut().push_back(message);
        }
    };
    let hear = Closure::<dyn Fn(MessageEvent)>::new(hear).into_js_value();
    socket.set_onmessage(Some(hear.unchecked_ref()));
    leptos::task::spawn_local(async move {
        while pressure.is(number) {
            if pressure.waiting() >= MOST_WAITING {
                pressure.gives_up_with_too_much(number);
                break;
            }
            // The speed counts for each message; one that takes long is looked at meanwhile.
            let next = waiting.borrow_mut().pop_front();
            let Some(message) = next else {
                gloo_timers::future::TimeoutFuture::new(LOOK_MS).await;
                continue;
            };
            let bytes = u64::from(message.byte_length());
            if !take_time(pressure, number, bytes).await {
                break;
            }
            pressure.done_with(number, bytes);
        }
        socket.set_onmessage(None);
        waiting.borrow_mut().clear();
        // One that is closed already stays so.
        let _ = socket.close_with_code_and_reason(4000, "the page has had enough");
    });
}

/// As [`Pressure::take_time`], and no longer than there is room for what comes meanwhile.
async fn take_time(pressure: Pressure, number: u64, bytes: u64) -> bool {
    let mut taking = Box::pin(pressure.take_time(number, bytes));
    loop {
        let look = Box::pin(gloo_timers::future::TimeoutFuture::new(LOOK_MS));
        match futures_util::future::select(taking, look).await {
            futures_util::future::Either::Left((goes_on, _)) => return goes_on,
            futures_util::future::Either::Right(((), still)) => taking = still,
        }
        if pressure.waiting() >= MOST_WAITING {
            pressure.gives_up_with_too_much(number);
            return false;
        }
    }
}
