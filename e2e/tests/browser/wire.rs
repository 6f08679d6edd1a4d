//! The wire view, on the page of the echo.

use std::io::{Write, stdout};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use spillway_e2e::{Browser, Key, Recording, Relay, Scene, id, play, play_alone};

use crate::chat::{from_hex, row};
use crate::tshark::read_back;

/// Elements of the page while it lists ten thousand frames: those of the rows in view, and the rest
/// of the page.
const MOST_ELEMENTS: u64 = 2_500;

/// Rows that are drawn at the same time, at most.
const MOST_ROWS: u64 = 90;

/// A frame of the screen is on time below this, milliseconds; so many must be while the list is
/// scrolled.
const ON_TIME_MS: usize = 50;
const ON_TIME: f64 = 0.9;

#[tokio::test]
async fn the_export_of_the_view_is_what_a_relay_saw_byte_for_byte() -> Result<()> {
    play(async |scene| {
        let relay = Relay::to(scene.server().await.host()).await?;
        let page = scene.browser("ann").await?;
        page.goto(&relay.url("/echo")).await?;
        page.script(KEEP_DOWNLOADS).await?;
        open(&page).await?;
        page.until_says(&id("echo-state"), "permessage-deflate")
            .await?;
        page.fill(&id("echo-text"), "<img src=x onerror=alert(1)>")
            .await?;
        page.click(&id("echo-send")).await?;
        page.fill(&id("echo-size"), "70000").await?;
        page.click(&id("echo-fill")).await?;
        page.click(&id("echo-binary")).await?;
        page.until_data(&id("echo-count"), "back", "2").await?;
        page.fill(&id("echo-code"), "4000").await?;
        page.fill(&id("echo-reason"), "that was all").await?;
        page.click(&id("echo-close")).await?;
        page.until_says(&id("echo-state"), "closed with 4000")
            .await?;
        page.one(&row("to_client", "close")).await?;
        let goodbye = page.one(&row("to_server", "close")).await?.text;
        ensure!(goodbye.contains("that was all"), "the row says `{goodbye}`");
        let preview = page.one(&row("to_client", "text")).await?.text;
        ensure!(preview.contains("<img src=x"), "the row says `{preview}`");

        page.click(&id("wire-json")).await?;
        let shown = exported(&page).await?;
        let shown: Value = serde_json::from_slice(&shown)?;
        let crossed = relay.recordings("/ws/echo").pop().context("a recording")?;
        same(&shown, &crossed)?;

        page.click(&id("wire-pcapng")).await?;
        let file = exported(&page).await?;
        ensure!(file.starts_with(&[0x0a, 0x0d, 0x0d, 0x0a]), "no pcapng");
        let has = |bytes: &[u8]| file.windows(bytes.len()).any(|part| part == bytes);
        ensure!(
            has(b"TCP headers") && has(b"synthesised") && has(b"GET /ws/echo?watch="),
            "the file does not say what it is"
        );
        read_back(&file, &crossed)
    })
    .await
}

#[tokio::test]
async fn ten_thousand_frames_scroll_smoothly() -> Result<()> {
    play_alone(async |scene| {
        let page = scene.browser("flooded").await?;
        page.record().await?;
        page.goto(&scene.url("/echo").await).await?;
        open(&page).await?;
        for _ in 0..5 {
            page.click(&id("echo-many")).await?;
        }
        page.until_data(&id("echo-count"), "back", "5000").await?;
        page.until(&id("wire-list"), "to have 10,002 rows", |list| {
            list.number("rows").is_ok_and(|rows| rows >= 10_002)
        })
        .await?;
        page.script_async(TO_THE_TOP).await?;
        page.recorded().await?;
        page.script_async(SCROLL).await?;
        let frames = page.recorded().await?.frames;
        let count = async |selector: &str| -> Result<u64> {
            let script = format!("return document.querySelectorAll('{selector}').length");
            page.script(&script).await?.as_u64().context("a number")
        };
        let (rows, elements) = (count("[data-testid=wire-row]").await?, count("*").await?);
        // Past the capture of the test's output: the figures are wanted of a test that passes, too.
        writeln!(
            stdout(),
            "10,002 frames scrolled: {} frames of the screen, {:.1} % under 20 ms, half within {} ms, \
             99 % within {} ms; {rows} rows drawn, {elements} elements",
            frames.count(),
            frames.under(20) * 100.0,
            frames.within(0.5),
            frames.within(0.99),
        )?;
        ensure!((1..=MOST_ROWS).contains(&rows), "{rows} rows are drawn");
        ensure!(elements <= MOST_ELEMENTS, "the page has {elements} elements");
        let on_time = frames.under(ON_TIME_MS);
        ensure!(
            on_time >= ON_TIME,
            "only {:.1} % of the frames came within {ON_TIME_MS} ms",
            on_time * 100.0
        );
        let last = page.script("return document.querySelector('.lane-list').lastElementChild.previousElementSibling?.dataset.testid").await?;
        ensure!(last == "wire-row", "the list does not end with a row: {last}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn bytes_and_fields_light_each_other_and_a_paused_view_loses_nothing() -> Result<()> {
    play(async |scene| {
        let page = opened(scene).await?;
        page.fill(&id("echo-text"), &"a".repeat(300)).await?;
        page.click(&id("echo-send")).await?;
        let sent = row("to_server", "text");
        page.click(&sent).await?;
        page.until_says(&id("wire-inflated"), "inflate to 300")
            .await?;
        page.until_says(&id("wire-text"), "aaaa").await?;

        // By mouse, from a field to its bytes and from a byte to its field; then by keyboard.
        page.hover(&id("wire-field-mask")).await?;
        page.one(".by.lit").await?;
        page.hover(".by[data-tint=c]").await?;
        page.one(&format!("{}.lit", id("wire-field-masking-key")))
            .await?;
        page.script("document.querySelector('.bytes').focus()")
            .await?;
        for _ in 0..3 {
            page.press(Key::Right).await?;
        }
        page.until_says(&id("wire-pointed"), "bytes 2–5: Masking-key")
            .await?;
        page.one(&format!("{}.lit", id("wire-field-masking-key")))
            .await?;
        // The field of the last byte is scrolled to, and so are the bits of the second field.
        page.press(Key::End).await?;
        page.until_says(&id("wire-pointed"), "Payload data").await?;
        page.script_async(&in_view(".tree", ".node.lit")).await?;
        page.script("document.querySelector('[data-testid=wire-field-rsv1]').focus()")
            .await?;
        page.until_says(&id("wire-pointed"), "bit 1: RSV1 = 1")
            .await?;
        page.one(".bit.lit").await?;
        page.script_async(&in_view(".wire-bytes", ".bit.lit"))
            .await?;

        page.click(&id("wire-pause")).await?;
        page.click(&id("echo-many")).await?;
        page.until_data(&id("wire-pause"), "waiting", "2000")
            .await?;
        let held = page.number(&id("wire-list"), "rows").await?;
        page.click(&id("wire-pause")).await?;
        let all = (held + 2_000).to_string();
        page.until_data(&id("wire-list"), "rows", &all).await?;

        page.fill(&id("wire-search"), "switching protocols").await?;
        page.until_data(&id("wire-list"), "rows", "1").await?;
        page.one(&row("to_client", "handshake")).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_a_browser_cannot_do_is_said() -> Result<()> {
    play(async |scene| {
        let page = opened(scene).await?;
        page.fill(&id("echo-code"), "1001").await?;
        page.click(&id("echo-close")).await?;
        page.until_says(&id("echo-problem"), "1000 or with 3000 to 4999")
            .await?;
        page.fill(&id("echo-size"), "17000000").await?;
        page.click(&id("echo-binary")).await?;
        page.until_says(&id("echo-problem"), "16777216").await?;
        Ok(())
    })
    .await
}

/// The page of the echo with its connection open.
pub(crate) async fn opened(scene: &Scene) -> Result<std::rc::Rc<Browser>> {
    let page = scene.open("/echo").await?;
    open(&page).await?;
    Ok(page)
}

async fn open(page: &Browser) -> Result<()> {
    page.click(&id("echo-open")).await?;
    page.until_data(&id("echo"), "state", "open").await?;
    page.one(&row("to_client", "handshake")).await?;
    Ok(())
}

/// Answers once something is in view in the part of the page that scrolls it.
fn in_view(list: &str, what: &str) -> String {
    format!(
        "const done = arguments[0]; const look = () => {{ \
            const box = (selector) => document.querySelector(selector).getBoundingClientRect(); \
            const [seen, at] = [box('{list}'), box('{what}')]; \
            if (at.top >= seen.top - 1 && at.top < seen.bottom) done(); \
            else requestAnimationFrame(look); \
        }}; look();"
    )
}

/// Both directions of an export against both of a recording.
fn same(shown: &Value, crossed: &Recording) -> Result<()> {
    let items = shown["items"].as_array().context("items")?;
    for (from, crossed) in [
        ("client", &crossed.to_server),
        ("server", &crossed.to_client),
    ] {
        let sent = items.iter().filter(|item| item["from"] == from);
        let hex: String = sent.filter_map(|item| item["bytes"].as_str()).collect();
        let wanted: String = crossed.iter().map(|byte| format!("{byte:02x}")).collect();
        ensure!(
            hex == wanted,
            "from the {from} {} bytes are shown, {} crossed",
            hex.len() / 2,
            crossed.len()
        );
    }
    Ok(())
}

/// The file that the page gave to the browser last.
async fn exported(page: &Browser) -> Result<Vec<u8>> {
    let read = page.script_async(READ_DOWNLOAD).await?;
    from_hex(read.as_str().context("a file")?)
}

/// Keeps what the page lets the browser save.
const KEEP_DOWNLOADS: &str = "const real = URL.createObjectURL; \
    URL.createObjectURL = (blob) => { window.kept = blob; return real.call(URL, blob); };";

const READ_DOWNLOAD: &str = "const done = arguments[0]; const reader = new FileReader(); \
    reader.onload = () => done(Array.from(new Uint8Array(reader.result)) \
        .map((byte) => byte.toString(16).padStart(2, '0')).join('')); \
    reader.readAsArrayBuffer(window.kept);";

const TO_THE_TOP: &str = "const done = arguments[0]; \
    document.querySelector('.lane-list').scrollTop = 0; \
    requestAnimationFrame(() => requestAnimationFrame(() => done()));";

/// Scrolls as a quick hand does, 160 pixels with each frame of the screen, for 60 frames at the
/// beginning, in the middle and at the end of the list.
const SCROLL: &str = "const done = arguments[0]; \
    const list = document.querySelector('.lane-list'); \
    const starts = [0, list.scrollHeight / 2, list.scrollHeight - list.clientHeight - 60 * 160]; \
    let left = 0; \
    const on = () => { \
        if (left === 0) { \
            if (starts.length === 0) return requestAnimationFrame(() => requestAnimationFrame(() => done())); \
            list.scrollTop = starts.shift(); \
            left = 60; \
        } else { list.scrollTop += 160; left -= 1; } \
        requestAnimationFrame(on); \
    }; requestAnimationFrame(on);";
