//! A run for those who read a table, listen to a text, or hear tones, rather than see a picture.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use spillway_e2e::{Browser, Look, id, play, play_measuring, wait_until};

use crate::lesson::{FAILS, PAUSE, PIPE, flows_beyond, slow_down, state, take_time};

#[tokio::test]
async fn the_table_says_what_the_picture_draws_and_selects_a_stage() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PIPE).await?;
        take_time(&page).await?;
        flows_beyond(&page, 0).await?;
        page.click(&id("view-table")).await?;
        page.until_says(&id("row-source-rate"), "KB/s").await?;
        page.click(&id("verb-pause")).await?;
        page.until_says(&id("row-source-state"), "paused").await?;
        page.until_says(&id("row-source-pipes"), "filter rows")
            .await?;
        page.click(&id("verb-unpipe")).await?;
        page.until_says(&id("row-source-pipes"), "–").await?;
        page.click("[data-testid=row-gzip] button").await?;
        page.until_says(".verbs .subject", "gzip").await?;
        same_in_both(&page).await?;
        page.reload().await?;
        page.until_says(&id("row-source-rate"), "KB/s").await?;
        ensure!(
            !seen(&page, ".picture").await?,
            "the chosen view is not kept"
        );
        page.goto(&scene.url("/compare/backpressure").await).await?;
        page.one("[data-testid=compare] .table-view tbody tr")
            .await?;
        ensure!(
            seen(&page, ".sides .table-view").await? && !seen(&page, ".sides .picture").await?,
            "the sides of a comparison are not shown as tables"
        );
        Ok(())
    })
    .await
}

/// The figures of a source that stands still are the same, drawn and in the table. What was read
/// before it stood still may yet be on its way to the page.
async fn same_in_both(page: &Browser) -> Result<()> {
    wait_until("the table to say what is drawn", async || {
        let buffer = page.one(&id("stage-source-read-buffer")).await?.text;
        let chunks = page.number(&id("stage-source-chunks"), "count").await?;
        let cells = [
            page.one(&id("row-source-read")).await?.text,
            page.one(&id("row-source-chunks")).await?.text,
        ];
        let same = cells[0].contains(&buffer) && cells[1].replace(' ', "") == chunks.to_string();
        Ok(match same {
            true => Look::Break(()),
            false => Look::Continue(format!(
                "{buffer} and {chunks} drawn, {cells:?} in the table"
            )),
        })
    })
    .await
}

#[tokio::test]
async fn the_text_tells_deeds_and_reasons_and_is_announced() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        ensure!(
            !seen(&page, &id("told-line")).await?,
            "the text is drawn beside the picture"
        );
        let region = page
            .script("const e = document.querySelector('[data-testid=told]'); return [e.getAttribute('role'), e.getAttribute('aria-live')]")
            .await?;
        ensure!(region == json!(["log", "polite"]), "the text is {region}");
        page.click(&id("verb-pause")).await?;
        state(&page, "source", "paused").await?;
        page.until_says(&id("told-line"), "cities.csv paused because pause() was called.")
            .await?;
        page.click(&id("view-text")).await?;
        ensure!(seen(&page, &id("told-line")).await?, "the text is not drawn");
        page.click(&id("verb-resume")).await?;
        page.until_says(&id("told-line"), "you called resume() on cities.csv.")
            .await?;
        slow_down(&page, "sink", 0).await?;
        page.until_says(&id("told-line"), "answered write() → false")
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_text_tells_an_error_and_the_end() -> Result<()> {
    play_measuring(async |scene| {
        let page = scene.open(FAILS).await?;
        page.until_says(&id("told-line"), "fault failed").await?;
        page.until_says(&id("told-line"), "The run failed").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_run_is_silent_until_its_sound_is_switched_on() -> Result<()> {
    play(async |scene| {
        let page = scene.browser("listener").await?;
        let counting = "window.tones = 0; window.contexts = 0; \
            const Real = window.AudioContext; \
            window.AudioContext = class extends Real { \
                constructor() { super(); window.contexts += 1; } \
                createOscillator() { window.tones += 1; return super.createOscillator(); } }";
        let command = "Page.addScriptToEvaluateOnNewDocument";
        page.devtools(command, json!({ "source": counting }))
            .await?;
        page.goto(&scene.url(PAUSE).await).await?;
        flows_beyond(&page, 500_000).await?;
        let counted = async || page.script("return [contexts, tones]").await;
        let before = counted().await?;
        ensure!(before == json!([0, 0]), "before the switch: {before}");
        page.click(&id("sound")).await?;
        slow_down(&page, "sink", 0).await?;
        page.until_data(&id("pipe-source-sink"), "open", "false")
            .await?;
        let during = counted().await?;
        ensure!(
            during[0] == 1 && during[1].as_u64() > Some(1),
            "with the sound on: {during}"
        );
        page.reload().await?;
        flows_beyond(&page, 500_000).await?;
        let after = counted().await?;
        ensure!(after == json!([0, 0]), "after a reload: {after}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn nothing_moves_by_itself_for_those_who_ask_for_less_motion() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        ensure!(moving(&page).await? > 0, "nothing moves for anybody");
        let less = json!([{ "name": "prefers-reduced-motion", "value": "reduce" }]);
        page.devtools("Emulation.setEmulatedMedia", json!({ "features": less }))
            .await?;
        let given = page.number(&id("stage-source-bytes"), "count").await?;
        flows_beyond(&page, given).await?;
        let still = moving(&page).await?;
        ensure!(still == 0, "{still} things move");
        Ok(())
    })
    .await
}

/// How many animations and transitions are under way.
async fn moving(page: &Browser) -> Result<u64> {
    let count = page
        .script("return document.getAnimations().length")
        .await?;
    count.as_u64().context("a number of animations")
}

/// Whether something is drawn where one sees it.
async fn seen(page: &Browser, selector: &str) -> Result<bool> {
    let script = format!(
        "const e = document.querySelector('{selector}'); if (!e) return false; \
         const b = e.getBoundingClientRect(); const s = getComputedStyle(e.parentElement); \
         return b.width > 1 && b.height > 1 && s.clipPath === 'none'"
    );
    Ok(page.script(&script).await? == true)
}
