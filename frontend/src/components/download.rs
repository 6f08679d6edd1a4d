//! A file made in the page, given to the browser to keep.

use js_sys::{Array, Uint8Array};
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Blob, HtmlElement, Url};

/// Lets the browser keep bytes as a file; whether it took them.
#[must_use]
pub fn download(name: &str, bytes: &[u8]) -> bool {
    try_download(name, bytes).is_some()
}

fn try_download(name: &str, bytes: &[u8]) -> Option<()> {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence(&parts).ok()?;
    let address = Url::create_object_url_with_blob(&blob).ok()?;
    let link: HtmlElement = document().create_element("a").ok()?.dyn_into().ok()?;
    link.set_attribute("href", &address).ok()?;
    link.set_attribute("download", name).ok()?;
    link.click();
    // The browser has begun to read it, and keeps it until it is done.
    Url::revoke_object_url(&address).ok()
}
