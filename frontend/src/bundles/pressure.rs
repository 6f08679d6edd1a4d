//! What is measured of connections: the four transports, and pressure across a socket.

use leptos::prelude::*;

use super::Bundle;
use crate::model::address::Address;
use crate::pages::pressure::PressurePage;
use crate::pages::transports::TransportsPage;

/// What is measured of connections.
pub const PRESSURE: Bundle = Bundle {
    page,
    thing: |_, _| None,
};

fn page(address: &Address) -> Option<AnyView> {
    match address {
        Address::Pressure => Some(view! { <PressurePage/> }.into_any()),
        Address::Transports => Some(view! { <TransportsPage/> }.into_any()),
        _ => None,
    }
}
