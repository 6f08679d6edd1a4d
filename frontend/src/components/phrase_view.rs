//! A sentence with its names, code and reasons set apart.

use leptos::prelude::*;

use crate::words::phrase::{Part, Phrase};

/// Draws a sentence.
pub fn phrase_view(phrase: Phrase) -> impl IntoView {
    phrase.0.into_iter().map(part).collect_view()
}

fn part(part: Part) -> AnyView {
    match part {
        Part::Text(text) => text.into_any(),
        Part::Name(text) => view! { <b>{text}</b> }.into_any(),
        Part::Code(text) => view! { <code>{text}</code> }.into_any(),
        Part::Because(text) => view! { <span class="because">{text}</span> }.into_any(),
    }
}
