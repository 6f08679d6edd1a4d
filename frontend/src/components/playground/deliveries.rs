//! What the run hands to whoever comes for it: a download while it is made, a WebSocket, what was
//! collected.
//!
//! Test ids: `deliver-{stage}`, `received` (with `data-messages` and `data-bytes`).

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

use crate::connection::socket_url;
use crate::model::playground::delivery::{Delivery, Way, deliveries};
use crate::state::Runner;
use crate::words::number::{exact, size};

/// The row above the instrument; there is none when nothing is handed out.
#[component]
pub fn Deliveries(
    /// The run.
    runner: Runner,
) -> impl IntoView {
    let list = Memo::new(move |_| runner.view.with(deliveries));
    let received = RwSignal::new(None::<Received>);
    let one = move |delivery: Delivery| {
        let path = delivery.path(&runner.run_name().unwrap_or_default());
        let id = ["deliver-", &delivery.stage].concat();
        let name = delivery.stage.clone();
        let file = name.clone();
        match delivery.way {
            Way::Socket => view! {
                <button class="btn" data-testid=id on:click=move |_| listen(&path, received)>
                    "Open the WebSocket of " {name}
                </button>
            }
            .into_any(),
            Way::Download | Way::Collected => view! {
                <a class="btn download" data-testid=id href=path download=file rel="external">
                    <span aria-hidden="true">"↓"</span>
                    {name}
                </a>
            }
            .into_any(),
        }
    };
    let told = move || {
        received.get().map(|received| {
            view! {
                <span
                    role="status"
                    data-testid="received"
                    data-messages=received.messages.to_string()
                    data-bytes=received.bytes.to_string()
                >
                    {received.words()}
                </span>
            }
        })
    };
    view! {
        <div class="deliveries bar" hidden=move || {
            list.with(Vec::is_empty) && received.with(Option::is_none)
        }>
            {move || list.get().into_iter().map(one).collect_view()}
            {told}
        </div>
    }
}

/// What has come by the WebSocket.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Received {
    messages: u64,
    bytes: u64,
    /// How it was closed.
    closed: Option<(u16, String)>,
}

impl Received {
    fn words(&self) -> String {
        let (messages, bytes) = (exact(self.messages), size(self.bytes));
        let so_far = ["This page has received ", &messages, " messages, ", &bytes];
        match &self.closed {
            None => so_far.concat(),
            Some((code, reason)) => {
                let code = code.to_string();
                [&so_far.concat(), "; closed with ", &code, " ", reason].concat()
            }
        }
    }
}

/// Opens the WebSocket and counts what comes.
fn listen(path: &str, received: RwSignal<Option<Received>>) {
    let Ok(socket) = WebSocket::new(&socket_url(path)) else {
        return;
    };
    socket.set_binary_type(BinaryType::Arraybuffer);
    received.set(Some(Received::default()));
    let count = move |event: MessageEvent| {
        let buffer: Option<js_sys::ArrayBuffer> = event.data().dyn_into().ok();
        let bytes = buffer.map_or(0, |buffer| buffer.byte_length());
        let _ = received.try_update(|received| {
            let received = received.get_or_insert_default();
            received.messages += 1;
            received.bytes += u64::from(bytes);
        });
    };
    let count = Closure::<dyn Fn(MessageEvent)>::new(count).into_js_value();
    socket.set_onmessage(Some(count.unchecked_ref()));
    let end = Closure::once_into_js(move |event: CloseEvent| {
        let closed = Some((event.code(), event.reason()));
        let _ = received.try_update(|received| received.get_or_insert_default().closed = closed);
    });
    socket.set_onclose(Some(end.unchecked_ref()));
}
