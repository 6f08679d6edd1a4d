//! The row above the board.
//!
//! Test ids: `start`, `undo`, `redo`, `join`, `examples`, `copy-link`, `clear`.

use leptos::prelude::*;
use spillway_protocol::control::Join;

use crate::components::copy::copy;
use crate::model::playground::Selected;
use crate::model::playground::presets::PRESETS;
use crate::state::Builder;

/// The row above the board. `run` starts what stands on it.
#[component]
pub fn Toolbar(
    /// What is being built.
    builder: Builder,
    /// Starts it.
    run: impl Fn() + 'static,
) -> impl IntoView {
    let is_empty = Memo::new(move |_| builder.recipe.with(|recipe| recipe.stages.is_empty()));
    let ways = Memo::new(move |_| builder.ways());
    let copy_link = move |_| {
        match builder.address() {
        Ok(address) if copy(&address) => builder.say(
            false,
            "The link is copied: whoever opens it has this pipeline. Files that you sent stay yours.",
        ),
        Ok(address) => builder.say(false, &["Copy this link: ", &address].concat()),
        Err(reason) => builder.say(true, &reason),
    }
    };
    let clear = move |_| {
        builder.edit(|recipe| *recipe = Default::default());
        builder.selected.set(Selected::Nothing);
    };
    view! {
        <div class="bar">
            <button
                class="btn primary"
                data-testid="start"
                disabled=is_empty
                title="Starts this pipeline on the server"
                on:click=move |_| run()
            >
                <span aria-hidden="true">"▶"</span>
                "Run it"
            </button>
            <button
                class="btn"
                data-testid="undo"
                disabled=move || !ways.get().0
                on:click=move |_| builder.undo()
            >
                "Undo"
            </button>
            <button
                class="btn"
                data-testid="redo"
                disabled=move || !ways.get().1
                on:click=move |_| builder.redo()
            >
                "Redo"
            </button>
            <JoinChoice builder/>
            <span class="grow"></span>
            <Examples builder/>
            <button class="btn" data-testid="copy-link" disabled=is_empty on:click=copy_link>
                "Copy link"
            </button>
            <button class="btn" data-testid="clear" disabled=is_empty on:click=clear>
                "Clear"
            </button>
        </div>
    }
}

#[component]
fn JoinChoice(builder: Builder) -> impl IntoView {
    let now = Memo::new(move |_| builder.recipe.with(|recipe| name_of(recipe.join)));
    let choose = move |name: String| {
        let join = JOINS.iter().find(|join| name_of(**join) == name);
        builder.edit(|recipe| recipe.join = join.copied().unwrap_or_default());
    };
    let choice = |join: &Join| {
        let name = name_of(*join);
        view! { <option value=name selected=move || now.get() == name>{words_of(*join)}</option> }
    };
    view! {
        <select
            data-testid="join"
            aria-label="How the stages are joined"
            title="How the stages are joined"
            prop:value=now
            on:change=move |event| choose(event_target_value(&event))
        >
            {JOINS.iter().map(choice).collect_view()}
        </select>
    }
}

const JOINS: [Join; 4] = [Join::Pipe, Join::Pipeline, Join::Write, Join::Iterate];

const fn name_of(join: Join) -> &'static str {
    match join {
        Join::Pipe => "pipe",
        Join::Pipeline => "pipeline",
        Join::Write => "write",
        Join::Iterate => "iterate",
    }
}

const fn words_of(join: Join) -> &'static str {
    match join {
        Join::Pipe => "joined by pipe()",
        Join::Pipeline => "joined by pipeline(): one fails, all are destroyed",
        Join::Write => "joined by write() with its answer ignored: no backpressure",
        Join::Iterate => "joined by for await loops: what they read is destroyed, not the rest",
    }
}

#[component]
fn Examples(builder: Builder) -> impl IntoView {
    let take = move |event: web_sys::Event| {
        let id = event_target_value(&event);
        if let Some(preset) = PRESETS.iter().find(|preset| preset.id == id) {
            builder.open_text(preset.text);
        }
    };
    let choice = |preset: &crate::model::playground::presets::Preset| {
        view! { <option value=preset.id>{preset.title}</option> }
    };
    view! {
        <select aria-label="Examples" data-testid="examples" prop:value="" on:change=take>
            <option value="">"Examples"</option>
            {PRESETS.iter().map(choice).collect_view()}
        </select>
    }
}
