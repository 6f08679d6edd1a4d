//! The same code in several languages.

use leptos::prelude::*;
use spillway_protocol::course::Code;

/// Tabs, one a language.
#[component]
pub fn CodeTabs(
    /// The code of a lesson.
    code: Vec<Code>,
) -> impl IntoView {
    if code.is_empty() {
        return ().into_any();
    }
    let shown = RwSignal::new(0);
    let tabs = code
        .iter()
        .enumerate()
        .map(|(at, code)| {
            let chosen = move || shown.get() == at;
            view! {
                <button
                    role="tab"
                    class:on=chosen
                    aria-selected=move || chosen().to_string()
                    on:click=move |_| shown.set(at)
                >
                    {name(&code.language)}
                </button>
            }
        })
        .collect_view();
    let texts: Vec<String> = code.into_iter().map(|code| code.text).collect();
    let text = move || texts.get(shown.get()).cloned().unwrap_or_default();
    view! {
        <div class="code">
            <div class="tabs" role="tablist" aria-label="Language">{tabs}</div>
            <pre role="tabpanel" tabindex="0">{text}</pre>
        </div>
    }
    .into_any()
}

fn name(language: &str) -> String {
    match language {
        "js" => "Node.js".to_owned(),
        "rust" => "Rust".to_owned(),
        other => other.to_owned(),
    }
}
