//! What is selected on the board: its name, its options, what it is piped into.
//!
//! Test ids: `options` (with `data-stage`), `name`, `name-error`, `remove`, `pipe-into`,
//! `unpipe-{destination}`, and those of the fields.

use leptos::prelude::*;
use spillway_protocol::stages::StageKind;

use super::board::remove_selected;
use super::field::Field;
use crate::model::playground::edit::{connect, destinations, disconnect, rename};
use crate::model::playground::{Selected, palette};
use crate::state::Builder;

/// The panel below the board.
#[component]
pub fn Options(
    /// What is being built.
    builder: Builder,
) -> impl IntoView {
    // The form stays while its stage does, so that a field keeps the focus while it is typed into.
    let subject = Memo::new(move |_| {
        builder.selected.with(|selected| match selected {
            Selected::Stage(name) => {
                let kind = builder
                    .recipe
                    .with(|recipe| recipe.stage(name).map(|stage| stage.kind.clone()))?;
                Some((name.clone(), kind, builder.kinds.with(Vec::is_empty)))
            }
            Selected::Nothing | Selected::Pipe(..) => None,
        })
    });
    let panel = move || match subject.get() {
        Some((name, kind, _)) => view! { <Stage builder name kind/> }.into_any(),
        None => view! { <NoStage builder/> }.into_any(),
    };
    view! {
        <section class="options panel" data-testid="options" aria-label="What is selected"
            data-stage=move || subject.get().map(|(name, ..)| name)
        >
            {panel}
        </section>
    }
}

#[component]
fn NoStage(builder: Builder) -> impl IntoView {
    move || match builder.selected.get() {
        Selected::Pipe(from, to) => view! {
            <div class="title">
                <b class="mono">{[&from, ".pipe(", &to, ")"].concat()}</b>
                <span class="grow"></span>
                <RemoveButton builder words="Remove this pipe"/>
            </div>
            <p class="muted">
                "A Transform that you choose from the list goes in between the two."
            </p>
        }
        .into_any(),
        Selected::Nothing | Selected::Stage(_) => view! {
            <p class="muted">
                "Choose a stage from the list: it goes behind the selected one. Drag from the port "
                "at the right of a stage to another to pipe it. Select a stage to set its options."
            </p>
        }
        .into_any(),
    }
}

#[component]
fn RemoveButton(builder: Builder, words: &'static str) -> impl IntoView {
    view! {
        <button class="btn small" data-testid="remove" on:click=move |_| remove_selected(builder)>
            {words}
        </button>
    }
}

#[component]
fn Stage(builder: Builder, name: String, kind: String) -> impl IntoView {
    let known = builder
        .kinds
        .with_untracked(|kinds| kinds.iter().find(|known| known.kind == kind).cloned());
    let about = known.as_ref().map_or_else(
        || "This server has no such kind of stage.".to_owned(),
        |known: &StageKind| known.about.clone(),
    );
    let options = known.map(|known| known.options).unwrap_or_default();
    let fields = options
        .into_iter()
        .map(|option| view! { <Field builder stage=name.clone() option/> })
        .collect_view();
    view! {
        <div class="title">
            <b class="mono">{kind.clone()}</b>
            <span class="muted about">{about}</span>
            <span class="grow"></span>
            <RemoveButton builder words="Remove"/>
        </div>
        <div class="fields">
            <Name builder name=name.clone()/>
            {fields}
            <Pipes builder name kind/>
        </div>
    }
}

#[component]
fn Name(builder: Builder, name: String) -> impl IntoView {
    let wrong = RwSignal::new(None);
    let old = name.clone();
    let change = move |new: String| {
        let renamed = builder.edit(|recipe| rename(recipe, &old, new.trim()));
        match renamed {
            Ok(()) => builder.selected.set(Selected::Stage(new.trim().to_owned())),
            Err(reason) => wrong.set(Some(reason)),
        }
    };
    view! {
        <label class="field">
            <span>"name"</span>
            <input
                data-testid="name"
                value=name
                maxlength="40"
                aria-invalid=move || wrong.get().is_some().to_string()
                on:input=move |_| wrong.set(None)
                on:change=move |event| change(event_target_value(&event))
            />
            <small class="wrong" data-testid="name-error">{wrong}</small>
        </label>
    }
}

/// What the stage is piped into, for whoever uses neither board nor pointer.
#[component]
fn Pipes(builder: Builder, name: String, kind: String) -> impl IntoView {
    let gives = builder
        .kinds
        .with_untracked(|kinds| palette::gives(kinds, &kind));
    if !gives {
        return ().into_any();
    }
    let stage = name.clone();
    let fed = Memo::new(move |_| builder.recipe.with(|recipe| destinations(recipe, &stage)));
    let stage = name.clone();
    let others = Memo::new(move |_| {
        let fed = fed.get();
        builder.recipe.with(|recipe| {
            builder.kinds.with(|kinds| {
                let able = recipe.stages.iter().filter(|other| {
                    other.id != stage
                        && !fed.contains(&other.id)
                        && palette::takes(kinds, &other.kind)
                });
                able.map(|other| other.id.clone()).collect::<Vec<_>>()
            })
        })
    });
    let from = name.clone();
    let pipe = move |event: web_sys::Event| {
        let to = event_target_value(&event);
        if !to.is_empty() {
            builder.edit(|recipe| connect(recipe, &from, &to));
        }
    };
    let chips = move || {
        let chip = |to: String| view! { <Chip builder from=name.clone() to/> };
        fed.get().into_iter().map(chip).collect_view()
    };
    let choices = move || {
        let choice = |name: String| view! { <option value=name.clone()>{name.clone()}</option> };
        others.get().into_iter().map(choice).collect_view()
    };
    view! {
        <div class="field pipes">
            <label>
                <span>"pipe() into"</span>
                <select data-testid="pipe-into" prop:value=move || { others.track(); "" } on:change=pipe>
                    <option value="">"choose a stage"</option>
                    {choices}
                </select>
            </label>
            <span class="chips">{chips}</span>
        </div>
    }
    .into_any()
}

#[component]
fn Chip(builder: Builder, from: String, to: String) -> impl IntoView {
    let id = ["unpipe-", &to].concat();
    let label = ["Remove the pipe into ", &to].concat();
    let shown = ["→ ", &to].concat();
    view! {
        <span class="chip on">
            {shown}
            <button
                class="ghost"
                data-testid=id
                aria-label=label
                on:click=move |_| builder.edit(|recipe| disconnect(recipe, &from, &to))
            >
                "✕"
            </button>
        </span>
    }
}
