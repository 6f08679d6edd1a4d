//! Runs side by side.

use leptos::prelude::*;

use super::Bundle;
use crate::model::address::Address;
use crate::pages::compare::ComparePage;

/// Runs side by side.
pub const COMPARE: Bundle = Bundle {
    page,
    thing: |_, _| None,
};

fn page(address: &Address) -> Option<AnyView> {
    match address {
        Address::Compare { which } => Some(view! { <ComparePage which=which.clone()/> }.into_any()),
        _ => None,
    }
}
