//! Pressure across a socket: a page that reads slowly, and where the bytes wait.

use anyhow::{Result, ensure};
use spillway_e2e::{Browser, Key, id, play};

use crate::axe::{choose_size, passes};
use crate::screenshots::{folder, shoot};

#[tokio::test]
async fn a_page_that_reads_nothing_makes_the_file_stand_still() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/pressure").await?;
        grows(&page, "subject", "read", 100_000).await?;
        read_at(&page, &Key::Home).await?;
        stands(&page).await?;
        for gauge in ["readable", "writable"] {
            let held = bytes(&page, "subject", gauge).await?;
            ensure!(held >= 16_384, "{gauge} holds {held}");
        }
        let kernels = [
            bytes(&page, "subject", "send").await?,
            bytes(&page, "subject", "receive").await?,
        ];
        ensure!(kernels.iter().sum::<u64>() > 100_000, "{kernels:?}");
        page.until_says(&id("said-subject"), "The file has stood still")
            .await?;
        let source = bytes(&page, "subject", "source").await?;
        ensure!(source < 49_000_000, "the whole file was read: {source}");
        // It goes on where it stood.
        read_at(&page, &Key::End).await?;
        page.until_says(&id("said-subject"), "Everything was delivered")
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_worker_that_blocks_holds_the_file_too() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/pressure").await?;
        grows(&page, "subject", "read", 100_000).await?;
        page.click(&id("reader-worker")).await?;
        grows(&page, "subject", "read", 100_000).await?;
        page.until_none(&id("worker-limit")).await?;
        read_at(&page, &Key::Home).await?;
        stands(&page).await?;
        // At nothing it takes nothing, however long it waits.
        let taken = bytes(&page, "subject", "read").await?;
        page.until(&id("chain-subject"), "to go on standing still", |seen| {
            seen.number("still").is_ok_and(|still| still > 6_000)
        })
        .await?;
        let later = bytes(&page, "subject", "read").await?;
        ensure!(later == taken, "{taken} bytes were taken, then {later}");
        read_at(&page, &Key::End).await?;
        page.until_says(&id("said-subject"), "Everything was delivered")
            .await?;
        // A browser that shares no memory with it says what the Worker cannot do.
        page.script("Object.defineProperty(window, 'crossOriginIsolated', { value: false })")
            .await?;
        page.click(&id("reader-stream")).await?;
        page.click(&id("reader-worker")).await?;
        page.until_says(&id("worker-limit"), "at least one message a second")
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_plain_websocket_takes_in_what_its_handler_does_not_do() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/pressure").await?;
        page.one(&id("chain-plain")).await?;
        read_at(&page, &Key::Home).await?;
        page.click(&id("run-plain")).await?;
        grows(&page, "plain", "waiting", 5_000_000).await?;
        page.until_says(&id("said-plain"), "Closed by this page")
            .await?;
        let waiting = bytes(&page, "plain", "waiting").await?;
        ensure!(
            (64_000_000..80_000_000).contains(&waiting),
            "{waiting} wait"
        );
        ensure!(bytes(&page, "plain", "read").await? < 1_000_000);
        page.until_data(&id("chain-plain"), "phase", "over").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_send_queue_that_nobody_bounds_grows_to_the_quota() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/pressure").await?;
        page.one(&id("chain-ignored")).await?;
        read_at(&page, &Key::Home).await?;
        page.click(&id("run-ignored")).await?;
        grows(&page, "ignored", "writable", 5_000_000).await?;
        let said = page
            .until_says(&id("said-ignored"), "The server stopped the run")
            .await?;
        ensure!(said.text.contains("67108864"), "the quota: {}", said.text);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn pressure_passes_axe_and_has_its_picture_taken() -> Result<()> {
    let (folder, _kept_nowhere) = folder()?;
    play(async |scene| {
        let page = scene.open("/pressure").await?;
        grows(&page, "subject", "read", 100_000).await?;
        passes(&page, "pressure that flows").await?;
        read_at(&page, &Key::Home).await?;
        stands(&page).await?;
        for chain in ["plain", "ignored"] {
            page.click(&id(&format!("run-{chain}"))).await?;
        }
        grows(&page, "plain", "waiting", 20_000_000).await?;
        shoot(&page, &folder, "pressure").await?;
        choose_size(&page, "projector").await?;
        shoot(&page, &folder, "pressure-projector").await?;
        choose_size(&page, "desk").await?;
        page.until_data(&id("chain-plain"), "phase", "over").await?;
        page.until_data(&id("chain-ignored"), "phase", "over")
            .await?;
        passes(&page, "pressure that went wrong").await?;
        shoot(&page, &folder, "pressure-over").await
    })
    .await
}

/// Moves the slider of the page's reading to one of its ends.
async fn read_at(page: &Browser, end: &Key) -> Result<()> {
    page.type_into(&id("reading"), &end.to_string()).await
}

fn gauge(chain: &str, name: &str) -> String {
    id(&format!("gauge-{chain}-{name}"))
}

async fn bytes(page: &Browser, chain: &str, name: &str) -> Result<u64> {
    page.number(&gauge(chain, name), "bytes").await
}

async fn grows(page: &Browser, chain: &str, name: &str, beyond: u64) -> Result<()> {
    page.until(&gauge(chain, name), "to grow", |seen| {
        seen.number("bytes").is_ok_and(|bytes| bytes > beyond)
    })
    .await?;
    Ok(())
}

/// Waits until the file has not been read for longer than anything on the way takes.
async fn stands(page: &Browser) -> Result<()> {
    page.until(&id("chain-subject"), "to stand still", |seen| {
        seen.number("still").is_ok_and(|still| still > 3_000)
    })
    .await?;
    Ok(())
}
