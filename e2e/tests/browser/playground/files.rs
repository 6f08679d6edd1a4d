//! Files that go into a run, and what comes out of it.

use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};
use serde_json::json;
use spillway_e2e::{Browser, Entry, Look, Scene, get, id, play, play_with, wait_until};

use super::{back_to_the_board, open, write};
use crate::lesson::downloaded;

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

#[tokio::test]
async fn a_file_that_is_given_up_on_its_way_leaves_nothing() -> Result<()> {
    play(async |scene| {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("large.txt");
        fs::write(&file, "x".repeat(8 << 20))?;
        let page = open(scene).await?;
        write(&page, "ticker | collect").await?;
        page.one(&id("wire-ticker-collect")).await?;
        slow_line(&page, 50_000).await?;
        send(&page, &file).await?;
        page.one(&id("upload-progress")).await?;
        page.click(&id("upload-cancel")).await?;
        page.until_says(&id("upload-error"), "large.txt was not sent to its end")
            .await?;
        page.until_none(&id("upload-progress")).await?;
        uploads_kept(scene, 0).await?;
        page.one(&id("wire-ticker-collect")).await?;
        ensure!(
            page.all(&id("card-upload")).await?.is_empty(),
            "a card came"
        );
        // The next one is taken as if nothing had been.
        slow_line(&page, -1).await?;
        let small = folder.path().join("small.txt");
        fs::write(&small, "x")?;
        send(&page, &small).await?;
        page.one(&id("upload-small.txt")).await?;
        page.until_none(&format!("{}:not([hidden])", id("upload-error")))
            .await?;
        uploads_kept(scene, 1).await
    })
    .await
}

#[tokio::test]
async fn a_file_that_is_cut_off_can_be_sent_again() -> Result<()> {
    let gone = |entry: &Entry| {
        entry.message.contains("/api/uploads") || entry.message.contains("/ws/control")
    };
    play_with(gone, async |scene| {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("words.txt");
        fs::write(&file, "one\ntwo\n".repeat(1 << 20))?;
        let page = open(scene).await?;
        slow_line(&page, 50_000).await?;
        send(&page, &file).await?;
        page.one(&id("upload-progress")).await?;
        scene.server().await.kill().await?;
        page.until_says(&id("upload-error"), "words.txt was cut off after")
            .await?;
        page.until_none(&id("upload-progress")).await?;
        scene.server().await.start_again().await?;
        page.until_data(&id("connection-state"), "state", "live")
            .await?;
        uploads_kept(scene, 0).await?;
        slow_line(&page, -1).await?;
        send(&page, &file).await?;
        page.one(&id("upload-words.txt")).await?;
        page.one(&id("card-upload")).await?;
        uploads_kept(scene, 1).await
    })
    .await
}

#[tokio::test]
async fn a_file_that_is_deleted_is_missed_by_the_stage_that_reads_it() -> Result<()> {
    play(async |scene| {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("mine.txt");
        fs::write(&file, "mine\n")?;
        let page = open(scene).await?;
        send(&page, &file).await?;
        page.one(&id("card-upload")).await?;
        page.click(&id("kind-null")).await?;
        page.until_none(&id("problem")).await?;
        uploads_kept(scene, 1).await?;
        page.click(&id("delete-mine.txt")).await?;
        page.until_none(&id("upload-mine.txt")).await?;
        uploads_kept(scene, 0).await?;
        page.until_says(&id("problem"), "mine.txt").await?;
        page.one(&id("card-upload")).await?;
        send(&page, &file).await?;
        page.until_none(&id("problem")).await
    })
    .await
}

#[tokio::test]
async fn each_branch_may_end_in_a_file_of_its_own() -> Result<()> {
    play(async |scene| {
        let page = open(scene).await?;
        let branches = "cities: csv_sample rows=2000 | all: file_sink file=\"all.csv\"\n\
                        cities | upper | loud: file_sink file=\"NAME\"";
        write(&page, &branches.replace("NAME", "all.csv")).await?;
        page.until_says(&id("problem"), "would both write the file 'all.csv'")
            .await?;
        write(&page, &branches.replace("NAME", "loud.csv")).await?;
        page.until_none(&id("problem")).await?;
        page.one(&id("wire-upper-loud")).await?;
        page.click(&id("start")).await?;
        page.one(&format!("{}[download=\"loud.csv\"]", id("download")))
            .await?;
        page.one(&format!("{}[download=\"all.csv\"]", id("download")))
            .await?;
        let links = "return ['all.csv', 'loud.csv'].map((name) => \
                     document.querySelector(`[download=\"${name}\"]`).getAttribute('href'))";
        let links = page.script(links).await?;
        let mut files = Vec::new();
        for at in 0..2 {
            let path = links[at].as_str().unwrap_or_default();
            let answer = get(&scene.server().await.host(), path, None).await?;
            ensure!(answer.status == 200, "{path} answers {}", answer.status);
            files.push(String::from_utf8(answer.body)?);
        }
        ensure!(files[0].to_uppercase() == files[1], "another file came");
        Ok(())
    })
    .await
}

/// Lets the browser send so many bytes a second; below zero, as many as it can.
async fn slow_line(page: &Browser, bytes_per_s: i64) -> Result<()> {
    let conditions = json!({
        "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_s,
    });
    page.devtools("Network.enable", json!({})).await?;
    page.devtools("Network.emulateNetworkConditions", conditions)
        .await?;
    Ok(())
}

/// Waits until the server keeps so many uploads, those on their way included.
async fn uploads_kept(scene: &Scene, wanted: u64) -> Result<()> {
    let line = format!("spillway_uploads {wanted}");
    wait_until(&line, async || {
        let answer = get(&scene.server().await.host(), "/metrics", None).await?;
        let figures = String::from_utf8(answer.body)?;
        let mut kept = figures
            .lines()
            .filter(|line| line.starts_with("spillway_uploads "));
        let kept = kept.next().unwrap_or_default();
        Ok(if kept == line {
            Look::Break(())
        } else {
            Look::Continue(kept.to_owned())
        })
    })
    .await
}

/// Chooses a file to be sent.
async fn send(page: &Browser, file: &Path) -> Result<()> {
    let path = file.display().to_string();
    page.type_into(&id("upload-file"), &path).await?;
    Ok(())
}
