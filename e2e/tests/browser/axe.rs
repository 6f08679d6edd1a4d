//! No page breaks a rule of axe-core, in any theme.

use anyhow::{Result, ensure};
use spillway_e2e::{Browser, Key, id, play, play_measuring};

use crate::chat::{head_of, join, row, say};
use crate::lesson::{CHAT, FAILS, PAUSE, PIPE, flows_beyond, full_speed, slow_down};
use crate::looks::choose_theme;

#[tokio::test]
async fn axe_finds_nothing_on_the_course_map() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/").await?;
        page.one(&id("continue")).await?;
        passes(&page, "the course map").await?;
        page.click(&id("instruments")).await?;
        page.until_says(&id("go-playground"), "Playground").await?;
        ensure!(
            page.violations().await?.is_empty(),
            "the menu of the instruments"
        );
        page.press(Key::Escape).await?;
        page.goto(&scene.url("/nowhere").await).await?;
        page.one(&id("not-found")).await?;
        passes(&page, "an address that is not there").await
    })
    .await
}

#[tokio::test]
async fn axe_finds_nothing_on_a_lesson_whatever_its_run_does() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PIPE).await?;
        flows_beyond(&page, 0).await?;
        // Slow enough to last as long as a slow machine takes to look at it.
        slow_down(&page, "sink", 1).await?;
        passes(&page, "a lesson that runs").await?;
        page.click(&id("view-table")).await?;
        page.until_says(&id("row-source-rate"), "KB/s").await?;
        passes(&page, "a lesson as a table").await?;
        page.click(&id("view-text")).await?;
        page.one(&id("told-line")).await?;
        passes(&page, "a lesson as a text").await?;
        page.click(&id("view-picture")).await?;
        full_speed(&page, "source").await?;
        page.until_says(&id("verdict"), "The bottleneck is").await?;
        page.click(&id("why")).await?;
        page.one(&id("why-step")).await?;
        passes(&page, "a lesson held back, with its reasons open").await?;
        page.click(&id("keys")).await?;
        passes(&page, "a lesson with its keys shown").await?;
        page.press(Key::Escape).await?;
        page.click(&id("verb-unpipe")).await?;
        page.one(&id("gap-source-filter")).await?;
        page.click(&id("verb-resume")).await?;
        page.one(&id("discarded")).await?;
        passes(&page, "a lesson whose source is unpiped and loses bytes").await?;
        page.click(&id("reset")).await?;
        page.until(&id("empty"), "to be seen", |_| true).await?;
        passes(&page, "a lesson whose run was reset").await
    })
    .await
}

#[tokio::test]
async fn axe_finds_nothing_on_a_paused_clock_and_on_a_past_moment() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        page.click(&id("clock-pause")).await?;
        page.until_data(&id("clock"), "mode", "paused").await?;
        page.click(&id("clock-step")).await?;
        passes(&page, "a lesson whose clock is paused").await?;
        page.type_into(&id("time-slider"), &Key::Left.to_string())
            .await?;
        page.one(&id("then")).await?;
        passes(&page, "a lesson that shows a past moment").await
    })
    .await
}

#[tokio::test]
async fn axe_finds_nothing_on_a_run_that_failed() -> Result<()> {
    play_measuring(async |scene| {
        let page = scene.open(FAILS).await?;
        page.until_says(&id("verdict"), "Failed").await?;
        passes(&page, "a run that failed").await
    })
    .await
}

#[tokio::test]
async fn axe_finds_nothing_on_a_chat_with_its_bytes() -> Result<()> {
    play(async |scene| {
        let page = scene.open(CHAT).await?;
        page.one(&id("chat-name")).await?;
        passes(&page, "a chat before it is joined").await?;
        join(&page).await?;
        say(&page, "Which of us masks what it sends?").await?;
        page.click(&row("to_server", "text")).await?;
        page.one(&id("wire-unmask")).await?;
        page.click(&head_of(&id("chat-message"))).await?;
        page.click(&id("chat-edit")).await?;
        page.one(&id("chat-editing")).await?;
        passes(
            &page,
            "a chat with its bytes, and a message that is being changed",
        )
        .await
    })
    .await
}

#[tokio::test]
async fn axe_finds_nothing_on_the_echo_with_its_bytes() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/echo").await?;
        page.one(&id("echo-open")).await?;
        passes(&page, "the echo before it is opened").await?;
        page.click(&id("echo-open")).await?;
        page.until_data(&id("echo"), "state", "open").await?;
        page.click(&row("to_client", "handshake")).await?;
        page.one(&id("wire-accept")).await?;
        passes(&page, "an accept key step by step").await?;
        page.click(&id("echo-many")).await?;
        page.until_data(&id("echo-count"), "back", "1000").await?;
        page.fill(&id("wire-search"), "hello").await?;
        page.click(&id("wire-pause")).await?;
        page.click(&row("to_client", "text")).await?;
        page.one(&id("wire-inflated")).await?;
        passes(&page, "a compressed frame in a paused view").await
    })
    .await
}

/// Holds a page against axe-core in every theme.
pub(crate) async fn passes(page: &Browser, what: &str) -> Result<()> {
    let mut broken = String::new();
    for theme in ["light", "dark"] {
        choose_theme(page, theme).await?;
        for size in ["desk", "projector"] {
            choose_size(page, size).await?;
            for violation in page.violations().await? {
                broken.push_str(&format!("in {theme}, {size}: {violation}"));
            }
        }
    }
    choose_size(page, "desk").await?;
    ensure!(
        broken.is_empty(),
        "{what} breaks rules of axe-core\n{broken}"
    );
    Ok(())
}

pub(crate) async fn choose_size(page: &Browser, size: &str) -> Result<()> {
    let script = "return document.documentElement.dataset.size";
    if page.script(script).await?.as_str() != Some(size) {
        page.click(&id("size")).await?;
    }
    let now = page.script(script).await?;
    ensure!(now.as_str() == Some(size), "the size is {now}, not {size}");
    Ok(())
}
