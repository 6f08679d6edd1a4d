//! Pages opened by their address.

use anyhow::{Result, ensure};
use spillway_e2e::{id, play};

use crate::lesson::{PAUSE, flows_beyond};

#[tokio::test]
async fn a_lesson_opened_by_its_address_is_there_and_runs() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        page.until_says("h1", "pause() and resume()").await?;
        page.until_data(&id("lesson"), "lesson", "streams/pause-and-resume")
            .await?;
        let title = page.script("return document.title").await?;
        let title = title.as_str().unwrap_or_default();
        ensure!(
            title.contains("pause() and resume()"),
            "the window's title is `{title}`"
        );
        flows_beyond(&page, 0).await
    })
    .await
}

#[tokio::test]
async fn the_course_map_leads_to_a_lesson_and_on_to_the_next() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/").await?;
        page.until_says(&id("checked"), "Checked against real Node")
            .await?;
        page.click(&id("lesson-streams-pipe-and-unpipe")).await?;
        page.until_says("h1", "pipe() and unpipe()").await?;
        flows_beyond(&page, 0).await?;
        page.click(&id("next")).await?;
        page.until_says("h1", "pause()").await?;
        page.until_data(&id("lesson"), "lesson", "streams/pause")
            .await?;
        flows_beyond(&page, 0).await
    })
    .await
}

#[tokio::test]
async fn a_link_to_what_another_bundle_of_the_page_shows_opens_it_and_back_again() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/lesson/websockets/both-ways").await?;
        page.one(&id("echo-open")).await?;
        page.click(&id("previous")).await?;
        page.one(&id("run")).await?;
        page.click(&id("next")).await?;
        page.until_says("h1", "Both ways at once").await?;
        page.one(&id("echo-open")).await?;
        page.script("history.back()").await?;
        page.one(&id("run")).await?;
        flows_beyond(&page, 0).await?;
        page.click("header a[href='/']").await?;
        page.one(&id("checked")).await?;
        page.goto(&scene.server().await.url("/chat/lobby")).await?;
        page.one(&id("chat-name")).await?;
        page.click("header a[href='/']").await?;
        page.one(&id("checked")).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_room_opened_by_its_address_asks_for_a_name() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/chat/lobby").await?;
        page.until_says("h2", "#lobby").await?;
        page.one(&id("chat-name")).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_address_that_is_nothing_says_so_and_leads_on() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/lesson/streams/nothing").await?;
        page.until_says(&id("unknown-lesson"), "streams/nothing")
            .await?;
        page.goto(&scene.url("/nowhere").await).await?;
        page.until_says(&id("not-found"), "There is no such page")
            .await?;
        page.click(&format!("{} a[href='{PAUSE}']", id("not-found")))
            .await?;
        page.until_says("h1", "pause() and resume()").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_course_map_and_the_header_lead_to_every_instrument() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/").await?;
        page.one(&id("continue")).await?;
        let paths = page
            .script("return [...document.querySelectorAll('[data-testid^=instrument-]')].map(a => a.pathname)")
            .await?;
        let paths: Vec<String> = serde_json::from_value(paths)?;
        ensure!(paths.len() >= 5, "only {paths:?} are offered");
        for path in &paths {
            page.click(&id(&format!("instrument{}", path.replace('/', "-")))).await?;
            page.until_none(&id("continue")).await?;
            page.one("main").await?;
            let lost = page.all(&id("not-found")).await?;
            ensure!(lost.is_empty(), "{path} shows nothing");
            page.click(&id("instruments")).await?;
            page.click(&id("go-compare-pipeline")).await?;
            page.until_data(&id("compare"), "which", "pipeline").await?;
            page.click("header a[href='/']").await?;
            page.one(&id("continue")).await?;
        }
        Ok(())
    })
    .await
}
