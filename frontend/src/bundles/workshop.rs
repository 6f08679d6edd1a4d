//! The playground, and runs side by side.

use leptos::prelude::*;
use spillway_protocol::course::Thing;

use super::Bundle;
use crate::model::address::Address;
use crate::pages::compare::ComparePage;
use crate::pages::playground::PlaygroundPage;

/// The playground and the runs side by side.
pub const WORKSHOP: Bundle = Bundle { page, thing };

fn page(address: Address) -> Option<AnyView> {
    match address {
        Address::Playground => Some(view! { <PlaygroundPage/> }.into_any()),
        Address::Compare { which } => Some(view! { <ComparePage which/> }.into_any()),
        _ => None,
    }
}

fn thing(_: &Thing, _: String) -> Option<AnyView> {
    None
}
