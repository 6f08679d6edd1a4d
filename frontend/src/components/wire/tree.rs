//! The fields of an item with what they mean.

use leptos::prelude::*;
use spillway_websocket::Field;

use super::state::Wire;
use crate::model::wire::tint;
use crate::words::wire::{overlap, place, rfc_address, slug};

/// The fields; pointing at one lights its bytes.
#[component]
pub fn Tree(
    /// The view it belongs to.
    wire: Wire,
    /// What they mean.
    fields: Vec<Field>,
    /// Whether the values are shown; those of a head stand beside it already.
    values: bool,
) -> impl IntoView {
    let nodes = fields
        .into_iter()
        .map(|field| view! { <Node wire field values/> })
        .collect_view();
    view! { <div class="tree" role="list" aria-label="Fields">{nodes}</div> }
}

#[component]
fn Node(wire: Wire, field: Field, values: bool) -> impl IntoView {
    let bits = StoredValue::new(field.bits.clone());
    let point = move || wire.pointed.set(Some(bits.get_value()));
    let lit = move || {
        wire.pointed.with(|pointed| {
            pointed
                .as_ref()
                .is_some_and(|p| bits.with_value(|b| overlap(b, p)))
        })
    };
    let tint = tint(&field);
    let dull = field.meaning == "not used";
    let value = values.then(|| view! { <code>{field.value.clone()}</code> });
    view! {
        <div
            class="node"
            class:lit=lit
            class:dull=dull
            role="listitem"
            tabindex="0"
            data-tint=tint
            data-testid=format!("wire-field-{}", slug(&field.name))
            on:mouseenter=move |_| point()
            on:mouseleave=move |_| wire.pointed.set(None)
            on:focusin=move |_| point()
            on:focusout=move |_| wire.pointed.set(None)
        >
            <div class="node-name">
                <b>{field.name.clone()}</b>" "{value}
                <span class="node-bits">{place(&field.bits)}</span>
            </div>
            <div class="node-meaning">
                {field.meaning.clone()}" "
                <Section section=field.section/>
            </div>
        </div>
    }
}

/// A link to a section of an RFC.
#[component]
pub fn Section(
    /// As in "RFC 6455 §5.2".
    section: &'static str,
) -> impl IntoView {
    rfc_address(section).map(|address| {
        view! { <a href=address target="_blank" rel="noopener">{section}</a> }
    })
}
