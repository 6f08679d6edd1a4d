//! `/compare/{which}`: two runs of the same work side by side.
//!
//! Test ids: `compare` (with `data-which`), `compare-unknown`.

use leptos::prelude::*;

use crate::components::compare::Comparison;
use crate::components::header::Place;
use crate::html;
use crate::model::compare::Which;

/// Two runs of the same work side by side.
#[component]
pub fn ComparePage(
    /// Which comparison, as it stands in the address.
    which: String,
) -> impl IntoView {
    let place = expect_context::<Place>();
    let chapter = || Some("Side by side".to_owned());
    let Some(known) = Which::of(&which) else {
        place.set(None, chapter());
        let named: String = which.chars().take(40).collect();
        return view! {
            <main class="sheet" data-testid="compare-unknown">
                <h1>"There is no such comparison"</h1>
                <p>{format!("'{named}' is none of them. There are:")}</p>
                <nav class="comparisons" aria-label="Comparisons" inner_html=html::comparisons(None)></nav>
            </main>
        }
        .into_any();
    };
    place.set(chapter(), Some(known.title().to_owned()));
    view! {
        <main class="compare" data-testid="compare" data-which=which>
            <h1 class="unseen">{known.title()}</h1>
            <Comparison which=known/>
        </main>
    }
    .into_any()
}
