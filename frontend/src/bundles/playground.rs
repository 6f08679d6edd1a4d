//! The playground.

use leptos::prelude::*;

use super::Bundle;
use crate::model::address::Address;
use crate::pages::playground::PlaygroundPage;

/// The playground.
pub const PLAYGROUND: Bundle = Bundle {
    page,
    thing: |_, _| None,
};

fn page(address: &Address) -> Option<AnyView> {
    match address {
        Address::Playground => Some(view! { <PlaygroundPage/> }.into_any()),
        _ => None,
    }
}
