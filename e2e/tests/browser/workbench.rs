//! The workbench: presets, frames of one's own, and what the server answers.

use anyhow::{Result, ensure};
use spillway_e2e::{Browser, Key, id, play};

use crate::axe::{choose_size, passes};
use crate::chat::row;
use crate::screenshots::{folder, shoot};

#[tokio::test]
async fn a_preset_is_sent_and_answered_with_the_clause() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/workbench").await?;
        page.until_says(&id("rule"), "a client must mask").await?;
        page.until_data(&id("step-1"), "broken", "true").await?;
        send(&page, "met").await?;
        let said = page
            .until_says(&id("verdict"), "1002 protocol error")
            .await?;
        ensure!(
            said.text.contains("RFC 6455 §5.1"),
            "it says `{}`",
            said.text
        );
        // The frame that broke the rule is the one whose bits are shown.
        page.one(&row("to_server", "text")).await?;
        page.one(&row("to_client", "close")).await?;
        page.until_says(".wire-detail", "not masked").await?;
        page.until_none(&id("stale")).await?;
        page.script("document.querySelector('[data-testid=preset-ping]').focus()")
            .await?;
        page.press(Key::Enter).await?;
        page.until_says(&id("rule"), "answered by a pong").await?;
        // The keyboard goes on from there, and the answer is not taken for that of this preset.
        page.one(&[&id("preset-ping"), ":focus"].concat()).await?;
        page.one(&id("stale")).await?;
        send(&page, "met").await?;
        page.until_none(&id("stale")).await?;
        page.until_says(&id("verdict"), "The server answered: pong")
            .await?;
        page.click(&id("preset-half-handshake")).await?;
        page.until_says(&id("handshake-step"), "the request is not whole")
            .await?;
        send(&page, "met").await?;
        page.until_says(&id("verdict"), "answered nothing").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_handshake_is_made_by_its_fields() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/workbench#ping").await?;
        page.until_says(&id("rule"), "answered by a pong").await?;
        page.click(&id("step-handshake")).await?;
        page.until_says(&id("request"), "GET /ws/echo HTTP/1.1")
            .await?;
        page.click(&id("field-Sec-WebSocket-Key")).await?;
        page.until_says(&id("handshake-step"), "without \"Sec-WebSocket-Key\"")
            .await?;
        send(&page, "unknown").await?;
        page.until_says(&id("verdict"), "400").await?;
        page.click(&id("field-Sec-WebSocket-Key")).await?;
        page.fill(&id("field-value-Sec-WebSocket-Version"), "8")
            .await?;
        page.until_says(&id("handshake-step"), "✗").await?;
        send(&page, "unknown").await?;
        page.until_says(&id("verdict"), "426").await?;
        page.fill(&id("field-value-Sec-WebSocket-Version"), "13")
            .await?;
        page.fill(&id("field-cut"), "half").await?;
        page.until_says(&id("field-problem"), "a number of bytes")
            .await?;
        page.fill(&id("field-cut"), "20").await?;
        page.until_says(&id("handshake-step"), "the request is not whole")
            .await?;
        page.fill(&id("field-cut"), "").await?;
        page.click(&id("field-Sec-WebSocket-Extensions")).await?;
        page.until_says(&id("handshake-step"), "handshake deflate")
            .await?;
        send(&page, "unknown").await?;
        page.until_says(&id("verdict"), "pong").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_frame_is_made_by_its_fields_and_its_bits_are_seen_before_it_is_sent() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/workbench#ping").await?;
        page.until_says(&id("rule"), "answered by a pong").await?;
        page.click(&id("add-frame")).await?;
        page.until_says(&id("step-2"), "text \"Hello\"").await?;
        page.click(&id("field-RSV2")).await?;
        page.until_says(&id("step-2"), "RSV2 is set").await?;
        page.until_says(&id("bit-field-rsv2"), "1").await?;
        page.fill(&id("field-content"), "<b>\"Grüße\"</b>").await?;
        page.until_says(&id("step-2"), "Grüße").await?;
        page.fill(&id("field-key"), "12").await?;
        page.until_says(&id("field-problem"), "a key of eight hex digits")
            .await?;
        page.fill(&id("field-key"), "00000000").await?;
        page.until_says(&id("step-2"), "key=00000000").await?;
        page.click(&id("step-up-2")).await?;
        page.until_says(&id("step-1"), "Grüße").await?;
        page.click(&id("step-copy-2")).await?;
        page.until_says(&id("step-3"), "ping").await?;
        page.click(&id("step-remove-3")).await?;
        page.until_none(&id("step-3")).await?;
        send(&page, "unknown").await?;
        page.until_says(&id("verdict"), "RSV2 is set").await?;
        page.click(&id("add-bytes")).await?;
        page.fill(&id("field-content"), "zz").await?;
        page.until_says(&id("field-problem"), "hex digits").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_scenario_is_text_that_is_saved_and_opened_again() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/workbench").await?;
        page.click(".keeping summary").await?;
        let text = id("scenario-text");
        page.fill(&text, "text more \"a\"\nshout").await?;
        page.click(&id("saved-name")).await?;
        page.until_says(&id("scenario-problem"), "line 2: 'shout' is no step").await?;
        page.fill(&text, "ping \"one\"\nping \"two\"").await?;
        page.fill(&id("saved-name"), "two pings").await?;
        page.until_says(&id("step-2"), "two").await?;
        page.click(&id("save")).await?;
        page.goto(&scene.url("/workbench#close").await).await?;
        page.reload().await?;
        page.until_says(&id("rule"), "A lawful close").await?;
        page.click(".keeping summary").await?;
        page.script(
            "const saved = document.querySelector('[data-testid=saved]'); saved.value = 'two pings'; \
             saved.dispatchEvent(new Event('change', {bubbles: true}))",
        )
        .await?;
        page.until_says(&id("step-2"), "ping \"two\"").await?;
        send(&page, "unknown").await?;
        page.until_says(&id("verdict"), "pong, then pong").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn axe_finds_nothing_on_the_workbench() -> Result<()> {
    let (folder, _kept_nowhere) = folder()?;
    play(async |scene| {
        let page = scene.open("/workbench").await?;
        send(&page, "met").await?;
        page.until_says(".wire-detail", "not masked").await?;
        shoot(&page, &folder, "workbench").await?;
        choose_size(&page, "projector").await?;
        shoot(&page, &folder, "workbench-projector").await?;
        choose_size(&page, "desk").await?;
        page.click(".keeping summary").await?;
        passes(&page, "the workbench").await
    })
    .await
}

/// Sends what is on the bench, and waits for what comes of it.
async fn send(page: &Browser, asked: &str) -> Result<()> {
    page.click(&id("send")).await?;
    page.until(&id("send"), "to be free again", |seen| seen.text == "Send")
        .await?;
    page.until_data(&id("verdict"), "asked", asked).await?;
    Ok(())
}
