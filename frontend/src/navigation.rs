//! Links and the browser's history: which address the page shows.

use leptos::ev::{MouseEvent, click, popstate};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement};

/// Where one is within the page.
#[derive(Debug, Clone, Copy)]
pub struct Navigation {
    /// The path of the address.
    pub path: RwSignal<String>,
    /// One has gone to another address since the document was loaded.
    pub moved: RwSignal<bool>,
}

impl Navigation {
    /// Follows links and the history from now on, without loading the document anew.
    #[must_use]
    pub fn follow() -> Self {
        let navigation = Self {
            path: RwSignal::new(path()),
            moved: RwSignal::new(false),
        };
        // As long as the page is there, so is what it listens to.
        let _ = window_event_listener(popstate, move |_| navigation.arrive());
        let _ = window_event_listener(click, move |event| {
            if let Some(link) = followed(&event)
                && go(&link).is_ok()
            {
                event.prevent_default();
                navigation.arrive();
                window().scroll_to_with_x_and_y(0.0, 0.0);
            }
        });
        navigation
    }

    fn arrive(self) {
        let path = path();
        if self.path.with_untracked(|before| *before != path) {
            self.path.set(path);
            self.moved.set(true);
        }
    }
}

/// The path of the address.
#[must_use]
pub fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// The link to another view of the page that a click follows: one in this window, on this server,
/// not a download, not a place within the view, and none that is marked as external.
fn followed(event: &MouseEvent) -> Option<HtmlAnchorElement> {
    let other = event.meta_key() || event.alt_key() || event.ctrl_key() || event.shift_key();
    if event.default_prevented() || event.button() != 0 || other {
        return None;
    }
    let clicked: Element = event.target()?.dyn_into().ok()?;
    let link: HtmlAnchorElement = clicked.closest("a[href]").ok()??.dyn_into().ok()?;
    let leaves = link.has_attribute("target")
        || link.has_attribute("download")
        || link.rel() == "external"
        || link.origin() != window().location().origin().ok()?
        || (link.pathname() == path() && !link.hash().is_empty());
    (!leaves).then_some(link)
}

/// Puts the link's address into the history and the bar.
fn go(link: &HtmlAnchorElement) -> Result<(), JsValue> {
    let history = window().history()?;
    history.push_state_with_url(&JsValue::NULL, "", Some(&link.href()))
}
