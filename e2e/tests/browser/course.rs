//! A walk through the course: every lesson opens, and its solution, played on the page, reaches its
//! goals.

use std::cell::RefCell;
use std::{env, vec};

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use serde_json::Value;
use spillway_e2e::{Browser, Entry, Scene, get, id, play_as_a_crowd};

use crate::axe::{choose_size, passes};
use crate::lesson::goal;
use crate::screenshots::{folder, shoot};

/// A lesson as the walk needs it.
struct Stop {
    address: String,
    title: String,
    goals: usize,
    /// What runs beside its text.
    kind: String,
    /// It is the first with this beside its text.
    is_first_of_kind: bool,
    /// It begins its chapter.
    is_first: bool,
}

#[tokio::test]
async fn every_lesson_opens_and_show_me_reaches_its_goals() -> Result<()> {
    // A lesson on refused handshakes has one.
    let refused = |entry: &Entry| entry.message.contains("WebSocket connection to");
    play_as_a_crowd(refused, async |scene| {
        let stops = stops(scene).await?;
        let shown = stops.iter().filter(|stop| stop.goals > 0).count();
        ensure!(shown > 1, "only {shown} lessons have goals");
        let stops = RefCell::new(stops.into_iter());
        let walks = (1..=WALKERS).map(|number| walk(scene, number, &stops));
        try_join_all(walks).await?;
        Ok(())
    })
    .await
}

/// Browsers that go through the course together: a lesson mostly waits for the pace of its reader.
const WALKERS: usize = 4;

/// Visits one stop after another, until none is left.
async fn walk(scene: &Scene, number: usize, stops: &RefCell<vec::IntoIter<Stop>>) -> Result<()> {
    let page = scene.browser(&format!("walker {number}")).await?;
    loop {
        let next = stops.borrow_mut().next();
        let Some(stop) = next else {
            return Ok(());
        };
        let what = || format!("in the lesson {}", stop.address);
        visit(scene, &page, &stop).await.with_context(what)?;
    }
}

/// Keeps pictures of a lesson for people to look at, when they ask for them: of the first lesson of each chapter with
/// `SPILLWAY_SHOTS_OF=chapters`, of every lesson with `all`.
async fn keep_pictures(page: &Browser, stop: &Stop) -> Result<()> {
    let wanted = env::var("SPILLWAY_SHOTS_OF").unwrap_or_default();
    if wanted != "all" && !(wanted == "chapters" && stop.is_first) {
        return Ok(());
    }
    let (folder, _kept_nowhere) = folder()?;
    let name = stop.address.replace('/', "-");
    shoot(page, &folder, &name).await?;
    choose_size(page, "projector").await?;
    shoot(page, &folder, &format!("{name}-projector")).await?;
    choose_size(page, "desk").await
}

async fn visit(scene: &Scene, page: &Browser, stop: &Stop) -> Result<()> {
    let url = scene.url(&format!("/lesson/{}", stop.address)).await;
    page.goto(&url).await?;
    page.until_says("h1", &stop.title).await?;
    if stop.goals == 0 {
        return keep_pictures(page, stop).await;
    }
    let has_pipeline = stop.kind == "pipeline";
    if has_pipeline {
        // Before the first picture there is no run that could be started again.
        page.one(".stream:not([hidden])").await?;
        keep_pictures(page, stop).await?;
    }
    page.click(&id("show")).await?;
    page.one(&id("shown")).await?;
    for number in 1..=stop.goals {
        goal(page, u8::try_from(number)?).await?;
    }
    page.until_says(".all-done", "All goals reached").await?;
    if !has_pipeline {
        // What was played is what makes it worth a look.
        keep_pictures(page, stop).await?;
        if stop.is_first_of_kind {
            passes(page, &stop.address).await?;
        }
    }
    Ok(())
}

async fn stops(scene: &Scene) -> Result<Vec<Stop>> {
    let host = scene.server().await.host();
    let answer = get(&host, "/api/course", None).await?;
    let course: Value = serde_json::from_slice(&answer.body)?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let problems = list(&course["problems"]);
    ensure!(problems.is_empty(), "the course has problems: {problems:?}");
    let mut stops = Vec::new();
    for chapter in list(&course["chapters"]) {
        for (at, lesson) in list(&chapter["lessons"]).iter().enumerate() {
            let kind = text(&lesson["thing"]["kind"]);
            let slugs = [&chapter["slug"], &lesson["slug"]].map(text);
            stops.push(Stop {
                address: slugs.join("/"),
                title: text(&lesson["title"]),
                goals: list(&lesson["goals"]).len(),
                is_first_of_kind: !stops.iter().any(|stop: &Stop| stop.kind == kind),
                kind,
                is_first: at == 0,
            });
        }
    }
    Ok(stops)
}
