//! The workbench of frames, and the ways a connection ends.

use leptos::prelude::*;

use super::Bundle;
use crate::model::address::Address;
use crate::pages::closing::ClosingPage;
use crate::pages::workbench::WorkbenchPage;

/// The workbench of frames, and the ways a connection ends.
pub const WORKBENCH: Bundle = Bundle {
    page,
    thing: |_, _| None,
};

fn page(address: &Address) -> Option<AnyView> {
    match address {
        Address::Workbench => Some(view! { <WorkbenchPage/> }.into_any()),
        Address::Closing => Some(view! { <ClosingPage/> }.into_any()),
        _ => None,
    }
}
