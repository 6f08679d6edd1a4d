//! Copying to the clipboard, on pages without TLS too, as in a class network.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDocument, HtmlElement, HtmlTextAreaElement};

/// Copies a text; whether the browser did it.
#[must_use]
pub fn copy(text: &str) -> bool {
    try_copy(text).unwrap_or(false)
}

/// `navigator.clipboard` is there on secure pages alone, so the text is selected and copied.
fn try_copy(text: &str) -> Option<bool> {
    let document: HtmlDocument = document().dyn_into().ok()?;
    let had_focus: Option<HtmlElement> = document.active_element()?.dyn_into().ok();
    let area: HtmlTextAreaElement = document.create_element("textarea").ok()?.dyn_into().ok()?;
    area.set_class_name("unseen");
    area.set_value(text);
    document.body()?.append_child(&area).ok()?;
    area.select();
    let copied = document.exec_command("copy");
    area.remove();
    if let Some(element) = had_focus {
        let _ = element.focus();
    }
    copied.ok()
}
