//! A pipeline as a program, which the server writes.

use gloo_net::http::Request;
use leptos::prelude::*;
use spillway_recipe::{Recipe, link};

/// The program of a pipeline, or why there is none; `None` while it is on its way.
#[derive(Clone, Copy)]
pub struct Program(RwSignal<Option<Answer>>);

type Answer = Result<String, String>;

impl Program {
    /// Asks for the `file` of the program again whenever the pipeline or the file is another.
    #[must_use]
    pub fn follow(recipe: Memo<Recipe>, file: impl Fn() -> Option<&'static str> + 'static) -> Self {
        let program = RwSignal::new(None);
        let asked = StoredValue::new(0_u32);
        Effect::new(move |_| {
            let Some(file) = file() else {
                return;
            };
            let recipe = recipe.get();
            let question = asked.get_value() + 1;
            asked.set_value(question);
            program.set(None);
            leptos::task::spawn_local(async move {
                let answer = ask(file, &recipe).await;
                // What was asked later stays.
                if asked.try_get_value() == Some(question) {
                    program.set(Some(answer));
                }
            });
        });
        Self(program)
    }

    /// What there is now.
    #[must_use]
    pub fn get(self) -> Option<Answer> {
        self.0.get()
    }

    /// The same, without following it.
    #[must_use]
    pub fn get_untracked(self) -> Option<Answer> {
        self.0.get_untracked()
    }
}

async fn ask(file: &str, recipe: &Recipe) -> Answer {
    let link = link(recipe).map_err(|error| error.to_string())?;
    let path = ["/api/programs/", file, "?p=", &link].concat();
    let asked = Request::get(&path).send().await;
    let answer = asked.map_err(|error| error.to_string())?;
    let text = answer.text().await.map_err(|error| error.to_string())?;
    let whole = answer.headers().get("spillway-program").as_deref() == Some("whole");
    if whole { Ok(text) } else { Err(text) }
}
