//! An address that shows nothing.

use leptos::prelude::*;

use crate::components::header::Place;
use crate::pages::course::LessonList;

/// There is no such page.
#[component]
pub fn NotFound() -> impl IntoView {
    expect_context::<Place>().set(None, Some("No such page".to_owned()));
    view! {
        <main class="sheet" data-testid="not-found">
            <h1>"There is no such page"</h1>
            <p>"The address may be mistyped. " <a href="/">"All lessons"</a> ", or go straight to one:"</p>
            <LessonList/>
        </main>
    }
}
