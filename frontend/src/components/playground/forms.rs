//! The pipeline in other forms: as text, which can be edited, and as programs.
//!
//! Test ids: `tab-{form}`, `text`, `text-error`, `program`, `no-program`, `copy`.

use leptos::html;
use leptos::prelude::*;

use crate::components::copy::copy;
use crate::state::{Builder, Program};

/// The right column.
#[component]
pub fn Forms(
    /// What is being built.
    builder: Builder,
) -> impl IntoView {
    let shown = RwSignal::new(Form::Text);
    let program = Program::follow(builder.recipe, move || shown.get().file());
    let tab = move |form: Form| {
        let chosen = move || shown.get() == form;
        view! {
            <button
                role="tab"
                class:on=chosen
                aria-selected=move || chosen().to_string()
                data-testid=["tab-", form.id()].concat()
                on:click=move |_| shown.set(form)
            >
                {form.name()}
            </button>
        }
    };
    let copied = move |_| {
        let text = match shown.get_untracked() {
            Form::Text => Some(Ok(builder.with_draft(|draft| draft.text.clone()))),
            _ => program.get_untracked(),
        };
        match text {
            Some(Ok(text)) if copy(&text) => builder.say(false, "Copied."),
            Some(Ok(_)) => builder.say(
                true,
                "This browser does not copy: select the text yourself.",
            ),
            Some(Err(reason)) => builder.say(true, &reason),
            None => builder.say(true, "The program is on its way."),
        }
    };
    let program = move || match shown.get() {
        Form::Text => None,
        form => Some(view! { <ProgramView program form/> }),
    };
    view! {
        <section class="forms panel" aria-label="In other words">
            <div class="title">
                <div class="tabs" role="tablist" aria-label="Form">
                    {FORMS.map(tab).collect_view()}
                </div>
                <span class="grow"></span>
                <button class="btn small" data-testid="copy" on:click=copied>"Copy"</button>
            </div>
            <div class="form" role="tabpanel" hidden=move || shown.get() != Form::Text>
                <Text builder/>
            </div>
            {program}
        </section>
    }
}

/// A form of the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Node,
    Rust,
    Cargo,
}

const FORMS: [Form; 4] = [Form::Text, Form::Node, Form::Rust, Form::Cargo];

impl Form {
    const fn id(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Node => "node",
            Self::Rust => "rust",
            Self::Cargo => "cargo",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Node => "Node.js",
            Self::Rust => "Rust",
            Self::Cargo => "Cargo.toml",
        }
    }

    /// What to do with it, up to the address of this server.
    const fn usage(self) -> &'static str {
        match self {
            Self::Text => "",
            Self::Node => "Save it as pipeline.mjs, then: node pipeline.mjs ",
            Self::Rust => "Save it as src/main.rs, and Cargo.toml beside src, then: cargo run -- ",
            Self::Cargo => "Save it as Cargo.toml, and Rust as src/main.rs, then: cargo run -- ",
        }
    }

    /// What the server calls the program's file.
    const fn file(self) -> Option<&'static str> {
        match self {
            Self::Text => None,
            Self::Node => Some("pipeline.mjs"),
            Self::Rust => Some("main.rs"),
            Self::Cargo => Some("Cargo.toml"),
        }
    }
}

#[component]
fn ProgramView(program: Program, form: Form) -> impl IntoView {
    let origin = window().location().origin().unwrap_or_default();
    move || match program.get() {
        None => view! { <p class="muted small">"On its way."</p> }.into_any(),
        Some(Ok(text)) => view! {
            <pre role="tabpanel" tabindex="0" data-testid="program">{text}</pre>
            <p class="muted small">{form.usage()}{origin.clone()}</p>
        }
        .into_any(),
        Some(Err(reason)) => view! {
            <p class="note" role="tabpanel" data-testid="no-program">
                <b aria-hidden="true">"◆"</b>
                <span>"No program for this pipeline yet: " {reason}</span>
            </p>
        }
        .into_any(),
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
