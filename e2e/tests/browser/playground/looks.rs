//! What the playground looks like, and whether everyone can use it.

use anyhow::{Result, ensure};
use spillway_e2e::{id, play};

use super::{back_to_the_board, open, write};
use crate::axe::passes;
use crate::screenshots::{folder, shoot};

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
        let fits =
            "const log = document.querySelector('.log'); return log.offsetHeight < innerHeight";
        let fits = page.script(fits).await?;
        ensure!(fits == true, "the log is higher than the window");
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
