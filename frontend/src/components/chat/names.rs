//! The name that is suggested, and the one that is remembered.

use leptos::prelude::window;

use crate::words::chat::student;

/// Where the learner's name is kept.
const KEY: &str = "spillway.name";

/// The name the learner had before, or one made up.
pub fn suggested() -> String {
    let storage = window().local_storage().ok().flatten();
    let kept = storage.and_then(|storage| storage.get_item(KEY).ok().flatten());
    kept.filter(|name| !name.is_empty())
        .unwrap_or_else(|| student(js_sys::Math::random()))
}

/// Remembers a name for the next time.
pub fn keep(name: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // A full or forbidden storage only means that nothing is remembered.
        let _ = storage.set_item(KEY, name);
    }
}

/// The last `seq` that was seen in a room on an earlier visit; 0 for none.
pub fn seen(room: &str) -> u64 {
    let storage = window().local_storage().ok().flatten();
    let kept = storage.and_then(|storage| storage.get_item(&seen_key(room)).ok().flatten());
    kept.and_then(|seq| seq.parse().ok()).unwrap_or(0)
}

/// Remembers what was seen in a room.
pub fn keep_seen(room: &str, seq: u64) {
    if let (Ok(Some(storage)), true) = (window().local_storage(), seq > 0) {
        // A full or forbidden storage only means that nothing is remembered.
        let _ = storage.set_item(&seen_key(room), &seq.to_string());
    }
}

fn seen_key(room: &str) -> String {
    ["spillway.seen.", room].concat()
}

/// Some random small letters and digits.
pub fn random_letters(count: usize) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnopqrstuvwxyz2345678";
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 31"
    )]
    let letter = |_| char::from(LETTERS[(js_sys::Math::random() * 32.0) as usize % 32]);
    (0..count).map(letter).collect()
}
