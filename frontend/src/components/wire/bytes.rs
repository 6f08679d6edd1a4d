//! An item's bytes as cells, its first sixteen bits, and its mask undone.

use std::ops::Range;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use spillway_websocket::Field;

use super::state::Wire;
use crate::model::wire::{Bit, Column, tint};
use crate::words::number::exact;
use crate::words::wire::{bits_of_byte, hex, overlap, pointed_words};

/// Cells that are drawn before the learner asks for more.
const FEW: usize = 40;

/// Cells that are drawn at most.
const MANY: usize = 2_048;

/// All bytes, each tinted by its field.
#[component]
pub fn Cells(
    /// The view it belongs to.
    wire: Wire,
    /// The bytes.
    raw: Vec<u8>,
    /// What they mean.
    fields: Vec<Field>,
    /// Whether the first two bytes are those of a frame.
    in_frame: bool,
) -> impl IntoView {
    let all = RwSignal::new(false);
    let count = raw.len();
    let whole = hex(&raw);
    let by_key = fields.clone();
    let cells = move || {
        let most = if all.get() { MANY } else { FEW };
        let cell = |(at, byte): (usize, &u8)| {
            let bits = bits_of_byte(&fields, at, in_frame);
            let field = fields.iter().find(|field| overlap(&field.bits, &bits));
            let tint = field.map_or("plain", tint);
            view! { <Cell wire bits at tint value=format!("{byte:02x}")/> }
        };
        raw.iter().enumerate().take(most).map(cell).collect_view()
    };
    let more = move || {
        let shown = if all.get() { MANY } else { FEW };
        (count > shown).then(|| {
            let label = format!("… {} more", exact((count - shown) as u64));
            let full = all.get();
            view! {
                <button class="by more" disabled=full on:click=move |_| all.set(true)>{label}</button>
            }
        })
    };
    view! {
        <div
            class="bytes"
            role="group"
            tabindex="0"
            on:keydown=move |event| point_by_key(wire, &event, &by_key, in_frame, count)
            on:blur=move |_| wire.pointed.set(None)
            aria-description="The arrow keys point at one byte after another"
            aria-label=format!("{count} bytes in hex: {}", &whole[..whole.len().min(2 * FEW)])
            data-testid="wire-hex"
            data-hex=whole.clone()
        >
            {cells}
            {more}
        </div>
    }
}

/// Points at the next byte, or at the one before.
fn point_by_key(wire: Wire, event: &KeyboardEvent, fields: &[Field], in_frame: bool, count: usize) {
    let at = wire.cursor.get_value();
    let to = match event.key().as_str() {
        "ArrowRight" => at.map_or(0, |at| at + 1),
        "ArrowLeft" => at.map_or(0, |at| at.saturating_sub(1)),
        "Home" => 0,
        "End" => count,
        "Escape" => return wire.pointed.set(None),
        _ => return,
    };
    let Some(last) = count.min(MANY).checked_sub(1) else {
        return;
    };
    event.prevent_default();
    let to = to.min(last);
    wire.cursor.set_value(Some(to));
    wire.pointed.set(Some(bits_of_byte(fields, to, in_frame)));
}

/// What is pointed at, in words, for eyes and for screen readers.
pub fn pointed_line(wire: Wire, fields: Vec<Field>) -> impl IntoView {
    let words = move || {
        wire.pointed.with(|pointed| match pointed {
            Some(bits) => pointed_words(&fields, bits),
            None => {
                "Point at a byte, a bit or a field: what belongs together lights up.".to_owned()
            }
        })
    };
    view! { <p class="pointed" role="status" data-testid="wire-pointed">{words}</p> }
}

#[component]
fn Cell(
    wire: Wire,
    /// What it lights, in bits.
    bits: Range<usize>,
    at: usize,
    tint: &'static str,
    value: String,
) -> impl IntoView {
    let own = at * 8..at * 8 + 8;
    let lit = move || points_at(wire, &own);
    view! {
        <span
            class="by"
            class:lit=lit
            data-tint=tint
            title=format!("byte {at}")
            on:mouseenter=move |_| wire.pointed.set(Some(bits.clone()))
            on:mouseleave=move |_| wire.pointed.set(None)
        >
            {value}
        </span>
    }
}

/// The sixteen bits of a frame's first two bytes.
pub fn bit_row(wire: Wire, bits: &[Bit], fields: &[Field]) -> impl IntoView + use<> {
    let (first, second) = bits.split_at(bits.len().min(8));
    let bit = |bit: &Bit| {
        let own = bit.at..bit.at + 1;
        let field = fields.iter().find(|field| overlap(&field.bits, &own));
        let pointed = field.map_or_else(|| own.clone(), |field| field.bits.clone());
        let name = field.map_or_else(String::new, |field| field.name.clone());
        view! {
            <span
                class="bit"
                class:lit=move || points_at(wire, &own)
                data-tint=bit.tint
                title=name
                on:mouseenter=move |_| wire.pointed.set(Some(pointed.clone()))
                on:mouseleave=move |_| wire.pointed.set(None)
            >
                {if bit.set { "1" } else { "0" }}
                <small>{bit.label.clone()}</small>
            </span>
        }
    };
    let digits: String = bits
        .iter()
        .map(|bit| if bit.set { '1' } else { '0' })
        .collect();
    view! {
        <div class="bit-row" role="img" aria-label=format!("the first two bytes in bits: {digits}")>
            // Where there is too little room, the row breaks between the two bytes.
            <span class="bit-byte">{first.iter().map(bit).collect_view()}</span>
            <span class="bit-byte">{second.iter().map(bit).collect_view()}</span>
        </div>
    }
}

/// The beginning of the payload: as it crossed, the mask, and what it means.
pub fn unmasking_table(
    wire: Wire,
    columns: &[Column],
    meaning: &'static str,
) -> impl IntoView + use<> {
    let masked = columns.iter().any(|column| column.mask.is_some());
    let cells = |tint: &'static str, text: fn(&Column) -> String| {
        let cell = |column: &Column| {
            let own = column.at * 8..column.at * 8 + 8;
            let pointed = own.clone();
            view! {
                <td
                    data-tint=tint
                    class:lit=move || points_at(wire, &own)
                    on:mouseenter=move |_| wire.pointed.set(Some(pointed.clone()))
                    on:mouseleave=move |_| wire.pointed.set(None)
                >
                    {text(column)}
                </td>
            }
        };
        columns.iter().map(cell).collect_view()
    };
    let mask = masked.then(|| {
        let bytes = cells("c", |column| {
            column
                .mask
                .map_or_else(String::new, |key| format!("{key:02x}"))
        });
        view! { <tr><th scope="row">"⊕ mask"</th>{bytes}</tr> }
    });
    view! {
        <div
            class="unmask"
            role="group"
            aria-label="The payload unmasked"
            tabindex="0"
            data-testid="wire-unmask"
        >
            <table>
                <tbody>
                    <tr class="offsets"><th scope="row">"offset"</th>{cells("none", |c| c.at.to_string())}</tr>
                    <tr><th scope="row">"on the wire"</th>{cells("d", |c| format!("{:02x}", c.wire))}</tr>
                    {mask}
                    <tr class="letters"><th scope="row">{meaning}</th>{cells("none", letter)}</tr>
                </tbody>
            </table>
        </div>
    }
}

/// A byte as a letter; one that is none by itself as hex.
fn letter(column: &Column) -> String {
    match column.letter {
        Some(' ') => "␠".to_owned(),
        Some(letter) => letter.to_string(),
        None => format!("{:02x}", column.plain),
    }
}

fn points_at(wire: Wire, bits: &Range<usize>) -> bool {
    wire.pointed.with(|pointed| {
        pointed
            .as_ref()
            .is_some_and(|pointed| overlap(pointed, bits))
    })
}
