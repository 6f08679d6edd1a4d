//! Why a real run stands as it does, and why any of its events came.

use anyhow::{Context, Result, ensure};
use spillway_e2e::{Browser, id, play};

use crate::lesson::{PAUSE, PIPE, flows_beyond, full_speed, slow_down, state};

#[tokio::test]
async fn the_chain_of_a_held_source_leads_to_the_slow_sink_and_lights_its_stages() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PIPE).await?;
        flows_beyond(&page, 0).await?;
        slow_down(&page, "sink", 0).await?;
        full_speed(&page, "source").await?;
        page.until_data(&id("pipe-source-filter"), "open", "false")
            .await?;
        let sink = page.one("[data-testid=stage-sink] .name title").await?.text;
        let limited = format!("{sink} may take no more than");
        page.click(&id("why")).await?;
        page.until_says(&id("why-step"), &limited).await?;
        let steps = page.all(&id("why-step")).await?;
        let stages: Vec<_> = steps.iter().map(|step| step.data("stage")).collect();
        ensure!(
            steps[0].text.contains("paused"),
            "it begins with `{}`",
            steps[0].text
        );
        for stage in ["source", "filter", "gzip", "sink"] {
            ensure!(stages.contains(&stage), "{stage} is no link of {stages:?}");
        }
        ensure!(
            steps.iter().any(|step| step.text.contains("write(")),
            "no refused write among {steps:?}"
        );
        let first = page.until_says(&id("cause-0"), "1").await?;
        ensure!(!first.text.is_empty(), "the source is not lit");
        page.until(&id("cause-3"), "to be lit", |seen| !seen.text.is_empty())
            .await?;
        page.click(&id("why")).await?;
        page.until(&id("cause-0"), "to be dark", |seen| seen.text.is_empty())
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_selected_event_tells_its_causes_and_each_goes_to_its_event() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        page.click(&id("verb-pause")).await?;
        state(&page, "source", "paused").await?;
        let paused = "[data-testid=log-line][data-tag=pause]";
        let seq = page.number(paused, "seq").await?;
        page.click(&format!("{paused}[data-seq='{seq}']")).await?;
        page.until_data(&id("then"), "seq", &seq.to_string())
            .await?;
        let steps = said(&page).await?;
        ensure!(steps.len() == 2, "two steps, not {steps:?}");
        ensure!(steps[0].contains("paused"), "{steps:?}");
        ensure!(steps[1].contains("you called pause()"), "{steps:?}");
        let verb = page.all(&id("why-step")).await?;
        let verb = verb.get(1).context("a second step")?.number("seq")?;
        page.click(&format!("{}[data-seq='{verb}']", id("why-step")))
            .await?;
        page.until_data(&id("then"), "seq", &verb.to_string())
            .await?;
        // The chain stays, and says where in it the page is.
        ensure!(said(&page).await? == steps, "the chain is another one now");
        let current = format!("{}[aria-current=true]", id("why-step"));
        page.until_says(&current, "you called pause()").await?;
        state(&page, "source", "flowing").await?;
        page.click(&id("now")).await?;
        state(&page, "source", "paused").await
    })
    .await
}

#[tokio::test]
async fn an_event_that_has_gone_meanwhile_is_answered_by_the_oldest_that_is_kept() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        page.click(&id("verb-unpipe")).await?;
        page.until_says(&id("verdict"), "stands still").await?;
        // What a row of the log says when the event was let go before the press arrives.
        page.script(
            "const row = document.querySelector('[data-testid=log-line]'); \
             row.dataset.seq = '9007199254740991'; \
             row.dispatchEvent(new MouseEvent('mousedown', {bubbles: true}))",
        )
        .await?;
        page.until_says(&id("notice"), "no longer kept").await?;
        page.until_data(&id("then"), "seq", "0").await?;
        Ok(())
    })
    .await
}

async fn said(page: &Browser) -> Result<Vec<String>> {
    let steps = page.all(&id("why-step")).await?;
    Ok(steps.into_iter().map(|step| step.text).collect())
}
