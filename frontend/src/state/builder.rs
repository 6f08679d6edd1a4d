//! The playground in signals: what is being built, and what the server says to it.

use std::time::Duration;

use gloo_net::http::Request;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use spillway_protocol::control::{Command, Start};
use spillway_protocol::stages::StageKind;
use spillway_protocol::upload::Uploaded;
use spillway_recipe::{Recipe, link, print};
use wasm_bindgen::JsValue;

use super::runner::Runner;
use super::storage;
use crate::connection::Connection;
use crate::json;
use crate::model::playground::opening::{Kept, Said, follow, open};
use crate::model::playground::upload::lost;
use crate::model::playground::{Draft, History, Problem, Selected, Step};

const TEXT_KEY: &str = "spillway.playground.text";
const RECIPE_KEY: &str = "spillway.playground.pipeline";
const LINK_KEY: &str = "spillway.playground.link";

/// How long nothing may change before the server is asked.
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
    /// What the session has sent, once that is known.
    pub uploads: RwSignal<Option<Vec<Uploaded>>>,
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
            link: storage::read(LINK_KEY).unwrap_or_default(),
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
            self.said.set(None);
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
        self.said.set(None);
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
        self.said.set(None);
        self.history.update(|history| {
            let mut draft = Draft::default();
            draft.write(text.to_owned(), &[]);
            history.push(draft, Step::Board);
        });
        self.forget_what_is_gone();
    }

    /// Goes back a step.
    pub fn undo(self) {
        self.said.set(None);
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

    /// Runs what stands on the board, when the server has nothing against it; `then` is called
    /// when there is something to watch.
    pub fn run(self, then: impl FnOnce() + 'static) {
        let recipe = self.recipe.get_untracked();
        leptos::task::spawn_local(async move {
            let problem = match self.ask(&recipe).await {
                Some(answer) => answer.map(|problem| problem.message),
                None => Some("there is no connection to the server".to_owned()),
            };
            if let Some(problem) = problem {
                self.say(true, &["It cannot run yet: ", &problem].concat());
                return;
            }
            if self.history.with_untracked(|it| it.now().error.is_some()) {
                let old = "Your text has an error: this runs the last pipeline that could be read.";
                self.say(false, old);
            }
            self.runner.start();
            then();
        });
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
                storage::write(TEXT_KEY, &draft.text);
                storage::write(RECIPE_KEY, &print(&draft.recipe));
            });
        });
        Effect::new(move |_| {
            self.recipe
                .with(|recipe| self.runner.set_start(start_of(recipe)));
            self.uploads.track();
            // At once: a reload goes by the address.
            self.show_link();
            self.rest();
        });
        on_cleanup(move || {
            if let Some(Some(resting)) = self.resting.try_get_value() {
                resting.clear();
            }
        });
    }

    /// Asks the server when nothing has changed for a moment; and shows the link once more, should the browser have taken
    /// no more of them for a while.
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

    /// Shows the link of the pipeline in the address, and keeps which one it shows.
    fn show_link(self) {
        let link = self.recipe.with_untracked(|recipe| {
            let some = !recipe.stages.is_empty();
            some.then(|| link(recipe).ok()).flatten()
        });
        let link = link.unwrap_or_default();
        let path = match link.as_str() {
            "" => "/playground".to_owned(),
            link => ["/playground#p=", link].concat(),
        };
        // A browser that refuses just does not show it; the button copies it all the same.
        if let Ok(history) = window().history() {
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&path));
        }
        // What the address has is this page's own, and gives way to the text; a refusal may be silent.
        if link_in_address().unwrap_or_default() == link {
            storage::write(LINK_KEY, &link);
        }
    }

    fn check(self) {
        let recipe = self.recipe.get_untracked();
        if recipe.stages.is_empty() {
            self.problem.set(None);
            return;
        }
        leptos::task::spawn_local(async move {
            let answer = self.ask(&recipe).await;
            // It may have changed since, and then the next answer counts.
            let is_current = self.recipe.try_get_untracked().as_ref() == Some(&recipe);
            // Without an answer, the header says that the connection is lost.
            if let Some(problem) = answer.filter(|_| is_current) {
                self.problem.set(problem);
            }
        });
    }

    /// What there is against a pipeline; `None` when the server gave no answer.
    async fn ask(self, recipe: &Recipe) -> Option<Option<Problem>> {
        let command = Command::Check(start_of(recipe));
        match self.connection.request(command).await {
            Ok(_) => Some(self.waiting_for_a_file(recipe)),
            Err(refusal) => {
                refusal.code?;
                Some(Some(Problem::of(refusal.message, recipe)))
            }
        }
    }

    /// The server does not look for files before it starts.
    fn waiting_for_a_file(self, recipe: &Recipe) -> Option<Problem> {
        let known = self.uploads.get_untracked()?;
        let (stage, label) = lost(recipe, &known).next()?;
        let message = if label.is_empty() {
            "choose one of your files for it, or send one".to_owned()
        } else {
            let gone = " is not among the files of this visit: send it again, or choose another";
            [&label, gone].concat()
        };
        Some(Problem {
            stage: Some(stage),
            message,
        })
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
            self.show_link();
            self.rest();
        });
        on_cleanup(move || listening.remove());
    }

    fn fetch_kinds(self) {
        leptos::task::spawn_local(async move {
            match catalogue().await {
                Ok(kinds) => {
                    self.history.update(|history| history.check(&kinds));
                    self.kinds.set(kinds);
                }
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
        stages: Some(recipe.stages.clone()),
        pipes: Some(recipe.pipes.clone()),
        join: Some(recipe.join),
        ..Start::default()
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
