//! What is measured of connections: the four transports.

use leptos::prelude::*;

use super::Bundle;
use crate::model::address::Address;
use crate::pages::transports::TransportsPage;

/// What is measured of connections.
pub const PRESSURE: Bundle = Bundle {
    page,
    thing: |_, _| None,
};

fn page(address: &Address) -> Option<AnyView> {
    match address {
        Address::Transports => Some(view! { <TransportsPage/> }.into_any()),
        _ => None,
    }
}
