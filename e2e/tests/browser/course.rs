//! A walk through the course: every lesson opens, and its solution, played on the page, reaches its
//! goals.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use spillway_e2e::{Browser, Scene, get, id, play};

use crate::lesson::goal;

/// A lesson as the walk needs it.
struct Stop {
    address: String,
    title: String,
    goals: usize,
    has_pipeline: bool,
}

#[tokio::test]
async fn every_lesson_opens_and_show_me_reaches_its_goals() -> Result<()> {
    play(async |scene| {
        let page = scene.browser("walker").await?;
        let mut shown = 0;
        for stop in stops(scene).await? {
            let what = || format!("in the lesson {}", stop.address);
            visit(scene, &page, &stop).await.with_context(what)?;
            shown += usize::from(stop.has_pipeline);
        }
        ensure!(shown > 1, "only {shown} lessons have a pipeline");
        Ok(())
    })
    .await
}

async fn visit(scene: &Scene, page: &Browser, stop: &Stop) -> Result<()> {
    let url = scene.url(&format!("/lesson/{}", stop.address)).await;
    page.goto(&url).await?;
    page.until_says("h1", &stop.title).await?;
    if !stop.has_pipeline {
        return Ok(());
    }
    // Before the first picture there is no run that could be started again.
    page.one(".stream:not([hidden])").await?;
    page.click(&id("show")).await?;
    page.one(&id("shown")).await?;
    for number in 1..=stop.goals {
        goal(page, u8::try_from(number)?).await?;
    }
    page.until_says(".all-done", "All goals reached").await?;
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
        for lesson in list(&chapter["lessons"]) {
            let slugs = [&chapter["slug"], &lesson["slug"]].map(text);
            stops.push(Stop {
                address: slugs.join("/"),
                title: text(&lesson["title"]),
                goals: list(&lesson["goals"]).len(),
                has_pipeline: lesson["thing"]["kind"] == "pipeline",
            });
        }
    }
    Ok(stops)
}
