//! Every verb on the thing itself: by button, right click, key and finger; chunks that are written
//! and looked at; marks for the next run.

mod keys;
mod reading;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use spillway_e2e::{Browser, Key, Look, id, play, wait_until};

use crate::lesson::{PAUSE, PIPE, downloaded, flows_beyond, slow_down, state, stays};

const NAME: &str = "[data-testid=\"stage-sink\"] .name";

#[tokio::test]
async fn a_chunk_written_by_hand_is_the_end_of_the_downloaded_file() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        a_sink_of_ones_own(&page).await?;
        page.click(&id("verb-write")).await?;
        page.until_says(
            &id("write-foretold"),
            "write() will answer true: 0 + 0 < 262 144",
        )
        .await?;
        page.type_into(&id("write-text"), "written by hand\n")
            .await?;
        page.until_says(&id("write-foretold"), "0 + 16 < 262 144")
            .await?;
        page.click(&id("write-send")).await?;
        let said = page
            .until_says(&id("write-said"), "write(16) → true")
            .await?;
        ensure!(
            said.data("refused") == "false",
            "it was refused: {}",
            said.text
        );
        page.press(Key::Escape).await?;
        closed(&page).await?;
        page.until_says("[data-testid=log-line]", "you called write(16)")
            .await?;
        page.click(&id("verb-end")).await?;
        page.one(&id("download")).await?;
        let file = downloaded(scene, &page).await?;
        ensure!(
            file.ends_with(b"written by hand\n"),
            "the file ends otherwise"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn cork_holds_a_chunk_that_can_be_looked_at_and_uncork_lets_it_go() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        a_sink_of_ones_own(&page).await?;
        page.click(&id("verb-cork")).await?;
        // The pointer is still on the button.
        page.until_says(&id("beforehand"), "then 2 uncork() calls are needed")
            .await?;
        page.until(&id("verb-uncork"), "to be switched on", |seen| {
            !seen.disabled
        })
        .await?;
        write(&page, "held back").await?;
        let taken = async || page.number(&id("stage-sink-bytes"), "count").await;
        let before = stays("bytes taken", Duration::from_secs(1), taken).await?;

        page.click(&id("stage-sink-write-buffer")).await?;
        page.until_data(&id("buffer-count"), "count", "1").await?;
        page.until_data(&id("chunk"), "bytes", "9").await?;
        page.click(&id("chunk")).await?;
        let text = page.one(&id("chunk-text")).await?.text;
        ensure!(text == "held back", "the chunk says `{text}`");
        let hex = page.one(&id("chunk-hex")).await?.text;
        ensure!(hex.contains("68 65 6c 64 20 62 61 63"), "in hex: {hex}");
        page.click(&id("sheet-close")).await?;
        closed(&page).await?;

        page.click(&id("verb-uncork")).await?;
        page.until(&id("stage-sink-bytes"), "to count the chunk", |seen| {
            seen.number("count").is_ok_and(|count| count == before + 9)
        })
        .await?;
        page.until(&id("verb-uncork"), "to be switched off", |seen| {
            seen.disabled
        })
        .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_chunk_that_has_gone_meanwhile_is_said_to_have_gone() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        slow_down(&page, "sink", 1).await?;
        page.until_data(&id("pipe-source-sink"), "open", "false")
            .await?;
        page.click(&id("stage-sink-write-buffer")).await?;
        page.one(&id("chunk")).await?;
        let first = "return document.querySelectorAll('[data-testid=chunk]').length";
        let listed = page.script(first).await?.as_u64().context("a number")?;
        let taken = page.number(&id("stage-sink-chunks"), "count").await?;
        // One is in hand already.
        page.until(&id("stage-sink-chunks"), "to go on", |seen| {
            seen.number("count").is_ok_and(|count| count > taken + 1)
        })
        .await?;
        page.click(&id("chunk")).await?;
        page.until_says(&id("chunk-view"), "it has gone on").await?;
        ensure!(listed > 0, "nothing was listed");
        page.click(&id("buffer-refresh")).await?;
        page.one(&id("buffer-count")).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_right_click_opens_a_menu_that_says_beforehand_what_each_verb_does() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        page.right_click(&id("stage-source")).await?;
        page.until_says(
            &id("menu-pause"),
            "no byte leaves it until resume() or pipe()",
        )
        .await?;
        passes_axe(&page, "the menu of a stage").await?;
        page.click(&id("menu-pause")).await?;
        state(&page, "source", "paused").await?;
        ensure!(menus(&page).await? == 0, "the menu stays open");

        page.right_click(&id("stage-source")).await?;
        page.click(&id("menu-resume")).await?;
        state(&page, "source", "flowing").await?;

        page.right_click(&id("pipe-source-sink")).await?;
        page.click(&id("menu-unpipe")).await?;
        page.one(&id("gap-source-sink")).await?;
        page.right_click(&id("stage-source")).await?;
        page.until_says(
            &id("menu-resume"),
            "resume() now discards: nobody is listening",
        )
        .await?;
        page.click(&id("menu-pipe-sink")).await?;
        page.one(&id("pipe-source-sink")).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_keys_go_through_the_picture_and_its_menus_and_the_focus_comes_back() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        page.script("document.querySelector('[data-slot=\"0.card\"]').focus()")
            .await?;
        page.press(Key::Right).await?;
        focus_is(&page, "1.card").await?;
        page.press(Key::Down).await?;
        focus_is(&page, "1.write").await?;
        page.press(Key::Left).await?;
        focus_is(&page, "0.card").await?;
        page.press(Key::Down).await?;
        page.press(Key::Down).await?;
        focus_is(&page, "0-1.wall").await?;
        page.press(Key::Enter).await?;
        page.one(&id("menu-unpipe")).await?;
        page.press(Key::Escape).await?;
        focus_is(&page, "0-1.wall").await?;
        page.press(Key::Up).await?;
        page.press(Key::Up).await?;
        focus_is(&page, "0.card").await?;

        page.press(Key::Enter).await?;
        page.one(&id("menu-pause")).await?;
        let item = "document.activeElement.dataset.testid";
        is(&page, item, "menu-pause").await?;
        page.press(Key::Down).await?;
        is(&page, item, "menu-resume").await?;
        page.press(Key::End).await?;
        is(&page, item, "menu-marks").await?;
        page.press(Key::Down).await?;
        is(&page, item, "menu-pause").await?;
        page.press(Key::Escape).await?;
        focus_is(&page, "0.card").await?;
        ensure!(menus(&page).await? == 0, "Escape leaves the menu open");

        page.press(Key::Enter).await?;
        page.one(&id("menu-pause")).await?;
        page.press(Key::Enter).await?;
        state(&page, "source", "paused").await?;
        focus_is(&page, "0.card").await
    })
    .await
}

#[tokio::test]
async fn a_finger_that_stays_opens_the_menu() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        let menu = async {
            page.one("[data-testid=menu]:not([hidden])")
                .await
                .map(|_| ())
        };
        page.hold(&id("stage-source"), menu).await?;
        page.click(&id("menu-destroy")).await?;
        page.until_says("[data-testid=log-line]", "destroy()")
            .await?;
        state(&page, "source", "closed").await
    })
    .await
}

#[tokio::test]
async fn a_stage_that_is_made_to_fail_ends_the_run_as_the_menu_said() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PIPE).await?;
        flows_beyond(&page, 0).await?;
        page.right_click(&id("stage-gzip")).await?;
        page.until_says(
            &id("menu-fail"),
            "nobody listens for 'error', so the run ends",
        )
        .await?;
        page.click(&id("menu-fail")).await?;
        page.until_says(&id("verdict"), "failed by hand").await?;
        page.right_click(&id("stage-gzip")).await?;
        let write = page
            .until_says(&id("menu-write"), "the run is over")
            .await?;
        ensure!(!write.text.is_empty(), "it has a reason");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_write_after_end_fails_the_stage_and_the_page_says_so_before() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        slow_down(&page, "sink", 0).await?;
        page.until_data(&id("pipe-source-sink"), "open", "false")
            .await?;
        page.click(&id("verb-unpipe")).await?;
        page.click(NAME).await?;
        page.click(&id("verb-end")).await?;
        page.click(&id("verb-write")).await?;
        page.until_says(&id("write-foretold"), "write() after end(): 'error'")
            .await?;
        page.type_into(&id("write-text"), "late").await?;
        page.click(&id("write-send")).await?;
        page.until_says(&id("write-said"), "ERR_STREAM_WRITE_AFTER_END")
            .await?;
        page.click(&id("sheet-close")).await?;
        page.until_says(&id("verdict"), "write after end").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn marks_take_effect_at_the_next_run() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        page.until_says(&id("stage-sink-write-buffer"), "/256 KiB")
            .await?;
        page.click(&id("verb-marks")).await?;
        page.until_says(&id("sheet"), "takes effect at the next Run")
            .await?;
        passes_axe(&page, "the marks of the next run").await?;
        page.type_into(&id("mark-sink-write"), "many").await?;
        page.click(&id("marks-set")).await?;
        page.until_says(&id("marks-wrong"), "a mark is a whole number of bytes")
            .await?;
        page.fill(&id("mark-sink-write"), "1 000").await?;
        page.click(&id("marks-set")).await?;
        page.until_says(&id("notice"), "the next Run").await?;
        page.until_says(&id("stage-sink-write-buffer"), "/256 KiB")
            .await?;
        page.click(&id("run")).await?;
        page.until_says(&id("stage-sink-write-buffer"), "/1000 B")
            .await?;

        page.click(&id("verb-marks")).await?;
        page.fill(&id("mark-sink-write"), "99999999999").await?;
        page.click(&id("marks-set")).await?;
        page.click(&id("run")).await?;
        page.until_data(&id("notice"), "refused", "true").await?;
        page.click(&id("verb-marks")).await?;
        page.click(&id("marks-clear")).await?;
        page.click(&id("run")).await?;
        page.until_says(&id("stage-sink-write-buffer"), "/256 KiB")
            .await?;
        Ok(())
    })
    .await
}

/// Unpipes the sink when it has taken something, waits until it has nothing left, and selects it.
async fn a_sink_of_ones_own(page: &Browser) -> Result<()> {
    flows_beyond(page, 0).await?;
    page.click(&id("verb-unpipe")).await?;
    page.one(&id("gap-source-sink")).await?;
    page.until_data(&id("stage-sink-write-buffer"), "bytes", "0")
        .await?;
    page.click(NAME).await
}

/// Writes a chunk by the sheet and closes it.
async fn write(page: &Browser, text: &str) -> Result<()> {
    page.click(&id("verb-write")).await?;
    page.type_into(&id("write-text"), text).await?;
    page.click(&id("write-send")).await?;
    page.one(&id("write-said")).await?;
    page.click(&id("sheet-close")).await?;
    closed(page).await
}

async fn closed(page: &Browser) -> Result<()> {
    page.until_none("dialog[open]").await
}

async fn menus(page: &Browser) -> Result<usize> {
    Ok(page.all("[data-testid=menu]:not([hidden])").await?.len())
}

/// Waits until the focus is on a thing of the picture.
async fn focus_is(page: &Browser, slot: &str) -> Result<()> {
    is(page, "document.activeElement.dataset.slot", slot).await
}

async fn is(page: &Browser, what: &str, wanted: &str) -> Result<()> {
    let script = format!("return {what}");
    wait_until(&format!("{what} to be {wanted}"), async || {
        let found = page.script(&script).await?;
        Ok(match found.as_str() == Some(wanted) {
            true => Look::Break(()),
            false => Look::Continue(found.to_string()),
        })
    })
    .await
}

/// Holds what is open against axe-core in both themes.
async fn passes_axe(page: &Browser, what: &str) -> Result<()> {
    for theme in ["dark", "light"] {
        let choose = format!("document.documentElement.dataset.theme = '{theme}'");
        page.script(&choose).await?;
        let broken: String = page
            .violations()
            .await?
            .iter()
            .map(ToString::to_string)
            .collect();
        ensure!(
            broken.is_empty(),
            "{what} in {theme} breaks rules of axe-core\n{broken}"
        );
    }
    Ok(())
}
