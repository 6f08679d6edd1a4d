//! Files that go into a run, and what comes out of it.

use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};
use spillway_e2e::{Browser, Entry, id, play, play_with};

use super::{back_to_the_board, downloaded, open, write};

#[tokio::test]
async fn a_file_of_ones_own_is_sent_run_and_downloaded() -> Result<()> {
    // The browser tells of the refusal in its console.
    let refused = |entry: &Entry| entry.message.contains("/api/uploads?name=..");
    play_with(refused, async |scene| {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("my words.txt");
        fs::write(&file, "one\ntwo\n".repeat(1000))?;
        let page = open(scene).await?;
        send(&page, &file).await?;
        page.one(&id("upload-my words.txt")).await?;
        page.one(&id("card-upload")).await?;
        for kind in ["upper", "file_sink"] {
            page.click(&id(&format!("kind-{kind}"))).await?;
        }
        page.until_none(&id("problem")).await?;
        page.click(&id("start")).await?;
        let got = downloaded(scene, &page).await?;
        ensure!(got == b"ONE\nTWO\n".repeat(1000), "another file came");
        // A name that the server cannot keep is refused in words, and nothing is lost.
        let bad = folder.path().join("..\\up.txt");
        fs::write(&bad, "x")?;
        send(&page, &bad).await?;
        page.until_says(&id("upload-error"), "neither '/'").await?;
        // More than the quota is not even sent.
        let huge = folder.path().join("huge.bin");
        fs::File::create(&huge)?.set_len((256 << 20) + 1)?;
        send(&page, &huge).await?;
        page.until_says(&id("upload-error"), "an upload may have 268 MB")
            .await?;
        page.one(&id("card-upload")).await?;
        // After a reload the session is another, and the stage waits for its file.
        page.reload().await?;
        page.until_says(&id("problem"), "my words.txt").await?;
        send(&page, &file).await?;
        page.until_none(&id("problem")).await?;
        page.click(&id("start")).await?;
        let got = downloaded(scene, &page).await?;
        ensure!(got == b"ONE\nTWO\n".repeat(1000), "another file came");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_file_of_the_wrong_kind_fails_its_run_and_nothing_else() -> Result<()> {
    play(async |scene| {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("picture.png");
        fs::write(&file, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")?;
        let page = open(scene).await?;
        send(&page, &file).await?;
        page.one(&id("card-upload")).await?;
        for kind in ["csv_filter", "null"] {
            page.click(&id(&format!("kind-{kind}"))).await?;
        }
        page.click(&id("start")).await?;
        page.until_says(&id("verdict"), "the header is not UTF-8 text")
            .await?;
        page.one(&id("wire-upload-csv_filter")).await?;
        back_to_the_board(&page).await?;
        page.click(&id("card-csv_filter")).await?;
        page.click(&id("remove")).await?;
        page.click(&id("start")).await?;
        page.until_says(&id("verdict"), "nothing lost on the way")
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_a_run_hands_out_is_fetched_by_the_page() -> Result<()> {
    play(async |scene| {
        let page = open(scene).await?;
        write(&page, "csv_sample rows=2000 | websocket").await?;
        page.one(&id("wire-csv_sample-websocket")).await?;
        page.click(&id("start")).await?;
        page.click(&id("deliver-websocket")).await?;
        let received = page
            .until_says(&id("received"), "closed with 1000")
            .await?
            .number("bytes")?;
        let all = received.to_string();
        page.until_data(&id("stage-csv_sample-bytes"), "count", &all)
            .await?;
        write(&page, "ticker every_ms=1 count=3 | collect").await?;
        page.one(&id("wire-ticker-collect")).await?;
        back_to_the_board(&page).await?;
        page.click(&id("start")).await?;
        page.one(&id("deliver-collect")).await?;
        Ok(())
    })
    .await
}

/// Chooses a file to be sent.
async fn send(page: &Browser, file: &Path) -> Result<()> {
    let path = file.display().to_string();
    page.type_into(&id("upload-file"), &path).await?;
    Ok(())
}
