//! The page under the keyboard, on a phone, in both themes.

use anyhow::{Context, Result, bail, ensure};
use spillway_e2e::{Browser, Key, Viewport, id, play};

use crate::axe::choose_size;
use crate::chat::{join, row, say};
use crate::lesson::{CHAT, PAUSE, PIPE, flows_beyond, state};

#[tokio::test]
async fn the_verbs_are_reached_by_tab_with_visible_focus() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        tab_to(&page, "verb-pause").await?;
        page.press(Key::Enter).await?;
        state(&page, "source", "paused").await?;
        let focused = focused(&page).await?;
        ensure!(
            focused == "verb-pause",
            "after Enter the focus is on `{focused}`"
        );
        tab_to(&page, "verb-resume").await?;
        page.press(Key::Enter).await?;
        state(&page, "source", "flowing").await
    })
    .await
}

#[tokio::test]
async fn a_key_runs_and_pauses() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 500_000).await?;
        page.press('r').await?;
        let source = id("stage-source-bytes");
        page.until(&source, "to begin again", |seen| {
            seen.number("count").is_ok_and(|count| count < 500_000)
        })
        .await?;
        flows_beyond(&page, 0).await?;
        page.press('p').await?;
        page.until_says(&id("verdict"), "is paused by your pause()")
            .await?;
        page.press('p').await?;
        state(&page, "source", "flowing").await?;
        page.press('u').await?;
        page.until_says(&id("verdict"), "stands still: nobody is piped")
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn on_a_phone_no_page_scrolls_sideways() -> Result<()> {
    play(async |scene| {
        let page = scene.browser("phone").await?;
        page.resize(Viewport {
            width: 390,
            height: 844,
            phone: true,
        })
        .await?;
        let ready = [
            ("/", id("continue")),
            (PIPE, id("stage-sink")),
            (PAUSE, id("stage-sink")),
            (CHAT, id("chat-name")),
            ("/playground", id("playground")),
            ("/compare/pipeline", id("compare")),
            ("/echo", id("echo")),
            ("/workbench", id("workbench")),
            ("/transports", id("trial")),
            ("/pressure", id("pressure")),
            ("/closing", id("close-reason")),
            ("/nowhere", id("not-found")),
        ];
        for (path, there) in ready {
            page.goto(&scene.url(path).await).await?;
            page.one(&there).await?;
            fits(&page, path).await?;
        }
        page.goto(&scene.url("/closing").await).await?;
        page.fill(&id("close-reason"), "bye").await?;
        page.goto(&scene.url(CHAT).await).await?;
        join(&page).await?;
        page.one(&id("wire-row")).await?;
        fits(&page, "the chat, joined").await
    })
    .await
}

#[tokio::test]
async fn on_a_small_projector_one_screen_holds_a_lessons_chat_with_all_it_is_operated_by()
-> Result<()> {
    play(async |scene| {
        let page = scene.browser("ann").await?;
        page.resize(Viewport {
            width: 1366,
            height: 768,
            phone: false,
        })
        .await?;
        page.goto(&scene.url(CHAT).await).await?;
        page.one(&id("chat-name")).await?;
        choose_size(&page, "projector").await?;
        join(&page).await?;
        for line in 1..=8 {
            say(&page, &format!("line {line} from the back row")).await?;
        }
        page.click(&row("to_server", "text")).await?;
        page.one(&id("wire-text")).await?;
        let script = "const at = one => document.querySelector(one).getBoundingClientRect(); \
                      return [innerHeight, at('.duplex').bottom, at('.wire-detail').bottom, at('.msgs').height]";
        let found = page.script(script).await?;
        let number = |at: usize| found[at].as_f64().context("a number");
        let (end, aids, detail, said) = (number(0)?, number(1)?, number(2)?, number(3)?);
        ensure!(end == 768.0, "the page is seen {end} high");
        ensure!(aids <= end, "the chat ends at {aids} of {end}");
        ensure!(detail <= end, "the frame's bytes end at {detail} of {end}");
        ensure!(said >= 120.0, "{said} px are left for what was said");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_chosen_theme_is_kept_after_a_reload() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/").await?;
        choose_theme(&page, "light").await?;
        let light = background(&page).await?;
        choose_theme(&page, "dark").await?;
        let dark = background(&page).await?;
        ensure!(light != dark, "both themes have {light} behind the text");
        page.reload().await?;
        page.one(&id("continue")).await?;
        page.until_says(&id("theme"), "Dark").await?;
        let now = background(&page).await?;
        ensure!(now == dark, "after the reload it is {now}, not {dark}");
        Ok(())
    })
    .await
}

/// Presses the theme's button until the page has it.
pub(crate) async fn choose_theme(page: &Browser, theme: &str) -> Result<()> {
    for _ in 0..3 {
        let now = page
            .script("return document.documentElement.dataset.theme")
            .await?;
        if now.as_str() == Some(theme) {
            return Ok(());
        }
        let label = page.one(&id("theme")).await?.text;
        page.click(&id("theme")).await?;
        page.until(&id("theme"), "to change", |seen| seen.text != label)
            .await?;
    }
    let now = page
        .script("return document.documentElement.dataset.theme")
        .await?;
    ensure!(
        now.as_str() == Some(theme),
        "the theme is {now}, not {theme}"
    );
    Ok(())
}

async fn background(page: &Browser) -> Result<String> {
    let color = page
        .script("return getComputedStyle(document.body).backgroundColor")
        .await?;
    Ok(color.as_str().context("a colour")?.to_owned())
}

async fn fits(page: &Browser, what: &str) -> Result<()> {
    let script = "const page = document.documentElement; \
                  const wide = [...document.body.querySelectorAll('*')] \
                    .filter(e => e.getBoundingClientRect().right > page.clientWidth + 1) \
                    .map(e => e.tagName + '.' + (e.getAttribute('class') || '')); \
                  return [page.scrollWidth, page.clientWidth, wide.slice(0, 9).join(' ')]";
    let found = page.script(script).await?;
    let (scroll, seen) = (&found[0], &found[1]);
    ensure!(
        seen.as_u64() == Some(390),
        "{what}: the page is laid out {seen} wide"
    );
    ensure!(
        scroll == seen,
        "{what}: {scroll} wide; too wide are {}",
        found[2]
    );
    Ok(())
}

/// Presses Tab until the element with this test id has the focus, and checks that one sees it.
async fn tab_to(page: &Browser, wanted: &str) -> Result<()> {
    const MOST: usize = 60;
    let mut passed = Vec::new();
    for _ in 0..MOST {
        page.press(Key::Tab).await?;
        let now = focused(page).await?;
        if now != wanted {
            passed.push(now);
            continue;
        }
        let outline = page
            .script(
                "const style = getComputedStyle(document.activeElement); \
                 return style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth)",
            )
            .await?;
        let width = outline.as_f64().context("a width")?;
        ensure!(
            width >= 2.0,
            "the focus on {wanted} has an outline of {width} px"
        );
        return Ok(());
    }
    bail!("{wanted} is not reached by Tab, only {passed:?}");
}

/// The test id of what has the focus; its tag where it has none.
async fn focused(page: &Browser) -> Result<String> {
    let script = "const e = document.activeElement; return e.dataset.testid || e.tagName";
    Ok(page
        .script(script)
        .await?
        .as_str()
        .unwrap_or_default()
        .to_owned())
}
