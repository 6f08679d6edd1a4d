//! The selected item, bit by bit.

use leptos::prelude::*;
use spillway_websocket::{Frame, ItemKind};

use super::bytes::{Cells, bit_row, unmasking_table};
use super::head::{accept_steps, head_lines};
use super::state::Wire;
use super::tree::{Section, Tree};
use crate::model::wire::{Entry, bits, unmasking};
use crate::words::wire::caption;

/// Bytes of the payload whose mask is undone one by one.
const UNMASKED: usize = 16;

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
    view! { <div class="panel wire-detail" tabindex="-1">{shown}</div> }
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
            let table = (!columns.is_empty()).then(|| unmasking_table(wire, &columns));
            view! {
                <Cells wire raw fields=fields.clone() in_frame=true/>
                {bits}
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
        <div class="wire-bytes">
            <h2 class="wire-caption">{head}</h2>
            {body}
        </div>
        <Tree wire fields values=!is_head/>
    }
}

/// The whole text of a frame, and the rules it breaks.
#[component]
fn Meaning(frame: Frame) -> impl IntoView {
    let text = frame
        .part
        .filter(|_| !frame.payload.is_empty())
        .map(|_| String::from_utf8_lossy(&frame.payload).into_owned());
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
        {text.map(|text| view! { <pre class="payload" data-testid="wire-text">{text}</pre> })}
        {close.map(|close| view! { <p class="muted">{close}</p> })}
    }
}
