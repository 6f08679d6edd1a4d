//! `read(n)` by hand.

use anyhow::{Result, ensure};
use spillway_e2e::{Browser, Key, id, play};

use super::{closed, passes_axe};
use crate::lesson::{PAUSE, flows_beyond, full_speed, slow_down};

#[tokio::test]
async fn what_is_read_by_hand_is_shown_and_goes_to_nobody_else() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        page.click(&id("verb-unpipe")).await?;
        page.one(&id("gap-source-sink")).await?;
        fills(&page).await?;
        page.click(&id("verb-read")).await?;
        page.until_says(&id("read-foretold"), "read() will take all")
            .await?;
        page.type_into(&id("read-n"), "8").await?;
        page.until_says(&id("read-foretold"), "; nobody else gets it")
            .await?;
        page.click(&id("read-send")).await?;
        page.until_says(&id("read-said"), "read(8) → 8 bytes")
            .await?;
        page.until_data(&id("chunk-size"), "bytes", "8").await?;
        let hex = page.one(&id("chunk-hex")).await?.text;
        ensure!(hex.starts_with("0000  "), "in hex: {hex}");
        passes_axe(&page, "the sheet of read(n)").await?;

        page.fill(&id("read-n"), "9 000 000").await?;
        page.until_says(&id("read-foretold"), "will answer null: only")
            .await?;
        page.until_says(&id("read-foretold"), "to 16 777 216")
            .await?;
        page.click(&id("read-send")).await?;
        page.until_says(&id("read-said"), "read(9 000 000) → null")
            .await?;
        page.until_says(&id("read-said"), "it raised the mark to 16777216")
            .await?;

        page.fill(&id("read-n"), "many").await?;
        page.until_says(
            &id("read-foretold"),
            "a whole number of bytes, 0 to 16 777 216",
        )
        .await?;
        page.until(&id("read-send"), "to be switched off", |seen| seen.disabled)
            .await?;
        page.press(Key::Escape).await?;
        closed(&page).await?;
        page.until_says("[data-testid=log-line]", "you called read(8)")
            .await?;
        page.click(&id("verb-pipe-sink")).await?;
        full_speed(&page, "source").await?;
        page.until_says(&id("verdict"), "; 8 B went to nobody but read()")
            .await?;
        page.until(&id("verb-read"), "to be switched off", |seen| seen.disabled)
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_is_read_while_piped_goes_to_the_destination_too_as_the_menu_says() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        slow_down(&page, "sink", 0).await?;
        page.until_data(&id("pipe-source-sink"), "open", "false")
            .await?;
        fills(&page).await?;
        page.right_click(&id("stage-source-read-buffer")).await?;
        page.until_says(&id("menu-read"), "gets it too").await?;
        page.click(&id("menu-read")).await?;
        page.type_into(&id("read-n"), "10").await?;
        page.press(Key::Enter).await?;
        page.until_says(&id("read-said"), "got it too: a pipe listens for 'data'")
            .await?;
        page.click(&id("sheet-close")).await?;
        closed(&page).await
    })
    .await
}

/// Waits until something stands in the read buffer of the source.
async fn fills(page: &Browser) -> Result<()> {
    let buffer = id("stage-source-read-buffer");
    let holds = |bytes| bytes > 1_000;
    page.until(&buffer, "to hold something", |seen| {
        seen.number("bytes").is_ok_and(holds)
    })
    .await?;
    Ok(())
}
