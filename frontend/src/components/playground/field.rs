//! A field for one option of a stage.
//!
//! Test ids: `option-{name}`, `option-error-{name}`.

use leptos::prelude::*;
use spillway_protocol::stages::{StageOption, Takes};

use crate::model::playground::Step;
use crate::model::playground::edit::set_option;
use crate::model::playground::option::{allowed, read, shown};
use crate::state::Builder;

/// One option.
#[component]
pub fn Field(
    /// What is being built.
    builder: Builder,
    /// The stage.
    stage: String,
    /// The option.
    option: StageOption,
) -> impl IntoView {
    let wrong = RwSignal::new(None::<String>);
    let (of, name) = (stage.clone(), option.name.clone());
    let value = Memo::new(move |_| {
        builder
            .recipe
            .with(|recipe| shown(recipe.stage(&of).and_then(|stage| stage.options.get(&name))))
    });
    // What comes from elsewhere, as by undo, ends the error with what it was about.
    Effect::new(move |_| {
        value.track();
        wrong.set(None);
    });
    let taken = option.clone();
    let change = move |text: String| match read(&text, &taken) {
        Ok(value) => {
            wrong.set(None);
            let step = Step::Option(stage.clone(), taken.name.clone());
            builder.edit_as(step, |recipe| {
                set_option(recipe, &stage, &taken.name, value)
            });
        }
        Err(reason) => wrong.set(Some(reason)),
    };
    let id = ["option-", &option.name].concat();
    let tip = [&option.about, " (", &allowed(&option.takes), ")"].concat();
    let label = if option.required {
        [&option.name, " *"].concat()
    } else {
        option.name.clone()
    };
    let error_id = ["option-error-", &option.name].concat();
    view! {
        <label class="field" title=tip>
            <span>{label}</span>
            <Input builder option id value wrong change/>
            <small class="wrong" role="status" data-testid=error_id>{wrong}</small>
        </label>
    }
}

#[component]
fn Input(
    builder: Builder,
    option: StageOption,
    id: String,
    value: Memo<String>,
    wrong: RwSignal<Option<String>>,
    change: impl Fn(String) + 'static,
) -> impl IntoView {
    let default = shown(option.default.as_ref());
    let changed = move |event: web_sys::Event| change(event_target_value(&event));
    let choices = choices(builder, &option);
    if let Some(choices) = choices {
        let left_out = if option.required {
            "choose one".to_owned()
        } else {
            [&*default, " (default)"].concat()
        };
        let choice = move |(key, words): (String, String)| {
            let own = key.clone();
            view! { <option value=key selected=move || value.get() == own>{words}</option> }
        };
        return view! {
            <select data-testid=id prop:value=value on:change=changed>
                <option value="">{left_out}</option>
                {move || choices.get().into_iter().map(choice).collect_view()}
            </select>
        }
        .into_any();
    }
    let numeric = matches!(option.takes, Takes::Number { .. } | Takes::Size { .. });
    let without = if default.is_empty() {
        "left out".to_owned()
    } else {
        default
    };
    view! {
        <input
            data-testid=id
            inputmode=if numeric { "numeric" } else { "text" }
            spellcheck="false"
            autocomplete="off"
            placeholder=without
            prop:value=value
            aria-invalid=move || wrong.with(Option::is_some).to_string()
            on:input=changed
        />
    }
    .into_any()
}

/// Values to choose from with what they are called; `None`: the field is typed into.
fn choices(builder: Builder, option: &StageOption) -> Option<Memo<Vec<(String, String)>>> {
    let pair = |name: &String| (name.clone(), name.clone());
    let fixed: Vec<_> = match &option.takes {
        Takes::Choice { choices } => choices.iter().map(pair).collect(),
        Takes::Bool => ["true", "false"]
            .map(str::to_owned)
            .iter()
            .map(pair)
            .collect(),
        // The files that were sent are known by their names, and used by their ids.
        Takes::Text if option.name == "upload" => {
            return Some(Memo::new(move |_| {
                builder.uploads.with(|uploads| {
                    let name = |it: &spillway_protocol::upload::Uploaded| {
                        (it.upload.clone(), it.name.clone())
                    };
                    uploads.iter().flatten().map(name).collect()
                })
            }));
        }
        _ => return None,
    };
    Some(Memo::new(move |_| fixed.clone()))
}
