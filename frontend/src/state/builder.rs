//! The playground in signals: what is being built, and what the server says to it.

use std::time::Duration;

use gloo_net::http::Request;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use spillway_protocol::control::{Command, Start};
use spillway_protocol::stages::StageKind;
use spillway_protocol::upload::Uploaded;
use spillway_recipe::{Recipe, link};
use wasm_bindgen::JsValue;

use super::runner::Runner;
use super::storage;
use crate::connection::Connection;
use crate::json;
use crate::model::playground::opening::{Kept, Said, follow, open};
use crate::model::playground::{Draft, History, Problem, Selected, Step};

const TEXT_KEY: &str = "spillway.playground.text";
const RECIPE_KEY: &str = "spillway.playground.pipeline";

/// How long nothing may change before the server is asked and the address follows.
const REST: Duration = Duration::from_millis(150);

/// What is being built. Copies are the same.
#[derive(Clone, Copy)]
pub struct Builder {
    /// The page's connection.
    pub connection: Connection,
    /// The run of what is built.
    pub runner: Runner,
    /// The kinds of stages there are; empty until they are known.
    pub kinds: RwSignal<Vec<StageKind>>,
    /// What the session has sent.
    pub uploads: RwSignal<Vec<Uploaded>>,
    history: RwSignal<History>,
    /// The pipeline.
    pub recipe: Memo<Recipe>,
    /// What the next click is about.
    pub selected: RwSignal<Selected>,
    /// The stage that is about to be piped into another.
    pub from: RwSignal<Option<String>>,
    /// What the server has against the pipeline.
    pub problem: RwSignal<Option<Problem>>,
    /// Something to be told once.
    pub said: RwSignal<Option<Said>>,
    resting: StoredValue<Option<TimeoutHandle>>,
}

impl Builder {
    /// Opens what was kept, or what the address brings.
    #[must_use]
    pub fn open(connection: Connection) -> Self {
        let kept = Kept {
            text: storage::read(TEXT_KEY).unwrap_or_default(),
            recipe: storage::read(RECIPE_KEY).unwrap_or_default(),
        };
        let (history, said) = open(kept, link_in_address().as_deref());
        let history = RwSignal::new(history);
        let builder = Self {
            connection,
            runner: Runner::prepare(connection, Start::default()),
            kinds: RwSignal::default(),
            uploads: RwSignal::default(),
            history,
            recipe: Memo::new(move |_| history.with(|history| history.now().recipe.clone())),
            selected: RwSignal::default(),
            from: RwSignal::new(None),
            problem: RwSignal::new(None),
            said: RwSignal::new(said),
            resting: StoredValue::new(None),
        };
        builder.follow_changes();
        builder.follow_address();
        builder.fetch_kinds();
        builder
    }

    /// The draft as it is.
    pub fn with_draft<T>(self, read: impl FnOnce(&Draft) -> T) -> T {
        self.history.with(|history| read(history.now()))
    }

    /// Whether there is a way back, and one forward.
    #[must_use]
    pub fn ways(self) -> (bool, bool) {
        self.history
            .with(|history| (history.can_undo(), history.can_redo()))
    }

    /// Changes the pipeline on the board; its text is written anew.
    pub fn edit<T>(self, change: impl FnOnce(&mut Recipe) -> T) -> T {
        self.edit_as(Step::Board, change)
    }

    /// As [`Builder::edit`], as one of many small changes of the same thing.
    pub fn edit_as<T>(self, step: Step, change: impl FnOnce(&mut Recipe) -> T) -> T {
        let mut recipe = self.recipe.get_untracked();
        let before = recipe.clone();
        let changed = change(&mut recipe);
        if recipe != before {
            let was_broken = self.history.with_untracked(|it| it.now().error.is_some());
            self.history
                .update(|history| history.push(Draft::of(recipe), step));
            if was_broken {
                self.say(
                    false,
                    "The text was written anew from the board. Undo brings back yours.",
                );
            }
        }
        changed
    }

    /// Takes a new text.
    pub fn write(self, text: String) {
        let kinds = self.kinds.get_untracked();
        self.history.update(|history| {
            let mut draft = history.now().clone();
            draft.write(text, &kinds);
            let step = Step::Text(draft.recipe.stages.len());
            history.push(draft, step);
        });
        self.forget_what_is_gone();
    }

    /// Takes a whole text instead of what is there, which undo brings back.
    pub fn open_text(self, text: &str) {
        self.history.update(|history| {
            let mut draft = Draft::default();
            draft.write(text.to_owned(), &[]);
            history.push(draft, Step::Board);
        });
        self.forget_what_is_gone();
    }

    /// Goes back a step.
    pub fn undo(self) {
        self.history.update(History::undo);
        self.forget_what_is_gone();
    }

    /// Goes forward again.
    pub fn redo(self) {
        self.history.update(History::redo);
        self.forget_what_is_gone();
    }

    /// Tells something.
    pub fn say(self, is_bad: bool, text: &str) {
        self.said.set(Some(Said {
            is_bad,
            text: text.to_owned(),
        }));
    }

    /// Runs what stands on the board; whether there is something to watch.
    pub fn run(self) -> bool {
        if let Some(problem) = self.problem.get_untracked() {
            self.said.set(Some(Said {
                is_bad: true,
                text: ["It cannot run yet: ", &problem.message].concat(),
            }));
            return false;
        }
        if self.history.with_untracked(|it| it.now().error.is_some()) {
            self.say(
                false,
                "Your text has an error, so this runs the last pipeline that could be read.",
            );
        }
        self.runner.start();
        true
    }

    /// The whole address of this pipeline, or why there is none.
    ///
    /// # Errors
    /// When it is too long for a link.
    pub fn address(self) -> Result<String, String> {
        let link = link(&self.recipe.get_untracked()).map_err(|error| error.to_string())?;
        let origin = window().location().origin().unwrap_or_default();
        Ok([&origin, "/playground#p=", &link].concat())
    }

    fn forget_what_is_gone(self) {
        let recipe = self.recipe.get_untracked();
        let is_there = self.selected.with_untracked(|selected| match selected {
            Selected::Nothing => true,
            Selected::Stage(name) => recipe.stage(name).is_some(),
            Selected::Pipe(from, to) => recipe.pipes.iter().any(|(a, b)| a == from && b == to),
        });
        if !is_there {
            self.selected.set(Selected::Nothing);
        }
        self.from.set(None);
    }

    fn follow_changes(self) {
        Effect::new(move |_| {
            self.with_draft(|draft| {
                let kept = Kept::of(draft);
                storage::write(TEXT_KEY, &kept.text);
                storage::write(RECIPE_KEY, &kept.recipe);
            });
        });
        Effect::new(move |_| {
            self.recipe
                .with(|recipe| self.runner.set_start(start_of(recipe)));
            self.uploads.track();
            self.rest();
        });
        on_cleanup(move || {
            if let Some(Some(resting)) = self.resting.try_get_value() {
                resting.clear();
            }
        });
    }

    /// Asks the server, and shows the link, when nothing has changed for a moment.
    fn rest(self) {
        if let Some(resting) = self.resting.get_value() {
            resting.clear();
        }
        let handle = set_timeout_with_handle(
            move || {
                self.show_link();
                self.check();
            },
            REST,
        );
        self.resting.set_value(handle.ok());
    }

    fn show_link(self) {
        let link = self.recipe.with_untracked(|recipe| {
            let some = !recipe.stages.is_empty();
            some.then(|| link(recipe).ok()).flatten()
        });
        let path = match link {
            Some(link) => ["/playground#p=", &link].concat(),
            None => "/playground".to_owned(),
        };
        // A browser that refuses just does not show it; the button copies it all the same.
        if let Ok(history) = window().history() {
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&path));
        }
    }

    fn check(self) {
        let recipe = self.recipe.get_untracked();
        if recipe.stages.is_empty() {
            self.problem.set(None);
            return;
        }
        leptos::task::spawn_local(async move {
            let command = Command::Check(start_of(&recipe));
            let answer = self.connection.request(command).await;
            // It may have changed since, and then the next answer counts.
            if self.recipe.try_get_untracked().as_ref() != Some(&recipe) {
                return;
            }
            match answer {
                Ok(_) => self.problem.set(None),
                // Without a code there was no answer: the header says that the connection is lost.
                Err(refusal) if refusal.code.is_some() => {
                    let problem = Problem::of(refusal.message, &recipe);
                    self.problem.set(Some(problem));
                }
                Err(_) => {}
            }
        });
    }

    /// A link that is pasted into the address of this page.
    fn follow_address(self) {
        let listening = window_event_listener_untyped("hashchange", move |_| {
            let Some(link) = link_in_address() else {
                return;
            };
            let said = self
                .history
                .try_update(|history| follow(history, &link))
                .flatten();
            if said.is_some() {
                self.said.set(said);
            }
            self.forget_what_is_gone();
            self.rest();
        });
        on_cleanup(move || listening.remove());
    }

    fn fetch_kinds(self) {
        leptos::task::spawn_local(async move {
            match catalogue().await {
                Ok(kinds) => self.kinds.set(kinds),
                Err(reason) => {
                    let text = ["The kinds of stages cannot be had: ", &reason].concat();
                    self.say(true, &text);
                }
            }
        });
    }
}

fn start_of(recipe: &Recipe) -> Start {
    Start {
        lesson: None,
        stages: Some(recipe.stages.clone()),
        pipes: Some(recipe.pipes.clone()),
        join: Some(recipe.join),
    }
}

fn link_in_address() -> Option<String> {
    let hash = window().location().hash().ok()?;
    hash.strip_prefix("#p=").map(str::to_owned)
}

async fn catalogue() -> Result<Vec<StageKind>, String> {
    let answer = Request::get("/api/stages")
        .send()
        .await
        .map_err(|error| error.to_string())?;
    let text = answer.text().await.map_err(|error| error.to_string())?;
    let catalogue = json::catalogue(&text).ok_or("the server sent something else")?;
    Ok(catalogue.kinds)
}
