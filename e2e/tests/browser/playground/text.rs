//! The pipeline in other words: as text, as a link, and as programs.

use anyhow::{Result, ensure};
use spillway_e2e::{Browser, Look, id, play, wait_until};

use super::{BIG_CITIES, PLAYGROUND, is_the_big_cities, open, text_with, write};
use crate::lesson::downloaded;

#[tokio::test]
async fn text_and_board_follow_each_other_and_an_error_loses_nothing() -> Result<()> {
    play(async |scene| {
        let page = open(scene).await?;
        write(&page, "csv_sample | gzip level=12 | null").await?;
        let error = page
            .until_says(&id("text-error"), "line 1, column 25")
            .await?;
        ensure!(error.text.contains("0 to 9"), "it says `{}`", error.text);
        page.one(&id("empty-board")).await?;
        write(&page, "csv_sample | gzip level=2 | null").await?;
        page.one(&id("wire-gzip-null")).await?;
        page.until_none(&id("text-error")).await?;
        page.click(&id("card-gzip")).await?;
        page.fill(&id("option-level"), "12").await?;
        page.until_says(&id("option-error-level"), "0 to 9").await?;
        page.fill(&id("option-level"), "7").await?;
        let text = text_with(&page, "gzip level=7").await?;
        let link = spillway_recipe::link(&spillway_recipe::parse(&text)?)?;
        address_ends_with(&page, &link).await?;
        // A text with an error stays what it is, and the board what it was; so after a reload too.
        let broken = "csv_sample | gzpi | null # mine";
        write(&page, broken).await?;
        page.until_says(&id("text-error"), "did you mean `gzip`")
            .await?;
        page.one(&id("card-gzip")).await?;
        page.reload().await?;
        page.one(&id("card-gzip")).await?;
        text_with(&page, broken).await?;
        // The board writes the text anew, and undo brings the other back.
        page.click(&id("kind-upper")).await?;
        text_with(&page, "gzip level=7").await?;
        page.click(&id("undo")).await?;
        text_with(&page, broken).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_link_makes_the_same_pipeline_in_another_browser() -> Result<()> {
    play(async |scene| {
        let page = open(scene).await?;
        write(&page, &format!("join pipeline\n{BIG_CITIES}")).await?;
        page.one(&id("wire-gzip-file_sink")).await?;
        let text = text_with(&page, "join pipeline").await?;
        let link = link_of(&page).await?;
        let other = scene.browser("other").await?;
        other.goto(&link).await?;
        other.one(&id("wire-gzip-file_sink")).await?;
        let there = text_with(&other, "join pipeline").await?;
        ensure!(there.trim() == text.trim(), "`{there}` instead of `{text}`");
        other.click(&id("start")).await?;
        let file = downloaded(scene, &other).await?;
        is_the_big_cities(scene, &file).await?;
        Ok(())
    })
    .await
}

/// The address, once it has the pipeline in it.
async fn link_of(page: &Browser) -> Result<String> {
    wait_until("the address to have the pipeline in it", async || {
        let address = page.script("return location.href").await?;
        let address = address.as_str().unwrap_or_default().to_owned();
        Ok(if address.contains("#p=") {
            Look::Break(address)
        } else {
            Look::Continue(address)
        })
    })
    .await
}

#[tokio::test]
async fn a_reload_right_after_a_pasted_link_and_a_change_keeps_the_change() -> Result<()> {
    play(async |scene| {
        let page = open(scene).await?;
        let pasted = spillway_recipe::link(&spillway_recipe::parse("csv_sample | gzip | null")?)?;
        let mine = "csv_sample | upper | null # mine";
        // Nothing but the page's own reaction lies between the three.
        let at_once = format!(
            "window.isOld = true;\
             addEventListener('hashchange', () => setTimeout(() => {{\
                const text = document.querySelector('{}');\
                text.value = '{mine}';\
                text.dispatchEvent(new Event('input', {{ bubbles: true }}));\
                setTimeout(() => location.reload());\
             }}));\
             location.hash = '#p={pasted}';",
            id("text")
        );
        page.script(&at_once).await?;
        wait_until("the page to be loaded again", async || {
            let is_old = page.script("return window.isOld === true").await?;
            Ok(if is_old == false {
                Look::Break(())
            } else {
                Look::Continue(is_old.to_string())
            })
        })
        .await?;
        page.one(&id("wire-upper-null")).await?;
        text_with(&page, mine).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_damaged_link_is_said_and_the_page_works_on() -> Result<()> {
    play(async |scene| {
        let page = open(scene).await?;
        write(&page, "csv_sample | null").await?;
        let link = link_of(&page).await?;
        let damaged = &link[..link.len() - 2];
        page.goto("about:blank").await?;
        page.goto(damaged).await?;
        page.until_says(&id("said"), "This link is damaged").await?;
        // What was there before is there still, and runs.
        page.one(&id("wire-csv_sample-null")).await?;
        page.click(&id("start")).await?;
        page.until_says(&id("verdict"), "nothing lost on the way")
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_link_with_an_unknown_stage_shows_it_and_what_there_is() -> Result<()> {
    play(async |scene| {
        let recipe = spillway_recipe::parse("csv_sample | gzpip | null")?;
        let link = spillway_recipe::link(&recipe)?;
        let page = scene.open(&format!("{PLAYGROUND}#p={link}")).await?;
        page.until_says(&id("problem"), "there is no stage kind 'gzpip'")
            .await?;
        page.until_data(&id("card-gzpip"), "problem", "true")
            .await?;
        page.click(&id("card-gzpip")).await?;
        page.click(&id("remove")).await?;
        page.one(&id("wire-csv_sample-null")).await?;
        page.until_none(&id("problem")).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_pipeline_is_shown_as_programs_and_the_reason_where_there_is_none() -> Result<()> {
    play(async |scene| {
        let page = open(scene).await?;
        write(&page, BIG_CITIES).await?;
        page.one(&id("wire-gzip-file_sink")).await?;
        page.click(&id("tab-node")).await?;
        page.until_says(&id("program"), "import ").await?;
        page.until_says(&id("program"), "createGzip").await?;
        page.click(&id("tab-rust")).await?;
        page.until_says(&id("program"), "fn main()").await?;
        page.click(&id("tab-cargo")).await?;
        page.until_says(&id("program"), "[dependencies]").await?;
        page.click(&id("copy")).await?;
        page.until_says(&id("said"), "Copied").await?;
        page.click(&id("tab-node")).await?;
        page.click(&id("card-file_sink")).await?;
        page.click(&id("remove")).await?;
        page.click(&id("card-gzip")).await?;
        page.click(&id("kind-websocket")).await?;
        page.until_says(&id("no-program"), "websocket: ").await?;
        Ok(())
    })
    .await
}

/// Waits until the address has this link, which a reload goes by.
async fn address_ends_with(page: &Browser, link: &str) -> Result<()> {
    wait_until("the address to have the link", async || {
        let address = page.script("return location.href").await?;
        let address = address.as_str().unwrap_or_default();
        Ok(if address.ends_with(link) {
            Look::Break(())
        } else {
            Look::Continue(address.to_owned())
        })
    })
    .await
}
