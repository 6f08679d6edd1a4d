//! Stages placed and joined on the board.

use anyhow::Result;
use spillway_e2e::{Browser, Key, id, play};

use super::{is_the_big_cities, open, text_with, write};
use crate::lesson::downloaded;

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
