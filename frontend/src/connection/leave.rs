//! Ending the session when the page goes.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::RequestInit;

use super::Connection;

/// Ends the session at once when the learner leaves the page, so that the server need not wait
/// for it. A page that comes back from the browser's memory has no session any more: it reloads.
pub fn end_session_when_the_page_goes(connection: Connection) {
    let _ = window_event_listener(ev::pagehide, move |_| {
        if let Some(session) = connection.session() {
            end(&session);
        }
    });
    let _ = window_event_listener(ev::pageshow, |event| {
        if event.persisted() {
            let _ = window().location().reload();
        }
    });
}

fn end(session: &str) {
    let options = RequestInit::new();
    options.set_method("DELETE");
    // `keepalive` lets the request outlive the page; web-sys has no setter for it.
    let kept = js_sys::Reflect::set(&options, &JsValue::from_str("keepalive"), &JsValue::TRUE);
    if kept.is_ok() {
        let path = format!("/api/sessions/{session}");
        // Nobody is left to hear the answer; a run without a page ends by itself after 30 s.
        let _ = window().fetch_with_str_and_init(&path, &options);
    }
}
