//! The verbs by keys alone, and where the focus is after each.

use anyhow::Result;
use spillway_e2e::{Browser, Key, id, play};

use super::{NAME, closed, focus_is, is};
use crate::lesson::{PAUSE, flows_beyond, state, take_time};

const FOCUS: &str = "document.activeElement.dataset.testid";

#[tokio::test]
async fn every_verb_can_be_called_by_keys_and_the_focus_stays_among_them() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        take_time(&page).await?;
        flows_beyond(&page, 0).await?;
        press(&page, "verb-pause").await?;
        called(&page, "you called pause()").await?;
        press(&page, "verb-resume").await?;
        called(&page, "you called resume()").await?;
        is(&page, FOCUS, "verb-resume").await?;
        press(&page, "verb-unpipe").await?;
        called(&page, "you called unpipe(").await?;
        is(&page, FOCUS, "verb-pipe-sink").await?;
        press(&page, "verb-pipe-sink").await?;
        called(&page, "you called pipe(").await?;
        is(&page, FOCUS, "verb-unpipe").await?;
        press(&page, "verb-read").await?;
        page.one(&id("read-send")).await?;
        page.press(Key::Escape).await?;
        closed(&page).await?;
        is(&page, FOCUS, "verb-read").await?;
        press(&page, "verb-unpipe").await?;
        is(&page, FOCUS, "verb-pipe-sink").await?;

        page.press(Key::Right).await?;
        page.one(&id("verb-cork")).await?;
        press(&page, "verb-cork").await?;
        called(&page, "you called cork()").await?;
        press(&page, "verb-write").await?;
        page.type_into(&id("write-text"), "by keys").await?;
        page.press(Key::Tab).await?;
        page.press(Key::Enter).await?;
        page.one(&id("write-said")).await?;
        page.press(Key::Escape).await?;
        closed(&page).await?;
        is(&page, FOCUS, "verb-write").await?;
        press(&page, "verb-uncork").await?;
        called(&page, "you called uncork()").await?;
        page.until(&id("verb-uncork"), "to be switched off", |seen| {
            seen.disabled
        })
        .await?;
        is(&page, FOCUS, "verb-uncork").await?;
        press(&page, "verb-end").await?;
        called(&page, "you called end()").await?;
        page.until_says(&id("verdict"), "not everything came to its end")
            .await?;
        is(&page, FOCUS, "verb-end").await
    })
    .await
}

#[tokio::test]
async fn destroy_and_fail_can_be_called_by_keys() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        press(&page, "verb-destroy").await?;
        called(&page, "you called destroy() on").await?;
        state(&page, "source", "closed").await?;
        page.click(NAME).await?;
        press(&page, "verb-fail").await?;
        called(&page, "you called destroy(error) on").await?;
        page.until_says(&id("verdict"), "failed by hand").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_pipe_that_is_removed_in_the_picture_leaves_the_focus_at_its_place() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        page.script("document.querySelector('[data-slot=\"0-1.wall\"]').focus()")
            .await?;
        page.press(Key::Enter).await?;
        is(&page, FOCUS, "menu-unpipe").await?;
        page.press(Key::Enter).await?;
        is(&page, "document.activeElement.dataset.pipe", "0 1").await?;
        page.press(Key::Enter).await?;
        page.one(&id("pipe-source-sink")).await?;
        focus_is(&page, "0-1.wall").await
    })
    .await
}

#[tokio::test]
async fn back_to_now_leaves_the_focus_on_the_moment() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        page.click(&id("verb-pause")).await?;
        state(&page, "source", "paused").await?;
        for (by_button, back) in [(true, Key::Enter), (false, Key::Escape)] {
            page.script("document.querySelector('[data-testid=time-slider]').focus()")
                .await?;
            page.press(Key::Left).await?;
            page.one(&id("then")).await?;
            is(&page, FOCUS, "time-slider").await?;
            if by_button {
                focus(&page, "now").await?;
            }
            page.press(back).await?;
            page.until_none(&id("then")).await?;
            is(&page, FOCUS, "time-slider").await?;
        }
        Ok(())
    })
    .await
}

/// Puts the focus on a button that is switched on, and presses Enter.
async fn press(page: &Browser, button: &str) -> Result<()> {
    page.until(&id(button), "to be switched on", |seen| !seen.disabled)
        .await?;
    focus(page, button).await?;
    page.press(Key::Enter).await
}

async fn focus(page: &Browser, button: &str) -> Result<()> {
    let script = format!("document.querySelector('{}').focus()", id(button));
    page.script(&script).await?;
    is(page, FOCUS, button).await
}

async fn called(page: &Browser, words: &str) -> Result<()> {
    page.until_says("[data-testid=log-line]", words).await?;
    Ok(())
}
