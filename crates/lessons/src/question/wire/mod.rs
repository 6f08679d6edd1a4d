//! The kinds of questions that a scenario answers, by what crosses its connection.

mod how_many;
mod how_much;
#[cfg(test)]
mod tests;
mod which_first;

pub(crate) use how_many::HowManyCross;
pub(crate) use how_much::HowMuchCrosses;
pub(crate) use which_first::WhichCrossesFirst;

use spillway_websocket::Endpoint;

use super::Kind;
use super::vary::escape;
use crate::wire::{WireEvent, WireThing};

/// Every kind, in the order of the author's guide; the names are those of the kinds that a run answers.
pub(crate) static KINDS: [Kind; 3] = [
    HowManyCross::KIND,
    HowMuchCrosses::KIND,
    WhichCrossesFirst::KIND,
];

/// Where something crossed: who sent it, and how many bytes of that side were before it.
pub(super) type Place = (Endpoint, u64);

/// Something that crossed, with its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Spot {
    seq: u64,
    place: Place,
}

impl Spot {
    const fn of(event: &WireEvent) -> Self {
        Self {
            seq: event.seq,
            place: (event.from, event.offset),
        }
    }
}

const fn is_end(event: &WireEvent) -> bool {
    matches!(event.thing, WireThing::End)
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escape(text))
}
