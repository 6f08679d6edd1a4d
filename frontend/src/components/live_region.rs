//! The text version of what happens, for screen readers: the sentence above the picture, at most
//! one every second and a half.

use std::time::Duration;

use leptos::prelude::*;

/// Shortest time between two sentences.
const PACE: Duration = Duration::from_millis(1_500);

/// Says each new `sentence` aloud, the newest when several came within the pace.
#[component]
pub fn LiveRegion(
    /// What to say.
    sentence: Memo<String>,
) -> impl IntoView {
    let said = RwSignal::new(String::new());
    let say = move || {
        let newest = sentence.get_untracked();
        if said.with_untracked(|said| *said != newest) {
            said.set(newest);
        }
    };
    if let Ok(ticking) = set_interval_with_handle(say, PACE) {
        on_cleanup(move || ticking.clear());
    }
    view! { <div class="unseen" role="status" aria-live="polite">{said}</div> }
}
