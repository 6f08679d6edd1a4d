//! A real stream under four verbs.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use spillway_e2e::{Browser, Look, Scene, big_cities, gunzip, id, play, wait_until};

use crate::lesson::{
    PAUSE, PIPE, downloaded, flows_beyond, full_speed, goal, slow_down, state, stays,
};

#[tokio::test]
async fn a_paused_source_gives_no_byte_until_it_is_resumed() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        page.click(&id("verb-pause")).await?;
        state(&page, "source", "paused").await?;
        page.until_says(
            &id("verdict"),
            "is paused by your pause(): it holds until resume()",
        )
        .await?;
        let log = "[data-testid=log-line][data-tag=pause]";
        page.until_says(log, "because pause() was called").await?;
        everything_has_arrived(scene, &page).await?;
        let counts = async || counts_and_file(scene, &page).await;
        let (given, _, _) = stays("given, taken, on disk", Duration::from_secs(2), counts).await?;
        ensure!(given > 0, "nothing had flowed before");
        page.click(&id("verb-resume")).await?;
        flows_beyond(&page, given).await?;
        state(&page, "source", "flowing").await
    })
    .await
}

#[tokio::test]
async fn unpipe_and_pipe_again_lose_nothing_and_the_download_is_what_the_filter_gives() -> Result<()>
{
    play(async |scene| {
        let page = scene.open(PIPE).await?;
        flows_beyond(&page, 0).await?;
        page.click(&id("verb-unpipe")).await?;
        page.one(&id("gap-source-filter")).await?;
        state(&page, "source", "paused").await?;
        page.until_says(&id("verdict"), "stands still: nobody is piped")
            .await?;
        goal(&page, 2).await?;
        let count = async || page.number(&id("stage-source-bytes"), "count").await;
        let given = stays("bytes of the unpiped source", Duration::from_secs(1), count).await?;
        page.click(&id("verb-pipe-filter")).await?;
        flows_beyond(&page, given).await?;
        full_speed(&page, "source").await?;
        page.until_says(&id("verdict"), "nothing lost on the way")
            .await?;
        goal(&page, 4).await?;
        ensure!(
            page.all(&id("discarded")).await?.is_empty(),
            "the page counts lost bytes"
        );
        download_is_what_the_filter_gives(scene, &page).await
    })
    .await
}

#[tokio::test]
async fn what_a_run_has_open_is_counted_until_the_learner_has_closed_it() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/lesson/resources/destroy-and-leaks").await?;
        page.until_says(&id("open"), "socket").await?;
        page.until_says(&id("stage-socket"), "Duplex").await?;
        for (stage, still_open) in [("socket", "files"), ("source", "file"), ("sink", "nothing")] {
            page.click(&id(&format!("stage-{stage}-state"))).await?;
            page.click(&id("verb-destroy")).await?;
            state(&page, stage, "closed").await?;
            page.until_says(&id("open"), still_open).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn resume_without_a_destination_discards_and_the_page_counts_what_is_lost() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PIPE).await?;
        flows_beyond(&page, 0).await?;
        page.click(&id("verb-unpipe")).await?;
        page.one(&id("gap-source-filter")).await?;
        ensure!(
            page.all(&id("discarded")).await?.is_empty(),
            "bytes are lost by unpipe()"
        );
        page.click(&id("verb-resume")).await?;
        page.until_says(&id("verdict"), "flows and nobody listens")
            .await?;
        let first = page.number(&id("discarded"), "count").await?;
        page.until(&id("discarded"), "to grow", |seen| {
            seen.number("count").is_ok_and(|count| count > first)
        })
        .await?;
        // As Node has it: a source that flows is not stopped by a new destination.
        page.click(&id("verb-pipe-filter")).await?;
        page.one(&id("pipe-source-filter")).await?;
        let lost = async || page.number(&id("discarded"), "count").await;
        let given = page.number(&id("stage-source-bytes"), "count").await?;
        flows_beyond(&page, given).await?;
        stays("what is lost", Duration::from_secs(1), lost).await?;
        full_speed(&page, "source").await?;
        page.until_says(&id("verdict"), "were thrown away on the way")
            .await?;
        page.until_data(&id("goal-4"), "reached", "false").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_slow_sink_pauses_the_source_and_the_page_says_why() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        slow_down(&page, "sink", 0).await?;
        page.until_data(&id("pipe-source-sink"), "open", "false")
            .await?;
        state(&page, "source", "paused").await?;
        let verdict = page
            .until_says(&id("verdict"), "answered write() → false")
            .await?;
        ensure!(
            verdict.text.contains("The bottleneck is"),
            "it says `{}`",
            verdict.text
        );
        page.click(&id("why")).await?;
        let queued = page
            .until_says(&id("why-step"), "its mark is 262 144")
            .await;
        queued.context("a step names the buffer and its mark")?;
        page.until_says(&id("why-step"), "may take no more than")
            .await?;
        // Half a minute lies between this `false` and its drain.
        let given = async || page.number(&id("stage-source-bytes"), "count").await;
        stays("bytes of the source", Duration::from_secs(1), given).await?;
        let queued = page.number(&id("stage-sink-write-buffer"), "bytes").await?;
        ensure!(queued > 0, "the source is held back by an empty buffer");
        let log = "[data-testid=log-line][data-tag=pause]";
        page.until_says(log, "answered false").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_goals_of_the_pause_lesson_tick_when_they_are_reached() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        page.until_data(&id("goal-1"), "reached", "false").await?;
        page.click(&id("verb-pause")).await?;
        goal(&page, 1).await?;
        page.until_data(&id("goal-2"), "reached", "false").await?;
        page.click(&id("verb-resume")).await?;
        // About 4 s from `false` to `drain`: time enough to press pause() in between.
        slow_down(&page, "sink", 3).await?;
        goal(&page, 2).await?;
        page.click(&id("verb-pause")).await?;
        page.until_says(&id("verdict"), "but that will not hold")
            .await?;
        let undone = "[data-testid=log-line][data-tag=undone]";
        page.until_says(undone, "your pause was undone by drain")
            .await?;
        goal(&page, 3).await?;
        page.click(&id("verb-unpipe")).await?;
        goal(&page, 4).await?;
        page.until_says(".all-done", "All goals reached").await?;
        page.goto(&scene.url("/").await).await?;
        let card = id("lesson-streams-pause-and-resume");
        page.until_says(&card, "all goals reached").await?;
        Ok(())
    })
    .await
}

/// Waits until what the source gave was taken by the sink and is on the disk.
async fn everything_has_arrived(scene: &Scene, page: &Browser) -> Result<()> {
    wait_until("all given bytes to be on the disk", async || {
        let (given, taken, written) = counts_and_file(scene, page).await?;
        Ok(match given == taken && taken == written {
            true => Look::Break(()),
            false => Look::Continue(format!("given {given}, taken {taken}, on disk {written}")),
        })
    })
    .await
}

async fn counts_and_file(scene: &Scene, page: &Browser) -> Result<(u64, u64, u64)> {
    let given = page.number(&id("stage-source-bytes"), "count").await?;
    let taken = page.number(&id("stage-sink-bytes"), "count").await?;
    let written = scene.server().await.written("cities-copy.csv")?;
    Ok((given, taken, written))
}

pub(crate) async fn download_is_what_the_filter_gives(scene: &Scene, page: &Browser) -> Result<()> {
    let bytes = page.number(&id("download"), "bytes").await?;
    let body = downloaded(scene, page).await?;
    ensure!(
        body.len() as u64 == bytes,
        "{} bytes, not {bytes}",
        body.len()
    );
    let expected = big_cities(&scene.server().await.sample()?)?;
    ensure!(
        expected.lines().count() > 100,
        "the sample has hardly a big city"
    );
    // Compared without assert_eq!: it would print megabytes.
    ensure!(
        gunzip(&body)? == expected,
        "the download is not what the filter gives"
    );
    Ok(())
}
