//! What a presenter and a returning learner do: turn lessons by keys, take what is reached along.

use std::fs;

use anyhow::{Result, ensure};
use spillway_e2e::{Look, id, play, wait_until};

use crate::lesson::PIPE;

#[tokio::test]
async fn keys_lead_to_the_next_lesson_and_back() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PIPE).await?;
        let here = PIPE.trim_start_matches("/lesson/");
        page.until_data(&id("lesson"), "lesson", here).await?;
        let next = page
            .script("return document.querySelector('[data-testid=next]').getAttribute('href')")
            .await?;
        let next = next.as_str().unwrap_or_default();
        let next = next.trim_start_matches("/lesson/");
        ensure!(!next.is_empty() && next != here, "the next one is `{next}`");
        page.press('n').await?;
        page.until_data(&id("lesson"), "lesson", next).await?;
        page.press('b').await?;
        page.until_data(&id("lesson"), "lesson", here).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_is_reached_is_saved_and_read_back_in_another_browser() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/").await?;
        page.one(&id("continue")).await?;
        // As after two goals of the first lesson of the chapter.
        page.script(
            "localStorage.setItem('spillway.progress', '{\"streams/pipe-and-unpipe\":[true,true]}')",
        )
        .await?;
        page.reload().await?;
        page.until_says(&id("continue"), "Continue").await?;
        let saved = page
            .script(
                "return decodeURIComponent(document.querySelector('[data-testid=save-progress]').href.split(',').slice(1).join(','))",
            )
            .await?;
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("progress.json");
        fs::write(&file, saved.as_str().unwrap_or_default())?;

        let other = scene.browser("other").await?;
        other.goto(&scene.url("/").await).await?;
        other.until_says(&id("continue"), "Start here").await?;
        let wrong = folder.path().join("wrong.json");
        fs::write(&wrong, "no progress")?;
        other
            .type_into(&id("read-progress"), &wrong.display().to_string())
            .await?;
        other
            .until_says(&id("read-said"), "This file has no progress in it")
            .await?;
        other
            .type_into(&id("read-progress"), &file.display().to_string())
            .await?;
        other.until_says(&id("read-said"), "new by it: 2").await?;
        other.until_says(&id("continue"), "Continue").await?;
        wait_until("the browser to keep it", async || {
            let kept = other
                .script("return localStorage.getItem('spillway.progress')")
                .await?;
            let kept = kept.as_str().unwrap_or_default().to_owned();
            Ok(if kept.contains("pipe-and-unpipe") {
                Look::Break(())
            } else {
                Look::Continue(kept)
            })
        })
        .await
    })
    .await
}
