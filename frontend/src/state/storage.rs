//! The browser's own storage. Where it is switched off, nothing is kept and nothing breaks.

use leptos::prelude::window;

/// What was kept under `key`.
pub fn read(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

/// Keeps `value` under `key`.
pub fn write(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // A full or forbidden storage only means that nothing is remembered.
        let _ = storage.set_item(key, value);
    }
}
