//! The playground: pipelines built by click, by drag and by keys, as text and from a link, and run
//! for real.

use std::fs;
use std::rc::Rc;

use anyhow::{Context, Result, ensure};
use spillway_e2e::{
    Browser, Entry, Key, Look, Scene, big_cities, get, gunzip, id, play, play_with, wait_until,
};

use crate::axe::passes;
use crate::screenshots::{folder, shoot};

const PLAYGROUND: &str = "/playground";

const BIG_CITIES: &str = "cities: file_source file=\"cities.csv\" | \
    big: csv_filter expr=\"population>500000\" | gzip | file_sink file=\"big.csv.gz\"";

async fn open(scene: &Scene) -> Result<Rc<Browser>> {
    let page = scene.open(PLAYGROUND).await?;
    page.one(&id("kind-gzip")).await?;
    Ok(page)
}

/// The text of the pipeline, once it has these words in it.
async fn text_with(page: &Browser, words: &str) -> Result<String> {
    let script = "return document.querySelector('[data-testid=text]').value";
    let what = format!("the text to have `{words}`");
    wait_until(&what, async || {
        let text = page.script(script).await?;
        let text = text.as_str().unwrap_or_default().to_owned();
        Ok(if text.contains(words) {
            Look::Break(text)
        } else {
            Look::Continue(text)
        })
    })
    .await
}

/// Puts a whole text in at once, as pasted.
async fn write(page: &Browser, text: &str) -> Result<()> {
    page.one(&id("text")).await?;
    let text = serde_json::to_string(text)?;
    let script = format!(
        "const area = document.querySelector('[data-testid=text]'); area.value = {text}; \
         area.dispatchEvent(new Event('input', {{bubbles: true}}))"
    );
    page.script(&script).await?;
    Ok(())
}

/// What the run that is over gave to download.
async fn downloaded(scene: &Scene, page: &Browser) -> Result<Vec<u8>> {
    page.one(&id("download")).await?;
    let path = page
        .script("return document.querySelector('[data-testid=download]').getAttribute('href')")
        .await?;
    let path = path.as_str().context("a download has an address")?;
    let answer = get(&scene.server().await.host(), path, None).await?;
    ensure!(
        answer.status == 200,
        "the download answers {}",
        answer.status
    );
    Ok(answer.body)
}

/// A run brings its picture into view, and the bar at the top covers what is half above it.
async fn back_to_the_board(page: &Browser) -> Result<()> {
    page.script("scrollTo(0, 0)").await?;
    Ok(())
}

async fn is_the_big_cities(scene: &Scene, file: &[u8]) -> Result<()> {
    let expected = big_cities(&scene.server().await.sample()?)?;
    ensure!(gunzip(file)? == expected, "the download is another file");
    Ok(())
}

#[tokio::test]
async fn a_pipeline_built_by_clicks_runs_and_gives_what_the_same_does_offline() -> Result<()> {
    play(async |scene| {
        let page = open(scene).await?;
        page.one(&id("preset-slow")).await?;
        for kind in ["file_source", "csv_filter", "gzip", "file_sink"] {
            page.click(&id(&format!("kind-{kind}"))).await?;
        }
        page.one(&id("wire-gzip-file_sink")).await?;
        text_with(&page, "file_source file=\"cities.csv\" | csv_filter").await?;
        page.fill(&id("option-file"), "big.csv.gz").await?;
        text_with(&page, "file_sink file=\"big.csv.gz\"").await?;
        page.click(&id("start")).await?;
        let file = downloaded(scene, &page).await?;
        is_the_big_cities(scene, &file).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn pipes_are_drawn_by_dragging_from_port_to_port() -> Result<()> {
    play(async |scene| {
        let page = open(scene).await?;
        write(&page, "csv_sample\ngzip\nnull\nslow").await?;
        page.until_says(&id("problem"), "nothing reads").await?;
        page.until_data(&id("card-csv_sample"), "problem", "true")
            .await?;
        page.drag(&id("out-csv_sample"), &id("in-gzip")).await?;
        page.one(&id("wire-csv_sample-gzip")).await?;
        page.drag(&id("out-gzip"), &id("card-null")).await?;
        page.drag(&id("out-csv_sample"), &id("card-slow")).await?;
        page.until_none(&id("problem")).await?;
        text_with(&page, "csv_sample | gzip | null\ncsv_sample | slow").await?;
        // Dropped on the ground, it is given up.
        page.drag(&id("out-gzip"), &id("options")).await?;
        page.until_none(&id("next")).await?;
        // What is there already is refused by the server, on the stage concerned.
        page.drag(&id("out-gzip"), &id("in-slow")).await?;
        page.until_says(&id("problem"), "'slow' is fed by").await?;
        page.until_data(&id("card-slow"), "problem", "true").await?;
        page.click(&id("start")).await?;
        page.until_says(&id("said"), "It cannot run yet").await?;
        page.click(&id("undo")).await?;
        page.until_none(&id("problem")).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_pipeline_is_built_and_run_by_keys_alone() -> Result<()> {
    play(async |scene| {
        let page = open(scene).await?;
        // The search has the kinds behind it, each a button.
        page.type_into(&id("search"), "csv_sample").await?;
        page.until_none(&id("kind-gzip")).await?;
        page.press(Key::Tab).await?;
        page.press(Key::Enter).await?;
        page.one(&id("card-csv_sample")).await?;
        page.fill(&id("search"), "keeps nothing").await?;
        page.one(&id("kind-null")).await?;
        focus(&page, "kind-null").await?;
        page.press(Key::Enter).await?;
        page.one(&id("wire-csv_sample-null")).await?;
        // A branch: from the source, right, and back with the arrows.
        focus(&page, "card-csv_sample").await?;
        page.press(Key::Right).await?;
        focused(&page, "card-null").await?;
        page.press(Key::Left).await?;
        focused(&page, "card-csv_sample").await?;
        page.press(Key::Right).await?;
        page.press(Key::Delete).await?;
        page.until_none(&id("card-null")).await?;
        page.press_with_control('z').await?;
        page.one(&id("wire-csv_sample-null")).await?;
        focus(&page, "wire-csv_sample-null").await?;
        page.press(Key::Delete).await?;
        page.until_none(&id("wire-csv_sample-null")).await?;
        focus(&page, "card-csv_sample").await?;
        page.press('c').await?;
        page.one(&id("next")).await?;
        focus(&page, "card-null").await?;
        page.press(Key::Enter).await?;
        page.one(&id("wire-csv_sample-null")).await?;
        focus(&page, "start").await?;
        page.press(Key::Enter).await?;
        page.until_says(&id("verdict"), "nothing lost on the way")
            .await?;
        Ok(())
    })
    .await
}

async fn focus(page: &Browser, test_id: &str) -> Result<()> {
    page.one(&id(test_id)).await?;
    let script = format!("document.querySelector('[data-testid=\"{test_id}\"]').focus()");
    page.script(&script).await?;
    Ok(())
}

async fn focused(page: &Browser, test_id: &str) -> Result<()> {
    page.one(&format!("{}:focus", id(test_id))).await?;
    Ok(())
}

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
        text_with(&page, "gzip level=7").await?;
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
async fn a_file_of_ones_own_is_sent_run_and_downloaded() -> Result<()> {
    // The browser tells of the refusal in its console.
    let refused = |entry: &Entry| entry.message.contains("/api/uploads?name=..");
    play_with(refused, async |scene| {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("my words.txt");
        fs::write(&file, "one\ntwo\n".repeat(1000))?;
        let page = open(scene).await?;
        page.type_into(&id("upload-file"), &file.display().to_string())
            .await?;
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
        page.type_into(&id("upload-file"), &bad.display().to_string())
            .await?;
        page.until_says(&id("upload-error"), "neither '/'").await?;
        // More than the quota is not even sent.
        let huge = folder.path().join("huge.bin");
        fs::File::create(&huge)?.set_len((256 << 20) + 1)?;
        page.type_into(&id("upload-file"), &huge.display().to_string())
            .await?;
        page.until_says(&id("upload-error"), "an upload may have 268 MB")
            .await?;
        page.one(&id("card-upload")).await?;
        // After a reload the session is another, and the stage waits for its file.
        page.reload().await?;
        page.until_says(&id("problem"), "my words.txt").await?;
        page.type_into(&id("upload-file"), &file.display().to_string())
            .await?;
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
        page.type_into(&id("upload-file"), &file.display().to_string())
            .await?;
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

#[tokio::test]
async fn axe_finds_nothing_on_the_playground() -> Result<()> {
    play(async |scene| {
        let page = open(scene).await?;
        passes(&page, "the empty playground").await?;
        page.click(&id("preset-fork")).await?;
        page.click(&id("card-gzip")).await?;
        page.one(&id("option-level")).await?;
        passes(&page, "the playground with a stage selected").await?;
        page.click(&id("out-gzip")).await?;
        page.one(&id("next")).await?;
        write(&page, "csv_sample | gzip level=12").await?;
        page.one(&id("text-error")).await?;
        write(&page, "csv_sample | gzip").await?;
        page.one(&id("problem")).await?;
        passes(&page, "the playground with a problem").await?;
        write(&page, "csv_sample | null").await?;
        page.click(&id("start")).await?;
        page.until_says(&id("verdict"), "nothing lost on the way")
            .await?;
        back_to_the_board(&page).await?;
        page.click(&id("tab-node")).await?;
        page.one(&id("program")).await?;
        passes(&page, "the playground with a run and a program").await
    })
    .await
}

#[tokio::test]
async fn screenshots_of_the_playground() -> Result<()> {
    let (folder, _kept) = folder()?;
    play(async |scene| {
        let page = open(scene).await?;
        shoot(&page, &folder, "playground-empty").await?;
        page.click(&id("preset-fork")).await?;
        page.click(&id("card-gzip")).await?;
        page.one(&id("option-level")).await?;
        shoot(&page, &folder, "playground").await?;
        write(
            &page,
            "cities: csv_sample rows=20000 | gzip | file_sink file=\"x\"\nslow |",
        )
        .await?;
        page.one(&id("text-error")).await?;
        page.click(&id("kind-upper")).await?;
        page.one(&id("problem")).await?;
        shoot(&page, &folder, "playground-problem").await?;
        page.click(&id("clear")).await?;
        page.click(&id("preset-fork")).await?;
        page.click(&id("start")).await?;
        page.until_says(&id("verdict"), "The bottleneck is").await?;
        shoot(&page, &folder, "playground-run").await?;
        back_to_the_board(&page).await?;
        page.click(&id("tab-node")).await?;
        page.click(&id("size")).await?;
        shoot(&page, &folder, "playground-projector").await
    })
    .await
}
