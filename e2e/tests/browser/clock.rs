//! The clock of a run: pause, step, slow motion. It is not the `pause()` of a stream.

use std::time::Duration;

use anyhow::{Result, ensure};
use spillway_e2e::{Browser, Key, id, play};

use crate::lesson::{PAUSE, PIPE, flows_beyond, full_speed, stays};
use crate::streams::download_is_what_the_filter_gives;

async fn mode(page: &Browser, mode: &str) -> Result<()> {
    page.until_data(&id("clock"), "mode", mode).await?;
    Ok(())
}

/// The number of the last event that came.
async fn seq(page: &Browser) -> Result<u64> {
    page.number(&id("clock-tag"), "seq").await
}

/// Lets one event come, by `step`, and waits until its number is the next one.
async fn steps_by_one(page: &Browser, step: impl AsyncFnOnce() -> Result<()>) -> Result<()> {
    let next = seq(page).await? + 1;
    step().await?;
    page.until_data(&id("clock-tag"), "seq", &next.to_string())
        .await?;
    Ok(())
}

#[tokio::test]
async fn a_paused_clock_keeps_the_picture_and_a_step_is_one_event() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        page.press(' ').await?;
        mode(&page, "paused").await?;
        page.until_says(&id("clock-tag"), "clock paused · event ")
            .await?;
        let number = async || seq(&page).await;
        stays("the last event", Duration::from_secs(1), number).await?;
        // No stream was told: the learner's own pause() reads otherwise.
        let told = page.one(&id("verdict")).await?.text;
        ensure!(!told.contains("your pause()"), "it says `{told}`");
        for _ in 0..5 {
            steps_by_one(&page, async || page.click(&id("clock-step")).await).await?;
            steps_by_one(&page, async || page.press('.').await).await?;
        }
        mode(&page, "paused").await?;
        let before = page.number(&id("stage-source-bytes"), "count").await?;
        page.click(&id("clock-pause")).await?;
        mode(&page, "full").await?;
        flows_beyond(&page, before).await?;
        page.until_none("[data-testid=clock-tag]:not([hidden])")
            .await
    })
    .await
}

#[tokio::test]
async fn slow_motion_goes_at_the_pace_of_its_slider() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        let slider = id("clock-pace");
        page.type_into(&slider, &Key::Home.to_string()).await?;
        mode(&page, "slow").await?;
        page.until_says(&id("clock-tag"), "slow motion · 1 event/s")
            .await?;
        page.type_into(&slider, &Key::Right.to_string()).await?;
        page.type_into(&slider, &Key::Right.to_string()).await?;
        page.until_says(&id("clock-tag"), "5 events/s").await?;
        // The keys of the clock are heard while its slider has the focus.
        page.press(' ').await?;
        mode(&page, "paused").await?;
        page.type_into(&slider, &Key::Right.to_string()).await?;
        page.until_says(&id("clock"), "10 events/s").await?;
        mode(&page, "paused").await?;
        page.click(&id("clock-pause")).await?;
        page.until_says(&id("clock-tag"), "10 events/s").await?;
        let from = seq(&page).await?;
        page.until(&id("clock-tag"), "to come further", |seen| {
            seen.number("seq").is_ok_and(|seq| seq > from + 5)
        })
        .await?;
        page.type_into(&slider, &Key::End.to_string()).await?;
        mode(&page, "full").await?;
        let before = page.number(&id("stage-source-bytes"), "count").await?;
        flows_beyond(&page, before).await
    })
    .await
}

#[tokio::test]
async fn a_run_that_is_stepped_from_its_first_event_gives_the_right_output() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PIPE).await?;
        flows_beyond(&page, 0).await?;
        page.click(&id("clock-pause")).await?;
        mode(&page, "paused").await?;
        page.press('r').await?;
        page.until_says(&id("clock-tag"), "before the first event")
            .await?;
        for _ in 0..20 {
            steps_by_one(&page, async || page.press('.').await).await?;
        }
        page.press(' ').await?;
        mode(&page, "full").await?;
        full_speed(&page, "source").await?;
        page.until_says(&id("verdict"), "nothing lost on the way")
            .await?;
        download_is_what_the_filter_gives(scene, &page).await?;
        // The next run begins as the clock is set, until Reset puts it back.
        page.click(&id("clock-pause")).await?;
        mode(&page, "paused").await?;
        page.click(&id("reset")).await?;
        mode(&page, "full").await
    })
    .await
}
