//! Pictures of the page, for people to look at and for the README.

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Result, ensure};
use spillway_e2e::{Browser, Viewport, id, play};
use tempfile::TempDir;

use crate::axe::choose_size;
use crate::chat::{join, row, say};
use crate::lesson::{CHAT, PAUSE, PIPE, flows_beyond, full_speed, slow_down};
use crate::looks::choose_theme;
use crate::wire::opened;

const VIEWPORTS: [Viewport; 3] = [
    Viewport {
        width: 1366,
        height: 768,
        phone: false,
    },
    Viewport {
        width: 1920,
        height: 1080,
        phone: false,
    },
    Viewport {
        width: 390,
        height: 844,
        phone: true,
    },
];

#[tokio::test]
async fn screenshots() -> Result<()> {
    let (folder, _kept_nowhere) = folder()?;
    play(async |scene| {
        let page = scene.browser("ann").await?;
        page.goto(&scene.url("/").await).await?;
        page.one(&id("continue")).await?;
        shoot(&page, &folder, "course").await?;

        page.goto(&scene.url(PIPE).await).await?;
        flows_beyond(&page, 0).await?;
        slow_down(&page, "sink", 1).await?;
        full_speed(&page, "source").await?;
        page.until_says(&id("verdict"), "The bottleneck is").await?;
        shoot(&page, &folder, "backpressure").await?;
        page.click(&id("clock-pause")).await?;
        page.until_says(&id("clock-tag"), "clock paused").await?;
        shoot(&page, &folder, "clock").await?;
        page.click(&id("why")).await?;
        page.one(&id("why-step")).await?;
        shoot(&page, &folder, "causes").await?;
        page.click("[data-testid=log-line][data-tag=pause]").await?;
        page.one(&id("then")).await?;
        shoot(&page, &folder, "then").await?;
        page.click(&id("why")).await?;
        page.click(&id("now")).await?;

        page.click(&id("view-table")).await?;
        page.until_says(&id("row-source-rate"), "B/s").await?;
        shoot(&page, &folder, "table").await?;
        page.click(&id("view-text")).await?;
        page.one(&id("told-line")).await?;
        shoot(&page, &folder, "text").await?;
        page.click(&id("view-picture")).await?;
        choose_size(&page, "projector").await?;
        shoot(&page, &folder, "projector").await?;
        choose_size(&page, "desk").await?;

        page.goto(&scene.url(PAUSE).await).await?;
        flows_beyond(&page, 0).await?;
        page.click(&id("verb-pause")).await?;
        page.until_says(&id("verdict"), "is paused by your pause()")
            .await?;
        shoot(&page, &folder, "pause").await?;

        page.goto(&scene.url(CHAT).await).await?;
        let bob = scene.browser("bob").await?;
        bob.goto(&scene.url(CHAT).await).await?;
        join(&bob).await?;
        join(&page).await?;
        say(&bob, "Which of us masks what it sends?").await?;
        say(&page, "I do. The server never does.").await?;
        page.click(&row("to_server", "text")).await?;
        page.one(&id("wire-unmask")).await?;
        shoot(&page, &folder, "chat").await?;

        let echo = opened(scene).await?;
        echo.fill(&id("echo-text"), "Hello Hello Hello Hello Hello")
            .await?;
        echo.click(&id("echo-send")).await?;
        echo.click(&id("echo-binary")).await?;
        echo.until_data(&id("echo-count"), "back", "2").await?;
        echo.click(&row("to_client", "handshake")).await?;
        echo.one(&id("wire-accept")).await?;
        shoot(&echo, &folder, "accept").await?;
        echo.click(&row("to_server", "text")).await?;
        echo.one(&id("wire-inflated")).await?;
        echo.script("document.querySelector('[data-testid=wire-field-masking-key]').focus()")
            .await?;
        shoot(&echo, &folder, "echo").await?;
        choose_size(&echo, "projector").await?;
        shoot(&echo, &folder, "echo-projector").await
    })
    .await
}

/// Where pictures go. Without `SPILLWAY_SHOTS` to a folder that goes with the second value.
pub(crate) fn folder() -> Result<(PathBuf, TempDir)> {
    let kept_nowhere = tempfile::tempdir()?;
    let folder =
        env::var_os("SPILLWAY_SHOTS").map_or_else(|| kept_nowhere.path().to_owned(), PathBuf::from);
    fs::create_dir_all(&folder)?;
    Ok((folder, kept_nowhere))
}

/// Takes the page as it is in every size and both themes.
pub(crate) async fn shoot(page: &Browser, folder: &Path, name: &str) -> Result<()> {
    for theme in ["light", "dark"] {
        choose_theme(page, theme).await?;
        for viewport in VIEWPORTS {
            page.resize(viewport).await?;
            let Viewport { width, height, .. } = viewport;
            let file = folder.join(format!("{name}-{width}x{height}-{theme}.png"));
            keep(page, viewport, &file).await?;
        }
    }
    page.resize(VIEWPORTS[0]).await
}

async fn keep(page: &Browser, viewport: Viewport, file: &Path) -> Result<()> {
    const LEAST: usize = 12_000;
    drawn(page).await?;
    let png = page.picture().await?;
    let sides = [(16, viewport.width), (20, viewport.height)];
    for (at, side) in sides {
        let found = png.get(at..at + 4);
        ensure!(
            found == Some(&side.to_be_bytes()),
            "{} has another size",
            file.display()
        );
    }
    ensure!(
        png.len() > LEAST,
        "{} shows hardly anything: {} bytes",
        file.display(),
        png.len()
    );
    fs::write(file, png)?;
    Ok(())
}

/// Waits until the browser has drawn twice, so that a change of size or theme is seen.
async fn drawn(page: &Browser) -> Result<()> {
    page.script_async(
        "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))",
    )
    .await?;
    Ok(())
}
