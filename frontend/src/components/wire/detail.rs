//! The selected item, bit by bit.

use leptos::html::Div;
use leptos::prelude::*;
use spillway_websocket::{Frame, ItemKind, Opcode};

use web_sys::Element;

use super::bytes::{Cells, bit_row, pointed_line, unmasking_table};
use super::head::{accept_steps, head_lines};
use super::state::Wire;
use super::tree::{Section, Tree};
use crate::model::wire::{Entry, bits, unmasking};
use crate::words::wire::{caption, hex, inflated_words};

/// Bytes of the payload whose mask is undone one by one.
const UNMASKED: usize = 16;

/// Bytes of a payload that are shown as text or as hex.
const SHOWN: usize = 16 << 10;

/// A payload as it was meant: a text, or bytes in hex.
fn payload_text(opcode: Opcode, payload: &[u8]) -> String {
    let shown = &payload[..payload.len().min(SHOWN)];
    let mut text = if opcode == Opcode::Binary {
        hex(shown)
    } else {
        String::from_utf8_lossy(shown).into_owned()
    };
    if shown.len() < payload.len() {
        text.push_str(" …");
    }
    text
}

/// The selected item.
#[component]
pub fn Detail(
    /// The view it belongs to.
    wire: Wire,
) -> impl IntoView {
    let shown = move || {
        let entry = wire
            .selected
            .get()
            .and_then(|key| wire.entry(key, Entry::clone));
        match entry {
            Some(entry) => view! { <Shown wire entry/> }.into_any(),
            None => view! {
                <p class="lanes-empty">"The bytes of the selected row will be here."</p>
            }
            .into_any(),
        }
    };
    let panel = NodeRef::<Div>::new();
    Effect::new(move || {
        if wire.pointed.with(Option::is_some) {
            // What is lit has its class once the page is drawn.
            request_animation_frame(move || {
                if let Some(panel) = panel.get_untracked() {
                    reveal(&panel);
                }
            });
        }
    });
    view! { <div class="panel wire-detail" tabindex="-1" node_ref=panel>{shown}</div> }
}

/// Scrolls to what is lit on the other side: to the field of a byte, or to the bytes of a field.
fn reveal(panel: &Element) {
    let of = |selector: &str| panel.query_selector(selector).ok().flatten();
    let from_tree = of(".tree:hover").is_some()
        || (of(".wire-bytes:hover").is_none() && of(".tree:focus-within").is_some());
    let other = if from_tree { ".wire-bytes" } else { ".tree" };
    let Some(list) = of(other) else { return };
    let Ok(Some(lit)) = list.query_selector(".lit") else {
        return;
    };
    let (seen, lit) = (
        list.get_bounding_client_rect(),
        lit.get_bounding_client_rect(),
    );
    let above = (lit.top() - seen.top()).min(0.0);
    let below = (lit.bottom() - seen.bottom()).max(0.0);
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
    list.set_scroll_top(list.scroll_top() + (above + below) as i32);
}

#[component]
fn Shown(wire: Wire, entry: Entry) -> impl IntoView {
    let fields = entry.item.fields();
    let is_head = matches!(
        entry.item.kind,
        ItemKind::Request(_) | ItemKind::Response(_)
    );
    let head = caption(&entry);
    let raw = entry.item.raw.clone();
    let body = match &entry.item.kind {
        ItemKind::Request(_) | ItemKind::Response(_) => {
            let steps = entry.accept.clone();
            let accept = steps.map(|steps| accept_steps(steps, &entry));
            (head_lines(wire, &raw, &fields), accept).into_any()
        }
        ItemKind::Frame(frame) => {
            let columns = unmasking(frame, &raw, UNMASKED);
            let bits = bit_row(wire, &bits(&raw), &fields);
            let meaning = meaning_of(frame);
            let table = (!columns.is_empty()).then(|| unmasking_table(wire, &columns, meaning));
            view! {
                <Cells wire raw fields=fields.clone() in_frame=true/>
                {bits}
                {pointed_line(wire, fields.clone())}
                {table}
                <Meaning frame=frame.clone()/>
            }
            .into_any()
        }
        ItemKind::Damaged(damage) => {
            let (words, section) = (damage.words(), damage.section());
            view! {
                <Cells wire raw fields=fields.clone() in_frame=true/>
                <p class="fault">{words}" "<Section section/></p>
            }
            .into_any()
        }
    };
    view! {
        <div class="wire-bytes" role="group" aria-label="The selected row" tabindex="0">
            <h2 class="wire-caption">{head}</h2>
            {body}
        </div>
        <Tree wire fields values=!is_head/>
    }
}

/// What the last line of the unmasked payload is.
fn meaning_of(frame: &Frame) -> &'static str {
    match (frame.part, frame.header.opcode) {
        (Some(part), _) if part.compressed => "= deflated",
        (Some(part), _) if part.opcode == Opcode::Binary => "= bytes",
        (_, Opcode::Close) => "= code, reason",
        _ => "= text",
    }
}

/// The whole text of a frame, and the rules it breaks.
#[component]
fn Meaning(frame: Frame) -> impl IntoView {
    let inflated = frame.inflated.as_ref().map(|inflated| {
        let words = inflated_words(inflated, frame.header.payload_len);
        view! {
            <p class="inflated" data-testid="wire-inflated">{words}" "<Section section="RFC 7692 §7.2.2"/></p>
        }
    });
    let meant = frame
        .inflated
        .as_ref()
        .map_or(&frame.payload, |it| &it.payload);
    let text = frame
        .part
        .filter(|_| !meant.is_empty())
        .map(|part| payload_text(part.opcode, meant));
    let close = frame.close().and_then(|close| {
        let code = close.code?;
        let reason = close.reason;
        Some(format!(
            "{} {}: {}. {reason}",
            code.0,
            code.name(),
            code.meaning()
        ))
    });
    let faults = frame.faults.iter().map(|fault| {
        let words = format!("{}: {}", fault.violation, fault.violation.rule());
        view! { <p class="fault">{words}" "<Section section=fault.violation.section()/></p> }
    });
    view! {
        {faults.collect_view()}
        {inflated}
        {text.map(|text| view! { <pre class="payload" data-testid="wire-text">{text}</pre> })}
        {close.map(|close| view! { <p class="muted">{close}</p> })}
    }
}
