//! The scenario as text, and the scenarios that this browser keeps.

use leptos::prelude::*;
use spillway_websocket::Scenario;

use crate::components::copy::copy;
use crate::model::workbench::{Bench, Saved};
use crate::state::{read_stored, write_stored};

/// Where the browser keeps them.
const KEY: &str = "spillway.scenarios";

/// The scenario as text, and the ones that are kept.
#[component]
pub fn Keeping(
    /// What is being made.
    bench: RwSignal<Bench>,
) -> impl IntoView {
    let problem = RwSignal::new(None::<String>);
    let saved = RwSignal::new(Saved::read(&read_stored(KEY).unwrap_or_default()));
    let name = RwSignal::new(String::new());
    let written = move || bench.with(|bench| bench.scenario.to_string());
    let typed = move |event| match event_target_value(&event).parse::<Scenario>() {
        Ok(scenario) => {
            problem.set(None);
            // The list follows what is typed; the preset is what it was only while nothing is changed.
            if bench.with_untracked(|bench| bench.scenario != scenario) {
                bench.set(Bench::of(scenario));
            }
        }
        Err(error) => problem.set(Some(error.to_string())),
    };
    let keep = move |change: &dyn Fn(&mut Saved) -> Result<(), &'static str>| {
        let changed = saved.try_update(change).unwrap_or(Ok(()));
        problem.set(changed.err().map(str::to_owned));
        saved.with_untracked(|saved| write_stored(KEY, &saved.write()));
    };
    let save = move |_| keep(&|saved| saved.keep(&name.get_untracked(), &written()));
    let delete = move |_| {
        keep(&|saved| {
            saved.remove(&name.get_untracked());
            Ok(())
        });
    };
    let open = move |event| {
        let chosen = event_target_value(&event);
        let text = saved.with_untracked(|saved| saved.text(&chosen).map(str::to_owned));
        if let Some(Ok(scenario)) = text.map(|text| text.parse::<Scenario>()) {
            bench.set(Bench::of(scenario));
            name.set(chosen);
        }
    };
    let options = move || {
        saved.with(|saved| {
            saved
                .names()
                .map(|name| view! { <option value=name.to_owned()>{name.to_owned()}</option> })
                .collect_view()
        })
    };
    view! {
        <details class="keeping">
            <summary>"As text · save · import"</summary>
            <label>
                "The scenario: a step in each line"
                <textarea
                    rows="6"
                    spellcheck="false"
                    data-testid="scenario-text"
                    prop:value=written
                    on:change=typed
                ></textarea>
            </label>
            <p class="problem" role="status" data-testid="scenario-problem">{move || problem.get()}</p>
            <div class="bar">
                <button class="btn small" on:click=move |_| { let _ = copy(&written()); }>"Copy text"</button>
                <input
                    aria-label="Name"
                    placeholder="name"
                    data-testid="saved-name"
                    prop:value=name
                    on:input=move |event| name.set(event_target_value(&event))
                />
                <button class="btn small" data-testid="save" on:click=save>"Save in this browser"</button>
                <select aria-label="Saved scenarios" data-testid="saved" on:change=open>
                    <option value="">"saved …"</option>
                    {options}
                </select>
                <button class="btn small" data-testid="saved-delete" on:click=delete>"Delete"</button>
            </div>
        </details>
    }
}
