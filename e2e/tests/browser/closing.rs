//! All ways a connection ends, done for real, and what the browser told of each.

use anyhow::Result;
use spillway_e2e::{Browser, Entry, id, play, play_with};

use crate::axe::{choose_size, passes};
use crate::screenshots::{folder, shoot};

#[tokio::test]
async fn each_way_to_end_is_told_from_both_sides() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/closing").await?;
        for (way, server, browser) in [
            (
                "client",
                "Closed by the browser with 1000 normal closure “bye”; the server answered",
                "1000 normal closure, no reason, wasClean true",
            ),
            (
                "server",
                "Closed by the server with 1000 normal closure “bye”; the browser answered",
                "1000 normal closure, reason “bye”, wasClean true",
            ),
            (
                "stop",
                "Closed by the server with 1001 going away “the server is stopping”",
                "1001 going away, reason “the server is stopping”, wasClean true",
            ),
            (
                "cut",
                "without a Close frame",
                "1006 abnormal closure, no reason, wasClean false",
            ),
            (
                "policy",
                "Closed by the server with 1008 policy violation",
                "1008 policy violation",
            ),
            (
                "big",
                "Closed by the server with 1009 message too big",
                "1009 message too big",
            ),
        ] {
            ends(&page, way, server, browser).await?;
            page.one(&[&id(&["way-", way].concat()), "[aria-current]"].concat())
                .await?;
            // Its bytes are those of the end: the Close frame, or what crossed last.
            let last = if way == "cut" { "text" } else { "close" };
            page.until("[data-testid=wire-row][aria-selected=true]", last, |row| {
                row.data("opcode") == last
            })
            .await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_refused_handshake_is_1006_to_the_page_and_403_on_the_wire() -> Result<()> {
    // The browser itself writes it to its console.
    let expected = |entry: &Entry| entry.message.contains("/ws/subject");
    play_with(expected, async |scene| {
        let page = scene.open("/closing").await?;
        let told = "1006 abnormal closure, no reason, wasClean false";
        ends(&page, "refuse", "refused the handshake with 403", told).await?;
        page.one("[data-testid=line][data-what=error]").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_server_that_hears_no_pong_gives_the_browser_up() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/closing").await?;
        ends(
            &page,
            "deaf",
            "1008 policy violation “no answer to two pings”",
            "1008 policy violation",
        )
        .await?;
        // The browser had answered all the time; the server reads that at last.
        page.one("[data-testid=line][data-side=wire][data-what=pong]")
            .await?;
        ends(&page, "both", "the server with 4001", "4001 private code").await
    })
    .await
}

#[tokio::test]
async fn what_the_browser_refuses_is_said_in_its_own_words() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/closing").await?;
        page.click(&id("close-by-browser")).await?;
        page.until_says(&id("close-error"), "InvalidAccessError")
            .await?;
        page.one("[data-testid=line][data-what=threw]").await?;
        page.fill(&id("close-code"), "4000").await?;
        page.fill(&id("close-reason"), &"é".repeat(62)).await?;
        page.click(&id("close-by-browser")).await?;
        page.until_says(&id("close-error"), "SyntaxError").await?;
        page.fill(&id("close-reason"), "enough").await?;
        page.click(&id("close-by-browser")).await?;
        page.until_says(&id("ending-browser"), "4000 private code, no reason")
            .await?;
        page.fill(&id("close-code"), "70000").await?;
        page.click(&id("close-by-server")).await?;
        page.until_says(&id("close-error"), "from 0 to 65535")
            .await?;
        page.fill(&id("close-code"), "1013").await?;
        page.click(&id("close-by-server")).await?;
        page.until_says(&id("ending-browser"), "1013 try again later")
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_waits_to_be_sent_is_seen_to_fall() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/closing").await?;
        page.click(&id("way-buffered")).await?;
        page.until_says("[data-testid=line][data-what=bufferedAmount]", "MB")
            .await?;
        page.until(
            "[data-testid=line][data-what=bufferedAmount]",
            "to say 0",
            |seen| seen.text.ends_with("bufferedAmount 0 B"),
        )
        .await?;
        page.until_says(
            "[data-testid=line][data-what=message]",
            "took 1048576 bytes",
        )
        .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn axe_finds_nothing_on_the_closing_page() -> Result<()> {
    let (folder, _kept_nowhere) = folder()?;
    play(async |scene| {
        let page = scene.open("/closing").await?;
        ends(&page, "both", "the server with 4001", "4001 private code").await?;
        shoot(&page, &folder, "closing").await?;
        choose_size(&page, "projector").await?;
        shoot(&page, &folder, "closing-projector").await?;
        choose_size(&page, "desk").await?;
        page.click(&id("close-by-browser")).await?;
        page.until_says(&id("close-error"), "InvalidAccessError")
            .await?;
        passes(&page, "the closing page").await
    })
    .await
}

/// Ends a connection in one way, and waits until both sides have said so.
async fn ends(page: &Browser, way: &str, server: &str, browser: &str) -> Result<()> {
    page.click(&id(&["way-", way].concat())).await?;
    page.until_says(&id("ending-browser"), browser).await?;
    page.until_says(&id("ending-server"), server).await?;
    Ok(())
}
