//! A head of the handshake: its lines, and the accept key step by step.

use leptos::prelude::*;
use spillway_websocket::{AcceptKey, Field, GUID, ItemKind};

use super::state::Wire;
use crate::model::wire::Entry;
use crate::words::wire::{hex, overlap};

/// The lines of a head.
pub fn head_lines(wire: Wire, raw: &[u8], fields: &[Field]) -> impl IntoView + use<> {
    let line = |field: &Field| {
        let bytes = field.byte_range();
        let text = raw.get(bytes).unwrap_or_default();
        let text = String::from_utf8_lossy(text).trim_end().to_owned();
        let (name, value) = match text.split_once(": ") {
            Some((name, value)) if name == field.name => (format!("{name}: "), value.to_owned()),
            _ => (String::new(), text),
        };
        let bits = field.bits.clone();
        let own = bits.clone();
        view! {
            <li
                class:lit=move || {
                    wire.pointed.with(|p| p.as_ref().is_some_and(|p| overlap(p, &own)))
                }
                on:mouseenter=move |_| wire.pointed.set(Some(bits.clone()))
                on:mouseleave=move |_| wire.pointed.set(None)
            >
                <span class="muted">{name}</span>
                {value}
                <i aria-hidden="true">"⏎"</i>
            </li>
        }
    };
    let lines = fields.iter().map(line).collect_view();
    view! {
        <ol class="head-lines" data-testid="wire-hex" data-hex=hex(raw)>
            {lines}
        </ol>
    }
}

/// How the accept key follows from the key, with the values of this connection.
pub fn accept_steps(steps: AcceptKey, entry: &Entry) -> impl IntoView + use<> {
    let got = match &entry.item.kind {
        ItemKind::Response(head) => head
            .headers
            .value("sec-websocket-accept")
            .map(str::to_owned),
        ItemKind::Request(_) | ItemKind::Frame(_) | ItemKind::Damaged(_) => None,
    };
    let end = match got {
        None => ("", "so the server must answer with exactly this".to_owned()),
        Some(got) if got == steps.accept => (
            "good",
            "✓ the server answered with exactly this: it read the key".to_owned(),
        ),
        Some(got) => ("bad", format!("✗ but the server answered {got}")),
    };
    view! {
        <section class="accept" data-testid="wire-accept">
            <h3>"The accept key, step by step"</h3>
            <ol>
                <li><span>"the key the browser sent"</span><code>{steps.key}</code></li>
                <li>
                    <span>"with the GUID of RFC 6455 behind it"</span>
                    <code>{steps.concatenated.trim_end_matches(GUID).to_owned()}<b>{GUID}</b></code>
                </li>
                <li><span>"SHA-1 of that, 20 bytes"</span><code>{hex(&steps.sha1)}</code></li>
                <li>
                    <span>"Base64 of those"</span>
                    <code class="result">{steps.accept}</code>
                    <em class=end.0>{end.1}</em>
                </li>
            </ol>
        </section>
    }
}
