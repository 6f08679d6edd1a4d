//! The pipeline in other forms: as text, which can be edited, and as programs.
//!
//! Test ids: `tab-{text}`, `text`, `text-error`, `copy`.

use leptos::html;
use leptos::prelude::*;

use crate::components::copy::copy;
use crate::state::Builder;

/// The right column.
#[component]
pub fn Forms(
    /// What is being built.
    builder: Builder,
) -> impl IntoView {
    let copied = move |_| {
        let text = builder.with_draft(|draft| draft.text.clone());
        if copy(&text) {
            builder.say(false, "Copied.");
        } else {
            builder.say(
                true,
                "This browser does not copy: select the text and copy it yourself.",
            );
        }
    };
    view! {
        <section class="forms panel" aria-label="In other words">
            <div class="title">
                <b>"As text"</b>
                <span class="grow"></span>
                <button class="btn small" data-testid="copy" on:click=copied>"Copy"</button>
            </div>
            <Text builder/>
        </section>
    }
}

#[component]
fn Text(builder: Builder) -> impl IntoView {
    let area = NodeRef::<html::Textarea>::new();
    let text = Memo::new(move |_| builder.with_draft(|draft| draft.text.clone()));
    let error = Memo::new(move |_| builder.with_draft(|draft| draft.error.clone()));
    let go_there = move |_| {
        let (Some(area), Some(error)) = (area.get_untracked(), error.get_untracked()) else {
            return;
        };
        let place = text.with_untracked(|text| offset_of(text, error.line, error.column));
        // A selection that the browser refuses leaves the caret where it is.
        let _ = area.focus();
        let _ = area.set_selection_range(place, place);
    };
    let problem = move || {
        error.get().map(|error| {
            let place = [
                "line ",
                &error.line.to_string(),
                ", column ",
                &error.column.to_string(),
            ];
            view! {
                <p class="note wrong" data-testid="text-error">
                    <b aria-hidden="true">"✕"</b>
                    <span>
                        <button class="link" on:click=go_there>{place.concat()}</button>
                        ": "
                        {error.message}
                        <small>"The board keeps the last pipeline that could be read."</small>
                    </span>
                </p>
            }
        })
    };
    view! {
        <textarea
            node_ref=area
            data-testid="text"
            aria-label="The pipeline as text"
            aria-invalid=move || error.with(Option::is_some).to_string()
            spellcheck="false"
            autocomplete="off"
            autocapitalize="off"
            placeholder=EXAMPLE
            prop:value=text
            on:input=move |event| builder.write(event_target_value(&event))
        ></textarea>
        <div role="status">{problem}</div>
        <p class="muted small">
            "A line is a chain, as in a shell: " <code>"name: kind option=value | …"</code>
            ". A later line may begin with a name, for a branch."
        </p>
    }
}

const EXAMPLE: &str = "cities: csv_sample rows=10000 | gzip | file_sink file=\"cities.csv.gz\"";

/// Where a line and a column are, as a browser counts (UTF-16).
fn offset_of(text: &str, line: usize, column: usize) -> u32 {
    let before = text.split_inclusive('\n').take(line - 1);
    let lines: usize = before.map(|line| line.encode_utf16().count()).sum();
    let of_line = text.split('\n').nth(line - 1).unwrap_or_default();
    let letters = of_line.chars().take(column - 1).map(char::len_utf16);
    u32::try_from(lines + letters.sum::<usize>()).unwrap_or(u32::MAX)
}
