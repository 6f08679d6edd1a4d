//! Recipes on a real server.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use spillway_recipe::{Recipe, parse};

use crate::playground::{Page, Playground};
use crate::raw::Fetch;
use crate::{Ending, outputs};

pub(crate) struct Server {
    pub(crate) playground: Playground,
    page: Page,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let playground = Playground::start().await;
        let page = Page::open(&playground).await;
        let mut server = Self { playground, page };
        // The sample file is made when it is first read.
        let first = parse("file_source file=\"cities.csv\" | null").unwrap();
        server.run(&first).await;
        server
    }

    /// Goes on as another page: a session keeps few uploads.
    pub(crate) async fn renew(&mut self) {
        self.page = Page::open(&self.playground).await;
    }

    pub(crate) fn address(&self) -> String {
        format!("http://{}", self.playground.addr)
    }

    /// Sends a file and gives its id.
    pub(crate) async fn upload(&mut self, file: &[u8]) -> String {
        let session = &self.page.session;
        let length = file.len();
        let headers = format!("Spillway-Session: {session}\r\nContent-Length: {length}\r\n");
        let answer = Fetch::send(self.playground.addr, "POST /api/uploads", &headers, file).await;
        let answer: Value = serde_json::from_str(&answer.text().await).unwrap();
        answer["upload"].as_str().unwrap().to_owned()
    }

    /// Runs a recipe to its end and fetches what it made.
    pub(crate) async fn run(&mut self, recipe: &Recipe) -> Ending {
        let start = json!({"type": "start", "stages": recipe.stages, "pipes": recipe.pipes,
            "join": recipe.join});
        let answer = self.page.ask(start).await;
        assert_eq!(answer["type"], "started", "{answer}");
        let run = answer["run"].as_str().unwrap().to_owned();
        let view = self
            .page
            .until(&run, |view| !view["outcome"].is_null())
            .await;
        let completed = view["outcome"]["how"] == "completed";
        let mut files = BTreeMap::new();
        if completed {
            for (stage, name) in outputs(recipe) {
                let path = match name.strip_suffix(".collected") {
                    Some(_) => format!("/api/runs/{run}/collected/{stage}"),
                    None => format!("/api/runs/{run}/files/{name}"),
                };
                let (status, body) = self.playground.get(&path).await;
                assert_eq!(status, 200, "{path}");
                files.insert(name, body);
            }
        }
        self.page.ok(json!({"type": "end", "run": run})).await;
        Ending {
            completed,
            said: view["outcome"].to_string(),
            files,
        }
    }

    /// What a file is after a stage that takes it back to text.
    pub(crate) async fn decoded(&mut self, file: &[u8], decoder: &str) -> Vec<u8> {
        let upload = self.upload(file).await;
        let text = format!("upload upload=\"{upload}\" | {decoder} | file_sink file=\"text\"");
        let run = self.run(&parse(&text).unwrap()).await;
        assert!(run.completed, "{run:?}");
        run.files["text"].clone()
    }
}

/// The kinds of stages there are.
pub(crate) fn kinds() -> Vec<String> {
    let kinds = spillway::catalogue::kinds();
    kinds.into_iter().map(|kind| kind.kind).collect()
}
