//! What the signs in the picture mean.

use leptos::prelude::*;

/// The legend below the picture.
#[component]
pub fn Legend() -> impl IntoView {
    view! {
        <p class="legend">
            <span><i class="key busy"></i>"busy"</span>
            <span><i class="key held"></i>"held back"</span>
            <span><i class="key idle"></i>"idle"</span>
            <span><i class="key line"></i>"high water mark; a full tank is twice the mark or more"</span>
        </p>
    }
}
